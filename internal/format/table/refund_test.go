package table_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// TestRefundsWithoutMinus: where no refund of a report bears a minus, the type says which way its money went.
func TestRefundsWithoutMinus(t *testing.T) {
	const head = "Settlement Date,Merchant ID,RRN,Type,Amount,Fee,Net,Currency\n"
	const sale = "2026-09-17,M1,000000000001,SALE,100.00,0.60,99.40,EUR\n"
	row := func(rest string) string { return "2026-09-17,M1,000000000002," + rest + ",EUR\n" }
	for _, c := range []struct{ name, in, rows, decisions, issues string }{
		{
			"the fee comes back", head + sale + row("REFUND,40.00,0.24,39.76"),
			"100.00 -0.60 99.40; -40.00 0.24 -39.76", "refunds.type n=1 40.00 line 3", "",
		},
		{
			"the fee is charged", head + sale + row("REFUND,40.00,0.24,40.24"),
			"100.00 -0.60 99.40; -40.00 -0.24 -40.24", "refunds.type n=1 40.00 line 3", "",
		},
		{
			"voids too", head + sale + row("VOID,100.00,0.60,99.40") + row("REFUND,5.00,0.00,5.00"),
			"100.00 -0.60 99.40; -100.00 0.60 -99.40; -5.00 0.00 -5.00",
			"refunds.type n=2 100.00 line 3", "",
		},
		{
			"signed ones stay", head + sale + row("REFUND,-40.00,-0.24,-39.76"),
			"100.00 -0.60 99.40; -40.00 0.24 -39.76", "", "",
		},
		{
			"a net with its sign speaks for its row", head + sale + row("REFUND,40.00,0.00,-40.00"),
			"100.00 -0.60 99.40; -40.00 0.00 -40.00", "", "",
		},
		{
			"both ways", head + sale + row("REFUND,40.00,0.24,39.76") + row("REFUND,-5.00,0.00,-5.00"),
			"100.00 -0.60 99.40; -5.00 0.00 -5.00", "", "table.kind_direction 3:5 Amount 40.00",
		},
		{
			"a void of a refund", head + sale + row("REFUND,-5.00,0.00,-5.00") + row("VOID,5.00,0.00,5.00"),
			"100.00 -0.60 99.40; -5.00 0.00 -5.00; 5.00 0.00 5.00", "", "",
		},
		{
			"Chinese", "清算日期,商户编号,参考号,交易类型,交易金额,手续费,结算金额\n" +
				"2026-09-17,898000000000001,000000000001,消费,100.00,0.60,99.40\n" +
				"2026-09-17,898000000000001,000000000002,退货,40.00,0.00,40.00\n",
			"100.00 -0.60 99.40; -40.00 0.00 -40.00", "refunds.type n=1 40.00 line 3", "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			src, records, err := load(t, []byte(c.in), format.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var rows, decisions, issues []string
			for _, r := range records {
				rows = append(rows, fmt.Sprint(r.Amount.Exact(), " ", r.Fee.Exact(), " ", r.Net.Exact()))
			}
			for _, d := range src.Decisions {
				decisions = append(decisions, fmt.Sprintf("%s n=%s %s line %s",
					strings.TrimPrefix(d.Code, "format.decision."), d.Params["n"], d.Params["value"],
					d.Params["line"]))
			}
			for _, i := range src.Issues {
				issues = append(issues, strings.TrimPrefix(issueLine(i), "format."))
			}
			want := []string{c.rows, c.decisions, c.issues}
			got := []string{
				strings.Join(rows, "; "), strings.Join(decisions, "; "), strings.Join(issues, "; "),
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("rows, decisions, issues (-want +got):\n%s", d)
			}
			doors(t, formats(), []byte(c.in), format.Options{})
		})
	}
}

// TestTillIsNoBank: a log of a till that lacks its answers is not taken for a bank's statement. The refusal
// names what the terminal's layout misses.
func TestTillIsNoBank(t *testing.T) {
	for _, head := range []string{
		"Date,Time,Merchant No,Terminal No,RRN,Card,Type,Amount",
		"Date,Time,Outlet,Till,RRN,Card,Type,Amount",
	} {
		in := head + "\n2026-09-16,10:00:00,M1,T1,000000000001,411111******1111,SALE,100.00\n"
		_, _, err := load(t, []byte(in), format.Options{})
		var why *tillproof.Error
		if !errors.As(err, &why) || why.Code != "format.table.column" {
			t.Errorf("%s: %v", head, err)
			continue
		}
		if got := why.Params["columns"]; why.Params["profile"] != "terminal_en" ||
			!strings.HasSuffix(got, "Response / Auth Code / Status") {
			t.Errorf("%s: lacks %s", head, got)
		}
	}
}

// TestDayOfFourDigits: "0916" is a day where the year is told.
func TestDayOfFourDigits(t *testing.T) {
	const in = "Date,Time,Merchant No,RRN,Type,Amount,Response\n" +
		"0916,100000,M1,000000000001,SALE,100.00,00\n0229,100000,M1,000000000002,SALE,1.00,00\n" +
		"1340,100000,M1,000000000003,SALE,2.00,00\n"
	for _, c := range []struct {
		year         int
		days, issues string
	}{
		{
			2026, "2026-09-16",
			"date_no_day 3:1 Date 0229; date 4:1 Date 1340",
		},
		{2024, "2024-09-16 2024-02-29", "date 4:1 Date 1340"},
		{0, "", "date_year 2:1 Date 0916; date_year 3:1 Date 0229; date 4:1 Date 1340"},
	} {
		src, records, err := load(t, []byte(in), format.Options{Year: c.year})
		if err != nil {
			t.Fatal(err)
		}
		var days, issues []string
		for _, r := range records {
			days = append(days, r.Time.Date().String())
		}
		for _, i := range src.Issues {
			issues = append(issues, strings.TrimPrefix(issueLine(i), "format.table."))
		}
		got := []string{strings.Join(days, " "), strings.Join(issues, "; ")}
		if d := cmp.Diff([]string{c.days, c.issues}, got); d != "" {
			t.Errorf("%d: days, issues (-want +got):\n%s", c.year, d)
		}
		doors(t, formats(), []byte(in), format.Options{Year: c.year})
	}
}
