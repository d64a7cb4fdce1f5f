package match

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
)

// at is a row by side and rank.
type at struct {
	side tillproof.Side
	rank int32
}

// found is a break with the row by which it is ordered.
type found struct {
	b  tillproof.Break
	at at
}

// report keeps a break; orderBreaks gives it its place and its id.
func (e *engine) report(b tillproof.Break, first at) {
	if b.ExpectedBy == 0 {
		b.ExpectedBy = tillproof.NoDate
	}
	e.found = append(e.found, found{b, first})
}

// orderBreaks sorts the breaks by day, kind and first record, and names each by its content.
func (e *engine) orderBreaks() {
	kind := map[tillproof.BreakKind]int{}
	for i, k := range tillproof.BreakKinds {
		kind[k] = i
	}
	for i := range e.found {
		b := &e.found[i].b
		ids := make([]tillproof.RecordID, len(b.Records))
		for j, ref := range b.Records {
			ids[j] = e.run.Record(ref).ID
		}
		b.ID = tillproof.BreakIDOf(b.Kind, ids)
	}
	day := func(f *found) tillproof.Date { return e.views[f.at.side].lines[f.at.rank].day }
	slices.SortStableFunc(e.found, func(a, b found) int {
		return cmp.Or(
			cmp.Compare(day(&a), day(&b)), cmp.Compare(kind[a.b.Kind], kind[b.b.Kind]),
			cmp.Compare(a.at.side, b.at.side), cmp.Compare(a.at.rank, b.at.rank),
			slices.Compare(a.b.ID[:], b.b.ID[:]),
		)
	})
	e.run.Breaks = make([]tillproof.Break, len(e.found))
	for i, f := range e.found {
		e.run.Breaks[i] = f.b
	}
}
