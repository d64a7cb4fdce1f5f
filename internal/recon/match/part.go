package match

import (
	"cmp"
	"maps"
	"slices"

	"github.com/tillproof/tillproof"
)

// Beyond is what a part of the rows has to know of all the others, where a reconciliation is too large to be
// held at once: what the steps learn from rows that need no further look.
type Beyond struct {
	Leg    tillproof.Leg // the only one to compare: the other is compared elsewhere
	Clocks *Clocks       // of the pairs matched elsewhere
	Fields []string      // the references by which pairs were matched elsewhere, as in FieldNames
	// Days are the settlement days of all rows of the report, by merchant.
	Days map[tillproof.MerchantID]Days
	// Reports are the files that show the merchant's rows in the report; nil: all share one.
	Reports map[tillproof.MerchantID][]int32
	// Merchant and Terminal say whether any row of a side has the number.
	Merchant, Terminal func(side tillproof.Side, number string) bool
	Logged             bool // some row of the log names a terminal
	OneMerchant        bool // no side names two
	Clips              map[tillproof.MerchantID]Days
	Terms              *Terms // leg 2: how many days after its own a deposit comes
}

// Days are the first and the last of some days, both NoDate where there are none.
type Days struct{ From, To tillproof.Date }

// Terms is a settlement that no policy names and that the deposits of all merchants showed: how many banking
// days after its own a settlement day is paid, and whether the days that share a pay day come as one deposit.
type Terms struct {
	Days     int
	Together bool
}

// Part is what the reconciliation of a part says beyond its run.
type Part struct {
	CutOff int // minutes after midnight, as agreed or learned; 0: midnight or not known
	// Clips are the merchants whose part of the report begins late or ends early, with the bounds.
	Clips map[tillproof.MerchantID]Days
}

// ReconcilePart is Reconcile for one leg of a part of the rows. The rows of a merchant belong into one part,
// and so do all that could be taken for each other.
func ReconcilePart(run *tillproof.Run, beyond *Beyond) (Part, error) {
	e := newEngine(run)
	e.beyond = beyond
	if err := e.reconcile(); err != nil {
		return Part{}, err
	}
	out := Part{CutOff: e.policy.CutOff, Clips: map[tillproof.MerchantID]Days{}}
	for m, s := range e.clips {
		out.Clips[m] = Days{s.from, s.to}
	}
	return out, nil
}

// ExactDays counts, for each number of banking days after the settlement, the groups of the ledger whose net
// was booked on that day. It is what the settlement is learned from where no policy names it.
func ExactDays(run *tillproof.Run, beyond *Beyond) (Exact, error) {
	var out Exact
	e := newEngine(run)
	e.beyond = beyond
	if err := e.begin(); err != nil || !e.chooseLedger() || e.policy.Settlement.Known {
		return out, err
	}
	e.policy.Settlement.Days = assumedDays
	e.assumed = true
	if err := e.computeDue(); err != nil {
		return out, err
	}
	e.readEntries()
	return e.countExact(), nil
}

// BestTerms are the terms that explain the most deposits; the usual ones win an equal count.
func BestTerms(exact Exact) Terms {
	best := assumedDays
	for days, n := range exact[0] {
		if n > exact[0][best] {
			best = days
		}
	}
	return Terms{best, exact[1][best] > exact[0][best]}
}

// compares reports whether a leg is to be compared here.
func (e *engine) compares(l tillproof.Leg) bool { return e.beyond == nil || e.beyond.Leg == l }

// knowBeyond takes over what the rows that are not here have taught.
func (e *engine) knowBeyond() {
	if e.beyond == nil {
		return
	}
	for _, name := range e.beyond.Fields {
		if f, ok := fieldNames[name]; ok {
			e.shared.same[f] = true
		}
	}
	if e.beyond.Clips != nil {
		e.clips = map[tillproof.MerchantID]span{}
		for m, d := range e.beyond.Clips {
			e.clips[m] = span{d.From, d.To}
		}
	}
}

var fieldNames = map[string]field{
	"merchant": merchantField, "terminal": terminalField, "rrn": rrnField,
}

// named reports whether any row of the side has the number, among those here or elsewhere.
func (e *engine) named(side tillproof.Side, f field, number string) bool {
	if e.names[side][f][number] {
		return true
	}
	switch {
	case e.beyond == nil:
	case f == merchantField && e.beyond.Merchant != nil:
		return e.beyond.Merchant(side, number)
	case f == terminalField && e.beyond.Terminal != nil:
		return e.beyond.Terminal(side, number)
	}
	return false
}

// reportedBeyond replaces the days of the rows at hand by those of all rows.
func (e *engine) reportedBeyond(rep *reported) {
	if e.beyond == nil || e.beyond.Days == nil {
		return
	}
	rep.days = make(map[tillproof.MerchantID]span, len(e.beyond.Days))
	for m, d := range e.beyond.Days {
		rep.days[m] = span{d.From, d.To}
	}
	rep.byFirst = slices.Sorted(maps.Keys(rep.days))
	slices.SortStableFunc(rep.byFirst, func(a, b tillproof.MerchantID) int {
		return cmp.Compare(rep.days[a].from, rep.days[b].from)
	})
}

// WholeKey is the method of a pair that agrees in merchant, terminal and reference.
const WholeKey tillproof.Method = "reference.terminal_rrn"

// ExpectedSlack is how far the fee may differ from the one that the terminal expects, where the policy names
// no slack.
const ExpectedSlack = expectedSlack

// StepOf is the stage of a waterfall in which rows of a kind stand.
func StepOf(k tillproof.RecordKind) tillproof.StepKind { return tillproof.Steps[stepOf(k)] }

// Exact counts deposits by the number of banking days after which they came: those of single settlement days,
// and those of all that share a pay day.
type Exact = [2][maxLearnedDays + 1]int

// Namer finds the merchants that the lines of a statement name.
type Namer struct{ known tokens }

// NewNamer knows the merchants.
func NewNamer(merchants []tillproof.MerchantID) *Namer {
	n := &Namer{tokens{}}
	for _, m := range merchants {
		n.known.add(string(m))
	}
	return n
}

// Named lists the merchants that the line names, each once.
func (n *Namer) Named(r *tillproof.Record) []tillproof.MerchantID {
	var out []tillproof.MerchantID
	eachText(r, func(text string) {
		n.known.find(text, func(name string) {
			if m := tillproof.MerchantID(name); !slices.Contains(out, m) {
				out = append(out, m)
			}
		})
	})
	return out
}
