package detect

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
)

// Wanted lists the references of the rows without which incidents cannot be told, in ascending order.
func Wanted(all []*Incident) []int64 {
	var refs []int64
	for _, in := range all {
		for _, p := range in.Parts {
			refs = append(refs, p.Ref)
		}
		refs = append(refs, in.lastRef)
	}
	slices.Sort(refs)
	return slices.Compact(refs)
}

// Describe turns incidents into findings in the written order; the answer has one for each, in which Records
// hold the references of the named rows as places on the side. The error is a *tillproof.Error where amounts
// leave the range of a sum.
func (e *Engine) Describe(
	all []*Incident, side tillproof.Side, record func(ref int64) *tillproof.Record,
) ([]tillproof.Finding, error) {
	l := listing{record: func(ref tillproof.RowRef) *tillproof.Record { return record(int64(ref.N)) }}
	found := make([]verdict, len(all))
	for i, in := range all {
		found[i] = verdict{in.Rule, e.hit(in, record, func(ref int64) tillproof.RowRef {
			return tillproof.RowRef{Side: side, N: int32(ref)}
		})}
	}
	return l.findings(found)
}

// hit is an incident with its sentence.
func (e *Engine) hit(
	in *Incident, record func(ref int64) *tillproof.Record, place func(ref int64) tillproof.RowRef,
) hit {
	h := hit{
		rows: make([]tillproof.RowRef, len(in.Parts)), parts: make([]int64, len(in.Parts)), rest: in.Sum,
		cur: in.Currency, reason: in.Rule.say(&story{house: &e.house, in: in, record: record}),
	}
	for i, p := range in.Parts {
		h.rows[i], h.parts[i] = place(p.Ref), p.Amount
		h.rest -= p.Amount
	}
	if in.Rule.ID == LearnedScore {
		h.strange = in.Code >= strangeForTerminal
		h.score = int(in.Chance / (Certain / 1000))
	}
	for _, r := range in.Why {
		h.more = append(h.more, r.Note(in.Currency))
	}
	if in.Rule.ID == LearnedScore && len(in.Why) == 0 {
		h.more = append(h.more, tillproof.Note{Code: "detect.learned_score.untold"})
	}
	return h
}

// hit is what a rule found: the rows in order, what each puts into the amount, and why.
type hit struct {
	rows   []tillproof.RowRef
	parts  []int64 // of each row, in minor units, not negative
	rest   int64   // of rows that are not named
	cur    tillproof.Currency
	reason tillproof.Note
	more   []tillproof.Note // the facts that speak for it, the heaviest first
	about  *tillproof.BreakID

	score   int  // where it is not that of its rule, else 0
	strange bool // it is only unlike what is usual: no money is held to be at risk for that
}

// verdict is a hit with its rule.
type verdict struct {
	*Rule
	hit
}

func (f *verdict) atRisk() bool { return f.AtRisk && !f.strange }

// listing makes the list of findings.
type listing struct {
	record func(tillproof.RowRef) *tillproof.Record
	booked map[tillproof.RowRef]bool // rows whose money a break counts
}

func (l *listing) findings(found []verdict) ([]tillproof.Finding, error) {
	l.arrange(found)
	all := make([]tillproof.Finding, len(found))
	atRisk := map[tillproof.RowRef]int64{}
	for i, f := range found {
		amount, err := l.amountOf(f, atRisk)
		if err != nil {
			return nil, err
		}
		all[i] = l.finding(f, amount)
	}
	return all, nil
}

// arrange puts hits into the written order: by day, severity (highest first), rule and first row.
func (l *listing) arrange(all []verdict) {
	slices.SortStableFunc(all, func(a, b verdict) int {
		x, y := l.record(a.rows[0]), l.record(b.rows[0])
		return cmp.Or(
			cmp.Compare(dayOf(x), dayOf(y)),
			cmp.Compare(b.Severity, a.Severity),
			cmp.Compare(a.ID, b.ID),
			cmp.Compare(moment(x), moment(y)),
			compareRows(x, y),
		)
	})
}

// amountOf sums the parts of a hit. What is at risk counts a row's money once: not where a break has
// counted it, and only what an earlier finding has not.
func (l *listing) amountOf(f verdict, atRisk map[tillproof.RowRef]int64) (int64, error) {
	sum := f.rest
	for i, ref := range f.rows {
		part := f.parts[i]
		if f.atRisk() && f.Part != tillproof.PartFees { // a fee is not the price of what was sold
			if l.booked[ref] {
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

func (l *listing) finding(f verdict, amount int64) tillproof.Finding {
	ids := make([]tillproof.RecordID, len(f.rows))
	for i, ref := range f.rows {
		ids[i] = l.record(ref).ID
	}
	return tillproof.Finding{
		ID: tillproof.FindingIDOf(f.ID, ids), Rule: f.ID, Version: f.Version, Severity: f.Severity,
		Score: cmp.Or(f.score, f.Score), AtRisk: f.atRisk(), Part: f.Part,
		Amount: tillproof.NewMoney(amount, f.cur), Records: f.rows,
		Reasons: append([]tillproof.Note{f.reason}, f.more...), Innocent: innocent(f.Rule), About: f.about,
	}
}

// innocent is what would make a finding of a rule innocent; one of the user's own may not say.
func innocent(r *Rule) tillproof.Note {
	if r.stream == nil && r.test == nil && r.ID != LearnedScore && r.ID != CommonPoint {
		return r.innocent
	}
	return tillproof.Note{Code: "detect.innocent." + string(r.ID)}
}

func overflow(r *Rule, err error) error {
	return &tillproof.Error{
		Op: "detect", Kind: tillproof.KindTooLarge, Code: "detect.overflow",
		Params: tillproof.Params{"rule": string(r.ID)}, Err: err,
	}
}

// dayOf is the day on which something happened: of the clock where the row has one.
func dayOf(r *tillproof.Record) tillproof.Date {
	if r.Time.Known() {
		return r.Time.Date()
	}
	return r.Day()
}
