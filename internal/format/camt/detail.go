package camt

import (
	"strconv"

	"github.com/tillproof/tillproof"
)

// children makes a record of each transaction of a batch entry. The entry alone moves the account; the
// details must add up to it, and an issue says where they do not.
func (r *reader) children(rec *tillproof.Record, n *node, m movement, details []*node) {
	stated := 0
	for _, d := range n.each("NtryDtls") {
		if c, err := strconv.Atoi(d.value("Btch", "NbOfTxs")); err == nil {
			stated += c
		}
	}
	if stated > 0 && len(details) > 0 && stated != len(details) {
		r.note("format.camt.batch.count", n, tillproof.Params{
			"stated": strconv.Itoa(stated), "n": strconv.Itoa(len(details)),
		})
	}
	sum, comparable := tillproof.Exact{}, len(details) > 0
	for _, tx := range details {
		x, c, ok := r.detailAmount(tx, m)
		if comparable = comparable && ok && c == m.currency; comparable {
			next, err := sum.Add(x)
			sum, comparable = next, err == nil
		}
		if len(details) > 1 {
			rec.Children = append(rec.Children, r.child(rec, tx, x, c))
		}
	}
	if comparable && !same(sum, m.exact) {
		r.note("format.camt.batch.sum", n, tillproof.Params{
			"sum": money(sum, m.currency), "amount": money(m.exact, m.currency),
		})
	}
}

// detailAmount is a transaction's own amount, signed. It stands in Amt (new) or AmtDtls/TxAmt/Amt (old);
// false where there is none that can be read.
func (r *reader) detailAmount(tx *node, m movement) (tillproof.Exact, tillproof.Currency, bool) {
	amt := tx.kid("Amt")
	if amt == nil {
		amt = tx.at("AmtDtls", "TxAmt", "Amt")
	}
	x, err := exactOf(amt)
	if err != nil {
		return tillproof.Exact{}, tillproof.Currency{}, false
	}
	c := m.currency
	if amt.currency != "" {
		if c, err = tillproof.ParseCurrency(amt.currency); err != nil {
			return tillproof.Exact{}, tillproof.Currency{}, false
		}
	}
	sign := tx.value("CdtDbtInd")
	if sign == debit || sign == "" && m.exact.Unscaled < 0 {
		x = x.Neg()
	}
	return x, c, true
}

func (r *reader) child(
	entry *tillproof.Record, tx *node, x tillproof.Exact, c tillproof.Currency,
) tillproof.Record {
	rec := tillproof.NewRecord(tillproof.Entry)
	rec.Origin, rec.Status = entry.Origin, entry.Status
	rec.Origin.Line, rec.Origin.Column = int32(tx.line), int32(tx.col)
	rec.BookingDate, rec.ValueDate, rec.Time = entry.BookingDate, entry.ValueDate, entry.Time
	if amount, err := x.Money(c); err == nil {
		rec.Amount = amount
	}
	rec.Narrative = r.clean(narrative(tx, ""))
	rec.Counterparty = r.clean(party(tx, x.Unscaled >= 0, tx.value("RvslInd")))
	rec.Refs = r.references(tx)
	rec.Refs.Account, rec.Refs.Bank = entry.Refs.Account, r.ref(tx.value("Refs", "AcctSvcrRef"))
	return rec
}

// charges reads Chrgs of the entry, else of its only transaction, where they are in the entry's currency: one
// total, or one amount per charge. The account moves by the entry's amount; so that amount is the net as
// well.
func (r *reader) charges(rec *tillproof.Record, n *node, details []*node) {
	all := n.each("Chrgs")
	if len(all) == 0 && len(details) == 1 {
		all = details[0].each("Chrgs")
	}
	var sum tillproof.Exact
	for _, c := range all {
		for _, part := range parts(c) {
			x, err := exactOf(part.kid("Amt"))
			if part.name == total {
				x, err = exactOf(part)
			}
			if err != nil || !inCurrency(part, rec.Amount.Currency()) {
				return
			}
			if part.value("CdtDbtInd") != credit {
				x = x.Neg()
			}
			if sum, err = sum.Add(x); err != nil {
				return
			}
		}
	}
	if fee, err := sum.Money(rec.Amount.Currency()); err == nil && sum.Unscaled != 0 {
		rec.Fee, rec.Net = fee, rec.Amount
	}
	r.original(rec, n, details)
}

const total = "TtlChrgsAndTaxAmt"

// parts are the amounts of one Chrgs: its total if it states one, else its Rcrd, else itself (up to version
// 3).
func parts(c *node) []*node {
	switch t, records := c.kid(total), c.each("Rcrd"); {
	case t != nil:
		return []*node{t}
	case len(records) > 0:
		return records
	}
	return []*node{c}
}

func inCurrency(part *node, c tillproof.Currency) bool {
	code := part.currency
	if amt := part.kid("Amt"); amt != nil {
		code = amt.currency
	}
	return code == "" || code == c.String()
}

// original is the instructed amount where the payer's currency is another one.
func (r *reader) original(rec *tillproof.Record, n *node, details []*node) {
	amt := n.at("AmtDtls", "InstdAmt", "Amt")
	if amt == nil && len(details) == 1 {
		amt = details[0].at("AmtDtls", "InstdAmt", "Amt")
	}
	x, err := exactOf(amt)
	if err != nil {
		return
	}
	c, err := tillproof.ParseCurrency(amt.currency)
	if err != nil || c == rec.Amount.Currency() {
		return
	}
	if rec.Amount.Minor() < 0 {
		x = x.Neg()
	}
	if m, err := x.Money(c); err == nil {
		rec.Original = m
	}
}
