package deposit

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// partedDeposit reports that a person has ruled out that one of the lines pays one of the groups.
func (e *engine) partedDeposit(groups, lines []int32) bool {
	if len(e.Decided.Parted) == 0 || len(e.Decided.Apart) == 0 {
		return false
	}
	for _, g := range groups {
		if e.groups[g].apart == "" {
			continue
		}
		for _, row := range e.groupRows(g) {
			near := e.Views[e.ledger].Ref(row)
			for _, line := range lines {
				if e.Decided.Parted[book.TwoRows{Near: near, Far: e.Views[tillproof.Bank].Ref(line)}] {
					return true
				}
			}
		}
	}
	return false
}

func (e *engine) partedLine(g, line int32) bool {
	return e.groups[g].apart != "" && e.partedDeposit([]int32{g}, []int32{line})
}

// keepForHand takes the bank lines of the deposits that people put together out of all steps.
func (e *engine) keepForHand() {
	for _, d := range e.Decided.Deposits {
		for _, line := range d.Lines {
			e.entries[line].used = true
		}
	}
}

// depositByHand settles the deposits that people put together. Each is a group of its own; what its sums lack
// is a break as in any other.
func (e *engine) depositByHand() {
	v := &e.Views[e.ledger]
	for _, d := range e.Decided.Deposits {
		first := d.Rows[0]
		key, expected := e.keyOf(first)
		g := group{
			groupKey: key, expected: expected, from: v.Lines[first].Day, to: v.Lines[first].Day,
			first: int32(len(e.rows)), n: int32(len(d.Rows)), seq: book.Alone,
		}
		for _, row := range d.Rows {
			_, expected := e.keyOf(row)
			g.net += e.due[row]
			g.expected = max(g.expected, expected)
			g.from, g.to = min(g.from, v.Lines[row].Day), max(g.to, v.Lines[row].Day)
			if e.merchantOf(row) != g.merchant {
				g.merchant = ""
			}
		}
		e.rows = append(e.rows, d.Rows...)
		e.groups = append(e.groups, g)
		e.settle(tillproof.ByHand, []int32{int32(len(e.groups) - 1)}, d.Lines)
		e.groups[len(e.groups)-1].payout = "" // no step looks for its number any more
	}
}
