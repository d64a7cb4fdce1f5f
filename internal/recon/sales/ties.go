package sales

import (
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
	"github.com/tillproof/tillproof/internal/recon/choose"
)

// ties are the rows of leg 1 for which several answers are equally good, as one pass through the steps leaves
// them. A weaker step may tell them apart, and then the better ones have their say again; but it may take
// none of them away: which of them stays free is not known.
type ties struct {
	list    []choose.Tie
	of      [2]map[int32]int // terminal and acquirer rows → the best tie they have, counted from 1
	stand   bool             // nothing settles a tie any more
	settled bool             // a row of a tie was taken in this pass
}

func (t *ties) begin(stand bool) {
	*t = ties{list: t.list[:0], of: [2]map[int32]int{{}, {}}, stand: stand}
}

func (t *ties) add(one choose.Tie) {
	t.list = append(t.list, one)
	for side, rows := range [...][]int32{one.Lefts, one.Rights} {
		for _, row := range rows {
			if t.of[side][row] == 0 {
				t.of[side][row] = len(t.list)
			}
		}
	}
}

func (t *ties) took(l, r int32) { t.settled = t.settled || t.of[0][l] > 0 || t.of[1][r] > 0 }

// holds reports a pair that a weaker step must not take: it is not one of two rows of one tie.
func (t *ties) holds(p choose.Pair) bool {
	l, r := t.of[0][p.L], t.of[1][p.R]
	return l != r || l > 0 && (t.stand || t.list[l-1].Waits)
}

// spares reports a pair of a free row and one that may be left over when its tie is settled.
func (t *ties) spares(p choose.Pair) bool {
	l, r := t.of[0][p.L], t.of[1][p.R]
	switch {
	case r == 0:
		one := &t.list[l-1]
		return one.Waits || len(one.Lefts) > len(one.Rights)
	case l == 0:
		one := &t.list[r-1]
		return one.Waits || len(one.Rights) > len(one.Lefts)
	}
	return false
}

// decide takes pairs of leg 1 and keeps the ties. Few rows for which many compete are surely taken by these;
// one of the many may be left over, and a free row that fits it best waits with it.
func (e *engine) decide(step int, pairs []choose.Pair) {
	pairs = e.withoutParted(pairs)
	if len(e.ties.list) > 0 {
		kept := pairs[:0]
		for _, p := range pairs {
			if p.Held = e.ties.holds(p); !p.Held || e.ties.spares(p) {
				kept = append(kept, p)
			}
		}
		pairs = kept
	}
	if len(pairs) == 0 {
		return
	}
	for _, t := range e.chooser(step).Decide(pairs) {
		e.ties.add(t)
	}
}

// tied are the rows that will be refused because several answers are equally good.
func (e *engine) tied() map[book.At]bool {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	out := map[book.At]bool{}
	for _, t := range choose.Merged(e.ties.list) {
		lefts, rights := remaining(t.Tie, term, acq)
		if len(lefts) == 0 || len(rights) == 0 {
			continue
		}
		for _, l := range lefts {
			out[book.At{Side: tillproof.Terminal, Rank: l}] = true
		}
		for _, r := range rights {
			out[book.At{Side: tillproof.Acquirer, Rank: r}] = true
		}
	}
	return out
}

// remaining are the rows of a tie that no step has taken.
func remaining(t choose.Tie, term, acq *book.View) (lefts, rights []int32) {
	lefts = slices.DeleteFunc(slices.Clone(t.Lefts), func(l int32) bool { return !term.Free(l) })
	rights = slices.DeleteFunc(slices.Clone(t.Rights), func(r int32) bool { return !acq.Free(r) })
	return lefts, rights
}
