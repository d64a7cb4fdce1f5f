package casebook

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
)

var update = flag.Bool("update", false, "write the golden files anew")

var begun = time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)

// event is a step at an hour after the case was opened, by the owner.
func event(seq int, step tillproof.CaseStep, hours int) tillproof.CaseEvent {
	return tillproof.CaseEvent{
		Seq: seq, Step: step, Role: tillproof.Owner, Reason: "because",
		At: begun.Add(time.Duration(hours) * time.Hour),
	}
}

// codeOf is the code of an error, "" for none.
func codeOf(err error) string {
	var e *tillproof.Error
	if errors.As(err, &e) {
		return e.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// reach are events that lead to each state.
func reach(state tillproof.CaseState) []tillproof.CaseEvent {
	var events []tillproof.CaseEvent
	steps := map[tillproof.CaseState][]tillproof.CaseStep{
		tillproof.Preparing:            {tillproof.CaseOpen},
		tillproof.Submitted:            {tillproof.CaseOpen, tillproof.CaseSubmit},
		tillproof.InformationRequested: {tillproof.CaseOpen, tillproof.CaseSubmit, tillproof.CaseRequest},
		tillproof.UnderReview:          {tillproof.CaseOpen, tillproof.CaseSubmit, tillproof.CaseTake},
		tillproof.Closed:               {tillproof.CaseOpen, tillproof.CaseClose},
	}
	for i, s := range steps[state] {
		e := event(i+1, s, i)
		if s == tillproof.CaseClose {
			e.Outcome = tillproof.FalseAlarm
		}
		events = append(events, e)
	}
	return events
}

// TestEveryStateAndStep compares what every role may do in every state with a table that a person read.
func TestEveryStateAndStep(t *testing.T) {
	var b strings.Builder
	for _, state := range tillproof.CaseStates {
		p, err := Replay(reach(state))
		if err != nil || p.State != state {
			t.Fatalf("%s is not reached: %s, %v", state, p.State, err)
		}
		for _, step := range tillproof.CaseSteps {
			fmt.Fprintf(&b, "%-22s %-8s", state, step)
			for _, role := range tillproof.Roles {
				fmt.Fprintf(&b, " %s:%s", role, after(p, step, role))
			}
			b.WriteString("\n")
		}
	}
	const name = "testdata/states.golden"
	if *update {
		if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("the table of states is another one; read it, then -update:\n%s", b.String())
	}
}

// after is the state after a step of a role, or why it is refused.
func after(p Progress, step tillproof.CaseStep, role tillproof.Role) string {
	e := event(p.Last+1, step, 9)
	e.Role = role
	switch step {
	case tillproof.CaseAnswer:
		e.About = append(slices.Clone(p.Waiting), 0)[0]
	case tillproof.CaseClose:
		e.Outcome = tillproof.RecoveredInPart
	}
	next, err := p.Next(e, Asked{Now: begun.Add(99 * time.Hour), Complete: true})
	if err != nil {
		return strings.TrimPrefix(codeOf(err), "case.event.")
	}
	return string(next.State)
}

// Every state is reached from the beginning, and the end is reached from every state: nothing waits for ever.
func TestNoStateIsDeadOrUnreachable(t *testing.T) {
	to := map[tillproof.CaseState][]tillproof.CaseState{}
	for _, row := range Transitions {
		for _, from := range row.From {
			if row.To != "" {
				to[from] = append(to[from], row.To)
			}
		}
	}
	var walk func(tillproof.CaseState, map[tillproof.CaseState]bool)
	walk = func(s tillproof.CaseState, seen map[tillproof.CaseState]bool) {
		if seen[s] {
			return
		}
		seen[s] = true
		for _, n := range to[s] {
			walk(n, seen)
		}
	}
	for _, s := range tillproof.CaseStates {
		seen := map[tillproof.CaseState]bool{}
		walk(s, seen)
		if s == tillproof.Preparing && len(seen) != len(tillproof.CaseStates) {
			t.Errorf("from the beginning only %v are reached", seen)
		}
		if !seen[tillproof.Closed] {
			t.Errorf("%s never ends", s)
		}
	}
	used := map[tillproof.CaseStep]bool{tillproof.CaseOpen: true}
	for _, row := range Transitions {
		used[row.On] = true
		if len(row.By) == 0 || slices.Contains(row.By, tillproof.Auditor) {
			t.Errorf("%s is for nobody, or for the auditor, who reads", row.On)
		}
	}
	for _, s := range tillproof.CaseSteps {
		if !used[s] {
			t.Errorf("%s is in no row", s)
		}
	}
}

// Where a row's guards do not tell it from another, the first row would hide the second.
func TestNoTwoRowsForOneEvent(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range Transitions {
		guard := ""
		for _, g := range row.Guards {
			if g == OthersOpen || g == LastOpen {
				guard = string(g)
			}
		}
		for _, from := range row.From {
			key := string(from) + " " + string(row.On) + " " + guard
			if seen[key] {
				t.Errorf("two rows for %s", key)
			}
			seen[key] = true
		}
	}
}

func TestTwoRequestsAtOnce(t *testing.T) {
	p, err := Replay(append(reach(tillproof.UnderReview), event(4, tillproof.CaseRequest, 4),
		event(5, tillproof.CaseRequest, 5)))
	if err != nil || len(p.Waiting) != 2 {
		t.Fatalf("%+v, %v", p, err)
	}
	first := event(6, tillproof.CaseAnswer, 6)
	first.About = 4
	p, err = p.Next(first, Asked{Now: begun.Add(99 * time.Hour)})
	if err != nil || p.State != tillproof.InformationRequested || len(p.Waiting) != 1 {
		t.Fatalf("one request still waits: %+v, %v", p, err)
	}
	again := event(7, tillproof.CaseAnswer, 7)
	again.About = 4
	if _, err := p.Next(again, Asked{Now: begun.Add(99 * time.Hour)}); codeOf(err) != "case.event.about" {
		t.Errorf("request 4 was answered already: %v", err)
	}
	again.About = 5
	p, err = p.Next(again, Asked{Now: begun.Add(99 * time.Hour)})
	if err != nil || p.State != tillproof.UnderReview || len(p.Waiting) != 0 {
		t.Errorf("nothing waits any more: %+v, %v", p, err)
	}
}

func TestGuards(t *testing.T) {
	preparing, _ := Replay(reach(tillproof.Preparing))
	review, _ := Replay(reach(tillproof.UnderReview))
	now := begun.Add(99 * time.Hour)
	bare := func(p Progress, step tillproof.CaseStep, change func(*tillproof.CaseEvent)) error {
		e := event(p.Last+1, step, 9)
		e.Reason = ""
		if change != nil {
			change(&e)
		}
		_, err := p.Next(e, Asked{Now: now})
		return err
	}
	set := func(o tillproof.Outcome) func(*tillproof.CaseEvent) {
		return func(e *tillproof.CaseEvent) { e.Outcome, e.Reason = o, "because" }
	}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"submit, not complete": {bare(preparing, tillproof.CaseSubmit, nil), "case.event.incomplete"},
		"submit all the same": {bare(preparing, tillproof.CaseSubmit, func(e *tillproof.CaseEvent) {
			e.Reason = "the slip is lost"
		}), ""},
		"tomorrow": {bare(review, tillproof.CaseTake, func(e *tillproof.CaseEvent) {
			e.Step, e.At = tillproof.CaseRequest, now.Add(time.Second)
		}), "case.event.future"},
		"close without a reason": {bare(review, tillproof.CaseClose, func(e *tillproof.CaseEvent) {
			e.Outcome = tillproof.Refused
		}), "case.event.reason"},
		"close without an outcome": {bare(review, tillproof.CaseClose, set("")), "case.event.outcome"},
		"refused before it was filed": {bare(preparing, tillproof.CaseClose,
			set(tillproof.Refused)), "case.event.outcome"},
		"recovered before it was filed": {bare(preparing, tillproof.CaseClose,
			set(tillproof.RecoveredInFull)), ""},
		"an outcome of a request": {
			bare(review, tillproof.CaseRequest, set(tillproof.Refused)),
			"case.event.outcome",
		},
		"the other side withdraws it": {bare(review, tillproof.CaseClose, func(e *tillproof.CaseEvent) {
			e.Outcome, e.Reason, e.Role = tillproof.Withdrawn, "because", tillproof.Provider
		}), "case.event.outcome"},
		"the other side refuses it": {bare(review, tillproof.CaseClose, func(e *tillproof.CaseEvent) {
			e.Outcome, e.Reason, e.Role = tillproof.Refused, "because", tillproof.Provider
		}), ""},
		"a promise that nobody made": {bare(review, tillproof.CaseKept, nil), "case.event.about"},
		"out of order": {bare(review, tillproof.CaseRequest, func(e *tillproof.CaseEvent) {
			e.Seq = review.Last
		}), "case.event.order"},
	} {
		if codeOf(c.err) != c.want {
			t.Errorf("%s: %v, not %q", name, c.err, c.want)
		}
	}
}

// A case walks from doubt to money back, and again after it was reopened.
func TestWalk(t *testing.T) {
	p, err := Replay(reach(tillproof.Preparing))
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		step    tillproof.CaseStep
		about   int
		outcome tillproof.Outcome
		want    tillproof.CaseState
	}{
		{tillproof.CaseNotice, 0, "", tillproof.Preparing},
		{tillproof.CaseSubmit, 0, "", tillproof.Submitted},
		{tillproof.CaseTake, 0, "", tillproof.UnderReview},
		{tillproof.CasePromise, 0, "", tillproof.UnderReview},
		{tillproof.CaseRequest, 0, "", tillproof.InformationRequested},
		{tillproof.CaseKept, 5, "", tillproof.InformationRequested},
		{tillproof.CaseAnswer, 6, "", tillproof.UnderReview},
		{tillproof.CaseClose, 0, tillproof.RecoveredInPart, tillproof.Closed},
		{tillproof.CaseReopen, 0, "", tillproof.Preparing},
		{tillproof.CaseSubmit, 0, "", tillproof.Submitted},
		{tillproof.CaseClose, 0, tillproof.RecoveredInFull, tillproof.Closed},
	} {
		e := event(i+2, c.step, i+1)
		e.About, e.Outcome = c.about, c.outcome
		p, err = p.Next(e, Asked{Now: begun.Add(99 * time.Hour), Complete: true})
		if err != nil || p.State != c.want || p.Outcome != c.outcome {
			t.Fatalf("%d %s: %+v, %v", i, c.step, p, err)
		}
	}
	if got := p.Steps(tillproof.Auditor); len(got) != 0 {
		t.Errorf("the auditor may %v", got)
	}
	if got := p.Steps(tillproof.Owner); !slices.Equal(got, []tillproof.CaseStep{tillproof.CaseReopen}) {
		t.Errorf("a closed case allows %v", got)
	}
}

func TestReplayRefusesWhatDoesNotFit(t *testing.T) {
	for name, c := range map[string]struct {
		events []tillproof.CaseEvent
		want   string
	}{
		"nothing":    {nil, "case.event.first"},
		"no opening": {[]tillproof.CaseEvent{event(1, tillproof.CaseSubmit, 0)}, "case.event.first"},
		"twice the seq": {
			append(reach(tillproof.Submitted), event(2, tillproof.CaseTake, 3)),
			"case.event.order",
		},
		"no such row": {
			append(reach(tillproof.Submitted), event(3, tillproof.CaseAnswer, 3)),
			"case.event.not_allowed",
		},
	} {
		if _, err := Replay(c.events); codeOf(err) != c.want {
			t.Errorf("%s: %v, not %q", name, err, c.want)
		}
	}
}
