package match

import (
	"slices"

	"github.com/tillproof/tillproof"
)

// The steps of leg 2 in the order in which they run.
const (
	payoutReference tillproof.Method = "payout_reference"
	netDay          tillproof.Method = "net_day"
	netWindow       tillproof.Method = "net_window"
	splitDay        tillproof.Method = "split_settle_day"
	splitBatch      tillproof.Method = "split_batch"
	splitTerminal   tillproof.Method = "split_terminal"
	netTogether     tillproof.Method = "net_together"
	netMerchants    tillproof.Method = "net_merchants"
	netCarried      tillproof.Method = "net_carried"
	netZero         tillproof.Method = "net_zero"
	remainderLate   tillproof.Method = "remainder_late"
	remainderDay    tillproof.Method = "remainder_day"
	noDeposit       tillproof.Method = "no_deposit"
)

// lateDays is how many banking days after its day a deposit is still looked for: two weeks cover a rejected
// transfer that is sent again; a later credit is shown apart.
const lateDays = 10

// maxRounds bounds how often the exact nets are tried again because a round taught the names of payers.
const maxRounds = 3

// againstBank is leg 2.
func (e *engine) againstBank() error {
	if !e.chooseLedger() {
		return nil
	}
	e.settleTerms()
	if err := e.computeDue(); err != nil {
		return err
	}
	e.leaveUnpayable()
	e.nameMerchants()
	e.readSpellings()
	e.readEntries()
	e.keepForHand()
	e.buildGroups()
	e.learnDays()
	e.learnTerms()
	e.depositByHand()
	e.payoutReference()
	e.netDay()
	e.findWholeDays()
	e.netWindow()
	e.split()
	e.netTogether()
	e.netMerchants()
	e.netCarried()
	e.searchSets()
	e.remainderLate()
	e.remainderDay()
	e.remainderDebit()
	e.leftGroups()
	e.leftEntries()
	e.leaveSummaries()
	return nil
}

// settleTerms fills in what the policy does not say about the settlement, and warns.
func (e *engine) settleTerms() {
	if !e.policy.Settlement.Known {
		e.policy.Settlement.Days = assumedDays
		e.assumed = e.needsPayDay()
	}
	if len(e.policy.Payers) == 0 {
		e.warn("match.warning.no_payers", nil)
	}
	cal := e.policy.Settlement.Calendar
	days := e.views[e.ledger].cover
	if e.policy.Settlement.Known && len(days) > 0 && !covers(cal, days) {
		e.warn("match.warning.calendar", tillproof.Params{
			"from": dateParam(days[0].from), "to": dateParam(days.last()),
		})
	}
}

func covers(cal tillproof.Calendar, days cover) bool {
	return cal.Covers(days[0].from) && cal.Covers(days.last())
}

// needsPayDay reports whether a row of the ledger does not state when it is paid.
func (e *engine) needsPayDay() bool {
	v := &e.views[e.ledger]
	for rank := range v.lines {
		if e.payable(int32(rank)) && (e.ledger == tillproof.Terminal ||
			!v.rec(int32(rank)).ValueDate.Known()) {
			return true
		}
	}
	return false
}

// maxLearnedDays is the slowest settlement that is tried where the policy names none.
const maxLearnedDays = 5

// learnDays tries other settlement terms where none were agreed, and keeps those that explain the most
// deposits to the cent; the assumed ones win an equal count.
func (e *engine) learnDays() {
	if !e.assumed {
		return
	}
	var best Terms
	if e.beyond != nil && e.beyond.Terms != nil {
		best = *e.beyond.Terms
	} else {
		best = BestTerms(e.countExact())
	}
	e.together = best.Together
	e.useDays(best.Days)
	e.warn("match.warning.settlement_assumed", tillproof.Params{"days": count(best.Days)})
}

// countExact counts the exact deposits for each number of days that is tried, those of single settlement days
// and those of all settlement days that share a pay day.
func (e *engine) countExact() (out Exact) {
	for days := range out[0] {
		for i, together := range [...]bool{false, true} {
			e.together = together
			e.useDays(days)
			out[i][days] = e.exactDays()
		}
	}
	return out
}

func (e *engine) useDays(days int) {
	e.policy.Settlement.Days = days
	clear(e.payDays)
	clear(e.lastDays)
	e.buildGroups()
}

