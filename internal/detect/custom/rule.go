package custom

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// Rule is a rule of the user's own.
type Rule struct {
	ID       tillproof.RuleID
	Version  int
	Title    Words
	Severity tillproof.Severity
	When     string // the condition, in the Common Expression Language
	Params   []Param
	AtRisk   bool  // the money of its findings may be lost
	Shadow   bool  // it is asked and counted, and not shown
	Merge    Merge // which hits are one finding
	Reason   Words // with places such as {amount:money}
	Innocent Words // what would explain a hit, "" where nothing is named
	Cost     uint64
	Place    tillproof.Place

	test *compiled
}

// Words are a text in the languages of the program.
type Words struct{ ZH, EN string }

// Param is a number of a rule under a name.
type Param struct {
	Name  string
	Value int64
}

// Merge says which hits of a rule are one finding.
type Merge uint8

// The ways of merging.
const (
	ByRow Merge = iota
	ByCard
	ByTerminal
	ByMerchant
)

var mergeNames = [...]string{"row", "card", "terminal", "merchant"}

// String is the word of the file.
func (m Merge) String() string { return mergeNames[m] }

// Holds reports whether the rule speaks of a transaction. The vector may be nil: facts that are learned are
// then not shown, and a rule that asks for one is silent.
func (r *Rule) Holds(t *stream.Txn, v []int32) bool {
	return r.test.holds(&scene{tx: t, habit: v, names: r.test.names})
}

// Values are the facts of a transaction under their names, for the places of a reason. What the data does not
// show is left out.
func Values(t *stream.Txn, v []int32) map[string]int64 {
	s := &scene{tx: t, habit: v}
	out := map[string]int64{}
	for i := range facts {
		if f := &facts[i]; f.Kind == Number {
			if n, shown := f.number(s); shown {
				out[f.Name] = n
			}
		}
	}
	return out
}
