package match

import (
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
)

// decided is what people ruled by hand, in the engine's terms. It goes before all steps: what is joined or
// left out by hand takes no part in them, and what is parted is no pair for any of them.
type decided struct {
	pairs    []pair            // of leg 1
	deposits []handDeposit     // of leg 2
	barred   map[int32]bool    // of the ledger: paid or left out by hand, so part of no group
	parted   map[twoRows]bool  // must not be joined
	apart    map[int32]string  // of the ledger: the lines that must not pay the row
	rank     map[rowRef]int32  // of the rows that a decision names
	claims   map[claim][]int32 // which decisions want a row for which leg
}

type rowRef = tillproof.RowRef

// twoRows are a row nearer to the merchant and one nearer to the bank.
type twoRows struct{ near, far rowRef }

// handDeposit is a deposit that a person put together.
type handDeposit struct{ rows, lines []int32 }

// claim is a row in one leg: in each it is used once.
type claim struct {
	row rowRef
	leg tillproof.Leg
}

// readDecisions finds out which decisions can be obeyed and prepares them. Decisions that contradict each
// other are all refused: which of them is right is not for the program to say, and the order in which a file
// lists them must not matter.
func (e *engine) readDecisions() {
	if len(e.run.Decisions) == 0 {
		return
	}
	d := &e.decided
	*d = decided{
		barred: map[int32]bool{}, parted: map[twoRows]bool{}, apart: map[int32]string{},
		rank: map[rowRef]int32{}, claims: map[claim][]int32{},
	}
	e.rankDecided()
	for i := range e.run.Decisions {
		if one := &e.run.Decisions[i]; one.Obeyed() {
			one.Misfit = e.misfit(one)
		}
	}
	e.refuseContradictions()
	for i := range e.run.Decisions {
		if one := &e.run.Decisions[i]; one.Obeyed() {
			e.prepare(one)
		}
	}
	e.setApart()
}

// rankDecided finds the rows that decisions name in the total order.
func (e *engine) rankDecided() {
	for i := range e.run.Decisions {
		for _, ref := range e.run.Decisions[i].Records {
			e.decided.rank[ref] = alone
		}
	}
	for _, side := range tillproof.Sides {
		v := &e.views[side]
		for rank := range v.lines {
			if ref := v.ref(int32(rank)); e.decided.rank[ref] == alone {
				e.decided.rank[ref] = int32(rank)
			}
		}
	}
}

// prepare makes a decision ready for the legs. What is left out by hand is so at once.
func (e *engine) prepare(d *tillproof.Decision) {
	out := &e.decided
	ledger := e.handLedger()
	switch d.Ruling {
	case tillproof.RuleExclude:
		for _, ref := range d.Records {
			rank := out.rank[ref]
			e.views[ref.Side].lines[rank].class = noClass
			e.exclude(ref.Side, rank, tillproof.ExcludedByHand)
			if ref.Side == ledger {
				out.barred[rank] = true
			}
		}
	case tillproof.RuleUnmatch:
		eachPair(d, func(p twoRows) { out.parted[p] = true })
	case tillproof.RuleMatch:
		if e.legOf(d) == tillproof.TerminalAcquirer {
			eachPair(d, func(p twoRows) {
				out.pairs = append(out.pairs, pair{l: out.rank[p.near], r: out.rank[p.far]})
			})
			return
		}
		var dep handDeposit
		for _, ref := range d.Records {
			if ref.Side == tillproof.Bank {
				dep.lines = append(dep.lines, out.rank[ref])
				continue
			}
			dep.rows = append(dep.rows, out.rank[ref])
			out.barred[out.rank[ref]] = true
		}
		slices.Sort(dep.rows)
		slices.Sort(dep.lines)
		out.deposits = append(out.deposits, dep)
	}
}

