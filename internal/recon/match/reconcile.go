package match

import (
	"slices"

	"github.com/tillproof/tillproof"
)

// engine is one reconciliation under way.
type engine struct {
	run    *tillproof.Run
	policy tillproof.Policy // with what had to be assumed filled in
	views  [len(tillproof.Sides) + 1]view
	home   tillproof.Currency // of rows that name none

	scratch [len(tillproof.Sides) + 1][]keyed

	decided decided

	// leg 1
	adjustments map[int32][]int64                        // see adjusted
	cardless    [len(tillproof.Sides) + 1]map[int32]bool // the files that show no card at all
	walletDay   bool                                     // payments by wallet have the calendar's day
	converted   converted                                // see comparePayers
	slips       map[int32][]int32                        // terminal sale → the rows that settle it
	clocks      map[tillproof.TerminalID]int64           // by how many seconds the report's clock is later

	method   []uint8 // of the acquirer row's match, index into methods
	names    [len(tillproof.Sides) + 1]sharedNames
	fillers  map[uint64]bool // values that name nothing, see findFillers
	ties     ties
	pairs    []pair             // filled anew by each search
	taken    []pair             // by the search under way
	lastSame int                // second of the last sale settled on its own day, where no cut-off is known
	undoes   map[int32]int32    // terminal: void or reversal → the sale that it undoes
	holds    map[string][]int32 // pre-authorisations by their numbers
	undone   []bool             // terminal: the sales that are undone
	voidedBy map[int32]int32    // acquirer row → the voided terminal sale that it settles
	unlogged []int32            // acquirer rows of terminals that no log names
	shared   sharedFields       // the references that both sides use

	// leg 2
	ledger      tillproof.Side // whose rows make the groups
	leg         tillproof.Leg
	due         []int64 // by rank of the ledger: what is paid for the row
	fee         []int64 // by rank of the ledger, with the merchant's sign
	groups      []group
	rows        []int32 // ranks of the ledger, group by group
	entries     []entry // by rank of the bank
	byAmount    []int32 // ranks of the bank by currency, amount and day
	learned     map[string]bool
	assumed     bool // the settlement days are assumed, not agreed
	together    bool // the deposits show that the settlement days of one pay day come as one
	payDays     map[tillproof.Date]tillproof.Date
	debits      int // negative nets that came as debits on their day
	spelled     map[tillproof.MerchantID]tillproof.MerchantID
	free        []int32                           // bank lines that searchSets began with
	near        map[owner][]int32                 // see linesNear
	lastDays    map[tillproof.Date]tillproof.Date // what lastDay answered
	rowSearches int                               // see maxRowSearches
	claims      map[int32]int                     // bank line → how many merchants it may pay
	known       bool                              // some line shows that it is the acquirer's
	feesDue     []feesOf                          // of deposits that came gross
	feesApart   bool                              // a debit took fees that are rows of the report
	rests       []int32                           // groups of rows that deposits left out
	hints       map[int32]apart                   // bank line → rows that may explain it

	bankDays  map[owner]cover         // what bankCover found
	wholeDays map[tillproof.Date]bool // see findWholeDays
	early     map[start]due           // what was due before the statements begin
	accounts  []*account

	reports   map[tillproof.MerchantID]cover // where merchants have reports of their own
	series    map[tillproof.MerchantID]int32 // their files, by the first one
	portions  map[tillproof.MerchantID]*portion
	clips     map[tillproof.MerchantID]span // of the report's merchants that have a portion
	merchants []tillproof.MerchantID        // by rank of the acquirer, where the rows do not all name one

	beyond *Beyond // of a part: what the other rows have taught

	found []found
	bound map[string]int // bounds that were hit, and how often
}

// Version is raised with each change after which the same records may get another answer.
const Version = 1

// Reconcile fills the states, matches, waterfalls and breaks of the run from its policy, sources and records,
// and adds to its warnings. The answer does not depend on the order of the records. It answers an error only
// where sums leave the range of an amount, where the tariff is no fee, or where an invariant of the engine is
// broken; whatever the files lack becomes a warning.
func Reconcile(run *tillproof.Run) error { return newEngine(run).reconcile() }

func (e *engine) reconcile() error {
	if err := e.begin(); err != nil {
		return err
	}
	if e.compares(tillproof.TerminalAcquirer) {
		if err := e.terminalAgainstAcquirer(); err != nil {
			return err
		}
	}
	if e.compares(tillproof.AcquirerBank) {
		if err := e.againstBank(); err != nil {
			return err
		}
	}
	e.close()
	e.orderBreaks()
	e.warnBounds()
	return e.verify()
}

// begin orders the rows and leaves out those that can have no partner.
func (e *engine) begin() error {
	if err := e.checkSums(); err != nil {
		return err
	}
	run := e.run
	for _, side := range tillproof.Sides {
		e.views[side] = e.newView(side)
		run.States[side] = make([]tillproof.RowState, len(run.Records[side]))
	}
	run.Matches, run.Waterfalls, run.Breaks = nil, nil, nil
	e.reports, e.series = e.reportsOf()
	e.knowBeyond()
	e.warnMissing()
	e.readDecisions()
	e.excludeUnsettled()
	return nil
}

