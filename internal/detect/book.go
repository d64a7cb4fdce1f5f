package detect

import (
	"fmt"
	"slices"

	"github.com/tillproof/tillproof"
)

// Book is a set of rules under one version. The version grows whenever a row changes what it finds, so that
// two runs can be compared.
type Book struct {
	Version int
	Rules   []Rule
}

// Rule is a row of the book. Its name is in the catalogue under "rule." and its ID.
type Rule struct {
	ID       tillproof.RuleID
	Version  int
	Severity tillproof.Severity
	Score    int                // permille: how worth a look a hit is, for queues
	AtRisk   bool               // the money of its findings may be lost (docs/loss.md)
	Part     tillproof.LossPart // that its money is; "": principal
	Needs    []Need             // what the policy and the files must give; else the rule is not asked
	Params   []Param            // the numbers it decides by
	Reasons  []string           // the catalogue codes of the sentences it may give

	// A rule has one of two tests. That of a stream rule sees a row and what was known before it came, and
	// fills an alarm; its sentence is made afterwards of the rows of the incident. It keeps nothing in mind:
	// that is the memory's.
	stream func(l *look, r *Rule, a *Alarm) bool
	say    func(s *story) tillproof.Note
	// What would make a finding of a rule that is not in the book innocent; see innocent.
	innocent tillproof.Note
	// That of a run rule sees what reconciliation has made of the files.
	test func(v *view, r *Rule) []hit
}

// Param is a number that a rule decides by. Why it is this one stands in the catalogue: see Rule.Why.
type Param struct {
	Name  string
	Value int64
	Unit  string // "s", "days", "rows", "permille", "times", "units" (of a currency) or "minor" (of it)
}

// Need is something that a rule cannot do without.
type Need string

// The needs.
const (
	NeedRows       Need = "rows"        // a terminal log, or an acquirer report in its place
	NeedLog        Need = "log"         // a terminal log
	NeedReport     Need = "report"      // an acquirer report
	NeedHours      Need = "hours"       // the policy's opening hours
	NeedTerminals  Need = "terminals"   // the policy's list of terminals
	NeedSplitLimit Need = "split_limit" // the policy's limit
)

// unchecked are the sentences for a part of the policy that is missing. A missing file is the match's to
// tell.
var unchecked = map[Need]string{
	NeedHours:      "detect.unchecked.hours",
	NeedTerminals:  "detect.unchecked.terminals",
	NeedSplitLimit: "detect.unchecked.split_limit",
}

// Unchecked says which rules of the book the policy leaves out, and what it would have to name.
func Unchecked(run *tillproof.Run, book Book) []tillproof.Note {
	var notes []tillproof.Note
	for i := range book.Rules {
		for _, need := range book.Rules[i].Needs {
			code := unchecked[need]
			said := slices.ContainsFunc(notes, func(n tillproof.Note) bool { return n.Code == code })
			if code != "" && !said && !given(run, need) {
				notes = append(notes, tillproof.Note{Code: code})
			}
		}
	}
	return notes
}

func given(run *tillproof.Run, n Need) bool {
	switch n {
	case NeedRows:
		return len(run.Records[tillproof.Terminal])+len(run.Records[tillproof.Acquirer]) > 0
	case NeedLog:
		return len(run.Records[tillproof.Terminal]) > 0
	case NeedReport:
		return len(run.Records[tillproof.Acquirer]) > 0
	}
	return givenBy(&run.Policy, n)
}

// Why is the catalogue code of the reason for a number of the rule.
func (r *Rule) Why(p Param) string { return "rule." + string(r.ID) + "." + p.Name }

// value is the rule's number of that name. A test asks each rule for all of them.
func (r *Rule) value(name string) int64 {
	for _, p := range r.Params {
		if p.Name == name {
			return p.Value
		}
	}
	panic(fmt.Sprintf("detect: rule %s has no parameter %s", r.ID, name))
}

// span is the value as seconds between two moments.
func (r *Rule) span(name string) tillproof.LocalTime { return tillproof.LocalTime(r.value(name)) }

// The scores by severity. A book that learns from outcomes would set them by rule; this one only ranks.
const (
	scoreHigh   = 900
	scoreMedium = 600
	scoreLow    = 300
	scoreInfo   = 100
)
