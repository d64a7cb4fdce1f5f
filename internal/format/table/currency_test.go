package table_test

import (
	"strings"
	"testing"

	"github.com/tillproof/tillproof/internal/format"
)

// A currency is a code that money is paid in, or a word of the lists. Three letters alone are none.
func TestCurrencyWords(t *testing.T) {
	const unknown, amount = "format.table.currency 2:4 Currency ", "format.table.currency 2:3 Amount "
	for _, c := range []struct{ name, amount, currency, want, issues string }{
		{"a code", "12.30", "USD", "12.30 USD", ""},
		{"in small letters", "12.30", "eur", "12.30 EUR", ""},
		{"the renminbi's other name", "12.30", "RMB", "12.30 CNY", ""},
		{"the renminbi abroad", "12.30", "CNH", "12.30 CNY", ""},
		{"a code of former years", "12.30", "HRK", "12.30 HRK", ""},
		{"a sign", "12.30", "US$", "12.30 USD", ""},
		{"another sign", "12.30", "€", "12.30 EUR", ""},
		{"pounds", "12.30", "£", "12.30 GBP", ""},
		{"three letters that are none", "12.30", "ABC", "", unknown + "ABC"},
		{"the last letters", "12.30", "ZZZ", "", unknown + "ZZZ"},
		{"gold is none", "12.30", "XAU", "", unknown + "XAU"},
		{"yen or yuan", "12.30", "¥", "", unknown + "¥"},
		{"beside the amount", "RMB 12.30", "", "12.30 CNY", ""},
		{"behind the amount", "12.30 US$", "", "12.30 USD", ""},
		{"a code beside the amount", "GBP12.30", "", "12.30 GBP", ""},
		{"letters beside the amount", "ABC 12.30", "", "", amount + "ABC 12.30"},
		{"letters behind the amount", "12.30ZZZ", "", "", amount + "12.30ZZZ"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := "Date,Description,Amount,Currency\n2026-09-16,a," + c.amount + "," + c.currency + "\n"
			src, records, err := load(t, []byte(in), format.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var got, issues []string
			for _, r := range records {
				got = append(got, r.Amount.Param())
			}
			for _, i := range src.Issues {
				issues = append(issues, strings.TrimPrefix(issueLine(i), " "))
			}
			if strings.Join(got, " ") != c.want || strings.Join(issues, "; ") != c.issues {
				t.Errorf("%q, issues %q; want %q, %q", got, issues, c.want, c.issues)
			}
		})
	}
}