// exactDays counts the groups whose net was booked on their day.
func (e *engine) exactDays() int {
	n := 0
	for i := range e.groups {
		g := &e.groups[i]
		for _, rank := range e.ofAmount(g.cur, g.net) {
			if g.net != 0 && !e.entries[rank].used && e.on(rank, g.expected) {
				n++
				break
			}
		}
	}
	return n
}

// payoutReference joins groups and bank lines through the name of the payout in the line's text: first where
// the amounts agree, then where the name or the payer leaves no doubt that the line is meant.
func (e *engine) payoutReference() {
	pairs := e.payoutPairs()
	for _, part := range components(pairs) {
		if lines := e.exactLines(part); len(lines) > 0 {
			e.settle(payoutReference, part.lefts, lines)
		}
	}
	pairs = slices.DeleteFunc(pairs, func(p pair) bool {
		return e.groups[p.l].done || e.entries[p.r].used || len(e.groups[p.l].payout) < minPayout &&
			e.speaks(p.r, e.groups[p.l].merchant) < learned
	})
	// A line that names several payouts, and a payout that came in several lines, make one comparison.
	for _, part := range components(pairs) {
		if e.allWhole(part.lefts) {
			e.settle(payoutReference, part.lefts, part.rights)
		}
	}
}

// minPayout is the shortest payout number that alone says that a line pays it: shorter ones stand in invoices
// of others too.
const minPayout = 8

func (e *engine) payoutPairs() []pair {
	names := tokens{}
	of := map[string][]int32{}
	for i := range e.groups {
		if p := e.groups[i].payout; p != "" {
			names.add(p)
			of[p] = append(of[p], int32(i))
		}
	}
	if len(names) == 0 {
		return nil
	}
	v := &e.views[tillproof.Bank]
	var pairs []pair
	for rank := range v.lines {
		if e.entries[rank].used {
			continue
		}
		eachText(v.rec(int32(rank)), func(text string) {
			names.find(text, func(name string) {
				for _, g := range of[name] {
					if e.mayPay(g, int32(rank)) || e.paysChain(of[name], g, int32(rank)) {
						pairs = append(pairs, pair{l: g, r: int32(rank)})
					}
				}
			})
		})
	}
	return pairs
}

// paysChain reports whether the line names a payout that several merchants share, and one of the others: a
// chain's deposit may name its head alone.
func (e *engine) paysChain(sharing []int32, g, rank int32) bool {
	return len(e.groups[g].payout) >= minPayout &&
		e.groups[g].cur == e.views[tillproof.Bank].lines[rank].cur && e.ownerAmong(rank, sharing)
}

// maxPayoutLines bounds the lines of which the one or the few are looked for that make the net.
const maxPayoutLines = 10

// exactLines are the fewest lines of the component that make the net of its groups, nil where none do.
func (e *engine) exactLines(part component) []int32 {
	var net int64
	for _, g := range part.lefts {
		net += e.groups[g].net
	}
	lines := part.rights
	if e.sumOfLines(lines) == net {
		return lines
	}
	if len(lines) > maxPayoutLines {
		return nil
	}
	var best []int32
	for set := 1; set < 1<<len(lines); set++ {
		var some []int32
		for i, rank := range lines {
			if set>>i&1 == 1 {
				some = append(some, rank)
			}
		}
		if (best == nil || len(some) < len(best)) && e.sumOfLines(some) == net {
			best = some
		}
	}
	return best
}

func (e *engine) sumOfLines(lines []int32) int64 {
	var sum int64
	for _, rank := range lines {
		sum += e.views[tillproof.Bank].lines[rank].amount
	}
	return sum
}

// mayPay reports whether nothing about the line speaks against the group.
func (e *engine) mayPay(g, rank int32) bool {
	return e.groups[g].cur == e.views[tillproof.Bank].lines[rank].cur &&
		e.speaks(rank, e.groups[g].merchant) != against && !e.partedLine(g, rank)
}

// netDay joins a group and the bank line of its exact net on its expected day.
func (e *engine) netDay() {
	for i := range e.groups {
		if g := &e.groups[i]; !g.done && g.net == 0 {
			e.settle(netZero, []int32{int32(i)}, nil)
		}
	}
	var ties []tie
	for range maxRounds {
		pairs := e.netPairs(none, func(g *group, rank int32) (uint64, bool) {
			return 0, e.on(rank, g.expected)
		})
		if len(pairs) == 0 {
			return
		}
		ties = e.takeNets(netDay, pairs)
	}
	e.refuse(ties)
}

