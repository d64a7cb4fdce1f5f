package detect

import (
	"fmt"
	"slices"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
	"github.com/tillproof/tillproof/internal/detect/teach"
)

// shopDays is a run of one sale a day on the terminal, each matched with its row of the report.
func shopDays(days int) *tillproof.Run {
	run := &tillproof.Run{}
	for i := range days {
		at := tillproof.LocalTime((20000+int64(i))*secondsOfDay + 12*3600)
		for _, side := range []tillproof.Side{tillproof.Terminal, tillproof.Acquirer} {
			r := tillproof.NewRecord(tillproof.Sale)
			r.Amount, r.Time, r.Status = tillproof.NewMoney(1000, tillproof.CNY), at, tillproof.Posted
			r.Refs.Terminal, r.Refs.Customer, r.Refs.RRN = "T0000001", "c1", fmt.Sprint(100+i)
			r.ID = tillproof.RecordID{byte(side), byte(i)}
			run.Records[side] = append(run.Records[side], r)
		}
		run.Matches = append(run.Matches, tillproof.Match{
			Left:  tillproof.RowRef{Side: tillproof.Terminal, N: int32(i)},
			Right: tillproof.RowRef{Side: tillproof.Acquirer, N: int32(i)},
		})
	}
	return run
}

// The first bytes of ids of shopDays.
const term, acq = byte(tillproof.Terminal), byte(tillproof.Acquirer)

// codesOf are the codes and numbers of notes.
func codesOf(notes []tillproof.Note) []string {
	var all []string
	for _, n := range notes {
		all = append(all, fmt.Sprint(n.Code, " ", n.Params["n"], " ", n.Params["m"]))
	}
	return all
}

// A verdict about a row of the report is one about its sale on the terminal; it counts from its moment on,
// and the notes say how many frauds were known in time.
func TestVerdictsReachTheStream(t *testing.T) {
	const days = 30
	run := shopDays(days)
	last := run.Records[tillproof.Terminal][days-1].Time
	said := []Verdict{
		{Record: tillproof.RecordID{term, 1}, Fraud: true},
		{Record: tillproof.RecordID{acq, 2}, Fraud: true},                   // the other side
		{Record: tillproof.RecordID{term, 3}, Fraud: true, Known: last},     // just in time
		{Record: tillproof.RecordID{term, 4}, Fraud: true, Known: last + 1}, // too late
		{Record: tillproof.RecordID{term, 5}, Fraud: true},
		{Record: tillproof.RecordID{term, 5}},           // torn
		{Record: tillproof.RecordID{9, 9}, Fraud: true}, // of nobody
		{Record: tillproof.RecordID{term, 6}},
		// The 27th is one of the last fifth: to judge by.
		{Record: tillproof.RecordID{term, 27}, Fraud: true},
	}
	var lessons []teach.Lesson
	heard := false
	asked := Asked{
		Verdict: Verdicts(said), Delay: secondsOfDay,
		OnTaught: func(all []teach.Lesson) { lessons, heard = all, true },
	}
	answer, err := Evaluate(run, Book{}, asked)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"detect.untaught.frauds 3 1", "detect.unknown.rows 30 "}
	if got := codesOf(answer.Notes); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if !heard || len(lessons) != 0 {
		t.Errorf("%d lessons, heard %v", len(lessons), heard)
	}
	// Without a verdict or a model nothing is said about learning.
	if answer, err = Evaluate(run, Book{}, Asked{}); err != nil || len(answer.Notes) != 0 {
		t.Errorf("%v %v", answer.Notes, err)
	}
}

// A finding that was confirmed is a verdict about each of its rows.
func TestVerdictsOnAFinding(t *testing.T) {
	run := shopDays(3)
	f := tillproof.Finding{Records: []tillproof.RowRef{
		{Side: tillproof.Terminal, N: 2}, {Side: tillproof.Acquirer},
	}}
	got := VerdictsOn(run, &f, true, 77)
	want := []Verdict{
		{tillproof.RecordID{term, 2}, true, 77},
		{tillproof.RecordID{acq, 0}, true, 77},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// A rule that is kept silent is counted with its reason, one of a stream and one of a run alike, and only for
// findings that begin in its days.
func TestSilentRulesOfARun(t *testing.T) {
	run := shopDays(4)
	book := Book{Rules: []Rule{
		{ID: "whole", Score: 1, Reasons: []string{"x"}, test: func(v *view, _ *Rule) []hit {
			return []hit{v.hitOf("x", []int32{1, 2}), v.hitOf("x", []int32{3})}
		}},
	}}
	own := CustomRule{
		Rule: Rule{ID: "own", Score: 1},
		Test: func(*stream.Look, []int32) bool { return true },
		Key:  func(x *stream.Txn) stream.Key { return stream.Key(x.Ref + 1) },
		Say: func(*Incident, func(int64) *tillproof.Record) tillproof.Note {
			return tillproof.Note{Code: "x"}
		},
	}
	until, _ := tillproof.NewDate(2024, 10, 5) // day 20001 after 1970-01-01
	answer, err := Evaluate(run, book, Asked{
		Custom: []CustomRule{own},
		Silent: func(rule tillproof.RuleID, day tillproof.Date) (Silence, bool) {
			return Silence{"why", until}, day <= until
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := map[tillproof.RuleID]int{}
	for _, f := range answer.Findings {
		got[f.Rule]++
	}
	if len(got) != 2 || got["own"] != 2 || got["whole"] != 1 { // of days 2 and 3, and of day 3
		t.Errorf("found %v", got)
	}
	silent := map[string]string{}
	for _, n := range answer.Notes {
		silent[n.Params["rule"]] = n.Params["n"] + n.Params["reason"] + n.Params["until"]
	}
	if len(silent) != 2 || silent["own"] != "2why2024-10-05" || silent["whole"] != "1why2024-10-05" {
		t.Errorf("silent %v", silent)
	}
}
