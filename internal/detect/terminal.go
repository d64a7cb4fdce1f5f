package detect

import (
	"strings"

	"github.com/tillproof/tillproof"
)

// unknownTerminal finds transactions on a terminal that the merchant does not know, one finding for each: a
// swapped or a second device earns for somebody else.
func unknownTerminal(v *view, _ *Rule) []hit {
	own := map[string]bool{}
	for _, t := range v.run.Policy.Terminals {
		own[plainTerminal(t)] = true
	}
	type device struct {
		terminal string
		currency tillproof.Currency
	}
	at := map[device]int{}
	var groups [][]int32
	for _, n := range v.order {
		row := &v.rows[n]
		name := plainTerminal(row.Refs.Terminal)
		if row.Refs.Terminal == "" || own[name] || !v.stands(n) && !isRefund(row) {
			continue
		}
		d := device{name, row.Amount.Currency()}
		i, ok := at[d]
		if !ok {
			i = len(groups)
			at[d] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], n)
	}
	hits := make([]hit, len(groups))
	for i, rows := range groups {
		hits[i] = v.hitOf("detect.unknown_terminal", rows)
		hits[i].reason.Params["terminal"] = string(v.rows[rows[0]].Refs.Terminal)
	}
	return hits
}

// plainTerminal is a terminal's number as a workbook may have left it: without noughts in front, in capitals.
func plainTerminal(t tillproof.TerminalID) string {
	return strings.TrimLeft(strings.ToUpper(strings.TrimSpace(string(t))), "0")
}

func isRefund(r *tillproof.Record) bool {
	return r.Kind == tillproof.Refund && r.Status == tillproof.Posted && r.Amount.Minor() != 0
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
