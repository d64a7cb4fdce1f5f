package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
)

// TestTenThousandDecisions: a file of a chain's year is read whole, and one over the bound is refused.
func TestTenThousandDecisions(t *testing.T) {
	var b strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&b, "- match: [pos.csv:%d, settle.csv:%d]\n  reason: slip %d\n", i+2, i+2, i)
	}
	got, err := readDecisions("d.yaml", []byte(b.String()))
	if err != nil || len(got) != 10_000 {
		t.Fatalf("%d decisions, %v", len(got), err)
	}
	if last := got[9999]; last.Ruling != tillproof.RuleMatch || last.Place.Line != 19_999 ||
		strings.Join(last.Named, " ") != "pos.csv:10001 settle.csv:10001" || last.Reason != "slip 9999" {
		t.Errorf("the last is %+v", last)
	}
	line := "- exclude: pos.csv:2\n  reason: x\n"
	if _, err := readDecisions("d.yaml", []byte(strings.Repeat(line, maxDecisions+1))); err == nil ||
		!strings.Contains(err.Error(), "decisions.too_many") {
		t.Errorf("one too many: %v", err)
	}
}

// TestDecisionTextsHideCardNumbers: a reason is shown in every report.
func TestDecisionTextsHideCardNumbers(t *testing.T) {
	text := "- exclude: \"4111111111111111.csv:2\"\n  reason: card 4111 1111 1111 1111\n" +
		"  by: \"4111111111111111\"\n"
	got, err := readDecisions("d.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if said := fmt.Sprintf("%+v", got); strings.Contains(said, "4111111111111111") ||
		strings.Contains(said, "4111 1111 1111 1111") {
		t.Error(said)
	}
}

// FuzzDecisions: whatever the file holds, it is read or refused with a place, and never half.
func FuzzDecisions(f *testing.F) {
	f.Add("- match: [a:1, b:2]\n  reason: x\n")
	f.Add("[{\"exclude\": \"a:1\", \"reason\": \"x\"}]")
	f.Add("- &a [*a]")
	f.Add("- exclude: !!binary x\n  <<: *b\n")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := readDecisions("d.yaml", []byte(text))
		if err != nil && got != nil {
			t.Fatalf("%v and %v", got, err)
		}
		for _, d := range got {
			if d.Reason == "" || d.Ruling == tillproof.NoRuling || len(d.Named) == 0 || d.Place.Line == 0 {
				t.Fatalf("%+v", d)
			}
		}
	})
}