// setApart takes the rows that a line must not pay out of their groups; those that the same lines must not
// pay stay together.
func (e *engine) setApart() {
	lines := map[int32][]int32{}
	for p := range e.decided.parted {
		if p.far.Side == tillproof.Bank {
			row := e.decided.rank[p.near]
			lines[row] = append(lines[row], e.decided.rank[p.far])
		}
	}
	for row, list := range lines {
		slices.Sort(list)
		for _, line := range list {
			e.decided.apart[row] += strconv.Itoa(int(line)) + " "
		}
	}
}

// joinByHand takes the pairs of leg 1.
func (e *engine) joinByHand() {
	for _, p := range e.decided.pairs {
		e.views[tillproof.Terminal].mate[p.l], e.views[tillproof.Acquirer].mate[p.r] = p.r, p.l
		e.method[p.r] = uint8(byHandStep)
	}
}

// partedPair reports a pair of leg 1 that a person has ruled out.
func (e *engine) partedPair(l, r int32) bool {
	return len(e.decided.parted) > 0 && e.decided.parted[twoRows{
		e.views[tillproof.Terminal].ref(l), e.views[tillproof.Acquirer].ref(r),
	}]
}

// ruledOut reports a pair of which a person has parted the rows, or joined or left out the terminal's.
func (e *engine) ruledOut(l, r int32) bool {
	term := &e.views[tillproof.Terminal]
	st := e.run.States[tillproof.Terminal][term.lines[l].pos]
	return e.partedPair(l, r) || term.mate[l] != alone || st.Reason == tillproof.ExcludedByHand
}

// withoutParted takes the pairs away that a person has ruled out.
func (e *engine) withoutParted(pairs []pair) []pair {
	if len(e.decided.parted) == 0 {
		return pairs
	}
	return slices.DeleteFunc(pairs, func(p pair) bool { return e.partedPair(p.l, p.r) })
}

// anyParted reports whether a person has ruled out a pair of these rows.
func (e *engine) anyParted(t tie) bool {
	return len(e.decided.parted) > 0 && slices.ContainsFunc(t.lefts, func(l int32) bool {
		return slices.ContainsFunc(t.rights, func(r int32) bool { return e.partedPair(l, r) })
	})
}

// partedDeposit reports that a person has ruled out that one of the lines pays one of the groups.
func (e *engine) partedDeposit(groups, lines []int32) bool {
	if len(e.decided.parted) == 0 || len(e.decided.apart) == 0 {
		return false
	}
	for _, g := range groups {
		if e.groups[g].apart == "" {
			continue
		}
		for _, row := range e.groupRows(g) {
			near := e.views[e.ledger].ref(row)
			for _, line := range lines {
				if e.decided.parted[twoRows{near, e.views[tillproof.Bank].ref(line)}] {
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
	for _, d := range e.decided.deposits {
		for _, line := range d.lines {
			e.entries[line].used = true
		}
	}
}

// depositByHand settles the deposits that people put together. Each is a group of its own; what its sums lack
// is a break as in any other.
func (e *engine) depositByHand() {
	v := &e.views[e.ledger]
	for _, d := range e.decided.deposits {
		first := d.rows[0]
		key, expected := e.keyOf(first)
		g := group{
			groupKey: key, expected: expected, from: v.lines[first].day, to: v.lines[first].day,
			first: int32(len(e.rows)), n: int32(len(d.rows)), seq: alone,
		}
		for _, row := range d.rows {
			_, expected := e.keyOf(row)
			g.net += e.due[row]
			g.expected = max(g.expected, expected)
			g.from, g.to = min(g.from, v.lines[row].day), max(g.to, v.lines[row].day)
			if e.merchantOf(row) != g.merchant {
				g.merchant = ""
			}
		}
		e.rows = append(e.rows, d.rows...)
		e.groups = append(e.groups, g)
		e.settle(tillproof.ByHand, []int32{int32(len(e.groups) - 1)}, d.lines)
		e.groups[len(e.groups)-1].payout = "" // no step looks for its number any more
	}
}
