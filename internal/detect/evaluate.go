package detect

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// Answer is what a run was found to hold.
type Answer struct {
	Findings []tillproof.Finding
	Notes    []tillproof.Note // what was kept silent, and what could not be learned
}

// Evaluate asks the rules of the book about a run, and what is asked beside them: the stream rules and the
// learned score see its rows as a stream, the others what reconciliation made of them. Findings stand by day,
// severity (highest first), rule and first record; the same records give the same ids. A rule whose needs
// the run does not meet is not asked: see Unchecked. The error is a *tillproof.Error where amounts leave the
// range of a sum, or the model is of other facts.
func Evaluate(run *tillproof.Run, book Book, asked Asked) (Answer, error) {
	v := newView(run)
	book.Rules = slices.DeleteFunc(slices.Clone(book.Rules), func(r Rule) bool {
		return slices.ContainsFunc(r.Needs, func(n Need) bool { return !given(run, n) })
	})
	var silent hush
	found, notes, err := v.streamed(book, asked, &silent)
	if err != nil {
		return Answer{}, err
	}
	for i := range book.Rules {
		r := &book.Rules[i]
		if r.test == nil {
			continue
		}
		for _, h := range r.test(v, r) {
			if s, kept := asked.silent(r.ID, dayOf(run.Record(h.rows[0]))); kept {
				silent.add(r.ID, s)
			} else {
				found = append(found, verdict{r, h})
			}
		}
	}
	l := listing{record: run.Record, booked: v.booked}
	findings, err := l.findings(found)
	return Answer{Findings: findings, Notes: append(silent.notes, notes...)}, err
}

// streamed sends the rows of a run through an engine that forgets none of their sales.
func (v *view) streamed(book Book, asked Asked, silent *hush) ([]verdict, []tillproof.Note, error) {
	rows := v.inOrder()
	limits := stream.DefaultLimits()
	limits.Sales = max(limits.Sales, len(rows))
	e, err := asked.Engine(Options{
		Book: book, Policy: v.run.Policy, Memory: limits, Rows: len(rows) + 1,
		Lateness: secondsOfDay, // rows without a clock may lie at the end of their day
	})
	if err != nil {
		return nil, nil, err
	}
	place := func(ref int64) tillproof.RowRef { return rows[ref] }
	record := func(ref int64) *tillproof.Record { return v.run.Record(rows[ref]) }
	partner := v.partners(&asked)
	for i, ref := range rows {
		t := TxnOf(int64(i), v.run.Record(ref))
		t.Aside = ref.Side != v.side
		// What undoes another has been seen to by the match: it is not sought once more.
		cancels := t.Kind == tillproof.Void || t.Kind == tillproof.Reversal
		t.Undone = cancels || isUndone(v.run, ref.Side, ref.N)
		if !t.Aside {
			asked.tell(e, &t, record(int64(i)), partner[ref])
		}
		if err := e.Push(t); err != nil {
			return nil, nil, err
		}
	}
	if err := e.End(); err != nil {
		return nil, nil, err
	}
	shown, kept := e.parted()
	for _, in := range kept {
		s, _ := asked.silent(in.Rule.ID, in.First.Date())
		silent.add(in.Rule.ID, s)
	}
	var found []verdict
	for _, in := range shown {
		found = append(found, verdict{in.Rule, e.hit(in, record, place)})
	}
	return found, asked.taught(e), nil
}

// partners are the rows of the report that the rows of the terminal log were matched with, where somebody may
// have said something about one of them.
func (v *view) partners(asked *Asked) map[tillproof.RowRef]*tillproof.Record {
	if asked.Verdict == nil || v.side != tillproof.Terminal {
		return nil
	}
	all := make(map[tillproof.RowRef]*tillproof.Record, len(v.run.Matches))
	for _, m := range v.run.Matches {
		if m.Left.Side == tillproof.Terminal {
			all[m.Left] = v.run.Record(m.Right)
		}
	}
	return all
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