// netWindow joins a group and the line of its exact net that came before or after its day and shows that it
// is the acquirer's.
func (e *engine) netWindow() {
	e.takeNets(netWindow, e.netPairs(learned, func(g *group, rank int32) (uint64, bool) {
		day := e.views[tillproof.Bank].lines[rank].day
		if day < g.to || day > e.lastDay(g.expected) {
			return 0, false
		}
		return uint64(max(day-g.expected, g.expected-day)), true
	}))
}

// lastDay is the last day on which a deposit is looked for.
func (e *engine) lastDay(expected tillproof.Date) tillproof.Date {
	day, ok := e.lastDays[expected]
	if !ok {
		day = e.policy.Settlement.Calendar.AddBanking(expected, lateDays)
		if e.lastDays == nil {
			e.lastDays = map[tillproof.Date]tillproof.Date{}
		}
		e.lastDays[expected] = day
	}
	return day
}

// evidenceWeight puts better evidence before a nearer day.
const evidenceWeight = 1 << 32

// netPairs lists free groups with free lines of their exact net that have at least the evidence and whose day
// fits.
func (e *engine) netPairs(least evidence, fits func(g *group, rank int32) (uint64, bool)) []pair {
	var pairs []pair
	for i := range e.groups {
		g := &e.groups[i]
		if g.done {
			continue
		}
		start := len(pairs)
		for _, rank := range e.ofAmount(g.cur, g.net) {
			if e.entries[rank].used || e.partedLine(int32(i), rank) {
				continue
			}
			ev := e.speaks(rank, g.merchant)
			score, ok := fits(g, rank)
			if !ok || ev < least {
				continue
			}
			if len(pairs)-start == maxPairs {
				e.bound["match.warning.bound_pairs"]++
				break
			}
			score += uint64(byNumber-ev) * evidenceWeight
			pairs = append(pairs, pair{score: score, l: int32(i), r: rank})
		}
	}
	return pairs
}

// takeNets settles the pairs that are the only answer and gives back the others.
func (e *engine) takeNets(m tillproof.Method, pairs []pair) []tie {
	if len(pairs) == 0 {
		return nil
	}
	return chooser{
		sameL: func(a, b int32) bool { return false },
		sameR: e.alikeEntries,
		take:  func(g, rank int32) { e.settle(m, []int32{g}, []int32{rank}) },
	}.decide(pairs)
}

// refuse reports groups and lines that could be swapped, and takes them out of the later steps.
func (e *engine) refuse(ties []tie) {
	bank := &e.views[tillproof.Bank]
	ledger := &e.views[e.ledger]
	for _, t := range merged(ties) {
		first := &e.groups[t.lefts[0]]
		p := e.describeGroup(t.lefts[0])
		p["n"] = count(len(t.lefts))
		p["candidates"] = count(len(t.rights))
		b := tillproof.Break{
			Kind: tillproof.Ambiguous, Leg: e.leg, Side: e.ledger,
			Amount: tillproof.NewMoney(first.net, first.cur), Residual: tillproof.NewMoney(0, first.cur),
			Reason:     tillproof.Note{Code: "match.ambiguous.deposit", Params: p},
			ExpectedBy: first.expected,
		}
		for _, rank := range t.rights {
			e.entries[rank].used = true
			e.except(tillproof.Bank, rank, tillproof.Ambiguous)
			b.Candidates = append(b.Candidates, tillproof.Candidate{
				Row: bank.ref(rank),
				Why: tillproof.Note{Code: "match.why.equal_deposit", Params: e.describeEntry(rank)},
			})
			b.Records = append(b.Records, bank.ref(rank))
		}
		for _, g := range t.lefts {
			e.groups[g].done = true
			for _, row := range e.groupRows(g) {
				e.except(e.ledger, row, tillproof.Ambiguous)
				b.Records = append(b.Records, ledger.ref(row))
			}
			e.waterfall(noDeposit, []int32{g}, nil, tillproof.Exception)
		}
		e.report(b, at{tillproof.Bank, t.rights[0]})
	}
}
