package detect

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
)

// hit is what a rule found: the rows in order, what each puts into the amount, and why.
type hit struct {
	rows   []tillproof.RowRef
	parts  []int64 // of each row, in minor units, not negative
	cur    tillproof.Currency
	reason tillproof.Note
	about  *tillproof.BreakID
}

// Evaluate asks the rules of the book about a run. Findings stand by day, severity (highest first), rule
// and first record; the same records give the same ids. A rule whose needs the run does not meet is not
// asked: see Unchecked. The error is a *tillproof.Error where amounts leave the range of a sum.
func Evaluate(run *tillproof.Run, book Book) ([]tillproof.Finding, error) {
	v := newView(run)
	var all []tillproof.Finding
	for i := range book.Rules {
		r := &book.Rules[i]
		if slices.ContainsFunc(r.Needs, func(n Need) bool { return !given(run, n) }) {
			continue
		}
		for _, h := range r.test(v, r) {
			f, err := v.finding(r, &h)
			if err != nil {
				return nil, err
			}
			all = append(all, f)
		}
	}
	v.arrange(all)
	return all, nil
}

func (v *view) finding(r *Rule, h *hit) (tillproof.Finding, error) {
	ids := make([]tillproof.RecordID, len(h.rows))
	var sum int64
	for i, ref := range h.rows {
		ids[i] = v.run.Record(ref).ID
		if r.AtRisk && v.booked[ref] {
			continue
		}
		var err error
		if sum, err = tillproof.AddMinor(sum, h.parts[i]); err != nil {
			return tillproof.Finding{}, overflow(r, err)
		}
	}
	return tillproof.Finding{
		ID: tillproof.FindingIDOf(r.ID, ids), Rule: r.ID, Version: r.Version, Severity: r.Severity,
		Score: r.Score, AtRisk: r.AtRisk, Amount: tillproof.NewMoney(sum, h.cur), Records: h.rows,
		Reasons: []tillproof.Note{h.reason}, About: h.about,
	}, nil
}

func overflow(r *Rule, err error) error {
	return &tillproof.Error{
		Op: "detect", Kind: tillproof.KindTooLarge, Code: "detect.overflow",
		Params: tillproof.Params{"rule": string(r.ID)}, Err: err,
	}
}

// arrange puts findings into their written order.
func (v *view) arrange(all []tillproof.Finding) {
	rank := make([]int32, len(v.rows))
	for i, n := range v.order {
		rank[n] = int32(i)
	}
	place := func(ref tillproof.RowRef) int32 {
		if ref.Side == v.side {
			return rank[ref.N]
		}
		return ref.N
	}
	slices.SortStableFunc(all, func(a, b tillproof.Finding) int {
		x, y := a.Records[0], b.Records[0]
		return cmp.Or(
			cmp.Compare(v.day(x), v.day(y)),
			cmp.Compare(b.Severity, a.Severity),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(place(x), place(y)),
		)
	})
}

// day is the day on which something happened: of the clock where the row has one.
func (v *view) day(ref tillproof.RowRef) tillproof.Date {
	r := v.run.Record(ref)
	if r.Time.Known() {
		return r.Time.Date()
	}
	return r.Day()
}
