package sales

import (
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
	"github.com/tillproof/tillproof/internal/recon/choose"
)

// joinByHand takes the pairs and bundles of leg 1.
func (e *engine) joinByHand() {
	for _, p := range e.Decided.Pairs {
		e.Views[tillproof.Terminal].Mate[p.Left] = p.Right
		e.Views[tillproof.Acquirer].Mate[p.Right] = p.Left
		e.method[p.Right] = uint8(byHandStep)
	}
	for _, b := range e.Decided.Bundles {
		if len(b.Lefts) == 1 {
			e.takeParts(byHandStep, b.Lefts[0], b.Rights)
			continue
		}
		e.takeJoint(byHandStep, b.Lefts, b.Rights[0])
	}
}

// partedPair reports a pair of leg 1 that a person has ruled out.
func (e *engine) partedPair(l, r int32) bool {
	return len(e.Decided.Parted) > 0 && e.Decided.Parted[book.TwoRows{
		Near: e.Views[tillproof.Terminal].Ref(l), Far: e.Views[tillproof.Acquirer].Ref(r),
	}]
}

// ruledOut reports a pair of which a person has parted the rows, or joined or left out the terminal's.
func (e *engine) ruledOut(l, r int32) bool {
	term := &e.Views[tillproof.Terminal]
	st := e.Run.States[tillproof.Terminal][term.Lines[l].Pos]
	return e.partedPair(l, r) || term.Mate[l] != book.Alone || st.Reason == tillproof.ExcludedByHand
}

// withoutParted takes the pairs away that a person has ruled out.
func (e *engine) withoutParted(pairs []choose.Pair) []choose.Pair {
	if len(e.Decided.Parted) == 0 {
		return pairs
	}
	return slices.DeleteFunc(pairs, func(p choose.Pair) bool { return e.partedPair(p.L, p.R) })
}

// anyParted reports whether a person has ruled out a pair of these rows.
func (e *engine) anyParted(t choose.Tie) bool {
	return len(e.Decided.Parted) > 0 && slices.ContainsFunc(t.Lefts, func(l int32) bool {
		return slices.ContainsFunc(t.Rights, func(r int32) bool { return e.partedPair(l, r) })
	})
}
