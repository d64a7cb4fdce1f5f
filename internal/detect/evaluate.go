package detect

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// Evaluate asks the rules of the book about a run: the stream rules see its rows as a stream, the others what
// reconciliation made of them. Findings stand by day, severity (highest first), rule and first record; the
// same records give the same ids. A rule whose needs the run does not meet is not asked: see Unchecked. The
// error is a *tillproof.Error where amounts leave the range of a sum.
func Evaluate(run *tillproof.Run, book Book) ([]tillproof.Finding, error) {
	v := newView(run)
	book.Rules = slices.DeleteFunc(slices.Clone(book.Rules), func(r Rule) bool {
		return slices.ContainsFunc(r.Needs, func(n Need) bool { return !given(run, n) })
	})
	found, err := v.streamed(book)
	if err != nil {
		return nil, err
	}
	for i := range book.Rules {
		if r := &book.Rules[i]; r.test != nil {
			for _, h := range r.test(v, r) {
				found = append(found, verdict{r, h})
			}
		}
	}
	l := listing{record: run.Record, booked: v.booked}
	return l.findings(found)
}

// streamed sends the rows of a run through an engine that forgets none of their sales.
func (v *view) streamed(book Book) ([]verdict, error) {
	rows := v.inOrder()
	limits := stream.DefaultLimits()
	limits.Sales = max(limits.Sales, len(rows))
	e := NewEngine(Options{
		Book: book, Policy: v.run.Policy, Memory: limits, Rows: len(rows) + 1,
		Lateness: secondsOfDay, // rows without a clock may lie at the end of their day
	})
	place := func(ref int64) tillproof.RowRef { return rows[ref] }
	record := func(ref int64) *tillproof.Record { return v.run.Record(rows[ref]) }
	for i, ref := range rows {
		t := TxnOf(int64(i), v.run.Record(ref))
		t.Aside = ref.Side != v.side
		// What undoes another has been seen to by the match: it is not sought once more.
		cancels := t.Kind == tillproof.Void || t.Kind == tillproof.Reversal
		t.Undone = cancels || isUndone(v.run, ref.Side, ref.N)
		if err := e.Push(t); err != nil {
			return nil, err
		}
	}
	if err := e.End(); err != nil {
		return nil, err
	}
	var found []verdict
	for _, in := range e.Incidents() {
		found = append(found, verdict{in.Rule, e.hit(in, record, place)})
	}
	return found, nil
}

// inOrder lists the rows of the view, and the sales of the report that have no partner in the terminal log:
// it may reach further back, so that refunds find their sales there.
func (v *view) inOrder() []tillproof.RowRef {
	rows := make([]tillproof.RowRef, 0, len(v.rows))
	for _, n := range v.order {
		rows = append(rows, v.ref(n))
	}
	if v.side != tillproof.Terminal {
		return rows
	}
	paired := make([]bool, len(v.run.Records[tillproof.Acquirer]))
	for _, m := range v.run.Matches {
		paired[m.Right.N] = true
	}
	for n := range paired {
		if !paired[n] && stands(v.run, tillproof.Acquirer, int32(n)) {
			rows = append(rows, tillproof.RowRef{Side: tillproof.Acquirer, N: int32(n)})
		}
	}
	slices.SortStableFunc(rows, func(a, b tillproof.RowRef) int {
		x, y := v.run.Record(a), v.run.Record(b)
		return cmp.Or(cmp.Compare(moment(x), moment(y)), compareRows(x, y))
	})
	return rows
}
