package deposit

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// maxParts bounds the deposits that one group is split into: more than a terminal or batch each on a large
// shop floor are not one day's credits any more.
const maxParts = 64

// split joins a group with the several lines of its day that its settlement days, batches or terminals make.
func (e *engine) split() {
	for _, way := range [...]struct {
		method tillproof.Method
		part   func(rank int32) string
		day    func(g *group, part string) tillproof.Date
	}{
		{splitDay, e.dayOfRow, onExpected},
		{splitDay, e.dayOfRow, e.calendarDay},
		{splitBatch, e.batchOfRow, onExpected},
		{splitTerminal, e.terminalOfRow, onExpected},
		{splitTerminal, e.terminalDayOfRow, onExpected},
	} {
		for i := range e.groups {
			g := e.groups[i]
			if g.done {
				continue
			}
			day := func(part string) tillproof.Date { return way.day(&g, part) }
			for _, p := range e.partLines(int32(i), way.part, day) {
				e.settle(way.method, []int32{e.carve(int32(i), p.rows)}, []int32{p.line})
			}
		}
	}
}

func onExpected(g *group, _ string) tillproof.Date { return g.expected }

// calendarDay is the pay day of a settlement day where the acquirer pays on weekends too, earlier than the
// policy says.
func (e *engine) calendarDay(_ *group, settled string) tillproof.Date {
	day, err := tillproof.ParseDate(settled)
	if err != nil {
		return tillproof.NoDate
	}
	return day + tillproof.Date(e.Policy.Settlement.Days)
}

// partLine is a part of a group and the line that pays it.
type partLine struct {
	rows []int32
	line int32
}

// partLines finds a line for each part of the group, or none at all. Parts that net to nothing need no line:
// they go with the first.
func (e *engine) partLines(
	g int32, field func(int32) string, day func(part string) tillproof.Date,
) []partLine {
	parts := e.parts(g, field)
	switch {
	case len(parts) > maxParts:
		e.Bound["match.warning.bound_parts"]++
		return nil
	case len(parts) < 2:
		return nil
	}
	var out []partLine
	var lines, nothing []int32
	for _, p := range parts {
		if p.net == 0 {
			nothing = append(nothing, p.rows...)
			continue
		}
		rank, ok := e.lineOf(g, p.net, day(p.name), lines)
		if !ok {
			return nil
		}
		lines = append(lines, rank)
		out = append(out, partLine{p.rows, rank})
	}
	if len(out) > 0 {
		out[0].rows = append(out[0].rows, nothing...)
	}
	return out
}

// lineOf is the free line of the amount on the day that has the best evidence for the group's merchant; false
// where there is none, or several that something tells apart.
func (e *engine) lineOf(g int32, amount int64, day tillproof.Date, taken []int32) (int32, bool) {
	best, top, unique := int32(book.Alone), against, false
	for _, rank := range e.ofAmount(e.groups[g].cur, amount) {
		if e.entries[rank].used || slices.Contains(taken, rank) || !e.on(rank, day) || e.partedLine(g, rank) {
			continue
		}
		switch ev := e.speaks(rank, e.groups[g].merchant); {
		case ev > top:
			best, top, unique = rank, ev, true
		case ev == top && best != book.Alone:
			unique = unique && e.alikeEntries(best, rank)
		}
	}
	return best, best != book.Alone && unique
}

// maxTogether bounds the consecutive groups that are tried as one deposit: a bank holiday week. Longer runs
// fit by chance too often. Where the pay days are only assumed, a group is one settlement day, and the run of
// days around the longest holidays (eight days off, a weekend before) is tried.
const (
	maxTogether     = 5
	maxTogetherDays = 12
)

func (e *engine) mostTogether() int {
	if e.assumed {
		return maxTogetherDays
	}
	return maxTogether
}

// byMerchant lists the free groups of each merchant and currency in the order of their days.
func (e *engine) byMerchant() [][]int32 {
	order := make([]int32, 0, len(e.groups))
	for i := range e.groups {
		if !e.groups[i].done {
			order = append(order, int32(i))
		}
	}
	slices.SortStableFunc(order, func(a, b int32) int {
		ga, gb := &e.groups[a], &e.groups[b]
		return cmp.Or(cmp.Compare(ga.merchant, gb.merchant), slices.Compare(ga.cur[:], gb.cur[:]))
	})
	var out [][]int32
	for i, g := range order {
		if i > 0 {
			last := &e.groups[order[i-1]]
			if last.merchant == e.groups[g].merchant && last.cur == e.groups[g].cur {
				out[len(out)-1] = append(out[len(out)-1], g)
				continue
			}
		}
		out = append(out, []int32{g})
	}
	return out
}

