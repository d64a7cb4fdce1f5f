package match

import (
	"slices"

	"github.com/tillproof/tillproof"
)

// Explain says how a record of a run that Reconcile has filled came to its status: the step that joined it,
// both values of each field, the next best partners and why each was not taken. It looks through the records
// of one side once and changes nothing; of a record that the run does not have it says nothing.
func Explain(run *tillproof.Run, ref tillproof.RowRef) tillproof.Explanation {
	out := tillproof.Explanation{Ref: ref}
	if int(ref.Side) >= len(run.States) || ref.N < 0 || int(ref.N) >= len(run.States[ref.Side]) {
		return out
	}
	st := run.States[ref.Side][ref.N]
	out.Status = st.Status
	if st.Reason != "" {
		out.Notes = append(out.Notes, tillproof.Note{Code: st.Reason})
	}
	x := explainer{e: &engine{run: run, policy: run.Policy, home: homeCurrency(run)}, ref: ref}
	x.findPartner(&out)
	out.Second = x.second(out.Partner)
	x.hear(&out)
	switch {
	case out.Partner.Side != tillproof.NoSide:
		out.Fields = x.compare(out.Partner)
	case len(out.Second) > 0 && ref.Side != tillproof.Bank:
		out.Fields = x.compare(out.Second[0].Row)
	}
	x.deposit(&out)
	return out
}

// explainer explains one record.
type explainer struct {
	e   *engine // without views: what it needs of records, it reads there
	ref tillproof.RowRef
}

// otherSide is the side with which leg 1 compares, NoSide for the bank.
func otherSide(s tillproof.Side) tillproof.Side {
	switch s {
	case tillproof.Terminal:
		return tillproof.Acquirer
	case tillproof.Acquirer:
		return tillproof.Terminal
	}
	return tillproof.NoSide
}

// partnerOf is the row that a match joins with the row.
func partnerOf(m *tillproof.Match, ref tillproof.RowRef) (tillproof.RowRef, bool) {
	switch ref {
	case m.Left:
		return m.Right, true
	case m.Right:
		return m.Left, true
	}
	return tillproof.RowRef{}, false
}

func (x *explainer) findPartner(out *tillproof.Explanation) {
	for i := range x.e.run.Matches {
		m := &x.e.run.Matches[i]
		if other, ok := partnerOf(m, x.ref); ok {
			out.Partner, out.Method = other, m.Method
			return
		}
	}
}

// hear adds what the breaks say about the record, and the partners that they name.
func (x *explainer) hear(out *tillproof.Explanation) {
	for i := range x.e.run.Breaks {
		b := &x.e.run.Breaks[i]
		if !slices.Contains(b.Records, x.ref) {
			continue
		}
		if b.Reason.Code != "" {
			out.Notes = append(out.Notes, b.Reason)
		}
		if b.Doubt.Code != "" {
			out.Notes = append(out.Notes, b.Doubt)
		}
		if x.ref.Side == tillproof.Bank || b.Leg == tillproof.AcquirerBank {
			out.Second = append(out.Second, b.Candidates...)
		}
	}
}

// deposit adds the waterfall that the record is part of. Where nothing else was compared, its sums are.
func (x *explainer) deposit(out *tillproof.Explanation) {
	for i := range x.e.run.Waterfalls {
		w := &x.e.run.Waterfalls[i]
		if !slices.Contains(w.Deposit, x.ref) && !slices.Contains(w.Rows, x.ref) {
			continue
		}
		if out.Method == "" {
			out.Method = w.Method
		}
		if out.Fields == nil {
			out.Fields = []tillproof.Compared{
				{
					Field: "net", Left: w.Net.Param(), Right: w.Paid.Param(),
					Same: w.Net.Minor() == w.Paid.Minor(),
				},
				compared("value_day", w.Expected.String(), w.Arrived.String()),
			}
		}
		out.Notes = append(out.Notes, w.Notes...)
	}
}

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

// compare lists both values of all that the two records show.
func (x *explainer) compare(other tillproof.RowRef) []tillproof.Compared {
	left, right := x.ref, other
	if left.Side == tillproof.Acquirer {
		left, right = right, left
	}
	a, b := x.e.run.Record(left), x.e.run.Record(right)
	cur := x.e.currencyOf(a)
	sold, settled := x.inOneCurrency(a, b)
	out := []tillproof.Compared{{
		Field: "amount", Left: sold.Param(), Right: settled.Param(), Same: sold == settled,
	}}
	add := func(c tillproof.Compared) {
		if c.Left != "" || c.Right != "" {
			out = append(out, c)
		}
	}
	add(tillproof.Compared{
		Field: "type", Left: a.Kind.String(), Right: b.Kind.String(),
		Same: classOf(a.Kind) == classOf(b.Kind),
	})
	add(compared("clock", clockText(a), clockText(b)))
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
		add(tillproof.Compared{
			Field: "fee", Left: feeText(a, cur), Right: feeText(b, x.e.currencyOf(b)),
			Same: feeText(a, cur) == feeText(b, x.e.currencyOf(b)),
		})
	}
	return out
}

func clockText(r *tillproof.Record) string {
	text, _ := r.Time.MarshalText() // of a time there is no error
	return string(text)
}

// inOneCurrency are the amounts of two rows; of a converted one the payer's, where the other is in that
// currency.
func (x *explainer) inOneCurrency(a, b *tillproof.Record) (left, right tillproof.Money) {
	left = tillproof.NewMoney(a.Amount.Minor(), x.e.currencyOf(a))
	right = tillproof.NewMoney(b.Amount.Minor(), x.e.currencyOf(b))
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
	if r.SettleDate.Known() || e.policy.CutOff == 0 {
		return r.SettleDate
	}
	return e.policy.SettleDay(r.Time)
}
