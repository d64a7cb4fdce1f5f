package match

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
)

const bankTerms = "-- policy --\ndays 1\npayer 银河支付"

func warned(s *scenario, code string) string {
	i := slices.IndexFunc(s.run.Warnings, func(n tillproof.Note) bool { return n.Code == code })
	if i < 0 {
		return ""
	}
	return s.run.Warnings[i].Params["n"]
}

// One line of the acquirer names no merchant. Where the groups of nine merchants are open it may be a part of
// any of them, so no set is looked for and the run says so; with eight it is looked for.
func TestALineThatNineMerchantsMayClaim(t *testing.T) {
	for merchants, want := range map[int]string{8: "", 9: "1"} {
		acq := "-- acquirer 2026-09-14 2026-09-14 --"
		for i := range merchants {
			for k := range 3 {
				acq += fmt.Sprintf("\nA%d%d sale %d.%02d 2026-09-14 m=104%d", i, k, 100+10*i+k, 7*i+k, i)
			}
		}
		s := build(t, bankTerms, acq, "-- bank 2026-09-15 2026-09-15 --\nB1 entry 5.55 2026-09-15 who=银河支付")
		if got := warned(s, "match.warning.bound_claims"); got != want {
			t.Errorf("%d merchants: %q lines, want %q", merchants, got, want)
		}
	}
}

// A deposit of 4,100 sales is 0.50 short. Which sales it lacks is not looked for among so many, and the run
// says so; among 40 it is looked for.
func TestADepositOfTooManyRows(t *testing.T) {
	for sales, reached := range map[int]bool{40: false, 4100: true} {
		var acq strings.Builder
		acq.WriteString("-- acquirer 2026-09-14 2026-09-14 --")
		for i := range sales {
			fmt.Fprintf(&acq, "\nA%d sale 2.00 2026-09-14 m=1043A card=%04d", i, i)
		}
		s := build(t, bankTerms, acq.String(), fmt.Sprintf(
			"-- bank 2026-09-15 2026-09-15 --\nB1 entry %d.50 2026-09-15 text=商户1043A", 2*sales-1))
		if got := warned(s, "match.warning.bound_rows"); (got != "") != reached {
			t.Errorf("%d sales: %q", sales, got)
		}
		if n := counts(s.run); n[tillproof.DepositShort] != 1 || s.run.Breaks[0].Residual.Minor() != 50 {
			t.Errorf("%d sales: %v", sales, n)
		}
	}
}
