package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

// oct is a day of October 2026; days below 1 lie in September, which has 30.
func oct(t *testing.T, day int) tillproof.Date {
	t.Helper()
	d, ok := tillproof.NewDate(2026, 10, 1)
	if !ok {
		t.Fatal("no such day")
	}
	return d + tillproof.Date(day-1)
}

// saleOf is a sale of ten yuan on a day, in a line of the first file.
func saleOf(day tillproof.Date, line int32) tillproof.Record {
	r := tillproof.NewRecord(tillproof.Sale)
	r.Amount, r.Time = tillproof.NewMoney(1000, tillproof.CNY), day.At(12, 0, 0)
	r.Origin.Line = line
	return r
}

func TestEachDayOfAnExceptionIsMarked(t *testing.T) {
	run := &tillproof.Run{Sources: []tillproof.Source{{File: "a.csv"}}}
	for i := range 4 { // matched sales on 1 to 4 October
		sale := saleOf(oct(t, i+1), int32(i+2))
		run.Records[tillproof.Terminal] = append(run.Records[tillproof.Terminal], sale)
		run.States[tillproof.Terminal] = append(run.States[tillproof.Terminal],
			tillproof.RowState{Status: tillproof.Matched})
	}
	entry := saleOf(oct(t, 6), 9)
	run.Records[tillproof.Bank] = []tillproof.Record{entry}
	run.States[tillproof.Bank] = []tillproof.RowState{{Status: tillproof.Exception}}
	ten := tillproof.NewMoney(1000, tillproof.CNY)
	run.Breaks = []tillproof.Break{
		{
			Kind: tillproof.DepositShort, Amount: ten, Records: []tillproof.RowRef{{Side: tillproof.Bank}},
			ExpectedBy: tillproof.NoDate,
		},
		{Kind: tillproof.NotDeposited, Amount: ten, ExpectedBy: oct(t, 8)},
	}
	run.Findings = []tillproof.Finding{{
		Rule: "out_of_hours", Amount: ten, Records: []tillproof.RowRef{{Side: tillproof.Terminal, N: 1}},
	}}
	var marked []string
	for _, b := range newView(run, Options{}).bars(tillproof.Terminal)[tillproof.CNY] {
		if len(b.hits) > 0 {
			marked = append(marked, b.name)
		}
	}
	if want := []string{"2026-10-02", "2026-10-06", "2026-10-08"}; !slices.Equal(marked, want) {
		t.Errorf("marked %v, want %v: the finding, the bank's entry, the day the money was due", marked, want)
	}
}

func TestMoneyUnderWayAgreesWithTheTable(t *testing.T) {
	run := &tillproof.Run{Sources: []tillproof.Source{{File: "b.csv"}}}
	status := []tillproof.Status{tillproof.Timing, tillproof.Timing, tillproof.Exception}
	fall := tillproof.Waterfall{
		Leg: tillproof.AcquirerBank, Status: tillproof.Timing, Expected: oct(t, 8),
		Net: tillproof.NewMoney(3000, tillproof.CNY),
	}
	for i, s := range status {
		sale := saleOf(oct(t, 1), int32(i+2))
		run.Records[tillproof.Acquirer] = append(run.Records[tillproof.Acquirer], sale)
		run.States[tillproof.Acquirer] = append(run.States[tillproof.Acquirer], tillproof.RowState{Status: s})
		fall.Rows = append(fall.Rows, tillproof.RowRef{Side: tillproof.Acquirer, N: int32(i)})
	}
	run.Waterfalls = []tillproof.Waterfall{fall}
	for lang, want := range map[locale.Lang][]string{
		locale.EN: {"3 rows", "CNY 30.00", "One of these rows has another exception too"},
		locale.ZH: {"有3笔", "¥30.00", "其中1笔另有异常"},
	} {
		got := strings.Join(newView(run, Options{Lang: lang}).innocent(), " ")
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: no %q in %q", lang, w, got)
			}
		}
	}
	var page bytes.Buffer
	if err := HTML(&page, run, Options{}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(page.String(), `<p class="trace">b.csv:2-4</p>`) {
		t.Error("the drawn waterfall names no lines")
	}
}

func TestStackKeepsTheHeadOfItsFirstColumn(t *testing.T) {
	var out bytes.Buffer
	p := newPrinter(&out, Options{Width: minWidth})
	p.grid(0, grid{
		head: []string{"CNY", "total", "matched"},
		rows: [][]string{{"terminal", "92,233,720,368,547,758.07", "92,233,720,368,547,758.07"}},
	})
	_ = p.w.Flush()
	want := "CNY\nterminal\n  total: 92,233,720,368,547,758.07\n  matched: 92,233,720,368,547,758.07\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestFormatsHaveNames(t *testing.T) {
	for _, c := range []struct{ format, dialect, zh, en string }{
		{"table", "terminal_zh", "文本表格（终端流水，中文表头）", "text table (terminal log, Chinese headers)"},
		{"camt.053", "001.08", "camt.053对账单（001.08）", "camt.053 statement (001.08)"},
		{"xlsx", "", "Excel工作簿", "Excel workbook"},
		{"table", "layout_to_come", "文本表格（layout_to_come）", "text table (layout_to_come)"},
	} {
		s := &tillproof.Source{Format: c.format, Dialect: c.dialect}
		for lang, want := range map[locale.Lang]string{locale.ZH: c.zh, locale.EN: c.en} {
			if got := newView(&tillproof.Run{}, Options{Lang: lang}).formatName(s); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	}
}

func TestCSVOfSeveralFilesHasOneHead(t *testing.T) {
	a, b := saleOf(oct(t, 1), 2), saleOf(oct(t, 2), 3)
	a.Narrative, b.Narrative = "\x1b[31mred\u009b1m\x7f\x00", "two\nlines\tand a tab"
	var out bytes.Buffer
	for i, r := range []tillproof.Record{a, b} {
		opt := Options{File: []string{"a.csv", "=b.csv"}[i], NoHead: i > 0}
		if err := ReadCSV(&out, slices.Values([]tillproof.Record{r}), opt); err != nil {
			t.Fatal(err)
		}
	}
	got := out.String()
	for _, want := range []string{
		"file,id,line,", "\r\na.csv,", "\r\n'=b.csv,", ",[31mred1m,", "\"two\r\nlines\tand a tab\"",
	} {
		if strings.Count(got, want) != 1 {
			t.Errorf("%q is not there once in %q", want, got)
		}
	}
}
