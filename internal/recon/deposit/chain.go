package deposit

import (
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
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
		if len(e.entries[rank].pays) < 2 {
			continue
		}
		pays := slices.Clone(e.entries[rank].pays)
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

// netMerchantDays joins what the merchants' groups hold of each settlement day with the acquirer's line of
// that sum: where several days are paid on one, each may be a deposit of its own.
func (e *engine) netMerchantDays(groups []int32) {
	var days []tillproof.Date
	sums := map[tillproof.Date]int64{}
	of := map[tillproof.Date]map[int32][]int32{}
	for _, g := range groups {
		for _, row := range e.groupRows(g) {
			day := e.Views[e.ledger].Lines[row].Day
			if of[day] == nil {
				days = append(days, day)
				of[day] = map[int32][]int32{}
			}
			sums[day] += e.due[row]
			of[day][g] = append(of[day][g], row)
		}
	}
	slices.Sort(days)
	for _, day := range days {
		rank, ok := e.lineOfAll(groups, sums[day])
		if len(days) < 2 || !ok || sums[day] == 0 || !e.fromAcquirer(rank) {
			continue
		}
		var parts []int32
		for _, g := range groups {
			if rows := of[day][g]; len(rows) > 0 {
				parts = append(parts, e.carve(g, rows))
			}
		}
		e.settle(netMerchants, parts, []int32{rank})
	}
}

// inChain reports whether exact deposits paid the merchant together with others.
func (e *engine) inChain(m tillproof.MerchantID) bool {
	return slices.ContainsFunc(e.chains(), func(c []tillproof.MerchantID) bool {
		return slices.Contains(c, m)
	})
}

// unpaidTogether are the groups that ought to have come in one deposit with the group and did not: those of
// the day of the other merchants that are paid with it.
func (e *engine) unpaidTogether(g int32, cut map[int32][]int32) []int32 {
	at := &e.groups[g]
	out := []int32{g}
	for _, chain := range e.chains() {
		if at.rest || at.net < 0 || len(cut[g]) > 0 || !slices.Contains(chain, at.merchant) ||
			e.bankCover(at.merchant, at.cur).Place(at.expected) != book.Within {
			continue
		}
		for i := range e.groups {
			o := &e.groups[i]
			if int32(i) != g && !o.done && !o.rest && o.net >= 0 && o.expected == at.expected &&
				o.cur == at.cur && o.from == at.from && o.to == at.to && len(cut[int32(i)]) == 0 &&
				slices.Contains(chain, o.merchant) {
				out = append(out, int32(i))
			}
		}
		break
	}
	return out
}

// merchantsOf names the merchants of groups.
func (e *engine) merchantsOf(groups []int32) string {
	var names []string
	for _, g := range groups {
		if m := string(e.groups[g].merchant); !slices.Contains(names, m) {
			names = append(names, m)
		}
	}
	return strings.Join(names, ", ")
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
				e.Views[tillproof.Bank].Lines[rank].Cur == e.groups[part[0]].cur {
				lines = append(lines, rank)
			}
		}
		if len(lines) == 1 {
			e.settle(remainderDay, part, lines)
		}
	}
}
