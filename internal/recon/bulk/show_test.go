package bulk

import (
	"testing"

	"github.com/tillproof/tillproof"
)

// TestNotesFollowTheirRows: what a note of a part speaks of is the same record in the run of the report,
// where it has another place.
func TestNotesFollowTheirRows(t *testing.T) {
	at := func(n int32) tillproof.RowRef { return tillproof.RowRef{Side: tillproof.Bank, N: n} }
	part := &tillproof.Run{}
	for n := range 5 {
		r := tillproof.NewRecord(tillproof.Entry)
		r.Narrative = string(rune('a' + n))
		part.Records[tillproof.Bank] = append(part.Records[tillproof.Bank], r)
	}
	part.States[tillproof.Bank] = make([]tillproof.RowState, 5)
	row := tillproof.RowRef{Side: tillproof.Acquirer}
	part.Records[tillproof.Acquirer] = []tillproof.Record{tillproof.NewRecord(tillproof.Sale)}
	part.States[tillproof.Acquirer] = make([]tillproof.RowState, 1)
	note := func(n int32) tillproof.Note { return tillproof.Note{Rows: []tillproof.RowRef{at(n)}} }
	part.Warnings = []tillproof.Note{note(0)}
	part.Breaks = []tillproof.Break{{
		Kind: tillproof.DepositShort, Leg: tillproof.AcquirerBank, Records: []tillproof.RowRef{row},
		Reason: note(4), Doubt: note(3),
		Candidates: []tillproof.Candidate{{Row: at(0), Why: note(2)}},
	}}
	part.Waterfalls = []tillproof.Waterfall{{Rows: []tillproof.RowRef{row}, Notes: []tillproof.Note{note(1)}}}

	j := newJob(Options{})
	m := j.mover(part)
	j.answer.merge(part, nil, m)
	j.show(m)
	run := j.answer.Run
	b, w := &run.Breaks[0], &run.Waterfalls[0]
	for want, n := range map[string]tillproof.Note{
		"a": j.answer.warnings[0], "e": b.Reason, "d": b.Doubt, "c": b.Candidates[0].Why, "b": w.Notes[0],
	} {
		if got := run.Record(n.Rows[0]).Narrative; got != want {
			t.Errorf("a note about %s names %s", want, got)
		}
	}
	if part.Waterfalls[0].Notes[0].Rows[0] != at(1) {
		t.Error("the part's own note was changed")
	}
}
