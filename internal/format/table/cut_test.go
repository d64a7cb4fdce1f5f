package table_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tillproof/tillproof/internal/format"
)

// cutFiles end inside their last row, or just behind it. The amounts were read off the texts by hand.
var cutFiles = []struct{ name, in, amounts, issues string }{
	{
		"cells are missing in the only row",
		"交易日期,交易时间,交易摘要,交易金额,本次余额,对手信息,日 志 号,交易渠道,交易附言\n" +
			"20260901,093001,转存,+10",
		"", "format.table.cut_off 2:0",
	},
	{
		"one amount of the only row lost its decimals",
		"交易日期,记账日期,交易说明,交易币种/金额,入账币种/金额\n2026-09-01,2026-09-01,退货,CNY 12.30,CNY12",
		"", "format.table.cut_off 2:0",
	},
	{
		"the only amount has none",
		"Date,Description,Amount,Currency\n2026-04-13,a,45.50,EUR\n2026-04-14,b,5",
		"45.50", "format.table.cut_off 3:0",
	},
	{
		"a decimal is missing",
		"Date,Description,Amount\n2026-04-13,a,45.50\n2026-04-14,b,5.0",
		"45.50", "format.table.cut_off 3:0",
	},
	{
		"the mark ends it",
		"Date,Description,Amount\n2026-04-13,a,45\n2026-04-14,b,5.",
		"45.00", "format.table.cut_off 3:0",
	},
	{
		"all decimals are missing",
		"Date,Description,Amount\n2026-04-13,a,45.50\n2026-04-14,b,-1",
		"45.50", "format.table.cut_off 3:0",
	},
	{
		"a whole row",
		"Date,Description,Amount\n2026-04-13,a,45.50\n2026-04-14,b,5.10",
		"45.50 5.10", "",
	},
	{
		"another row has no decimals either",
		"Date,Description,Amount\n2026-04-13,a,45\n2026-04-14,b,4.50\n2026-04-14,b,5",
		"45.00 4.50 5.00", "",
	},
	{"one row is whole", "Date,Description,Amount\n2026-04-13,a,45.50", "45.50", ""},
	{
		"a line end is all it needs",
		"Date,Description,Amount\n2026-04-13,a,45.50\n2026-04-14,b,5\n",
		"45.50 5.00", "",
	},
	{"yen have no decimals", "Date,Description,Currency,Amount\n2026-04-13,a,JPY,455", "455", ""},
}

func TestCutInsideTheLastRow(t *testing.T) {
	for _, c := range cutFiles {
		t.Run(c.name, func(t *testing.T) {
			src, records, err := load(t, []byte(c.in), format.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var amounts, issues []string
			for _, r := range records {
				amounts = append(amounts, r.Amount.String())
			}
			for _, i := range src.Issues {
				issues = append(issues, issueLine(i))
			}
			if got := strings.Join(amounts, " "); got != c.amounts {
				t.Errorf("amounts %q, want %q", got, c.amounts)
			}
			if got := strings.Join(issues, "; "); got != c.issues {
				t.Errorf("issues %q, want %q", got, c.issues)
			}
		})
	}
}

// Wherever one of these files is cut, no amount is read that the whole file does not hold: the last row is
// whole, or it is listed.
func TestCutAnywhere(t *testing.T) {
	for _, name := range []string{"abc_debit", "alipay_trade", "bocom_credit", "sibs", "worldpay_batch"} {
		raw, err := os.ReadFile(filepath.Join("testdata", name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		_, whole, err := load(t, raw, format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		first := map[string]int{"abc_debit": 136, "alipay_trade": 850, "bocom_credit": 120}[name]
		for n := max(first, 140); n < min(len(raw), first+260); n++ {
			_, part, err := load(t, raw[:n], format.Options{})
			if err != nil {
				continue // not even the header is there
			}
			for i, r := range part {
				if i >= len(whole) || r.Amount != whole[i].Amount {
					t.Errorf("%s cut at %d: row %d reads %s", name, n, i, r.Amount)
				}
			}
		}
	}
}
