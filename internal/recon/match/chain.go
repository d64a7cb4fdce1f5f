package match

import (
	"slices"

	"github.com/tillproof/tillproof"
)

// minChain is how many deposits must have paid the same merchants together before an odd one is taken for
// theirs too.
const minChain = 2

// chains are the sets of merchants that exact deposits paid together, most merchants first.
func (e *engine) chains() [][]tillproof.MerchantID {
	type chain struct {
		of []tillproof.MerchantID
		n  int
	}
	var all []chain
	for rank := range e.entries {
		pays := slices.Clone(e.entries[rank].pays)
		if len(pays) < 2 {
			continue
		}
		slices.Sort(pays)
		i := slices.IndexFunc(all, func(c chain) bool { return slices.Equal(c.of, pays) })
		if i < 0 {
			all = append(all, chain{pays, 0})
			i = len(all) - 1
		}
		all[i].n++
	}
	slices.SortStableFunc(all, func(a, b chain) int { return len(b.of) - len(a.of) })
	var out [][]tillproof.MerchantID
	for _, c := range all {
		if c.n >= minChain {
			out = append(out, c.of)
		}
	}
	return out
}

// remainderChain joins the groups of one day of merchants that are paid together with the only credit of
// that day that is left and names one of them, or none: the deposit came, with another amount.
func (e *engine) remainderChain(left []int32, credits map[tillproof.Date][]int32) {
	for _, chain := range e.chains() {
		var part []int32
		for _, g := range left {
			if at := &e.groups[g]; !at.done && slices.Contains(chain, at.merchant) && e.whole(g) &&
				at.cur == e.groups[left[0]].cur {
				part = append(part, g)
			}
		}
		if len(part) < 2 {
			continue
		}
		var lines []int32
		for _, rank := range credits[e.groups[part[0]].expected] {
			if !e.entries[rank].used && e.ownerAmong(rank, part) &&
				e.views[tillproof.Bank].lines[rank].cur == e.groups[part[0]].cur {
				lines = append(lines, rank)
			}
		}
		if len(lines) == 1 {
			e.settle(remainderDay, part, lines)
		}
	}
}
