package camt

import (
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/markup"
)

// children makes a record of each transaction of a batch entry. The entry alone moves the account; the
// details must add up to it, and an issue says where they do not.
func (r *reader) children(rec *tillproof.Record, n *markup.Node, m movement, details []*markup.Node) {
	stated := 0
	for _, d := range n.Each("NtryDtls") {
		if c, err := strconv.Atoi(d.Value("Btch", "NbOfTxs")); err == nil {
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
	if comparable && !sum.Same(m.exact) {
		r.note("format.camt.batch.sum", n, tillproof.Params{
			"sum": sum.Param(m.currency), "amount": m.exact.Param(m.currency),
		})
	}
}

// detailAmount is a transaction's own amount, signed. It stands in Amt (new) or AmtDtls/TxAmt/Amt (old);
// false where there is none that can be read.
func (r *reader) detailAmount(tx *markup.Node, m movement) (tillproof.Exact, tillproof.Currency, bool) {
	amt := tx.Kid("Amt")
	if amt == nil {
		amt = tx.At("AmtDtls", "TxAmt", "Amt")
	}
	x, err := exactOf(amt)
	if err != nil {
		return tillproof.Exact{}, tillproof.Currency{}, false
	}
	c := m.currency
	if amt.Attr("Ccy") != "" {
		if c, err = tillproof.ParseCurrency(amt.Attr("Ccy")); err != nil {
			return tillproof.Exact{}, tillproof.Currency{}, false
		}
	}
	sign := tx.Value("CdtDbtInd")
	if sign == debit || sign == "" && m.exact.Unscaled < 0 {
		x = x.Neg()
	}
	return x, c, true
}

func (r *reader) child(
	entry *tillproof.Record, tx *markup.Node, x tillproof.Exact, c tillproof.Currency,
) tillproof.Record {
	rec := tillproof.NewRecord(tillproof.Entry)
	rec.Origin, rec.Status = entry.Origin, entry.Status
	rec.Origin.Line, rec.Origin.Column = int32(tx.Line), int32(tx.Column)
	rec.BookingDate, rec.ValueDate, rec.Time = entry.BookingDate, entry.ValueDate, entry.Time
	if amount, err := x.Money(c); err == nil {
		rec.Amount = amount
	}
	rec.Narrative = r.text(narrative(tx, ""))
	rec.Counterparty = r.text(party(tx, x.Unscaled >= 0, tx.Value("RvslInd")))
	rec.Refs = r.references(tx)
	rec.Refs.Account, rec.Refs.Bank = entry.Refs.Account, r.ref(tx.Value("Refs", "AcctSvcrRef"))
	return rec
}

// charges reads Chrgs of the entry, else of its only transaction, where they are in the entry's currency: one
// total, or one amount per charge. The account moves by the entry's amount; so that amount is the net as
// well.
func (r *reader) charges(rec *tillproof.Record, n *markup.Node, details []*markup.Node) {
	all := n.Each("Chrgs")
	if len(all) == 0 && len(details) == 1 {
		all = details[0].Each("Chrgs")
	}
	var sum tillproof.Exact
	for _, c := range all {
		for _, part := range parts(c) {
			x, err := exactOf(part.Kid("Amt"))
			if part.Name == total {
				x, err = exactOf(part)
			}
			if err != nil || !inCurrency(part, rec.Amount.Currency()) {
				return
			}
			if part.Value("CdtDbtInd") != credit {
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
func parts(c *markup.Node) []*markup.Node {
	switch t, records := c.Kid(total), c.Each("Rcrd"); {
	case t != nil:
		return []*markup.Node{t}
	case len(records) > 0:
		return records
	}
	return []*markup.Node{c}
}

func inCurrency(part *markup.Node, c tillproof.Currency) bool {
	code := part.Attr("Ccy")
	if amt := part.Kid("Amt"); amt != nil {
		code = amt.Attr("Ccy")
	}
	return code == "" || code == c.String()
}

// original is the instructed amount where the payer's currency is another one.
func (r *reader) original(rec *tillproof.Record, n *markup.Node, details []*markup.Node) {
	amt := n.At("AmtDtls", "InstdAmt", "Amt")
	if amt == nil && len(details) == 1 {
		amt = details[0].At("AmtDtls", "InstdAmt", "Amt")
	}
	x, err := exactOf(amt)
	if err != nil {
		return
	}
	c, err := tillproof.ParseCurrency(amt.Attr("Ccy"))
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
