package bench

import (
	"fmt"

	"github.com/tillproof/tillproof"
)

// Tally counts one kind of statement. Each statement of an answer is right or false; what is said twice
// counts once.
type Tally struct {
	True     int `json:"true"`     // in the key
	Knowable int `json:"knowable"` // of these, what the files determine
	Given    int `json:"given"`    // by the answer
	Right    int `json:"right"`    // of these, what is in the key
	Found    int `json:"found"`    // of the knowable, what was given
}

// False is how many statements are not true.
func (t Tally) False() int { return t.Given - t.Right }

// whole is one: shares are parts of ten thousand.
const whole = 10_000

// Precision is the share of statements that are true; all of none.
func (t Tally) Precision() int { return share(t.Right, t.Given) }

// Recall is the share of the knowable that was found.
func (t Tally) Recall() int { return share(t.Found, t.Knowable) }

// share rounds down, so that only all is ten thousand.
func share(part, of int) int {
	if of == 0 {
		return whole
	}
	return part * whole / of
}

// Plus adds two counts.
func (t Tally) Plus(u Tally) Tally {
	return Tally{
		True: t.True + u.True, Knowable: t.Knowable + u.Knowable, Given: t.Given + u.Given,
		Right: t.Right + u.Right, Found: t.Found + u.Found,
	}
}

// Score is how an answer stands against a key.
type Score struct {
	Matches  Tally
	Breaks   map[string]*Tally // by kind
	Deposits Tally
	Coarse   int // several deposits explained as one: true, and less than was asked
	Refused  int // called ambiguous where the files do not determine an answer: right
	Unknown  int // names of records that no file has
	Repeated int // statements that were made before
	LossOff  int64
	Currency tillproof.Currency
	Faults   []Fault // the first of each sort
}

// Fault is one statement that is false, or one that is missing.
type Fault struct {
	What    string   `json:"what"` // "false match", "missed match", …
	Kind    string   `json:"kind,omitempty"`
	Records []string `json:"records"`
	Amount  string   `json:"amount,omitempty"`
	Cause   string   `json:"cause,omitempty"`
}

// The sorts of faults.
const (
	FalseMatch       = "false_match"
	MissedMatch      = "missed_match"
	FalseBreak       = "false_break"
	MissedBreak      = "missed_break"
	WrongExplanation = "wrong_explanation"
	Unexplained      = "unexplained"
)

// maxFaults of each sort are kept: a person looks at a few and then at the files.
const maxFaults = 20

// AllBreaks sums the kinds of breaks.
func (s *Score) AllBreaks() Tally {
	var sum Tally
	for _, t := range s.Breaks {
		sum = sum.Plus(*t)
	}
	return sum
}

// Perfect reports whether nothing false was said, everything knowable was found, and the loss is right.
func (s *Score) Perfect() bool {
	for _, t := range [...]Tally{s.Matches, s.AllBreaks(), s.Deposits} {
		if t.False() > 0 || t.Found < t.Knowable {
			return false
		}
	}
	return s.LossOff == 0
}

// Ratio writes a share as a decimal: "0.9995".
func Ratio(parts int) string { return fmt.Sprintf("%d.%04d", parts/whole, parts%whole) }

// Percent writes a share in hundredths of a percent: "99.95".
func Percent(parts int) string { return fmt.Sprintf("%d.%02d", parts/100, parts%100) }
