package camt

import (
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/markup"
)

// maxDetails is how many transactions one entry may have: payrolls have thousands. As records they take some
// 40 MiB.
const maxDetails = 1 << 16

// batch is what the transactions of one entry come to. They are turned into records one by one while the
// entry is read, for their elements would take many times as much.
type batch struct {
	begun, early bool // the first detail was met; the entry's amount stood before it
	m            movement
	n            int
	only         *markup.Node         // the detail of an entry that has one, else nil
	records      [][]tillproof.Record // in blocks, which need not be copied as they grow
	sum          tillproof.Exact
	comparable   bool
}

// takeDetail uses a detail as it ends. Details before the entry's own amount, which the schema does not have,
// wait in the tree.
func (r *reader) takeDetail(b *batch, whole, tx *markup.Node) (bool, error) {
	if !b.begun {
		m, bad := r.movement(whole)
		b.begun, b.early, b.m = true, bad == nil, m
	}
	if !b.early {
		return false, nil
	}
	return true, r.addDetail(b, tx)
}

// leftDetails uses those that waited.
func (r *reader) leftDetails(b *batch, n *markup.Node, m movement) error {
	b.m = m
	for _, d := range n.Each("NtryDtls") {
		for _, tx := range d.Each("TxDtls") {
			if err := r.addDetail(b, tx); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *reader) addDetail(b *batch, tx *markup.Node) error {
	x, c, ok := r.detailAmount(tx, b.m)
	if b.comparable = b.comparable && ok && c == b.m.currency; b.comparable {
		next, err := b.sum.Add(x)
		b.sum, b.comparable = next, err == nil
	}
	switch b.n++; {
	case b.n == 1:
		b.only = tx
		return nil
	case b.n > maxDetails:
		return r.doc.TooLarge("details", maxDetails)
	case b.only != nil:
		x, c, _ := r.detailAmount(b.only, b.m)
		b.add(r.child(b.only, x, c))
		b.only = nil
	}
	b.add(r.child(tx, x, c))
	return nil
}

// maxBlock is the size of the longest block of records.
const maxBlock = 1024

func (b *batch) add(rec tillproof.Record) {
	last := len(b.records) - 1
	if last < 0 || len(b.records[last]) == cap(b.records[last]) {
		b.records = append(b.records, make([]tillproof.Record, 0, min(2*b.n, maxBlock)))
		last++
	}
	b.records[last] = append(b.records[last], rec)
}

// under are the records of the transactions, with what they have from their entry.
func (b *batch) under(entry *tillproof.Record) []tillproof.Record {
	all := slices.Concat(b.records...)
	for i := range all {
		c := &all[i]
		c.Origin.Part, c.Status = entry.Origin.Part, entry.Status
		c.BookingDate, c.ValueDate, c.Time = entry.BookingDate, entry.ValueDate, entry.Time
		c.Refs.Account = entry.Refs.Account
	}
	return all
}

// checkBatch holds the details against their entry. The entry alone moves the account; an issue says where
// the details do not add up to it, or are not as many as it states.
func (r *reader) checkBatch(b *batch, n *markup.Node, m movement) {
	stated := 0
	for _, d := range n.Each("NtryDtls") {
		if c, err := strconv.Atoi(d.Value("Btch", "NbOfTxs")); err == nil {
			stated += c
		}
	}
	if stated > 0 && b.n > 0 && stated != b.n {
		r.note("format.camt.batch.count", n, tillproof.Params{
			"stated": strconv.Itoa(stated), "n": strconv.Itoa(b.n),
		})
	}
	if b.n > 0 && b.comparable && !b.sum.Same(m.exact) {
		r.note("format.camt.batch.sum", n, tillproof.Params{
			"sum": b.sum.Param(m.currency), "amount": m.exact.Param(m.currency),
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

// child is the record of one transaction, without what it has from its entry.
func (r *reader) child(tx *markup.Node, x tillproof.Exact, c tillproof.Currency) tillproof.Record {
	rec := tillproof.NewRecord(tillproof.Entry)
	rec.Origin.Line, rec.Origin.Column = int32(tx.Line), int32(tx.Column)
	if amount, err := x.Money(c); err == nil {
		rec.Amount = amount
	}
	rec.Narrative = r.text(narrative(tx, ""))
	rec.Counterparty = r.text(party(tx, x.Unscaled >= 0, tx.Value("RvslInd")))
	rec.Refs = r.references(tx)
	rec.Refs.Bank = r.ref(tx.Value("Refs", "AcctSvcrRef"))
	return rec
}

// charges reads Chrgs of the entry, else of its only transaction, where they are in the entry's currency: one
// total, or one amount per charge. The account moves by the entry's amount; so that amount is the net as
// well.
func (r *reader) charges(rec *tillproof.Record, n, tx *markup.Node) {
	all := n.Each("Chrgs")
	if len(all) == 0 {
		all = tx.Each("Chrgs")
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
	r.original(rec, n, tx)
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
func (r *reader) original(rec *tillproof.Record, n, tx *markup.Node) {
	amt := n.At("AmtDtls", "InstdAmt", "Amt")
	if amt == nil {
		amt = tx.At("AmtDtls", "InstdAmt", "Amt")
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
