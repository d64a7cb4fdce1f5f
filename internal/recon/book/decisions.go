package book

import (
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
)

// Decided is what people ruled by hand, in the engine's terms. It goes before all steps: what is joined or
// left out by hand takes no part in them, and what is parted is no pair for any of them.
type Decided struct {
	Pairs    []handPair        // of leg 1
	Bundles  []Bundle          // of leg 1: one row of a side and several of the other
	Deposits []handDeposit     // of leg 2
	Barred   map[int32]bool    // of the ledger: paid or left out by hand, so part of no group
	Parted   map[TwoRows]bool  // must not be joined
	Apart    map[int32]string  // of the ledger: the lines that must not pay the row
	rank     map[rowRef]int32  // of the rows that a decision names
	claims   map[claim][]int32 // which decisions want a row for which leg
}

type rowRef = tillproof.RowRef

// TwoRows are a row nearer to the merchant and one nearer to the bank.
type TwoRows struct{ Near, Far rowRef }

// handPair is a match that a person made, by the ranks of its rows.
type handPair struct{ Left, Right int32 }

// Bundle are rows of leg 1 that belong together by their sums, by rank: one of one side, several of the
// other.
type Bundle struct{ Lefts, Rights []int32 }

// handDeposit is a deposit that a person put together.
type handDeposit struct{ Rows, Lines []int32 }

// claim is a row in one leg: in each it is used once.
type claim struct {
	row rowRef
	leg tillproof.Leg
}

// readDecisions finds out which decisions can be obeyed and prepares them. Decisions that contradict each
// other are all refused: which of them is right is not for the program to say, and the order in which a file
// lists them must not matter.
func (bk *Book) readDecisions() {
	if len(bk.Run.Decisions) == 0 {
		return
	}
	d := &bk.Decided
	*d = Decided{
		Barred: map[int32]bool{}, Parted: map[TwoRows]bool{}, Apart: map[int32]string{},
		rank: map[rowRef]int32{}, claims: map[claim][]int32{},
	}
	bk.rankDecided()
	for i := range bk.Run.Decisions {
		if one := &bk.Run.Decisions[i]; one.Obeyed() {
			one.Misfit = bk.misfit(one)
		}
	}
	bk.refuseContradictions()
	for i := range bk.Run.Decisions {
		if one := &bk.Run.Decisions[i]; one.Obeyed() {
			bk.prepare(one)
		}
	}
	bk.setApart()
}

// rankDecided finds the rows that decisions name in the total order.
func (bk *Book) rankDecided() {
	for i := range bk.Run.Decisions {
		for _, ref := range bk.Run.Decisions[i].Records {
			bk.Decided.rank[ref] = Alone
		}
	}
	for _, side := range tillproof.Sides {
		v := &bk.Views[side]
		for rank := range v.Lines {
			if ref := v.Ref(int32(rank)); bk.Decided.rank[ref] == Alone {
				bk.Decided.rank[ref] = int32(rank)
			}
		}
	}
}

// prepare makes a decision ready for the legs. What is left out by hand is so at once.
func (bk *Book) prepare(d *tillproof.Decision) {
	out := &bk.Decided
	ledger := bk.handLedger()
	switch d.Ruling {
	case tillproof.RuleExclude:
		for _, ref := range d.Records {
			rank := out.rank[ref]
			bk.Views[ref.Side].Lines[rank].Class = NoClass
			bk.Exclude(ref.Side, rank, tillproof.ExcludedByHand)
			if ref.Side == ledger {
				out.Barred[rank] = true
			}
		}
	case tillproof.RuleUnmatch:
		eachPair(d, func(p TwoRows) { out.Parted[p] = true })
	case tillproof.RuleMatch:
		if bk.legOf(d) == tillproof.TerminalAcquirer {
			bk.prepareSale(d)
			return
		}
		var dep handDeposit
		for _, ref := range d.Records {
			if ref.Side == tillproof.Bank {
				dep.Lines = append(dep.Lines, out.rank[ref])
				continue
			}
			dep.Rows = append(dep.Rows, out.rank[ref])
			out.Barred[out.rank[ref]] = true
		}
		slices.Sort(dep.Rows)
		slices.Sort(dep.Lines)
		out.Deposits = append(out.Deposits, dep)
	}
}

// prepareSale makes a match of leg 1 ready: a pair, or a bundle.
func (bk *Book) prepareSale(d *tillproof.Decision) {
	out := &bk.Decided
	var b Bundle
	for _, ref := range d.Records {
		if ref.Side == tillproof.Terminal {
			b.Lefts = append(b.Lefts, out.rank[ref])
		} else {
			b.Rights = append(b.Rights, out.rank[ref])
		}
	}
	if len(b.Lefts) == 1 && len(b.Rights) == 1 {
		out.Pairs = append(out.Pairs, handPair{b.Lefts[0], b.Rights[0]})
		return
	}
	out.Bundles = append(out.Bundles, b)
}

// setApart takes the rows that a line must not pay out of their groups; those that the same lines must not
// pay stay together.
func (bk *Book) setApart() {
	lines := map[int32][]int32{}
	for p := range bk.Decided.Parted {
		if p.Far.Side == tillproof.Bank {
			row := bk.Decided.rank[p.Near]
			lines[row] = append(lines[row], bk.Decided.rank[p.Far])
		}
	}
	for row, list := range lines {
		slices.Sort(list)
		for _, line := range list {
			bk.Decided.Apart[row] += strconv.Itoa(int(line)) + " "
		}
	}
}
