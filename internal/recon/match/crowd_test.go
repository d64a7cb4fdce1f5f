package match

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
)

// crowd writes n sales of one card and amount on both sides, one each step from nine o'clock on.
func crowd(n int, step time.Duration, left, right string) (string, string) {
	var term, acq strings.Builder
	term.WriteString("-- terminal 2026-09-14 2026-09-20 --")
	acq.WriteString("-- acquirer 2026-09-14 2026-09-20 --")
	start := time.Date(2026, 9, 14, 9, 0, 0, 0, time.UTC)
	for i := range n {
		at := start.Add(time.Duration(i) * step)
		clock, day := at.Format("2006-01-02T15:04:05"), at.Format("2006-01-02")
		fmt.Fprintf(&term, "\nT%d sale 2.00 %s m=1043A t=T001 card=7777", i, clock)
		fmt.Fprintf(&acq, "\nA%d sale 2.00 %s settle=%s m=1043A t=T001 card=7777", i, clock, day)
		if left != "" {
			fmt.Fprintf(&term, " "+left, i)
			fmt.Fprintf(&acq, " "+right, i)
		}
	}
	return term.String(), acq.String()
}

// A stall that takes 2.00 by one card every minute, without any reference: 5,000 pairs of equal seconds.
func TestACrowdThatPairsUpOneToOne(t *testing.T) {
	term, acq := crowd(5000, time.Minute, "", "")
	s := build(t, term, acq)
	if len(s.run.Matches) != 5000 || len(s.run.Breaks) != 0 {
		t.Fatalf("%d matches, breaks %v", len(s.run.Matches), counts(s.run))
	}
	for _, m := range s.run.Matches {
		if m.Left.N != m.Right.N {
			t.Fatalf("%v is not of the same second as %v", m.Left, m.Right)
		}
	}
}

// The same number of rows in one second, told apart on the terminal only: nobody can say which is which, and
// nothing is missing.
func TestACrowdInOneSecondIsAmbiguous(t *testing.T) {
	term, acq := crowd(100, 0, "s=9%d", "auth=A%d")
	s := build(t, term, acq)
	n := counts(s.run)
	if len(s.run.Matches) != 0 || n[tillproof.Ambiguous] != 1 || len(s.run.Breaks) != 1 {
		t.Fatalf("%d matches, breaks %v", len(s.run.Matches), n)
	}
	b := s.run.Breaks[0]
	if !b.Residual.IsZero() || len(b.Records) != 200 || len(b.Candidates) != 16 {
		t.Errorf("residual %s, %d records, %d candidates", b.Residual, len(b.Records), len(b.Candidates))
	}
}

// Without times on one side, 70 equal sales of a day are 70 equal rows: any pairing is the same.
func TestACrowdWithoutTimes(t *testing.T) {
	term, acq := "-- terminal 2026-09-14 2026-09-14 --", "-- acquirer 2026-09-14 2026-09-14 --"
	for i := range 70 {
		term += fmt.Sprintf("\nT%d sale 2.00 2026-09-14 t=T001 card=7777", i)
		acq += fmt.Sprintf("\nA%d sale 2.00 2026-09-14 t=T001 card=7777", i)
	}
	s := build(t, term, acq)
	if len(s.run.Matches) != 70 || len(s.run.Breaks) != 0 {
		t.Errorf("%d matches, breaks %v", len(s.run.Matches), counts(s.run))
	}
}

// A counter that starts anew each day gives one number to 70 sales of one merchant.
func TestACounterThatStartsAnewEachDay(t *testing.T) {
	term, acq := "-- terminal 2026-01-01 2026-03-31 --", "-- acquirer 2026-01-01 2026-03-31 --"
	for i := range 70 {
		day := (tillproof.Date(20454) + tillproof.Date(i)).String()
		term += fmt.Sprintf("\nT%d sale %d.00 %sT10:00:00 m=1043A t=T001 rrn=1", i, i%7+1, day)
		acq += fmt.Sprintf("\nA%d sale %d.00 %sT10:00:00 settle=%s m=1043A t=T001 rrn=1", i, i%7+1, day, day)
	}
	s := build(t, term, acq)
	if len(s.run.Matches) != 70 || len(s.run.Breaks) != 0 {
		t.Errorf("%d matches, breaks %v", len(s.run.Matches), counts(s.run))
	}
}
