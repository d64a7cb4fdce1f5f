package match

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
	"github.com/tillproof/tillproof/internal/recon/deposit"
	"github.com/tillproof/tillproof/internal/recon/sales"
)

// What a part has to know of the rows that are not in it, and how a settlement is learned from all parts.
type (
	Beyond = book.Beyond
	Clocks = book.Clocks
	Days   = book.Days
	Terms  = book.Terms
	Exact  = deposit.Exact
	Namer  = deposit.Namer
	Owing  = book.Owing
)

// WholeKey is the method of a pair that agrees in merchant, terminal and reference.
const WholeKey = sales.WholeKey

// ExpectedSlack is how far the fee may differ from the one that the terminal expects, where the policy names
// no slack.
const ExpectedSlack = sales.ExpectedSlack

// Part is what the reconciliation of a part says beyond its run.
type Part struct {
	CutOff int // minutes after midnight, as agreed or learned; 0: midnight or not known
	// Clips are the merchants whose part of the report begins late or ends early, with the bounds.
	Clips map[tillproof.MerchantID]Days
	Owing Owing // what the statement shows of negative nets
}

// ReconcilePart is Reconcile for one leg of a part of the rows. The rows of a merchant belong into one part,
// and so do all that could be taken for each other.
func ReconcilePart(run *tillproof.Run, beyond *Beyond) (Part, error) {
	bk := book.New(run, beyond)
	if err := inBook(bk); err != nil {
		return Part{}, err
	}
	return Part{CutOff: bk.Policy.CutOff, Clips: bk.Clips, Owing: bk.Owing}, nil
}

// ExactDays counts, for each number of banking days after the settlement, the groups of the ledger whose net
// was booked on that day. It is what the settlement is learned from where no policy names it.
func ExactDays(run *tillproof.Run, beyond *Beyond) (Exact, error) {
	return deposit.ExactDays(book.New(run, beyond))
}

// BestTerms are the terms that explain the most deposits; the usual ones win an equal count.
func BestTerms(exact Exact) Terms { return deposit.BestTerms(exact) }

// Unsettled says why a row of the log can have no partner, "" where it can.
func Unsettled(r *tillproof.Record) string { return book.Unsettled(tillproof.Terminal, r) }

// NewNamer finds the merchants in the lines of a statement.
func NewNamer(merchants []tillproof.MerchantID) *Namer { return deposit.NewNamer(merchants) }

// StepOf is the stage of a waterfall in which rows of a kind stand.
func StepOf(k tillproof.RecordKind) tillproof.StepKind { return deposit.StepOf(k) }

// CheckDecisions says which decisions of a run can be obeyed. It depends on the records that they name alone,
// so the run need hold no others.
func CheckDecisions(run *tillproof.Run) error { return book.New(run, nil).Begin() }
