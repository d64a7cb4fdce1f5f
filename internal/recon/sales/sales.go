package sales

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
	"github.com/tillproof/tillproof/internal/recon/choose"
)

// engine is leg 1 under way.
type engine struct {
	*book.Book

	method  []uint8       // of the acquirer row's match, index into methods
	pairs   []choose.Pair // filled anew by each search
	taken   []choose.Pair // by the search under way
	ties    ties
	scratch [len(tillproof.Sides) + 1][]keyed
	slips   map[int32][]int32 // terminal sale → the rows that settle it
	joint   map[int32][]int32 // acquirer row → the terminal sales that it settles

	// What the files have taught.
	names       [len(tillproof.Sides) + 1]sharedNames
	shared      sharedFields                             // the references that both sides use
	fillers     map[uint64]bool                          // values that name nothing, see findFillers
	cardless    [len(tillproof.Sides) + 1]map[int32]bool // the files that show no card at all
	clocks      map[tillproof.TerminalID]int64           // by how many seconds the report's clock is later
	lastSame    int                                      // second of the last sale settled on its day
	portions    map[tillproof.MerchantID]*portion
	converted   converted         // see comparePayers
	adjustments map[int32][]int32 // see adjusted

	undoes   map[int32]int32    // terminal: void or reversal → the sale that it undoes
	undone   []bool             // terminal: the sales that are undone
	voidedBy map[int32]int32    // acquirer row → the voided terminal sale that it settles
	holds    map[string][]int32 // pre-authorisations by their numbers
	unlogged []int32            // acquirer rows of terminals that no log names
}

func newEngine(bk *book.Book) *engine {
	return &engine{
		Book: bk, undoes: map[int32]int32{}, voidedBy: map[int32]int32{},
		slips: map[int32][]int32{}, joint: map[int32][]int32{},
	}
}

// Compare compares the terminal with the acquirer, and the fees that the report shows with the agreed ones.
func Compare(bk *book.Book) error { return newEngine(bk).compare() }

func (e *engine) compare() error {
	both := e.Has(tillproof.Terminal) && e.Has(tillproof.Acquirer)
	e.knowShared()
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
		e.breakBundles()
		e.breakCompletions()
		e.ownCurrency(func(book.At) bool { return true })
		e.breakTies()
		e.leaveUnreported()
		e.leaveUnlogged()
		e.findPortions()
		e.leftTerminal()
		e.warnPortions()
		e.leftAcquirer()
		e.keepUnlogged()
	}
	if !e.Has(tillproof.Acquirer) {
		return nil
	}
	return e.checkFees()
}
