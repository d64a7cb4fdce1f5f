package recon

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
)

const clockLog = "Merchant ID,Terminal ID,Batch,Trace,RRN,Auth Code,Card,Card Type,Date,Time,Type," +
	"Entry Mode,Amount,Response,Original RRN\n"

// clockSale is a sale as both sides stamp it.
type clockSale struct {
	kind        string
	at, stamped tillproof.LocalTime
	settled     tillproof.Date
}

// clockFiles are a log and a report of some sales, a quarter of which the report shows without a number.
func clockFiles(sales int, sale func(i int) clockSale) func() []File {
	const till = "104310058120001,10000001,000001"
	log, report := clockLog, feeHead
	for i := range sales {
		c := sale(i)
		rrn, trace := fmt.Sprintf("2605%08d", i+1), fmt.Sprintf("%06d", i+1)
		amount := fmt.Sprintf("%d.%02d", 10+i/3, 37*i%100)
		log += fmt.Sprintf("%s,%s,%s,,411111******%04d,%s,%s,%s,SALE,CHIP,%s,00,\n",
			till, trace, rrn, 1000+i, c.kind, c.at.Date(), c.at.String()[11:], amount)
		if i%4 == 3 {
			rrn, trace = "", ""
		}
		stamped := strings.Replace(c.stamped.String(), "T", " ", 1)
		report += fmt.Sprintf("%s,%s,%s,%s,411111******%04d,%s,%s,SALE,%s,0.00,%s\n",
			c.settled, till, trace, rrn, 1000+i, c.kind, stamped, amount, amount)
	}
	return func() []File {
		var out []File
		for i, text := range []string{log, report} {
			side := tillproof.Sides[i]
			out = append(out, File{
				Name: side.String() + ".csv", At: strings.NewReader(text), Size: int64(len(text)), Side: side,
			})
		}
		return out
	}
}

// TestAClockIsOffInPasses: a till that is three hours slow shows it in the sales that have a number; those
// without one are found by the clock that is right, though all of the others were joined by their keys.
func TestAClockIsOffInPasses(t *testing.T) {
	day, _ := tillproof.ParseDate("2026-05-11")
	files := clockFiles(40, func(i int) clockSale {
		at := day.At(8, 7*i, 0)
		return clockSale{"CREDIT", at, at + 3*3600, day}
	})
	held, passes, _ := bothWays(t, files, Options{})
	if len(held.Matches) != 40 || passes.Completeness[0].Counts[tillproof.Matched] != 40 {
		t.Errorf("%d and %v of 40", len(held.Matches), passes.Completeness[0].Counts)
	}
	sameWarnings(t, held, passes)
}

// TestWalletsSettleAtMidnightInPasses: cards after 23:00 are settled a day later and wallets are not. Seven
// wallets say so, all of them joined by their keys; the warning counts each once.
func TestWalletsSettleAtMidnightInPasses(t *testing.T) {
	day, _ := tillproof.ParseDate("2026-05-11")
	files := clockFiles(60, func(i int) clockSale {
		kind, settled := "CREDIT", day
		at := day.At(20, 4*i, i)
		if i >= 45 {
			settled = day + 1
			if i%2 == 0 {
				kind, settled = "WALLET", day
			}
		}
		return clockSale{kind, at, at, settled}
	})
	opt := Options{}
	opt.Policy.CutOff = 23 * 60
	held, passes, _ := bothWays(t, files, opt)
	sameWarnings(t, held, passes)
	for _, run := range []*tillproof.Run{held, passes} {
		told := slices.ContainsFunc(run.Warnings, func(n tillproof.Note) bool {
			return n.Code == "match.warning.wallets_midnight" && n.Params["n"] == "7"
		})
		if !told {
			t.Errorf("%v", run.Warnings)
		}
	}
}
