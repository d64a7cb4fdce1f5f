package kept

import (
	"cmp"
	"io"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/report"
)

// The schemas of exceptions; additive changes only.
const (
	schemaExceptions = "tillproof.exceptions/1"
	schemaJudged     = "tillproof.judged/1"
)

// urgency orders what money can still be saved or claimed first: confirmed losses, then what is at risk, then
// what is owed, then the rest.
var urgency = map[tillproof.Bucket]int{
	tillproof.BucketConfirmed: 0, tillproof.BucketAtRisk: 1, tillproof.BucketOwed: 2,
	tillproof.BucketTiming: 3, tillproof.BucketNone: 3,
}

// Urgent sorts exceptions, the most urgent first: by where the money is, how severe it is, how much it is.
func Urgent(all []tillproof.KeptException) {
	slices.SortStableFunc(all, func(a, b tillproof.KeptException) int {
		return cmp.Or(
			cmp.Compare(urgency[a.Bucket], urgency[b.Bucket]), cmp.Compare(severity(&b), severity(&a)),
			cmp.Compare(a.Amount.Currency().String(), b.Amount.Currency().String()),
			cmp.Compare(size(b.Amount), size(a.Amount)), cmp.Compare(a.Day, b.Day), cmp.Compare(a.ID, b.ID),
		)
	})
}

func size(m tillproof.Money) int64 { return max(m.Minor(), -m.Minor()) }

// severity is that of a finding, or of the kind of a break.
func severity(e *tillproof.KeptException) tillproof.Severity {
	if e.Severity != 0 {
		return e.Severity
	}
	return report.SeverityOf(tillproof.BreakKind(e.Kind))
}

// isBreak tells breaks from findings.
func isBreak(e *tillproof.KeptException) bool {
	return slices.Contains(tillproof.BreakKinds[:], tillproof.BreakKind(e.Kind))
}

// Listed is a list of exceptions with what is not on it.
type Listed struct {
	Exceptions []tillproof.KeptException
	Tally      tillproof.ExceptionTally // of all that stand
	Narrowed   bool                     // the user asked for some of them only
}

// Exceptions writes a list, in the order given.
func Exceptions(w io.Writer, l Listed, opt Options) error {
	p := newPage(w, opt)
	switch {
	case len(l.Exceptions) > 0:
		p.Headline(p.Text("kept.exceptions.title", "n", n(len(l.Exceptions))))
	case l.Narrowed:
		p.Say(0, "", p.Text("kept.exceptions.none_such"), report.Plain)
	default:
		p.Say(0, "", p.Text("kept.exceptions.none"), report.Good)
	}
	for i := range l.Exceptions[:min(len(l.Exceptions), textItems)] {
		p.Gap()
		p.exception(&l.Exceptions[i])
	}
	p.more(len(l.Exceptions), textItems)
	if s := p.judgedCounts(l.Tally); s != "" {
		p.Gap()
		p.Say(0, "", s, report.Faint)
	}
	return p.Flush()
}

// exception is one of a list: how severe, what, how much, and what it says.
func (p *page) exception(e *tillproof.KeptException) {
	head := p.term(e)
	if e.Amount.Currency().Known() || !e.Amount.IsZero() {
		head = p.List([]string{head, p.at(e)})
	}
	p.Severe(severity(e), head)
	p.Say(2, "", p.sentence(e), report.Plain)
	facts := []string{short(string(e.ID))}
	if e.Day.Known() {
		facts = append(facts, e.Day.String())
	}
	if s := p.state(e); s != "" {
		facts = append(facts, s)
	}
	p.Facts(2, facts, report.Faint)
}

// term is what the kind of an exception is called.
func (p *page) term(e *tillproof.KeptException) string {
	if isBreak(e) {
		return p.Text("break." + e.Kind)
	}
	if p.opt.Rule != nil {
		if own := p.opt.Rule(tillproof.RuleID(e.Kind)); own != "" {
			return report.Clean(own)
		}
	}
	return p.Text("rule." + e.Kind)
}

// at is the amount with where it stands in the statement of loss.
func (p *page) at(e *tillproof.KeptException) string {
	if e.Bucket == tillproof.BucketNone || e.Bucket == "" {
		return p.money(e.Amount)
	}
	return p.Text("kept.exception.bucket", "bucket", p.Text("bucket."+string(e.Bucket)), "amount",
		e.Amount.Param())
}

func (p *page) sentence(e *tillproof.KeptException) string {
	if e.Sentence.Code == "" {
		return p.term(e)
	}
	return p.Note(e.Sentence)
}

// state says what a person made of it, and whether it still stands; nothing of a new one that does.
func (p *page) state(e *tillproof.KeptException) string {
	var parts []string
	switch {
	case e.State == tillproof.ExceptionSnoozed:
		parts = append(parts, p.Text("kept.state.snoozed_until", "day", e.Until.String()))
	case e.State != tillproof.ExceptionNew && e.State != "":
		parts = append(parts, p.Text("kept.state."+string(e.State)))
	}
	if j := e.Judged; j != nil && e.State != tillproof.ExceptionNew && j.Reason != "" {
		parts = append(parts, report.Clean(j.Reason))
	}
	if e.Cleared != (tillproof.RunID{}) {
		parts = append(parts, p.Text("kept.state.cleared"))
	}
	return p.List(parts)
}

