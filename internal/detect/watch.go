package detect

import (
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// MostWatched is how many rows a Watch takes: as many as the memory holds sales, so that none is forgotten,
// as none is in a run that is held. With their memories they take up to 300 MB.
const MostWatched = 1 << 19

// Watch asks the stream rules about a run that is too long to be held: its rows come in any order and keep
// nothing but what the rules see. Run rules, which compare files, are not asked.
type Watch struct {
	engine *Engine
	asked  Asked
	rows   []stream.Txn
	said   map[int64]stream.Label // verdicts, by the row's reference
}

// NewWatch is a watch over a terminal log of so many rows. The error is a *tillproof.Error where the model is
// of other facts.
func NewWatch(book Book, asked Asked, policy tillproof.Policy, rows int64) (*Watch, error) {
	book.Rules = slices.DeleteFunc(slices.Clone(book.Rules), func(r Rule) bool {
		return r.test != nil || slices.ContainsFunc(r.Needs, func(n Need) bool {
			return n != NeedRows && n != NeedLog && !givenBy(&policy, n)
		})
	})
	e, err := asked.Engine(Options{Book: book, Policy: policy, Rows: int(rows) + 1})
	if err != nil {
		return nil, err
	}
	return &Watch{
		engine: e, asked: asked, rows: make([]stream.Txn, 0, rows), said: map[int64]stream.Label{},
	}, nil
}

// Add takes a row under a reference of the caller's. Undone says that the match knows what voids it, aside
// that it is a sale that the report alone shows.
func (w *Watch) Add(ref int64, r *tillproof.Record, undone, aside bool) {
	t := TxnOf(ref, r)
	t.Aside = aside
	t.Undone = undone || t.Kind == tillproof.Void || t.Kind == tillproof.Reversal
	w.rows = append(w.rows, t)
	if w.asked.Verdict == nil || aside || !t.At.Known() {
		return
	}
	if v, ok := w.asked.Verdict(r, t.At); ok {
		w.said[ref] = stream.Label{Txn: t, Known: max(v.Known, t.At+1), Fraud: v.Fraud}
	}
}

// Look asks about all rows, and answers the references of those without which nothing can be told.
func (w *Watch) Look() ([]int64, error) {
	slices.SortFunc(w.rows, func(a, b stream.Txn) int { return stream.Compare(&a, &b) })
	for i := range w.rows {
		if l, ok := w.said[w.rows[i].Ref]; ok {
			w.engine.Know(l)
		}
		if err := w.engine.Push(w.rows[i]); err != nil {
			return nil, err
		}
	}
	w.rows = nil
	if err := w.engine.End(); err != nil {
		return nil, err
	}
	return Wanted(w.engine.Incidents()), nil
}

// Tell makes findings of what was found. Booked are the rows whose money a break counts.
func (w *Watch) Tell(
	place func(ref int64) tillproof.RowRef, record func(ref int64) *tillproof.Record,
	at func(tillproof.RowRef) *tillproof.Record, booked map[tillproof.RowRef]bool,
) (Answer, error) {
	shown, kept := w.engine.parted()
	var silent hush
	for _, in := range kept {
		s, _ := w.asked.silent(in.Rule.ID, in.First.Date())
		silent.add(in.Rule.ID, s)
	}
	found := make([]verdict, len(shown))
	for i, in := range shown {
		found[i] = verdict{in.Rule, w.engine.hit(in, record, place)}
	}
	l := listing{record: at, booked: booked}
	findings, err := l.findings(found)
	return Answer{Findings: findings, Notes: append(silent.notes, w.asked.taught(w.engine)...)}, err
}
