package table_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/tillproof/tillproof/internal/format"
)

// dialects are ways in which banks write their tables, one file each, made up. Amounts, narratives and issues
// were worked out by hand.
var dialects = []struct{ name, in, amounts, texts, issues string }{
	{
		"apostrophe for thousands", "Datum;Text;Betrag\n13.04.2026;a;1'234.50\n14.04.2026;b;-12’345’678.05\n",
		"1234.50 -12345678.05", "a|b", "",
	},
	{
		"blanks for thousands, comma",
		"Data operacji;Opis operacji;Kwota\n2026-04-13;a;2 000,00\n2026-04-14;b;-1 234 567,89\n",
		"2000.00 -1234567.89", "a|b", "",
	},
	{
		"sign, blank, currency sign",
		"Date,Description,Amount\n04/13/2026,a,\"+ $73.01\"\n04/14/2026,b,\"- $1,073.01\"\n",
		"73.01 -1073.01", "a|b", "",
	},
	{
		"brackets",
		"Date,Description,Amount\n2026-04-13,a,(45.00)\n2026-04-14,b,\"($1,045.00)\"\n2026-04-15,c,7.00\n",
		"-45.00 -1045.00 7.00", "a|b|c", "",
	},
	{
		"a letter behind the amount",
		"Date,Description,Amount\n2026-04-13,a,45.00 D\n2026-04-14,b,46.00C\n2026-04-15,c,47.00DR\n",
		"-45.00 46.00 -47.00", "a|b|c", "",
	},
	{
		"a currency behind an apostrophe",
		"Date,Description,Amount\n2026-04-13,a,\"'579,68 USD\"\n2026-04-14,b,\"'-1,05 USD\"\n",
		"579.68 -1.05", "a|b", "",
	},
	{
		"a unit in the header", "Date,Description,Amount CZK\n2026-04-13,a,45.50\n", "45.50", "a", "",
	},
	{
		"decimal comma in quotes between commas",
		"\"Date\",\"Description\",\"Amount\"\n\"2026-04-13\",\"a, b\",\"-1.045,50\"\n",
		"-1045.50", "a, b", "",
	},
	{
		"signed, debit and credit columns that agree",
		"Datum;Omschrijving;Bedrag;credit;debet\n13/04/2026;a;-10,50;;-10,50\n14/04/2026;b;20,00;20,00;\n",
		"-10.50 20.00", "a|b", "",
	},
	{
		"signed, debit and credit columns that do not",
		"Datum;Omschrijving;Bedrag;credit;debet\n13/04/2026;a;-10,50;;-10,50\n14/04/2026;b;20,00;21,00;\n",
		"-10.50", "a", "format.table.amount_shapes 3:3 Bedrag 20,00",
	},
	{
		"a narrative that goes on below",
		"Account details for:,Business 1\nAvailable balance,\"9,000.00\"\n\nTransaction History\n\n" +
			"Transaction date,Value date,Description,Withdrawals (SGD),Deposits (SGD)\n" +
			"13/04/2026,14/04/2026,POS PURCHASE,7.50,\n,,NETS CAFE LUNA,,\n,,REF 12,,\n" +
			"14/04/2026,14/04/2026,FAST PAYMENT,,\"1,200.00\"\n,,from a friend,,\n",
		"-7.50 1200.00", "POS PURCHASE NETS CAFE LUNA REF 12|FAST PAYMENT from a friend", "",
	},
	{
		"two columns of one name", "Date,Description,Amount,Amount\n2026-04-13,a,45.50,1.00\n", "45.50", "a",
		"format.table.column_twice 1:4 Amount",
	},
	{
		"the last line is cut", "Date,Description,Amount\n2026-04-13,a,45.50\n2026-04-14,b,5.00\n2026-04-1",
		"45.50 5.00", "a|b", "format.table.cut_off 4:0",
	},
	{
		"the last line is cut within quotes",
		"Date,Description,Amount\n2026-04-13,a,45.50\n2026-04-14,b,5.00\n2026-04-15,\"rent for",
		"45.50 5.00", "a|b", "format.table.quote 4:0; format.table.cut_off 4:0",
	},
	{
		"a last line without its end is whole",
		"Date,Description,Amount\n2026-04-13,a,45.50\n2026-04-14,b,5.00",
		"45.50 5.00", "a|b", "",
	},
	{
		"pending for a date", "Date,Description,Amount\nPending,a,45.50\n2026-04-14,b,5.00\n",
		"5.00", "b", "format.table.date 2:1 Date Pending",
	},
	{
		"days with points behind and blanks between",
		"Datum;Text;Betrag\n2026.04.19.;a;1,00\n2026 04 20;b;2,00\n21 Apr 2026;c;3,00\n",
		"1.00 2.00 3.00", "a|b|c", "",
	},
}

// TestDialects reads each in UTF-8, in UTF-16 with and without a mark, with CR alone, with CR LF, and padded
// with NUL bytes: what comes of it is the same.
func TestDialects(t *testing.T) {
	for _, c := range dialects {
		for name, in := range writings(c.in) {
			t.Run(c.name+"/"+name, func(t *testing.T) {
				src, records, err := load(t, []byte(in), format.Options{})
				if err != nil {
					t.Fatal(err)
				}
				var amounts, texts, issues []string
				for _, r := range records {
					amounts, texts = append(amounts, r.Amount.String()), append(texts, r.Narrative)
				}
				for _, i := range src.Issues {
					issues = append(issues, issueLine(i))
				}
				if d := cmp.Diff(c.amounts, strings.Join(amounts, " ")); d != "" {
					t.Errorf("amounts (-want +got):\n%s", d)
				}
				if d := cmp.Diff(c.texts, strings.Join(texts, "|")); d != "" {
					t.Errorf("texts (-want +got):\n%s", d)
				}
				if d := cmp.Diff(c.issues, strings.Join(issues, "; ")); d != "" {
					t.Errorf("issues (-want +got):\n%s", d)
				}
			})
		}
	}
}

func writings(in string) map[string]string {
	wide := func(order int) string {
		var b []byte
		for _, u := range utf16.Encode([]rune(in)) {
			pair := []byte{byte(u), byte(u >> 8)}
			if order == 1 {
				slices.Reverse(pair)
			}
			b = append(b, pair...)
		}
		return string(b)
	}
	return map[string]string{
		"UTF-8": in, "UTF-8 with mark": "\ufeff" + in, "padded": in + strings.Repeat("\x00", 777),
		"UTF-16LE": "\xff\xfe" + wide(0), "UTF-16BE": "\xfe\xff" + wide(1), "UTF-16 without mark": wide(0),
		"UTF-16 padded": "\xff\xfe" + wide(0) + strings.Repeat("\x00", 513),
		"CR":            strings.ReplaceAll(in, "\n", "\r"), "CR LF": strings.ReplaceAll(in, "\n", "\r\n"),
	}
}
