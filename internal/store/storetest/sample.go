package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
)

// What the tests keep. Everything follows from small numbers, so that a failure reads like its test.

func workspaceID(n byte) tillproof.WorkspaceID { return tillproof.WorkspaceID{15: n} }
func importID(n byte) tillproof.ImportID       { return tillproof.ImportID{0: n} }
func rulingID(n byte) tillproof.RulingID       { return tillproof.RulingID{0: n} }
func runID(n byte) tillproof.RunID             { return tillproof.RunID{0: n} }
func recordID(n byte) tillproof.RecordID       { return tillproof.RecordID{0: n} }
func digestOf(s string) tillproof.Digest       { return tillproof.DigestOf([]byte(s)) }

func date(s string) tillproof.Date {
	d, err := tillproof.ParseDate(s)
	if err != nil {
		panic("invariant: a date of a test is one: " + s)
	}
	return d
}

// at is a moment of a day, with microseconds that must not be lost.
func at(day string, hour int) time.Time {
	return date(day).Time().Add(time.Duration(hour)*time.Hour + 123456*time.Microsecond)
}

func cny(minor int64) tillproof.Money { return tillproof.NewMoney(minor, tillproof.CNY) }

func eur(minor int64) tillproof.Money {
	return tillproof.NewMoney(minor, tillproof.Currency{'E', 'U', 'R'})
}

// acting is the entry of an act.
func acting(kind tillproof.ActKind, on ...string) tillproof.Act {
	return tillproof.Act{
		Time: at("2026-03-02", 8), By: "王芳", From: "cli@till-1", Kind: kind, Done: true, On: on,
	}
}

func taken(day, why string) tillproof.Undone {
	return tillproof.Undone{Time: at(day, 9), By: "王芳", Reason: why}
}

// source is a file by its name.
func source(name string, in tillproof.ImportID) tillproof.KeptSource {
	d := digestOf(name)
	closing := tillproof.Exact{Unscaled: -123450, Scale: 3}
	return tillproof.KeptSource{
		ID: tillproof.SourceIDOf(d, tillproof.Acquirer), Import: in, Original: d,
		Object: digestOf("masked " + name), Index: digestOf("index " + name), Redacted: 2,
		Reading: tillproof.Reading{Side: tillproof.Acquirer, Profile: "unionpay"},
		Source: tillproof.Source{
			File: name, Digest: d, Bytes: 1 << 40, Format: "table", Side: tillproof.Acquirer,
			From: date("2026-02-01"), To: tillproof.NoDate,
			Statements: []tillproof.Statement{{
				Account: "6222 **** 0001", Currency: tillproof.CNY, From: tillproof.NoDate,
				To: tillproof.NoDate, Closing: &closing, SumCredit: tillproof.Exact{Unscaled: 1<<62 + 1},
			}},
			Issues: []tillproof.Issue{{
				Code: "format.read", Place: tillproof.Place{File: name, Line: 7}, Skipped: true,
			}},
		},
		Rows: 3, Fresh: 2, Known: 1, Senders: []string{"银联商务"},
	}
}

// importing is an import of files.
func importing(n byte, day string, names ...string) tillproof.Import {
	in := tillproof.Import{ID: importID(n), Time: at(day, 10), By: "王芳"}
	for _, name := range names {
		in.Sources = append(in.Sources, source(name, in.ID))
	}
	return in
}

func keptObject(name string, purpose tillproof.ObjectPurpose) tillproof.KeptObject {
	return tillproof.KeptObject{
		Digest: digestOf(name), Size: 9_000_000_000, Type: "text/csv", Name: name,
		Keep: date("2031-01-01"), Drop: tillproof.NoDate, Purpose: purpose,
	}
}

func decision(n byte, ruling tillproof.Ruling) tillproof.KeptDecision {
	return tillproof.KeptDecision{
		ID: rulingID(n), Time: at("2026-03-03", int(n)), By: "王芳", Ruling: ruling,
		Records: []string{recordID(n).String(), recordID(n + 1).String()}, Reason: "同一笔",
	}
}

// exceptionID is the id of a break by a number.
func exceptionID(n byte) tillproof.ExceptionID {
	return tillproof.ExceptionID(tillproof.BreakID{0: n}.String())
}

// exception is what a run shows: said is its content.
func exception(n byte, day, said string, amount tillproof.Money) tillproof.KeptException {
	return tillproof.KeptException{
		ID: exceptionID(n), Kind: "not_settled", Side: tillproof.Terminal, Severity: tillproof.High,
		Day: date(day), Bucket: tillproof.BucketConfirmed, Part: tillproof.PartPrincipal, Amount: amount,
		Sentence: tillproof.Note{
			Code: "match.not_settled", Params: tillproof.Params{"amount": amount.Param()},
		},
		Content: []byte(said),
	}
}

func newRun(n, after byte, shown ...tillproof.KeptException) tillproof.NewRun {
	r := tillproof.NewRun{
		Run: tillproof.KeptRun{
			ID: runID(n), Time: at("2026-03-04", int(n)), By: "王芳", From: tillproof.NoDate,
			To: tillproof.NoDate, Basis: tillproof.Basis{ID: runID(n), Engine: "test/1"},
			Counts: tillproof.RunCounts{
				Records: [4]int{0, 3, 3, 1}, Breaks: map[tillproof.BreakKind]int{tillproof.NotSettled: 2},
			},
			Losses: []tillproof.Loss{{
				Currency: tillproof.CNY, Confirmed: tillproof.LossParts{Principal: 1<<53 + 1},
			}},
		},
		Exceptions: shown,
	}
	if after != 0 {
		r.After = runID(after)
	}
	return r
}

func waiting(n byte, expected tillproof.Date) tillproof.Waiting {
	return tillproof.Waiting{
		Record: recordID(n), Side: tillproof.Terminal, Day: date("2026-03-01"), Expected: expected,
		Amount: cny(int64(n) * 100),
	}
}

// text writes anything so that two of it can be compared and shown.
func text(t testing.TB, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// same fails where what is there is not what was expected.
func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if g, w := text(t, got), text(t, want); g != w {
		t.Fatalf("%s is\n%s\nexpected\n%s", what, g, w)
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused fails where an error is not of that kind and code.
func refused(t testing.TB, err error, kind tillproof.ErrorKind, code string) {
	t.Helper()
	var e *tillproof.Error
	if !errors.As(err, &e) || e.Kind != kind || e.Code != code {
		t.Fatalf("answered %v, expected %s", err, code)
	}
}

func conflict(t testing.TB, err error) {
	t.Helper()
	refused(t, err, tillproof.KindConflict, "store.conflict")
}

func notFound(t testing.TB, err error) {
	t.Helper()
	refused(t, err, tillproof.KindNotFound, "store.not_found")
}

// open makes a place with one workspace.
func open(t *testing.T, maker Maker) (Store, Place) {
	t.Helper()
	p := maker(t)
	return p.Store(t, workspaceID(1), acting(tillproof.ActInit, workspaceID(1).String())), p
}

var errFault = fmt.Errorf("the step fails")
