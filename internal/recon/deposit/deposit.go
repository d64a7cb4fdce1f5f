package deposit

import (
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
	"github.com/tillproof/tillproof/internal/recon/choose"
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

// engine is leg 2 under way.
type engine struct {
	*book.Book

	ledger    tillproof.Side // whose rows make the groups
	due       []int64        // by rank of the ledger: what is paid for the row
	fee       []int64        // by rank of the ledger, with the merchant's sign
	groups    []group
	rows      []int32                // ranks of the ledger, group by group
	rests     []int32                // groups of rows that deposits left out
	merchants []tillproof.MerchantID // by rank of the acquirer, where the rows do not all name one
	spelled   map[tillproof.MerchantID]tillproof.MerchantID

	entries  []entry         // by rank of the bank
	byAmount []int32         // ranks of the bank by currency, amount and day
	learned  map[string]bool // who paid exact deposits
	known    bool            // some line shows that it is the acquirer's

	assumed   bool // the settlement days are assumed, not agreed
	together  bool // the deposits show that the settlement days of one pay day come as one
	payDays   map[tillproof.Date]tillproof.Date
	lastDays  map[tillproof.Date]tillproof.Date // what lastDay answered
	wholeDays map[tillproof.Date]bool           // see findWholeDays
	worst     map[owner]int64                   // see worstDay
	owing     owing                             // what became of negative nets
	feesDue   []feesOf                          // of deposits that came gross
	feesApart bool                              // a debit took fees that are rows of the report

	free        []int32           // bank lines that searchSets began with
	near        map[owner][]int32 // see linesNear
	claims      map[int32]int     // bank line → how many merchants it may pay
	rowSearches int               // see maxRowSearches
	hints       map[int32]apart   // bank line → rows that may explain it

	accounts []*account
	bankDays map[owner]book.Cover // what bankCover found
	early    map[start]due        // what was due before the statements begin
}

func newEngine(bk *book.Book) *engine {
	return &engine{
		Book: bk, learned: map[string]bool{}, payDays: map[tillproof.Date]tillproof.Date{},
	}
}

// Compare compares the bank with the report, or where there is none with the terminal log.
func Compare(bk *book.Book) error { return newEngine(bk).compare() }

func (e *engine) compare() error {
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
	e.Owing = e.owing.Owing
	return nil
}

// settleTerms fills in what the policy does not say about the settlement, and warns.
func (e *engine) settleTerms() {
	if !e.Policy.Settlement.Known {
		e.Policy.Settlement.Days = assumedDays
		e.assumed = e.needsPayDay()
	}
	if len(e.Policy.Payers) == 0 {
		e.Warn("match.warning.no_payers", nil)
	}
	cal := e.Policy.Settlement.Calendar
	days := e.Views[e.ledger].Cover
	if e.Policy.Settlement.Known && len(days) > 0 && !covers(cal, days) {
		e.Warn("match.warning.calendar", tillproof.Params{
			"from": book.DateParam(days[0].From), "to": book.DateParam(days.Last()),
		})
	}
}

func covers(cal tillproof.Calendar, days book.Cover) bool {
	return cal.Covers(days[0].From) && cal.Covers(days.Last())
}

// needsPayDay reports whether a row of the ledger does not state when it is paid.
func (e *engine) needsPayDay() bool {
	v := &e.Views[e.ledger]
	for rank := range v.Lines {
		if e.payable(int32(rank)) && (e.ledger == tillproof.Terminal ||
			!v.Rec(int32(rank)).ValueDate.Known()) {
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
	var best book.Terms
	if e.Beyond != nil && e.Beyond.Terms != nil {
		best = *e.Beyond.Terms
	} else {
		best = BestTerms(e.countExact())
	}
	e.together = best.Together
	e.useDays(best.Days)
	e.Warn("match.warning.settlement_assumed", tillproof.Params{"days": book.Count(best.Days)})
}

func (e *engine) useDays(days int) {
	e.Policy.Settlement.Days = days
	clear(e.payDays)
	clear(e.lastDays)
	e.buildGroups()
}

// payoutReference joins groups and bank lines through the name of the payout in the line's text: first where
// the amounts agree, then where the name or the payer leaves no doubt that the line is meant.
func (e *engine) payoutReference() {
	pairs := e.payoutPairs()
	for _, part := range choose.Components(pairs) {
		if lines := e.exactLines(part); len(lines) > 0 {
			e.settle(payoutReference, part.Lefts, lines)
		}
	}
	pairs = slices.DeleteFunc(pairs, func(p choose.Pair) bool {
		return e.groups[p.L].done || e.entries[p.R].used || len(e.groups[p.L].payout) < minPayout &&
			e.speaks(p.R, e.groups[p.L].merchant) < learned
	})
	// A line that names several payouts, and a payout that came in several lines, make one comparison.
	for _, part := range choose.Components(pairs) {
		if e.comparable(part.Lefts, part.Rights) {
			e.settle(payoutReference, part.Lefts, part.Rights)
		}
	}
}

// minPayout is the shortest payout number that alone says that a line pays it: shorter ones stand in invoices
// of others too.
const minPayout = 8

func (e *engine) payoutPairs() []choose.Pair {
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
	v := &e.Views[tillproof.Bank]
	var pairs []choose.Pair
	for rank := range v.Lines {
		if e.entries[rank].used {
			continue
		}
		eachText(v.Rec(int32(rank)), func(text string) {
			names.find(text, func(name string) {
				for _, g := range of[name] {
					if e.mayPay(g, int32(rank)) || e.paysChain(of[name], g, int32(rank)) {
						pairs = append(pairs, choose.Pair{L: g, R: int32(rank)})
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
		e.groups[g].cur == e.Views[tillproof.Bank].Lines[rank].Cur && e.ownerAmong(rank, sharing)
}

// maxPayoutLines bounds the lines of which the one or the few are looked for that make the net.
const maxPayoutLines = 10

// exactLines are the fewest lines of the component that make the net of its groups, nil where none do.
func (e *engine) exactLines(part choose.Component) []int32 {
	var net int64
	for _, g := range part.Lefts {
		net += e.groups[g].net
	}
	lines := part.Rights
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
		sum += e.Views[tillproof.Bank].Lines[rank].Amount
	}
	return sum
}

// mayPay reports whether nothing about the line speaks against the group.
func (e *engine) mayPay(g, rank int32) bool {
	return e.groups[g].cur == e.Views[tillproof.Bank].Lines[rank].Cur &&
		e.speaks(rank, e.groups[g].merchant) != against && !e.partedLine(g, rank)
}

// netDay joins a group and the bank line of its exact net on its expected day.
func (e *engine) netDay() {
	for i := range e.groups {
		if g := &e.groups[i]; !g.done && g.net == 0 {
			e.settle(netZero, []int32{int32(i)}, nil)
		}
	}
	var ties []choose.Tie
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
		day := e.Views[tillproof.Bank].Lines[rank].Day
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
		day = e.Policy.Settlement.Calendar.AddBanking(expected, lateDays)
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
func (e *engine) netPairs(least evidence, fits func(g *group, rank int32) (uint64, bool)) []choose.Pair {
	var pairs []choose.Pair
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
			if len(pairs)-start == choose.MaxPairs {
				e.Bound["match.warning.bound_pairs"]++
				break
			}
			score += uint64(byNumber-ev) * evidenceWeight
			pairs = append(pairs, choose.Pair{Score: score, L: int32(i), R: rank})
		}
	}
	return pairs
}

// takeNets settles the pairs that are the only answer and gives back the others.
func (e *engine) takeNets(m tillproof.Method, pairs []choose.Pair) []choose.Tie {
	if len(pairs) == 0 {
		return nil
	}
	return choose.Chooser{
		SameL: func(a, b int32) bool { return false },
		SameR: e.alikeEntries,
		Take:  func(g, rank int32) { e.settle(m, []int32{g}, []int32{rank}) },
	}.Decide(pairs)
}

// refuse reports groups and lines that could be swapped, and takes them out of the later steps.
func (e *engine) refuse(ties []choose.Tie) {
	bank := &e.Views[tillproof.Bank]
	ledger := &e.Views[e.ledger]
	for _, t := range choose.Merged(ties) {
		first := &e.groups[t.Lefts[0]]
		p := e.describeGroup(t.Lefts[0])
		p["n"] = book.Count(len(t.Lefts))
		p["candidates"] = book.Count(len(t.Rights))
		b := tillproof.Break{
			Kind: tillproof.Ambiguous, Leg: e.Leg, Side: e.ledger,
			Amount: tillproof.NewMoney(first.net, first.cur), Residual: tillproof.NewMoney(0, first.cur),
			Reason:     tillproof.Note{Code: "match.ambiguous.deposit", Params: p},
			ExpectedBy: first.expected,
		}
		for _, rank := range t.Rights {
			e.entries[rank].used = true
			e.Except(tillproof.Bank, rank, tillproof.Ambiguous)
			b.Candidates = append(b.Candidates, tillproof.Candidate{
				Row: bank.Ref(rank),
				Why: tillproof.Note{Code: "match.why.equal_deposit", Params: e.describeEntry(rank)},
			})
			b.Records = append(b.Records, bank.Ref(rank))
		}
		for _, g := range t.Lefts {
			e.groups[g].done = true
			for _, row := range e.groupRows(g) {
				e.Except(e.ledger, row, tillproof.Ambiguous)
				b.Records = append(b.Records, ledger.Ref(row))
			}
			e.waterfall(noDeposit, []int32{g}, nil, tillproof.Exception)
		}
		e.Report(b, book.At{Side: tillproof.Bank, Rank: t.Rights[0]})
	}
}
