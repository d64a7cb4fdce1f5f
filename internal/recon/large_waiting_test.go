package recon

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/all"
)

// TestAdjustedSalesWaitInPasses: a sale that the till adjusted after the report's last day waits with what it
// was adjusted to, in passes as in a run that is held: 6 × 89.70 and, of bills of 78.00, 6 that stay.
func TestAdjustedSalesWaitInPasses(t *testing.T) {
	log, report := clockLog, feeHead
	for i := range 18 {
		day, at := "2026-05-12", fmt.Sprintf("%02d:00:00", 3+i)
		if i < 6 {
			day = "2026-05-11"
		}
		till := fmt.Sprintf("104310058120001,10000001,000001,%06d,2605%08d", i, i)
		log += fmt.Sprintf("%s,,411111******%04d,CREDIT,%s,%s,SALE,CHIP,78.00,00,\n", till, i, day, at)
		if i >= 12 {
			log += fmt.Sprintf("104310058120001,10000001,000001,%06d,2605%08d,,", 500+i, 5000+i)
			log += fmt.Sprintf("411111******%04d,", i)
			log += fmt.Sprintf("CREDIT,%s,%s30:00,ADJUSTMENT,CHIP,89.70,00,2605%08d\n", day, at[:3], i)
		}
		if i < 6 {
			report += fmt.Sprintf("%s,%s,411111******%04d,CREDIT,%s %s,SALE,78.00,0.00,78.00\n", day, till, i,
				day, at)
		}
	}
	texts := map[tillproof.Side]string{tillproof.Terminal: log, tillproof.Acquirer: report}
	files := func() []File {
		list := tradeFiles(texts)[:2]
		list[0].Profile, list[1].Profile = "", "" // the layouts are those of clockFiles
		return list
	}
	held, passes, dir := bothWays(t, files, Options{})
	for _, run := range []*tillproof.Run{held, passes} {
		if len(run.Losses) != 1 || run.Losses[0].Timing != 6*8970+6*7800 {
			t.Errorf("%+v", run.Losses)
		}
	}
	var listed int64
	for _, w := range passes.Waiting {
		listed += w.Amount.Minor()
		if w.Record == (tillproof.RecordID{}) || w.Side != tillproof.Terminal {
			t.Errorf("nobody knows what waits: %+v", w)
		}
	}
	if len(passes.Waiting) != 12 || listed != 6*8970+6*7800 {
		t.Errorf("%d items of %d wait in passes", len(passes.Waiting), listed)
	}
	if n := strings.Count(listsOf(t, dir)["timing.csv"], ",8970,"); n != 2*6 { // gross and net
		t.Errorf("%d amounts of 89.70:\n%s", n, listsOf(t, dir)["timing.csv"])
	}
}

// TestShownInPasses: of seven sales of one day that are in no report, a run in passes holds as many as it was
// asked for and counts the rest.
func TestShownInPasses(t *testing.T) {
	log, report := clockLog, feeHead
	for i := range 28 {
		day, at := fmt.Sprintf("2026-05-%d", 11+i/7), fmt.Sprintf("%02d:00:00", 8+i%7)
		till := fmt.Sprintf("104310058120001,10000001,000001,%06d,2605%08d", i, i)
		card := fmt.Sprintf("411111******%04d,CREDIT,%s", i, day)
		log += fmt.Sprintf("%s,,%s,%s,SALE,CHIP,78.00,00,\n", till, card, at)
		if i/7 != 1 {
			report += fmt.Sprintf("%s,%s,%s %s,SALE,78.00,0.00,78.00\n", day, till, card, at)
		}
	}
	texts := map[tillproof.Side]string{tillproof.Terminal: log, tillproof.Acquirer: report}
	for _, c := range []struct{ shown, breaks, rest int }{{0, 7, 0}, {3, 3, 4}} {
		files := tradeFiles(texts)[:2]
		files[0].Profile, files[1].Profile = "", ""
		lim := Limits{Memory: LeastMemory, Workers: 2, Shown: c.shown}
		answer, err := CheckLarge(t.Context(), files, Options{Formats: all.Formats()}, lim)
		if err != nil {
			t.Fatal(err)
		}
		run := answer.Run
		if len(run.Breaks) != c.breaks || run.Unlisted[tillproof.NotSettled] != c.rest {
			t.Errorf("asked for %d: %d breaks, %v more", c.shown, len(run.Breaks), run.Unlisted)
		}
		if run.Exceptions() != 7 || run.Losses[0].Confirmed.Principal != 7*7800 {
			t.Errorf("%d exceptions, %+v", run.Exceptions(), run.Losses)
		}
	}
}
