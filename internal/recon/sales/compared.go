package sales

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

func compared(name, left, right string) tillproof.Compared {
	return tillproof.Compared{Field: name, Left: left, Right: right, Same: left != "" && left == right}
}

// comparedFields are the references in the order in which a person reads them, by the name of the layouts.
var comparedFields = [...]struct {
	name string
	of   field
	raw  func(r *tillproof.Record) string
}{
	{"merchant", merchantField, func(r *tillproof.Record) string { return string(r.Refs.Merchant) }},
	{"terminal", terminalField, func(r *tillproof.Record) string { return string(r.Refs.Terminal) }},
	{"batch", batchField, func(r *tillproof.Record) string { return r.Refs.Batch }},
	{"stan", traceField, func(r *tillproof.Record) string { return r.Refs.STAN }},
	{"rrn", rrnField, func(r *tillproof.Record) string { return r.Refs.RRN }},
	{"auth", authField, func(r *tillproof.Record) string { return r.Refs.Auth }},
	{"order", orderField, func(r *tillproof.Record) string { return r.Refs.Order }},
	{"original", originalField, func(r *tillproof.Record) string { return r.Refs.Original }},
}

// Fields lists both values of all that a record and one of the other side show; of a match of several records
// the amounts are the sums.
func Fields(run *tillproof.Run, ref, other tillproof.RowRef, along ...tillproof.RowRef) []tillproof.Compared {
	x := explainer{newEngine(book.New(run, nil)), ref}
	out := x.compare(other)
	if len(along) > 0 {
		out[0] = x.sums(append([]tillproof.RowRef{ref, other}, along...))
	}
	return out
}

// sums compares the amounts of the two sides of a match.
func (x *explainer) sums(refs []tillproof.RowRef) tillproof.Compared {
	var sum [len(tillproof.Sides) + 1]int64
	for _, ref := range refs {
		sum[ref.Side] += x.e.Run.Record(ref).Amount.Minor()
	}
	cur := x.e.CurrencyOf(x.e.Run.Record(refs[0]))
	param := func(side tillproof.Side) string { return tillproof.NewMoney(sum[side], cur).Param() }
	return compared("amount", param(tillproof.Terminal), param(tillproof.Acquirer))
}

func (x *explainer) compare(other tillproof.RowRef) []tillproof.Compared {
	left, right := x.ref, other
	if left.Side == tillproof.Acquirer {
		left, right = right, left
	}
	a, b := x.e.Run.Record(left), x.e.Run.Record(right)
	cur := x.e.CurrencyOf(a)
	sold, settled := x.inOneCurrency(a, b)
	out := []tillproof.Compared{{
		Field: "amount", Left: sold.Param(), Right: settled.Param(), Same: sold == settled,
		Near: book.ClassOf(a.Kind) == book.SaleClass && sold.Currency() == settled.Currency() &&
			settled.Minor() > sold.Minor() &&
			share(settled.Minor()-sold.Minor(), sold.Minor(), x.e.Policy.TipPPM),
	}}
	add := func(c tillproof.Compared) {
		if c.Left != "" || c.Right != "" {
			out = append(out, c)
		}
	}
	add(tillproof.Compared{
		Field: "type", Left: a.Kind.String(), Right: b.Kind.String(),
		Same: book.ClassOf(a.Kind) == book.ClassOf(b.Kind),
	})
	clock := compared("clock", clockText(a), clockText(b))
	clock.Near = !clock.Same && secondsBetween(a.Time, b.Time) <= uint64(x.e.window())
	add(clock)
	if day := x.e.settleDay(a); day.Known() || b.SettleDate.Known() {
		add(compared("settle_day", day.String(), b.SettleDate.String()))
	}
	add(tillproof.Compared{
		Field: "card", Left: a.Card.String(), Right: b.Card.String(),
		Same: tillproof.SameCard(a.Card, b.Card),
	})
	for _, f := range comparedFields {
		va, vb := f.of.of(a), f.of.of(b)
		add(tillproof.Compared{Field: f.name, Left: f.raw(a), Right: f.raw(b), Same: va != "" && va == vb})
	}
	if !a.Fee.IsZero() || !b.Fee.IsZero() {
		fee := compared("fee", feeText(a, cur), feeText(b, x.e.CurrencyOf(b)))
		fee.Near = !fee.Same && x.nearFee(a, b)
		add(fee)
	}
	return out
}

// nearFee reports two fees that differ by no more than the policy allows.
func (x *explainer) nearFee(a, b *tillproof.Record) bool {
	sold, known := chargedFee(a)
	settled, charged := chargedFee(b)
	diff := settled - sold
	return known && charged && x.e.CurrencyOf(a) == x.e.CurrencyOf(b) &&
		max(diff, -diff) <= x.e.Policy.FeeSlack
}

func clockText(r *tillproof.Record) string {
	text, _ := r.Time.MarshalText() // of a time there is no error
	return string(text)
}

// inOneCurrency are the amounts of two rows; of a converted one the payer's, where the other is in that
// currency.
func (x *explainer) inOneCurrency(a, b *tillproof.Record) (left, right tillproof.Money) {
	left = tillproof.NewMoney(a.Amount.Minor(), x.e.CurrencyOf(a))
	right = tillproof.NewMoney(b.Amount.Minor(), x.e.CurrencyOf(b))
	switch {
	case left.Currency() == right.Currency():
	case b.Original.Currency() == left.Currency():
		right = b.Original
	case a.Original.Currency() == right.Currency():
		left = a.Original
	}
	return left, right
}

// feeText is the row's fee, "" where it shows none.
func feeText(r *tillproof.Record, cur tillproof.Currency) string {
	if fee, known := chargedFee(r); known {
		return tillproof.NewMoney(-fee, cur).Param()
	}
	return ""
}

// settleDay is the terminal row's own day, or that by the agreed cut-off; none where nothing was agreed.
func (e *engine) settleDay(r *tillproof.Record) tillproof.Date {
	if r.SettleDate.Known() || e.Policy.CutOff == 0 {
		return r.SettleDate
	}
	return e.Policy.SettleDay(r.Time)
}
