package report

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

func openBook(t *testing.T, v *view, limit int) *excelize.File {
	t.Helper()
	var b bytes.Buffer
	if err := v.writeXLSX(&b, limit); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// cellUnder finds the cell of a row beneath a head.
func cellUnder(t *testing.T, f *excelize.File, sheet, head string, row int) string {
	t.Helper()
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for i, h := range rows[0] {
		if h == head {
			name, _ := excelize.CoordinatesToCellName(i+1, row)
			return name
		}
	}
	t.Fatalf("%s has no column %q: %v", sheet, head, rows[0])
	return ""
}

func TestWorkbookHoldsEveryList(t *testing.T) {
	f := openBook(t, fixtureView(t, fixture(t), Options{Lang: locale.EN}), sheetRows)
	want := "Summary|Exceptions|Loss|Waterfalls|terminal log|acquirer report|bank statement|Issues"
	if got := strings.Join(f.GetSheetList(), "|"); got != want {
		t.Errorf("sheets %s", got)
	}
	for sheet, n := range map[string]int{
		"Exceptions": 8, "terminal log": 10, "acquirer report": 7,
		"Issues": 1,
	} {
		rows, _ := f.GetRows(sheet)
		if len(rows) != n+1 {
			t.Errorf("%s has %d rows, want %d and the head", sheet, len(rows), n)
		}
	}
	cell := cellUnder(t, f, "terminal log", "amount", 4)
	if typ, _ := f.GetCellType("terminal log", cell); typ != excelize.CellTypeNumber &&
		typ != excelize.CellTypeUnset {
		t.Errorf("an amount is a number, not %v", typ)
	}
	if raw, _ := f.GetCellValue("terminal log", cell, excelize.Options{RawCellValue: true}); raw != "1234.5" {
		t.Errorf("raw amount %q", raw)
	}
	if shown, _ := f.GetCellValue("terminal log", cell); shown != "1,234.50" {
		t.Errorf("shown amount %q", shown)
	}
	panes, err := f.GetPanes("Exceptions")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("the head is not frozen: %+v %v", panes, err)
	}
}

// Texts of files are planted in every field that a stranger can write; no cell may become a formula.
func TestWorkbookIsSafeAgainstFormulas(t *testing.T) {
	evil := []string{
		"=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1:A9)", "\t=1+1",
		"=HYPERLINK(\"http://x\")",
	}
	run := fixture(t)
	for i, s := range evil {
		r := &run.Records[tillproof.Terminal][i]
		r.Narrative, r.Counterparty, r.Refs.RRN, r.Refs.Batch = s, s, s, s
		r.Refs.Terminal, r.Refs.Merchant, r.Response = tillproof.TerminalID(s), tillproof.MerchantID(s), s
	}
	run.Policy.Merchant = "=1+1"
	run.Sources[0].File = "=2+2.csv"
	run.Sources[0].Issues[0].Params["text"] = "=3+3"
	f := openBook(t, fixtureView(t, run, Options{Lang: locale.ZH}), sheetRows)
	seen := 0
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for y, row := range rows {
			for x, value := range row {
				name, _ := excelize.CoordinatesToCellName(x+1, y+1)
				if formula, _ := f.GetCellFormula(sheet, name); formula != "" {
					t.Errorf("%s!%s is a formula: %s", sheet, name, formula)
				}
				typ, _ := f.GetCellType(sheet, name)
				if strings.ContainsAny(value, "=@") || strings.HasPrefix(value, "+") {
					seen++
					if typ != excelize.CellTypeInlineString && typ != excelize.CellTypeSharedString {
						t.Errorf("%s!%s is of type %v: %q", sheet, name, typ, value)
					}
				}
			}
		}
	}
	if seen < len(evil)*4 {
		t.Errorf("only %d planted texts arrived", seen)
	}
}

func TestLongListsGoOnOnAFurtherSheet(t *testing.T) {
	f := openBook(t, fixtureView(t, fixture(t), Options{Lang: locale.EN}), 6) // 4 rows, the head, the pointer
	total := 0
	for i, want := range []int{4, 4, 2} {
		rows, err := f.GetRows(sheetName("terminal log", i))
		if err != nil {
			t.Fatal(err)
		}
		list := rows[1:]
		if i < 2 {
			last := list[len(list)-1][0]
			if !strings.Contains(last, sheetName("terminal log", i+1)) || !strings.Contains(last,
				strconv.Itoa(10-4*(i+1))) {
				t.Errorf("part %d does not say where it goes on: %q", i, last)
			}
			list = list[:len(list)-1]
		}
		if len(list) != want {
			t.Errorf("part %d has %d rows", i, len(list))
		}
		total += len(list)
	}
	if total != 10 {
		t.Errorf("%d rows of 10", total)
	}
}

func TestNumbersOfAWorkbookLoseNothing(t *testing.T) {
	for s, want := range map[string]bool{
		"0.00": true, "-0.01": true, "1234.50": true, "9999999999999.99": true, "99999999999999.99": false,
		"12345678901234567": false, "1.2345678901234567": false, "1000000000000000000": true, "0.005": true,
	} {
		if _, ok := exactNumber(s); ok != want {
			t.Errorf("%s: %v", s, ok)
		}
	}
	run := fixture(t)
	run.Records[tillproof.Terminal][0].Amount = cny(9_999_999_999_999_999)
	f := openBook(t, fixtureView(t, run, Options{Lang: locale.EN}), sheetRows)
	cell := cellUnder(t, f, "terminal log", "amount", 2)
	typ, _ := f.GetCellType("terminal log", cell)
	value, _ := f.GetCellValue("terminal log", cell)
	if typ != excelize.CellTypeInlineString || value != "99999999999999.99" {
		t.Errorf("%v %q", typ, value)
	}
}

func TestWorkbookIsTheSameForTheSameRun(t *testing.T) {
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		if err := fixtureView(t, fixture(t), Options{Lang: locale.ZH}).writeXLSX(w, sheetRows); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two workbooks differ")
	}
}

// Decisions have a sheet of their own, those first that were not obeyed.
func TestWorkbookHoldsDecisions(t *testing.T) {
	run := fixture(t)
	run.Decisions = []tillproof.Decision{
		{
			Ruling: tillproof.RuleExclude, Named: []string{"pos.csv:2"}, Reason: "paid in cash", By: "Li Wei",
			At: "2026-09-20", Place: tillproof.Place{Line: 1},
			Records: []tillproof.RowRef{{Side: tillproof.Terminal}},
		},
		{
			Ruling: tillproof.RuleMatch, Named: []string{"payout:P1", "bank.csv:9"}, Reason: "=1+1",
			Place: tillproof.Place{Line: 5}, Misfit: tillproof.Note{
				Code: "decide.misfit.group", Params: tillproof.Params{"record": "payout:P1"},
			},
		},
	}
	f := openBook(t, fixtureView(t, run, Options{Lang: locale.EN}), sheetRows)
	rows, err := f.GetRows("Decided by hand")
	if err != nil || len(rows) != 3 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	want := "5|joined|payout:P1, bank.csv:9||=1+1|||" +
		"no line of the report that moves money belongs to payout:P1"
	if got := strings.Join(rows[1], "|"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	want = "1|left out|pos.csv:2|terminal.csv:2|paid in cash|Li Wei|2026-09-20|yes"
	if got := strings.Join(rows[2], "|"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
