package match

import (
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
	"github.com/tillproof/tillproof/internal/recon/sales"
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
	x := explanation{run, ref}
	x.findPartner(&out)
	out.Second = sales.Second(run, ref, out.Partner)
	x.hear(&out)
	switch {
	case out.Partner.Side != tillproof.NoSide:
		out.Fields = sales.Fields(run, ref, out.Partner, out.Along...)
	case len(out.Second) > 0 && ref.Side != tillproof.Bank:
		out.Fields = sales.Fields(run, ref, out.Second[0].Row)
	}
	x.deposit(&out)
	return out
}

// explanation is that of one record.
type explanation struct {
	run *tillproof.Run
	ref tillproof.RowRef
}

func (x *explanation) findPartner(out *tillproof.Explanation) {
	for i := range x.run.Matches {
		m := &x.run.Matches[i]
		if other, ok := book.PartnerOf(m, x.ref); ok {
			out.Partner, out.Method = other, m.Method
			break
		}
	}
	if out.Partner.Side != tillproof.NoSide {
		x.findAlong(out)
	}
}

// findAlong finds the other records of a match of one with several.
func (x *explanation) findAlong(out *tillproof.Explanation) {
	for i := range x.run.Matches {
		m := &x.run.Matches[i]
		for _, one := range [...]tillproof.RowRef{x.ref, out.Partner} {
			other, ok := book.PartnerOf(m, one)
			if ok && other != x.ref && other != out.Partner && !slices.Contains(out.Along, other) {
				out.Along = append(out.Along, other)
			}
		}
	}
}

// hear adds what the breaks say about the record, and the partners that they name.
func (x *explanation) hear(out *tillproof.Explanation) {
	for i := range x.run.Breaks {
		b := &x.run.Breaks[i]
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

// deposit adds the waterfall that the record is part of. Where nothing else was compared, its sums are; those
// of a credit that several groups may share are added up.
func (x *explanation) deposit(out *tillproof.Explanation) {
	var shared tillproof.Waterfall
	for i := range x.run.Waterfalls {
		w := &x.run.Waterfalls[i]
		credits := sharedOf(w)
		switch {
		case slices.Contains(credits, x.ref):
			if len(shared.Rows) == 0 {
				shared.Expected, shared.Arrived = w.Expected, tillproof.NoDate
			}
			shared.Rows = append(shared.Rows, w.Rows...)
			shared.Net = tillproof.NewMoney(shared.Net.Minor()+w.Net.Minor(), w.Net.Currency())
			shared.Deposit, shared.Notes = credits, append(shared.Notes, w.Notes...)
			continue
		case !slices.Contains(w.Deposit, x.ref) && !slices.Contains(w.Rows, x.ref):
			continue
		}
		if len(credits) > 0 {
			shared = *w
			shared.Deposit = credits
			continue
		}
		x.tell(out, w)
	}
	if len(shared.Rows) > 0 {
		x.addUp(&shared)
		x.tell(out, &shared)
	}
}

// tell adds what the waterfall says.
func (x *explanation) tell(out *tillproof.Explanation, w *tillproof.Waterfall) {
	if out.Method == "" {
		out.Method = w.Method
	}
	if out.Fields == nil {
		out.Fields = []tillproof.Compared{
			{
				Field: "net", Left: w.Net.Param(), Right: w.Paid.Param(),
				Same: w.Net.Minor() == w.Paid.Minor(),
			},
			{
				Field: "value_day", Left: w.Expected.String(), Right: w.Arrived.String(),
				Same: w.Arrived.Known() && w.Arrived == w.Expected,
			},
		}
	}
	out.Notes = append(out.Notes, w.Notes...)
}

// sharedOf are the credits that may hold the rows of the waterfall and what no file shows.
func sharedOf(w *tillproof.Waterfall) []tillproof.RowRef {
	for _, n := range w.Notes {
		if n.Code == tillproof.NoteShared {
			return n.Rows
		}
	}
	return nil
}

// addUp fills in what the credits paid, and when.
func (x *explanation) addUp(w *tillproof.Waterfall) {
	paid := int64(0)
	for _, ref := range w.Deposit {
		r := x.run.Record(ref)
		paid += r.Amount.Minor()
		w.Arrived = max(w.Arrived, r.Day())
	}
	w.Paid = tillproof.NewMoney(paid, w.Net.Currency())
}
