package recon

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/all"
)

// TestOneSideInPasses: where the log or the report is not given, passes say what a run says that is held: of
// a log nothing, of a report which fees are not the agreed ones.
func TestOneSideInPasses(t *testing.T) {
	texts := newTrade(7).files()
	for _, sides := range [][]tillproof.Side{{tillproof.Terminal}, {tillproof.Acquirer}} {
		t.Run(sides[0].String(), func(t *testing.T) {
			files := func() []File {
				return slices.DeleteFunc(tradeFiles(texts), func(f File) bool {
					return !slices.Contains(sides, f.Side)
				})
			}
			opt := Options{}
			opt.Policy.Tariff = []tillproof.TariffLine{{RatePPM: 6000}}
			held, passes, _ := bothWays(t, files, opt)
			sameWarnings(t, held, passes)
		})
	}
}

// sameWarnings asks for the warnings of the room of matching.
func sameWarnings(t *testing.T, held, passes *tillproof.Run) {
	t.Helper()
	for _, n := range held.Warnings {
		same := func(o tillproof.Note) bool { return o.Code == n.Code }
		if strings.HasPrefix(n.Code, "match.") && !slices.ContainsFunc(passes.Warnings, same) {
			t.Errorf("no warning %s: %v", n.Code, passes.Warnings)
		}
	}
}

// TestAnEmptyReportInPasses: a report without a row is one; all that the log shows is missing in it.
func TestAnEmptyReportInPasses(t *testing.T) {
	texts := newTrade(7).files()
	head, _, _ := strings.Cut(texts[tillproof.Acquirer], "\n")
	texts[tillproof.Acquirer] = head + "\n"
	held, passes, _ := bothWays(t, func() []File { return tradeFiles(texts) }, Options{})
	sameWarnings(t, held, passes)
}

// TestALogWithoutAReport: the log is compared with the bank at the agreed fees, merchant by merchant, and
// says what a run says that is held. Where no fee is agreed it is left out.
func TestALogWithoutAReport(t *testing.T) {
	texts := newTrade(7).files()
	files := func() []File {
		return slices.DeleteFunc(tradeFiles(texts), func(f File) bool { return f.Side == tillproof.Acquirer })
	}
	for name, tariff := range map[string][]tillproof.TariffLine{
		"agreed": {{RatePPM: 6000}}, "not agreed": nil,
	} {
		t.Run(name, func(t *testing.T) {
			opt := Options{}
			opt.Policy.Tariff = tariff
			opt.Policy.CutOff = 23 * 60
			held, passes, _ := bothWays(t, files, opt)
			sameWarnings(t, held, passes)
			if tariff != nil && len(held.Waterfalls) == 0 {
				t.Error("nothing was compared")
			}
		})
	}
}

// TestALongLogWithoutAReport: two merchants of 60,000 sales of 0.07 and 0.09, 4,200.00 and 5,400.00 in one
// deposit each, are compared one after the other. Where the deposits name nobody all rows would have to be
// held: that is refused, and the error says what would do.
func TestALongLogWithoutAReport(t *testing.T) {
	var log strings.Builder
	log.WriteString("merchant_no,terminal_no,batch_no,trace_no,rrn,card_mask,amount,fee,local_time,type," +
		"resp_code,orig_rrn\n")
	for i := range 60_000 {
		for k, m := range []string{"898310148000111", "898310148000333"} {
			fmt.Fprintf(&log, "%s,10000003,000001,%06d,6060%08d,622200******%04d,%d,0,2026-03-02T10:00:00,"+
				"SALE,00,\n", m, i, 2*i+k, i%10_000, 7+2*k)
		}
	}
	opt := Options{Formats: all.Formats()}
	opt.Policy.Tariff = []tillproof.TariffLine{{RatePPM: 0}}
	opt.Policy.Settlement = tillproof.Settlement{Known: true, Days: 1}
	check := func(bank string) (*tillproof.Run, error) {
		files := tradeFiles(map[tillproof.Side]string{
			tillproof.Terminal: log.String(), tillproof.Bank: plainBank + bank,
		})
		files = slices.DeleteFunc(files, func(f File) bool { return f.Side == tillproof.Acquirer })
		answer, err := CheckLarge(t.Context(), files, opt, Limits{Memory: LeastMemory, Workers: 2})
		if err != nil {
			return nil, err
		}
		return answer.Run, nil
	}
	run, err := check("2026-03-03,6222000148000111,POS 898310148000111,420000,420000\n" +
		"2026-03-03,6222000148000111,POS 898310148000333,539999,959999\n")
	if err != nil {
		t.Fatal(err)
	}
	if len(run.Breaks) != 1 || run.Breaks[0].Kind != tillproof.DepositShort ||
		run.Breaks[0].Residual.Minor() != 1 || run.Breaks[0].Leg != tillproof.TerminalBank {
		t.Errorf("%+v", run.Breaks)
	}
	if c := run.Completeness[0].Counts; c[tillproof.Matched] != 60_000 || c[tillproof.Exception] != 60_000 {
		t.Errorf("%v", c)
	}
	var e *tillproof.Error
	_, err = check("2026-03-03,6222000148000111,POS,420000,420000\n")
	if !errors.As(err, &e) || e.Code != "recon.bulk.no_report" || e.Params["mib"] == "" {
		t.Errorf("%v", err)
	}
}

// TestTipsInPasses: a tip that the till enters after the sale is a row of its own. The report shows the sum
// of both, so nothing is amiss; where it shows another sum, it is.
func TestTipsInPasses(t *testing.T) {
	log, report := clockLog, feeHead
	for i := range 12 {
		at := fmt.Sprintf("%02d:00:00", 8+i)
		till := fmt.Sprintf("104310058120001,10000001,000001,%06d,2605%08d", i, i)
		log += fmt.Sprintf("%s,,411111******%04d,CREDIT,2026-05-11,%s,SALE,CHIP,78.00,00,\n", till, i, at)
		log += fmt.Sprintf("104310058120001,10000001,000001,%06d,2605%08d,,411111******%04d,CREDIT,"+
			"2026-05-11,%s,ADJUSTMENT,CHIP,89.70,00,2605%08d\n", 500+i, 5000+i, i, at[:3]+"30:00", i)
		sum := "89.70"
		if i == 7 {
			sum = "80.00"
		}
		report += fmt.Sprintf("2026-05-11,%s,411111******%04d,CREDIT,2026-05-11 %s,SALE,%s,0.00,%s\n",
			till, i, at, sum, sum)
	}
	files := func() []File {
		var out []File
		for i, text := range []string{log, report} {
			out = append(out, File{
				Name: []string{"log.csv", "report.csv"}[i], At: strings.NewReader(text),
				Size: int64(len(text)), Side: tillproof.Sides[i],
			})
		}
		return out
	}
	_, passes, _ := bothWays(t, files, Options{})
	c := passes.Completeness[0].Counts
	if c[tillproof.Matched] != 11 || c[tillproof.Exception] != 1 || c[tillproof.Excluded] != 12 {
		t.Errorf("%v", c)
	}
}
