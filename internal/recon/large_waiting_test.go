package recon

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
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
	if n := strings.Count(listsOf(t, dir)["timing.csv"], ",8970,"); n != 2*6 { // gross and net
		t.Errorf("%d amounts of 89.70:\n%s", n, listsOf(t, dir)["timing.csv"])
	}
}
