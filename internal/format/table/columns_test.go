package table_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// decision finds one decision of a file: its parameter, "" where the file has none.
func decision(t *testing.T, in, code, param string) string {
	t.Helper()
	src, _, err := load(t, []byte(in), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range src.Decisions {
		if d.Code == code {
			return d.Params[param]
		}
	}
	return ""
}

// Columns that hold something and mean nothing are told once; empty ones are not.
func TestColumnsUnused(t *testing.T) {
	const head = "Date,Text,Amount,"
	const many = "Date,Text,Amount,A1,A2,A3,A4,A5,A6,A7,A8,A9,A10,A11\n" +
		"2026-04-13,a,1.50,x,x,x,x,x,x,x,x,x,x,x\n"
	for _, c := range []struct{ name, in, want string }{
		{"all are used", "Date,Text,Amount\n2026-04-13,a,1.50\n", ""},
		{"two are not", "Date,Text,Amount,Floor,Colour\n2026-04-13,a,1.50,2,red\n", "Floor, Colour"},
		{"an empty one", "Date,Text,Amount,Floor,Colour\n2026-04-13,a,1.50,,red\n", "Colour"},
		{"one without a name", "Date,Text,Amount,,Colour\n2026-04-13,a,1.50,x,\n", "#4"},
		{"a name that is a card", head + "5555555555554444\n2026-04-13,a,1.50,x\n", "555555******4444"},
		{"more than ten", many, "A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, …"},
	} {
		if got := decision(t, c.in, "format.decision.columns.unused", "columns"); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// Five rows without decimals may be in fen; the layout alone says that they are in yuan. The note shows the
// first amount with both readings. A layout of the user's own knows its files.
func TestUnitOfTheLayout(t *testing.T) {
	row := func(amount string) string { return "T1,2026-09-16,10:00:00,消费," + amount + ",00,\n" }
	four := row("0") + row("2500") + row("99") + row("1")
	const bank = "日期,摘要,金额,余额\n2026-09-16,a,2500,2600\n2026-09-16,b,-700,1900\n" +
		"2026-09-16,c,-500,1400\n2026-09-17,d,-100,"
	const want = "terminal_zh 5 rows, line 3 交易金额: 2500 is 2500.00 CNY or 25.00 CNY"
	for _, c := range []struct{ name, in, want string }{
		{"five whole numbers", short + four + row("7"), want},
		{"four are too few", short + four, ""},
		{"one has decimals", short + four + row("7.50"), ""},
		{"one has decimals of nothing", short + four + row("7.00"), ""},
		{"the header says it", strings.Replace(short, "交易金额", "交易金额(元)", 1) + four + row("7"), ""},
		{
			"a statement by common names", bank + "1300\n2026-09-17,c,300,1600\n",
			"bank_zh 5 rows, line 2 金额: 2500 is 2500.00 CNY or 25.00 CNY",
		},
		{"a statement whose balance has decimals", bank + "1300.00\n2026-09-17,c,300,1600\n", ""},
		{"nothing was paid", short + strings.Repeat(row("0"), 5), ""},
	} {
		src, _, err := load(t, []byte(c.in), format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, i := range src.Issues {
			if p := i.Params; i.Code == "format.table.unit_layout" {
				got += fmt.Sprintf("%s %s rows, line %d %s: %s is %s or %s", p["profile"], p["n"],
					i.Place.Line, p["column"], p["value"], p["amount"], p["other"])
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// A number that only counts the rows of one export is no part of a line: another export of the same days
// counts anew, and the same line keeps its id.
func TestRunningNumber(t *testing.T) {
	ids := func(in string) []tillproof.RecordID {
		_, records, err := load(t, []byte(in), format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var out []tillproof.RecordID
		for _, r := range records {
			out = append(out, r.ID)
		}
		return out
	}
	for _, c := range []struct {
		name, long, late string
		same             bool
	}{
		{
			"a running number",
			"Seq,Date,Text,Amount\n1,2026-04-13,a,1.50\n2,2026-04-14,b,2.50\n" +
				"3,2026-04-15,c,3.50\n4,2026-04-16,d,4.50\n",
			"Seq,Date,Text,Amount\n1,2026-04-14,b,2.50\n" +
				"2,2026-04-15,c,3.50\n3,2026-04-16,d,4.50\n", true,
		},
		{
			"an index without a name, from 0",
			",Date,Text,Amount\n0,2026-04-13,a,1.50\n1,2026-04-14,b,2.50\n" +
				"2,2026-04-15,c,3.50\n3,2026-04-16,d,4.50\n",
			",Date,Text,Amount\n0,2026-04-14,b,2.50\n1,2026-04-15,c,3.50\n2,2026-04-16,d,4.50\n", true,
		},
		{
			"a number that tells the lines apart",
			"Seq,Date,Text,Amount\n1,2026-04-13,a,1.50\n2,2026-04-14,b,2.50\n" +
				"4,2026-04-15,c,3.50\n5,2026-04-16,d,4.50\n",
			"Seq,Date,Text,Amount\n7,2026-04-14,b,2.50\n9,2026-04-15,c,3.50\n8,2026-04-16,d,4.50\n", false,
		},
	} {
		long, late := ids(c.long), ids(c.late)
		if len(long) != 4 || len(late) != 3 {
			t.Fatalf("%s: %d and %d rows", c.name, len(long), len(late))
		}
		for i := range late {
			if same := late[i] == long[i+1]; same != c.same {
				t.Errorf("%s: row %d has the same id: %t", c.name, i, same)
			}
		}
	}
}
