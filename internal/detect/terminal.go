package detect

import (
	"github.com/tillproof/tillproof"
)

// unknownTerminal finds transactions on a terminal that the merchant does not know, one incident for each: a
// swapped or a second device earns for somebody else.
func unknownTerminal(l *look, _ *Rule, a *Alarm) bool {
	t := l.Tx
	if t.Terminal == 0 || l.house.owns(t) || !t.Stands() && (!t.IsRefund() || t.Undone) {
		return false
	}
	a.Rows, a.Key, a.Gap = append(a.Rows, l.itself()), accountKey(t.Terminal, t.Currency), forever
	return true
}

func sayUnknownTerminal(s *story) tillproof.Note {
	n := together(s)
	n.Params["terminal"] = string(s.row(0).Refs.Terminal)
	return n
}

// batchNotClosed finds batches of which the acquirer has seen no sale: the terminal was never told to send
// them. The money is already counted by the breaks of the sales.
func batchNotClosed(v *view, r *Rule) []hit {
	missing := v.notSettled()
	open := map[terminalBatch][]int32{}
	for n := range missing {
		if b := &v.rows[n]; b.Refs.Batch != "" {
			open[v.batchOf(n)] = nil
		}
	}
	var found []terminalBatch
	for _, n := range v.sales {
		k := v.batchOf(n)
		rows, candidate := open[k]
		switch {
		case !candidate:
		case !missing[n]:
			delete(open, k)
		default:
			if rows == nil {
				found = append(found, k)
			}
			open[k] = append(rows, n)
		}
	}
	var hits []hit
	for _, k := range found {
		if rows := open[k]; int64(len(rows)) >= r.value("rows") {
			h := v.hitOf("detect.batch_not_closed", rows)
			h.reason.Params["batch"] = k.number
			hits = append(hits, h)
		}
	}
	return hits
}
