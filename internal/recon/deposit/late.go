package deposit

import (
	"github.com/tillproof/tillproof"
)

// remainderLate joins a credit that names its merchant with the group, or the consecutive groups, that were
// due before it and are left: the deposit came late, and with another amount. Of several answers the one with
// the smallest difference is taken, the earliest groups first.
func (e *engine) remainderLate() {
	v := &e.Views[tillproof.Bank]
	runs := map[owner][]int32{}
	for _, run := range e.byMerchant() {
		g := &e.groups[run[0]]
		runs[owner{g.merchant, g.cur}] = run
	}
	periods := e.payDaysCovered()
	for rank := range v.Lines {
		row := int32(rank)
		m := e.entries[rank].owner
		if e.entries[rank].used || v.Lines[rank].Amount <= 0 || m == "" || e.otherPeriod(row, periods) != "" {
			continue
		}
		run := e.dueBy(runs[owner{m, v.Lines[rank].Cur}], row)
		if !e.inChain(m) && e.lateFree(run, row) {
			e.settle(remainderLate, e.nearestRun(run, row), []int32{row})
		}
	}
}

// dueBy lists the groups of the run that are left and for which the line is not too early or too late.
func (e *engine) dueBy(run []int32, row int32) []int32 {
	day := e.Views[tillproof.Bank].Lines[row].Day
	var out []int32
	for _, i := range run {
		g := &e.groups[i]
		if !g.done && !g.rest && g.net > 0 && g.expected <= day && day <= e.lastDay(g.expected) &&
			e.whole(i) {
			out = append(out, i)
		}
	}
	return out
}

// lateFree reports whether a group was due before the line's day, and the line is not the only one that is
// left for a group of its own day.
func (e *engine) lateFree(run []int32, row int32) bool {
	day := e.Views[tillproof.Bank].Lines[row].Day
	earlier, own := 0, 0
	for _, g := range run {
		if e.groups[g].expected < day && !e.on(row, e.groups[g].expected) {
			earlier++
		} else {
			own++
		}
	}
	if earlier == 0 || own == 0 {
		return earlier > 0
	}
	free := 0
	for rank := range e.entries {
		if !e.entries[rank].used && e.entries[rank].owner == e.entries[row].owner && e.on(int32(rank), day) &&
			e.Views[tillproof.Bank].Lines[rank].Amount > 0 {
			free++
		}
	}
	return free > own
}

// nearestRun are the consecutive groups whose net is nearest to the line's amount.
func (e *engine) nearestRun(run []int32, row int32) []int32 {
	amount := e.Views[tillproof.Bank].Lines[row].Amount
	best, least := run[:1], int64(-1)
	for i := range run {
		sum := int64(0)
		for j := i; j < len(run) && j-i < e.mostTogether(); j++ {
			if j > i && !e.consecutive(run[j-1], run[j]) {
				break
			}
			sum += e.groups[run[j]].net
			if diff := max(sum-amount, amount-sum); least < 0 || diff < least {
				best, least = run[i:j+1], diff
			}
		}
	}
	return best
}