func newEngine(run *tillproof.Run) *engine {
	return &engine{
		run: run, policy: run.Policy, home: homeCurrency(run),
		undoes: map[int32]int32{}, voidedBy: map[int32]int32{}, learned: map[string]bool{},
		payDays: map[tillproof.Date]tillproof.Date{}, bound: map[string]int{},
	}
}

// has reports whether the run has a row of the side, or a file that was read and has none. A file of which no
// line could be read says nothing: what it holds is not missing.
func (e *engine) has(side tillproof.Side) bool {
	return len(e.run.Records[side]) > 0 || e.files(side) && !e.unread(side)
}

func (e *engine) files(side tillproof.Side) bool {
	return slices.ContainsFunc(e.run.Sources, func(s tillproof.Source) bool { return s.Side == side })
}

// unread reports whether the side has lines, none of which could be read.
func (e *engine) unread(side tillproof.Side) bool {
	return len(e.run.Records[side]) == 0 &&
		slices.ContainsFunc(e.run.Sources, func(s tillproof.Source) bool {
			return s.Side == side && s.Unread > 0
		})
}

// terminalAgainstAcquirer is leg 1, with the fees that the report shows.
func (e *engine) terminalAgainstAcquirer() error {
	both := e.has(tillproof.Terminal) && e.has(tillproof.Acquirer)
	e.linkVoids()
	if both {
		e.matchTransactions()
		e.warnClocks()
		e.learnCutOff()
		e.undoVoided()
	}
	e.excludeVoided()
	if both {
		e.keepMatches()
		e.breakAmounts()
		e.breakCompletions()
		e.ownCurrency(func(at) bool { return true })
		e.breakTies()
		e.leaveUnreported()
		e.leaveUnlogged()
		e.findPortions()
		e.leftTerminal()
		e.warnPortions()
		e.leftAcquirer()
		e.keepUnlogged()
	}
	if !e.has(tillproof.Acquirer) {
		return nil
	}
	return e.checkFees()
}

// raise sets the state of a row unless it already has a worse one: the worst of the legs counts.
func (e *engine) raise(side tillproof.Side, rank int32, st tillproof.RowState) {
	at := &e.run.States[side][e.views[side].lines[rank].pos]
	if st.Status > at.Status {
		*at = st
	}
}

func (e *engine) exclude(side tillproof.Side, rank int32, reason string) {
	e.raise(side, rank, tillproof.RowState{
		Status: tillproof.Excluded, Reason: reason, Expected: tillproof.NoDate,
	})
}

func (e *engine) matched(side tillproof.Side, rank int32) {
	e.raise(side, rank, tillproof.RowState{Status: tillproof.Matched, Expected: tillproof.NoDate})
}

func (e *engine) except(side tillproof.Side, rank int32, kind tillproof.BreakKind) {
	e.raise(side, rank, tillproof.RowState{
		Status: tillproof.Exception, Reason: "break." + string(kind), Expected: tillproof.NoDate,
	})
}

// close gives a state to rows that no leg had anything to compare with.
func (e *engine) close() {
	legs := e.leg != tillproof.NoLeg
	for _, side := range tillproof.Sides {
		reason := "match.excluded.alone"
		switch {
		case side == tillproof.Acquirer && e.has(tillproof.Terminal):
			reason = "match.excluded.bank_only"
		case side == tillproof.Bank && legs:
			reason = "match.excluded.other_traffic"
		case side != tillproof.Acquirer && e.leg == tillproof.NoLeg && e.has(tillproof.Terminal) &&
			e.has(tillproof.Bank):
			reason = "match.excluded.net_unknown"
		}
		for i := range e.run.States[side] {
			if st := &e.run.States[side][i]; st.Status == tillproof.Open {
				*st = tillproof.RowState{
					Status: tillproof.Excluded, Reason: reason, Expected: tillproof.NoDate,
				}
			}
		}
	}
}

// verify holds the result to its own promises; a broken one is an error of the engine, not of the files.
func (e *engine) verify() error {
	for _, c := range Complete(e.run) {
		if !c.Holds() {
			return invariant("match.incomplete", tillproof.Params{"side": c.Side.String()})
		}
	}
	for i := range e.run.Waterfalls {
		w := &e.run.Waterfalls[i]
		sum := int64(0)
		for _, s := range w.Steps {
			sum += s.Amount.Minor()
		}
		if sum != w.Net.Minor() || w.Net.Minor()-w.Paid.Minor() != w.Residual.Minor() {
			return invariant("match.waterfall", tillproof.Params{"day": w.Expected.String()})
		}
	}
	return nil
}

func invariant(code string, p tillproof.Params) error {
	return &tillproof.Error{Op: "match", Kind: tillproof.KindInternal, Code: code, Params: p}
}
