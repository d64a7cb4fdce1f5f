package tillproof

import "cmp"

// Ruling is what a person decided about records by hand.
type Ruling uint8

// The rulings. RuleMatch joins records whatever the steps say; RuleUnmatch forbids to join two, and the steps
// may find another partner, never this one; RuleExclude leaves records out of the comparison.
const (
	NoRuling Ruling = iota
	RuleMatch
	RuleUnmatch
	RuleExclude
)

var rulingNames = [...]string{"", "match", "unmatch", "exclude"}

// String is the stable English name.
func (r Ruling) String() string { return nameOf(rulingNames[:], int(r)) }

// MarshalText writes the name.
func (r Ruling) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the name.
func (r *Ruling) UnmarshalText(b []byte) error {
	i, err := named(rulingNames[:], b)
	*r = Ruling(i)
	return err
}

// ByHand is the method of what a decision joined; its text is "method.manual".
const ByHand Method = "manual"

// ExcludedByHand is the reason of a record that a decision left out.
const ExcludedByHand = "match.excluded.manual"

// Decision is a ruling with its reason. It is applied before all steps, and names its records by their
// content, so that it holds for the next export of the same lines too.
type Decision struct {
	Ruling  Ruling
	Named   []string // as the user names records: ids, the beginnings of ids, file:line, or groups of them
	Reason  string
	By, At  string   // as the user wrote them; no clock is asked
	Place   Place    // where the decision stands
	Records []RowRef // what Named stands for; none where one of them is not found
	Misfit  Note     // why it was not obeyed; no code: it was
}

// Obeyed reports whether the run follows the decision.
func (d *Decision) Obeyed() bool { return d.Misfit.Code == "" }

// Basis is what a run was made from beside its sources: the same basis over the same sources gives the same
// bytes of every output.
type Basis struct {
	ID        RunID  // of all of it, the sources included
	Engine    string // the versions of the steps and of the rules
	Policy    Digest // of the policy file; zero where there was none
	Decisions Digest // of the decisions file; zero where there was none
	Asked     Digest // of the user's rules, the model and the verdicts; zero where there were none
	Passes    bool   // the files were too large to be held: lists are cut; see Watched
	Watched   bool   // in passes: the rules that look at the terminal log were run

	// Checkpoint is the newest signed state of the log of the workspace, in its short form, as it was shown;
	// "" where nothing is kept. It is no part of what the run was made from.
	Checkpoint string
}

// RunID names a run by what it was made from: the contents of its sources and how they were to be read, its
// policy, its decisions, what it was asked beside the book of rules, the versions of steps and rules, and
// whether it was made in passes, with rules or without. The order and the names of the files, and the
// language, do not count.
type RunID id

// RunIDOf derives the id from the basis and one part for each source, in an order of the caller that does not
// depend on that of the files.
func RunIDOf(b Basis, sources []string) RunID {
	parts := make([][]byte, 0, len(sources)+3)
	parts = append(parts, []byte(b.Engine), b.Policy[:], b.Decisions[:])
	for _, s := range sources {
		parts = append(parts, []byte(s))
	}
	if b.Passes {
		parts = append(parts, []byte("passes"))
	}
	if b.Watched {
		parts = append(parts, []byte("watched"))
	}
	if b.Asked != (Digest{}) {
		parts = append(parts, []byte("asked"), b.Asked[:])
	}
	return RunID(hashID(parts...))
}

// String is "run_" and 26 letters, "" for the zero id.
func (i RunID) String() string { return id(i).text("run_") }

// MarshalText writes the text form.
func (i RunID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads the text form; an empty text is the zero id.
func (i *RunID) UnmarshalText(b []byte) error { return unmarshalID((*id)(i), "run_", b) }

// CompletenessDay is one day's part of the proof for one currency, by the day that a record has on its own
// side; NoDate for records without any.
type CompletenessDay struct {
	Day      Date
	Currency Currency
	Counts   [Exception + 1]int   // by Status
	ByStatus [Exception + 1]int64 // minor units
}

// Records counts the records of the day.
func (d *CompletenessDay) Records() int {
	n := 0
	for _, k := range d.Counts {
		n += k
	}
	return n
}

// Total sums the day.
func (d *CompletenessDay) Total() int64 {
	var t int64
	for _, v := range d.ByStatus {
		t += v
	}
	return t
}

// Before orders days by the calendar and then by currency.
func (d *CompletenessDay) Before(o *CompletenessDay) int {
	return cmp.Or(
		cmp.Compare(d.Day, o.Day), cmp.Compare(d.Currency.String(), o.Currency.String()),
	)
}