// netTogether joins up to maxTogether consecutive groups of one merchant that came as one line on the day of
// the last. Only groups that follow each other without a settled one between are tried.
func (e *engine) netTogether() {
	for _, run := range e.byMerchant() {
		e.sumRuns(run, netTogether, func(g *group, _ int) bool { return g.net > 0 })
		if e.unsettled(run) > e.mostTogether() {
			e.Bound["match.warning.bound_together"]++
		}
	}
}

// netCarried joins a group that was not positive with the next ones, into which the acquirer carried it. The
// sum may be positive for a day or more before it is paid.
func (e *engine) netCarried() {
	for _, run := range e.byMerchant() {
		e.sumRuns(run, netCarried, func(g *group, sofar int) bool { return sofar > 0 || g.net < 0 })
	}
}

func (e *engine) unsettled(run []int32) int {
	n := 0
	for _, g := range run {
		if !e.groups[g].done {
			n++
		}
	}
	return n
}

// sumRuns tries the sums of consecutive groups; want says whether a group may be the next of a run so long.
func (e *engine) sumRuns(run []int32, m tillproof.Method, want func(g *group, sofar int) bool) {
	for i := 0; i < len(run); i++ {
		var sum int64
		for n := 0; n < e.mostTogether() && i+n < len(run); n++ {
			g := &e.groups[run[i+n]]
			if g.done || !want(g, n) || n > 0 && !e.consecutive(run[i+n-1], run[i+n]) {
				break
			}
			sum += g.net
			if n == 0 {
				continue
			}
			if rank, ok := e.lineOfRun(run[i+n], sum); ok && sum != 0 {
				e.settle(m, run[i:i+n+1], []int32{rank})
				break
			}
		}
	}
}

// lineOfRun is the line of the sum on the day of the last group, else the only line of the sum on another day
// that shows that it is the acquirer's.
func (e *engine) lineOfRun(last int32, sum int64) (int32, bool) {
	g := &e.groups[last]
	rank, ok := e.lineOf(last, sum, g.expected, nil)
	if ok {
		return rank, ok
	}
	least := byPayer
	if e.assumed {
		least = learned
	}
	best, n := int32(book.Alone), 0
	for _, rank := range e.ofAmount(g.cur, sum) {
		day := e.Views[tillproof.Bank].Lines[rank].Day
		if !e.entries[rank].used && day >= g.to && day <= e.lastDay(g.expected) &&
			e.speaks(rank, g.merchant) >= least {
			best = rank
			n++
		}
	}
	return best, n == 1
}

// consecutive reports whether no other group of the merchant lies between the two.
func (e *engine) consecutive(a, b int32) bool { return e.groups[b].seq == e.groups[a].seq+1 }

// netMerchants joins the groups of all merchants of one day that came as one line: a chain with one account.
func (e *engine) netMerchants() {
	for i := 0; i < len(e.groups); {
		var part []int32
		var sum int64
		j := i
		for ; j < len(e.groups) && e.groups[j].expected == e.groups[i].expected; j++ {
			if g := &e.groups[j]; !g.done && g.cur == e.groups[i].cur {
				part = append(part, int32(j))
				sum += g.net
			}
		}
		if len(part) > 1 && sum != 0 {
			if rank, ok := e.lineOfAll(part, sum); ok {
				e.settle(netMerchants, part, []int32{rank})
			} else {
				e.netMerchantDays(part)
			}
		}
		i = j
	}
}

// lineOfAll is the one free line of the amount on the day of the groups that names no merchant but theirs: a
// chain's line may name its head alone.
func (e *engine) lineOfAll(part []int32, amount int64) (int32, bool) {
	first := &e.groups[part[0]]
	best, n := int32(book.Alone), 0
	for _, rank := range e.ofAmount(first.cur, amount) {
		if !e.entries[rank].used && e.on(rank, first.expected) && e.ownerAmong(rank, part) {
			best = rank
			n++
		}
	}
	return best, n == 1
}

func (e *engine) ownerAmong(rank int32, part []int32) bool {
	m := e.entries[rank].owner
	return m == "" || slices.ContainsFunc(part, func(g int32) bool { return e.groups[g].merchant == m })
}

