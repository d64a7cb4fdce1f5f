package detect

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
)

// hit is what a rule found: the rows in order (the first of them of the side of the view, but for fees, which
// only the report shows), what each puts into the amount, and why.
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
	var found []verdict
	for i := range book.Rules {
		r := &book.Rules[i]
		if slices.ContainsFunc(r.Needs, func(n Need) bool { return !given(run, n) }) {
			continue
		}
		for _, h := range r.test(v, r) {
			found = append(found, verdict{r, h})
		}
	}
	v.arrange(found)
	all := make([]tillproof.Finding, len(found))
	atRisk := map[tillproof.RowRef]int64{}
	for i, f := range found {
		amount, err := v.amountOf(f, atRisk)
		if err != nil {
			return nil, err
		}
		all[i] = v.finding(f, amount)
	}
	return all, nil
}

// verdict is a hit with its rule.
type verdict struct {
	*Rule
	hit
}

// amountOf sums the parts of a hit. What is at risk counts a row's money once: not where a break has
// counted it, and only what an earlier finding has not.
func (v *view) amountOf(f verdict, atRisk map[tillproof.RowRef]int64) (int64, error) {
	var sum int64
	for i, ref := range f.rows {
		part := f.parts[i]
		if f.AtRisk && f.Part != tillproof.PartFees { // a fee is not the price of what was sold
			if v.booked[ref] {
				continue
			}
			part = max(0, part-atRisk[ref])
			atRisk[ref] += part
		}
		var err error
		if sum, err = tillproof.AddMinor(sum, part); err != nil {
			return 0, overflow(f.Rule, err)
		}
	}
	return sum, nil
}

func (v *view) finding(f verdict, amount int64) tillproof.Finding {
	ids := make([]tillproof.RecordID, len(f.rows))
	for i, ref := range f.rows {
		ids[i] = v.run.Record(ref).ID
	}
	return tillproof.Finding{
		ID: tillproof.FindingIDOf(f.ID, ids), Rule: f.ID, Version: f.Version, Severity: f.Severity,
		Score: f.Score, AtRisk: f.AtRisk, Part: f.Part,
		Amount: tillproof.NewMoney(amount, f.cur), Records: f.rows,
		Reasons: []tillproof.Note{f.reason}, About: f.about,
	}
}

func overflow(r *Rule, err error) error {
	return &tillproof.Error{
		Op: "detect", Kind: tillproof.KindTooLarge, Code: "detect.overflow",
		Params: tillproof.Params{"rule": string(r.ID)}, Err: err,
	}
}

// arrange puts hits into the written order of findings.
func (v *view) arrange(all []verdict) {
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
	slices.SortStableFunc(all, func(a, b verdict) int {
		x, y := a.rows[0], b.rows[0]
		return cmp.Or(
			cmp.Compare(v.day(x), v.day(y)),
			cmp.Compare(b.Severity, a.Severity),
			cmp.Compare(a.ID, b.ID),
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
