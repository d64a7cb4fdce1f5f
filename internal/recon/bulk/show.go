package bulk

import (
	"slices"

	"github.com/tillproof/tillproof"
)

// maxShown is how many breaks of a kind a report holds; the lists hold all of them.
const maxShown = 200

// maxShownRows bounds the records of one break in the report.
const maxShownRows = 50

// mover copies records of a part's run into the run of the report, each once.
type mover struct {
	from, to *tillproof.Run
	at       map[tillproof.RowRef]tillproof.RowRef
}

func (j *job) mover(part *tillproof.Run) *mover {
	return &mover{part, j.answer.shownRun(), map[tillproof.RowRef]tillproof.RowRef{}}
}

func (m *mover) row(ref tillproof.RowRef) tillproof.RowRef {
	if moved, ok := m.at[ref]; ok {
		return moved
	}
	moved := tillproof.RowRef{Side: ref.Side, N: int32(len(m.to.Records[ref.Side]))}
	m.to.Records[ref.Side] = append(m.to.Records[ref.Side], *m.from.Record(ref))
	m.to.States[ref.Side] = append(m.to.States[ref.Side], m.from.States[ref.Side][ref.N])
	m.at[ref] = moved
	return moved
}

func (m *mover) rows(refs []tillproof.RowRef) []tillproof.RowRef {
	var out []tillproof.RowRef
	for _, ref := range refs[:min(len(refs), maxShownRows)] {
		out = append(out, m.row(ref))
	}
	return out
}

func (m *mover) note(n tillproof.Note) tillproof.Note {
	n.Rows = m.rows(n.Rows)
	return n
}

// show copies the first breaks of each kind, with their records, into the run of the report.
func (j *job) show(m *mover) {
	run, to := m.from, m.to
	wanted := map[tillproof.RowRef]bool{}
	for i := range run.Breaks {
		b := run.Breaks[i]
		if j.shown[b.Kind]++; j.shown[b.Kind] > j.opt.Shown {
			continue
		}
		if b.Leg != tillproof.TerminalAcquirer {
			for _, ref := range b.Records {
				wanted[ref] = true
			}
		}
		b.Records, b.Reason, b.Doubt = m.rows(b.Records), m.note(b.Reason), m.note(b.Doubt)
		b.Candidates = slices.Clone(b.Candidates)
		for k := range b.Candidates {
			c := &b.Candidates[k]
			c.Row, c.Why = m.row(c.Row), m.note(c.Why)
		}
		to.Breaks = append(to.Breaks, b)
	}
	for i := range run.Waterfalls {
		w := run.Waterfalls[i]
		if len(w.Rows) == 0 || !wanted[w.Rows[0]] {
			continue
		}
		w.Rows, w.Deposit = m.rows(w.Rows), m.rows(w.Deposit)
		w.Notes = slices.Clone(w.Notes)
		for k := range w.Notes {
			w.Notes[k] = m.note(w.Notes[k])
		}
		to.Waterfalls = append(to.Waterfalls, w)
	}
}