// judgedCounts says how many exceptions were judged, "" where none was.
func (p *page) judgedCounts(t tillproof.ExceptionTally) string {
	var parts []string
	for _, s := range [...]tillproof.ExceptionState{
		tillproof.ExceptionConfirmed, tillproof.ExceptionDismissed, tillproof.ExceptionSnoozed,
	} {
		if k := t.States[s]; k > 0 {
			state := p.Text("kept.state." + string(s))
			parts = append(parts, p.Text("kept.state.count", "state", state, "n", n(k)))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return p.Text("kept.exceptions.judged", "parts", p.List(parts))
}

// exceptionOut is an exception for programs.
type exceptionOut struct {
	ID       string        `json:"id"`
	Kind     string        `json:"kind"`
	Term     string        `json:"term"`
	Side     string        `json:"side"`
	Severity string        `json:"severity"`
	Day      *string       `json:"day"`
	Bucket   string        `json:"bucket"`
	Part     string        `json:"part"`
	Amount   string        `json:"amount"`
	Currency string        `json:"currency"`
	Reason   noteOut       `json:"reason"`
	State    string        `json:"state"`
	Until    *string       `json:"until"`
	Judged   *judgementOut `json:"judged"`
	First    string        `json:"first_run"`
	Last     string        `json:"last_run"`
	Cleared  string        `json:"cleared_by"`
	Versions int           `json:"versions"`
}

// judgementOut is what a person said, for programs.
type judgementOut struct {
	Time   string  `json:"time"`
	By     string  `json:"by"`
	State  string  `json:"state"`
	Until  *string `json:"until"`
	Reason string  `json:"reason"`
}

func judgementOf(j *tillproof.Judgement) *judgementOut {
	if j == nil {
		return nil
	}
	return &judgementOut{stamp(j.Time), j.By, string(j.State), day(until(j.State, j.Until)), j.Reason}
}

// until is the day of a snooze; other states have none.
func until(s tillproof.ExceptionState, d tillproof.Date) tillproof.Date {
	if s != tillproof.ExceptionSnoozed {
		return tillproof.NoDate
	}
	return d
}

func (p *page) exceptionOut(e *tillproof.KeptException) exceptionOut {
	return exceptionOut{
		ID: string(e.ID), Kind: e.Kind, Term: p.term(e), Side: e.Side.String(),
		Severity: severity(e).String(), Day: day(e.Day), Bucket: string(e.Bucket), Part: string(e.Part),
		Amount: e.Amount.String(), Currency: e.Amount.Currency().String(),
		Reason: noteOut{e.Sentence.Code, p.sentence(e), e.Sentence.Params}, State: string(e.State),
		Until: day(until(e.State, e.Until)), Judged: judgementOf(e.Judged), First: e.First.String(),
		Last: e.Last.String(), Cleared: e.Cleared.String(), Versions: e.Versions,
	}
}

// ExceptionsJSON writes a list as tillproof.exceptions/1.
func ExceptionsJSON(w io.Writer, l Listed, opt Options) error {
	p := newPage(io.Discard, opt)
	out := make([]exceptionOut, len(l.Exceptions))
	for i := range l.Exceptions {
		out[i] = p.exceptionOut(&l.Exceptions[i])
	}
	return writeJSON(w, field{"schema", schemaExceptions}, field{"lang", p.opt.Lang},
		field{"states", statesOut(l.Tally)}, field{"exceptions", listOf(out)})
}

// statesOut counts the exceptions that stand, each state with its number.
func statesOut(t tillproof.ExceptionTally) map[string]int {
	out := map[string]int{}
	for _, s := range States {
		out[string(s)] = t.States[s]
	}
	return out
}

// States lists the states of exceptions in the order of showing.
var States = [...]tillproof.ExceptionState{
	tillproof.ExceptionNew, tillproof.ExceptionConfirmed, tillproof.ExceptionDismissed,
	tillproof.ExceptionSnoozed,
}

// Judged writes what was said about exceptions just now.
func Judged(w io.Writer, all []tillproof.KeptException, opt Options) error {
	p := newPage(w, opt)
	for i := range all {
		e := &all[i]
		s := p.Text("kept.judged."+string(e.State), "id", short(string(e.ID)), "term", p.term(e), "until",
			e.Until.String())
		p.Say(0, "", s, report.Good)
	}
	return p.Flush()
}

// JudgedJSON writes what was said about exceptions just now as tillproof.judged/1; failed are the errors of
// those that could not be judged, as the caller shows errors.
func JudgedJSON(w io.Writer, all []tillproof.KeptException, failed []any, opt Options) error {
	p := newPage(io.Discard, opt)
	out := make([]exceptionOut, len(all))
	for i := range all {
		out[i] = p.exceptionOut(&all[i])
	}
	return writeJSON(w, field{"schema", schemaJudged}, field{"exceptions", listOf(out)},
		field{"failed", listOf(failed)})
}
