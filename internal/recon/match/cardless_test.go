package match

import (
	"fmt"
	"testing"

	"github.com/tillproof/tillproof"
)

// A web shop knows its orders and never a card; the report shows one on each row. Where the file shows a
// card on some row, a row without one is a wallet's, and cards of the report speak against it. The file of
// the shop's terminal is another matter.
func TestALogThatNeverShowsACard(t *testing.T) {
	const rows = 20 // as many as it takes to say that a file never shows a card
	for _, c := range []struct {
		more    string
		matched int
	}{
		{"", rows},
		{" card=0001", 0},
		{"\n-- terminal --\nT98 sale 8.00 2026-09-14T18:00:00 card=0001", rows},
	} {
		term, acq := "-- terminal 2026-09-14 2026-09-14 --", "-- acquirer 2026-09-14 2026-09-14 --"
		for i := range rows {
			term += fmt.Sprintf("\nT%d sale %d.00 2026-09-14T10:%02d:00 order=%d", i, i+10, i, i)
			acq += fmt.Sprintf("\nA%d sale %d.00 2026-09-14T10:%02d:05", i, i+10, i)
			acq += fmt.Sprintf(" settle=2026-09-14 card=62%02d", i)
		}
		term += "\nT99 sale 9.00 2026-09-14T18:00:00" + c.more
		acq += "\nA99 refund -1.00 2026-09-14T19:00:00 settle=2026-09-14"
		s := build(t, term, acq)
		if len(s.run.Matches) != c.matched {
			t.Errorf("%q: %d matches, not %d", c.more, len(s.run.Matches), c.matched)
		}
		for _, m := range s.run.Matches {
			if m.Left.N != m.Right.N || m.Method != "amount_time" {
				t.Errorf("%v", m)
			}
		}
		if n := counts(s.run)[tillproof.NotOnTerminal]; n != rows-c.matched+1 {
			t.Errorf("%q: %d rows not on the terminal", c.more, n)
		}
	}
}