// remainderDay joins the only group of a day that is left with the only acquirer's credit of that day that is
// left: the deposit came, with another amount.
func (e *engine) remainderDay() {
	credits := e.freeCredits()
	if len(credits) == 0 {
		return
	}
	for i := 0; i < len(e.groups); {
		j := i
		var left []int32
		for ; j < len(e.groups) && e.groups[j].expected == e.groups[i].expected; j++ {
			if g := &e.groups[j]; !g.done && !g.rest && g.net > 0 {
				left = append(left, int32(j))
			}
		}
		e.remainder(left, credits)
		i = j
	}
}

func (e *engine) freeCredits() map[tillproof.Date][]int32 {
	v := &e.Views[tillproof.Bank]
	out := map[tillproof.Date][]int32{}
	for rank := range v.Lines {
		row := int32(rank)
		if e.entries[rank].used || v.Lines[rank].Amount <= 0 || !e.fromAcquirer(row) {
			continue
		}
		out[v.Lines[rank].Day] = append(out[v.Lines[rank].Day], row)
		if value := v.Rec(row).ValueDate; value.Known() && value != v.Lines[rank].Day {
			out[value] = append(out[value], row)
		}
	}
	return out
}

// remainder settles the groups of one day: first those whose merchant the credits name, then a single rest.
// Where the pay days are only assumed, the groups of one merchant and day are one deposit.
func (e *engine) remainder(left []int32, credits map[tillproof.Date][]int32) {
	if len(left) == 0 || len(credits[e.groups[left[0]].expected]) == 0 {
		return
	}
	e.remainderChain(left, credits)
	parts := e.byOwner(left)
	for _, part := range parts {
		if len(part) > 1 && !e.assumed {
			continue
		}
		if named := e.creditsFor(part[0], credits, byNumber); len(named) > 0 && e.comparable(part, named) {
			e.settle(remainderDay, part, named)
		}
	}
	rest := map[tillproof.Currency][][]int32{}
	for _, part := range parts {
		if g := &e.groups[part[0]]; !g.done {
			rest[g.cur] = append(rest[g.cur], part)
		}
	}
	for _, part := range parts {
		if g := &e.groups[part[0]]; g.done || len(rest[g.cur]) != 1 || len(part) > 1 && !e.assumed {
			continue
		}
		if lines := e.creditsFor(part[0], credits, learned); len(lines) == 1 && e.comparable(part, lines) {
			e.settle(remainderDay, part, lines)
		}
	}
}

// remainderDebit joins the only group of a merchant and day that is left with the only line of that day that
// is left and names the merchant, a debit: more was held back than there was to pay.
func (e *engine) remainderDebit() {
	for _, run := range e.byMerchant() {
		for _, g := range run {
			at := &e.groups[g]
			if at.done || at.rest || at.net <= 0 || !e.whole(g) ||
				slices.ContainsFunc(run, func(o int32) bool {
					return o != g && !e.groups[o].done && e.groups[o].expected == at.expected
				}) {
				continue
			}
			var lines []int32
			for _, rank := range e.free {
				l := &e.Views[tillproof.Bank].Lines[rank]
				if !e.entries[rank].used && l.Cur == at.cur && e.on(rank, at.expected) &&
					e.speaks(rank, at.merchant) == byNumber {
					lines = append(lines, rank)
				}
			}
			if len(lines) == 1 && e.Views[tillproof.Bank].Lines[lines[0]].Amount < 0 {
				e.settle(remainderDay, []int32{g}, lines)
			}
		}
	}
}

// byOwner splits the groups of one day by merchant and currency, as they stand.
func (e *engine) byOwner(left []int32) [][]int32 {
	var out [][]int32
	for i, g := range left {
		if i > 0 {
			a, b := &e.groups[left[i-1]], &e.groups[g]
			if a.merchant == b.merchant && a.cur == b.cur {
				out[len(out)-1] = append(out[len(out)-1], g)
				continue
			}
		}
		out = append(out, []int32{g})
	}
	return out
}

func (e *engine) creditsFor(g int32, credits map[tillproof.Date][]int32, least evidence) []int32 {
	var out []int32
	for _, rank := range credits[e.groups[g].expected] {
		if !e.entries[rank].used && e.Views[tillproof.Bank].Lines[rank].Cur == e.groups[g].cur &&
			!e.partedLine(g, rank) && e.speaks(rank, e.groups[g].merchant) >= least {
			out = append(out, rank)
		}
	}
	return out
}
