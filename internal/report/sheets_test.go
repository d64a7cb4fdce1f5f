package report

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

// TestSheetsAreTold: two sheets count their lines from 1 each, so an issue, a row and a place name the sheet.
func TestSheetsAreTold(t *testing.T) {
	src := tillproof.Source{
		File: "year.xlsx", Format: "xlsx",
		Sheets: []tillproof.Sheet{{Part: 0, Name: "June"}, {Part: 2, Name: "July"}},
		Issues: []tillproof.Issue{{
			Code: "format.table.amount", Place: tillproof.Place{Line: 3, Column: 2, Sheet: "July"},
			Params: tillproof.Params{"value": "?", "column": "Amount", "line": "3"}, Skipped: true,
		}},
		IssueCount: 1, Unread: 1, Skipped: 1,
	}
	a, b := saleOf(oct(t, 1), 2), saleOf(oct(t, 2), 2)
	a.Origin, b.Origin = tillproof.Origin{Line: 2}, tillproof.Origin{Line: 2, Part: 2}
	rows := slices.Values([]tillproof.Record{a, b})
	var text, js bytes.Buffer
	if err := ReadText(&text, &src, rows, Options{Width: 100}); err != nil {
		t.Fatal(err)
	}
	if err := ReadJSON(&js, &src, rows, Options{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"sheet “July”, line 3", "\nJune:2 ", "\nJuly:2 ", "in no account"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
	for _, want := range []string{
		`"sheets":[`, `{"part":2,"name":"July"}`, `"sheet":"July"`, `"skipped":true`,
		`"by_status":{"posted":0,`,
	} {
		if !strings.Contains(js.String(), want) {
			t.Errorf("no %s in\n%s", want, js.String())
		}
	}
	v := newView(&tillproof.Run{Sources: []tillproof.Source{src}}, Options{})
	if got := v.place(b.Origin); got != "year.xlsx[July]:2" {
		t.Errorf("place %s", got)
	}
}

// TestMoreIssuesSaysWhere: read has no workbook, and a list that is cut is not called whole.
func TestMoreIssuesSaysWhere(t *testing.T) {
	issues := make([]tillproof.Issue, 7)
	for i := range issues {
		issues[i] = tillproof.Issue{Code: "format.camt.amount", Place: tillproof.Place{Line: i + 1}}
	}
	for _, c := range []struct {
		read  bool
		count int
		lang  locale.Lang
		want  string
	}{
		{false, 7, locale.EN, "2 more problems in this file: see --json or --xlsx."},
		{true, 7, locale.EN, "2 more problems in this file: see --json."},
		{true, 7, locale.ZH, "还有2处读取问题未列出，见--json。"},
		{true, 9, locale.EN, "" +
			"4 more problems in this file: see --json. They list the first 7, and count all."},
	} {
		v := newView(&tillproof.Run{}, Options{Lang: c.lang})
		v.read = c.read
		s := &tillproof.Source{Issues: issues, IssueCount: c.count}
		if got := v.moreIssues(c.count-textIssues, s); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestEachKindOfProblemIsShown: what holds for the whole file stands behind its bad rows, and is shown.
func TestEachKindOfProblemIsShown(t *testing.T) {
	var src tillproof.Source
	for line := 1; line <= 30; line++ {
		src.Issues = append(src.Issues, tillproof.Issue{
			Code: "format.table.date_missing", Place: tillproof.Place{Line: line}, Skipped: true,
		})
	}
	src.Issues = append(src.Issues, tillproof.Issue{Code: "format.table.precision", Params: tillproof.Params{
		"value": "1.23E+15", "column": "RRN", "n": "4",
	}})
	src.File, src.Format, src.IssueCount = "a.csv", "table", len(src.Issues)
	var text bytes.Buffer
	if err := ReadText(&text, &src, nil, Options{Summary: true, Width: 200, Lang: locale.EN}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1.23E+15", "26 more problems"} { // 31, of which five are shown
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
}

// TestAWideCellDoesNotTurnTheTable: the table of records stays a table at 80 columns.
func TestAWideCellDoesNotTurnTheTable(t *testing.T) {
	r := saleOf(oct(t, 1), 100_000)
	r.Amount = tillproof.NewMoney(123_456_789, tillproof.CNY)
	r.Kind, r.Status = tillproof.ChargebackReversal, tillproof.UnknownOutcome
	r.Refs.RRN = strings.Repeat("8", 40)
	for _, lang := range locale.Langs {
		var text bytes.Buffer
		src := tillproof.Source{File: "a.csv", Format: "table"}
		rows := slices.Values([]tillproof.Record{r})
		if err := ReadText(&text, &src, rows, Options{Lang: lang}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text.String(), "\n--------") {
			t.Errorf("%s: no table in\n%s", lang, text.String())
		}
		for i, line := range strings.Split(text.String(), "\n") {
			if columns(line) > defaultWidth {
				t.Errorf("%s: line %d takes %s columns", lang, i+1, strconv.Itoa(columns(line)))
			}
		}
	}
}

// TestUserLayoutsAreCalledByTheirTitle, or by their name where they have none.
func TestUserLayoutsAreCalledByTheirTitle(t *testing.T) {
	opt := Options{Layout: func(name string) string {
		if name == "my_bank" {
			return "Harbour Bank"
		}
		return ""
	}}
	for _, c := range [][3]string{
		{"table", "my_bank", "text table (Harbour Bank)"},
		{"xls", "my_till", "old Excel workbook (my_till)"},
		{"iso8583", "cup", "ISO 8583 messages (UnionPay POS)"},
		{"camt.053", "001.08", "camt.053 statement (001.08)"},
		{"mt940", "free", "MT940 statement (field 86 in free text)"},
	} {
		s := &tillproof.Source{Format: c[0], Dialect: c[1]}
		if got := newView(&tillproof.Run{}, opt).formatName(s); got != c[2] {
			t.Errorf("%q, want %q", got, c[2])
		}
	}
}

// TestUserRulesAreCalledByTheirTitle in each output of a reconciliation, and in the notes about them.
func TestUserRulesAreCalledByTheirTitle(t *testing.T) {
	run := fixture(t)
	run.Findings = append(run.Findings, tillproof.Finding{
		ID: tillproof.FindingIDOf("night_owl", nil), Rule: "night_owl", Severity: tillproof.High,
		Amount:  tillproof.NewMoney(100, tillproof.CNY),
		Records: []tillproof.RowRef{{Side: tillproof.Terminal}},
		Reasons: []tillproof.Note{
			{Code: "custom.reason", Params: tillproof.Params{"text_en": "A sale.", "text_zh": "一笔。"}},
			{Code: "custom.reason", Params: tillproof.Params{"text_en": "one fact", "text_zh": "依据一"}},
			{Code: "custom.reason", Params: tillproof.Params{"text_en": "another", "text_zh": "依据二"}},
		},
	})
	run.Warnings = append(run.Warnings, tillproof.Note{Code: "detect.shadow", Params: tillproof.Params{
		"rule": "night_owl", "n": "3",
	}})
	opt := Options{Width: 110, Rule: func(id tillproof.RuleID) string {
		if id == "night_owl" {
			return "Owls at night"
		}
		return ""
	}}
	for name, write := range map[string]func(io.Writer, *tillproof.Run, Options) error{
		"text": Text, "page": HTML, "json": JSON,
	} {
		var out strings.Builder
		if err := write(&out, run, opt); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			"Owls at night", "A sale. Why: one fact; another.", "Owls at night: on trial, 3 hits.",
		} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s lacks %q", name, want)
			}
		}
		if strings.Contains(out.String(), "[rule.night_owl]") {
			t.Errorf("%s names the code", name)
		}
	}
	f := openBook(t, newView(run, opt), sheetRows)
	rows, _ := f.GetRows("Exceptions")
	if !slices.ContainsFunc(rows, func(row []string) bool { return slices.Contains(row, "Owls at night") }) {
		t.Errorf("the workbook lacks the title: %v", rows)
	}
	run.Findings = run.Findings[len(run.Findings)-1:]
	opt.Lang = locale.ZH
	if got, want := newView(run, opt).reasons(&run.Findings[0]), "一笔。依据：依据一；依据二。"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
