package xlsx_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
	"github.com/tillproof/tillproof/internal/format/profile"
	"github.com/tillproof/tillproof/internal/format/xlsx"
)

func load(t testing.TB, file []byte) (tillproof.Source, []tillproof.Record, error) {
	t.Helper()
	in, err := format.NewInput("x.xlsx", bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return tillproof.Source{}, nil, err
	}
	var records []tillproof.Record
	sink := func(r tillproof.Record) error {
		records = append(records, r)
		return nil
	}
	src, err := format.Load(in, []format.Format{xlsx.Format(profile.Builtin())}, format.Options{}, sink)
	return src, records, err
}

// book is a workbook as another program writes it: rows of values, from a cell on.
func book(t testing.TB, sheets map[string][][]any, from string, opts ...excelize.Options) []byte {
	t.Helper()
	f := excelize.NewFile()
	first := true
	for _, name := range []string{"清算明细", "Data", "More"} {
		rows, ok := sheets[name]
		if !ok {
			continue
		}
		if first {
			must(t, f.SetSheetName("Sheet1", name))
			first = false
		} else if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		col, row, err := excelize.CellNameToCoordinates(from)
		must(t, err)
		for i := range rows {
			at, err := excelize.CoordinatesToCellName(col, row+i)
			must(t, err)
			must(t, f.SetSheetRow(name, at, &rows[i]))
		}
	}
	var out bytes.Buffer
	must(t, f.Write(&out, opts...))
	return out.Bytes()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func codes(src tillproof.Source) string {
	var out []string
	for _, i := range src.Issues {
		out = append(out, fmt.Sprintf("%s %d:%d", i.Code, i.Place.Line, i.Place.Column))
	}
	return strings.Join(out, "; ")
}

// Dates as text, day first with a short year, in a layout that begins with the year: the sheet is surveyed
// while it is read. The days 11 to 13 are one stretch, the years 2011 to 2013 are not. A response 00 typed as
// a number is 0.
func TestShortYearsInSheet(t *testing.T) {
	rows := [][]any{
		{"Merchant ID", "Terminal ID", "RRN", "Date", "Time", "Type", "Amount", "Response"},
		{"1043", "3100", "625900000001", "11/09/26", "09:05:00", "SALE", 1.5, 0},
		{"1043", "3100", "625900000002", "12/09/26", "09:05:00", "SALE", 2.5, "0"},
		{"1043", "3100", "625900000003", "13/09/26", "09:05:00", "SALE", 3.5, "00 Approved"},
	}
	src, records, err := load(t, book(t, map[string][][]any{"Data": rows}, "A1"))
	if err != nil || src.IssueCount != 0 {
		t.Fatal(err, codes(src))
	}
	var got string
	for _, r := range records {
		got += fmt.Sprintln(r.Time, r.Status, r.Response)
	}
	want := "2026-09-11 09:05:00 posted 00\n2026-09-12 09:05:00 posted 00\n2026-09-13 09:05:00 posted 00\n"
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestAcquirerReport(t *testing.T) {
	rows := [][]any{
		{"清算明细"},
		{"商户编号：104310058120001"},
		{"清算日期：2026-09-16 至 2026-10-15"},
		{},
		{
			"清算日期", "商户编号", "终端编号", "批次号", "凭证号", "参考号", "卡号", "卡类型", "交易时间", "交易类型",
			"交易金额", "手续费", "结算金额",
		},
		{
			"2026-09-16", "104310058120001", "10012345", "000123", "000001", "261234567801",
			"621234******1234",
			"借记卡", "2026-09-16 10:11:12", "消费", 128.5, 0.64, 127.86,
		},
		{
			"2026-09-16", "104310058120001", "10012345", "000123", "000002", "261234567802",
			"622848******9876",
			"贷记卡", "2026-09-16 10:15:00", "退货", "-28.50", "-0.17", "-28.33",
		},
		{"合计", "", "", "", 2, "", "", "", "", "", 100.0, 0.47, 99.53},
	}
	src, records, err := load(t, book(t, map[string][][]any{"清算明细": rows}, "A1"))
	if err != nil {
		t.Fatal(err)
	}
	if src.Dialect != "acquirer_zh" || src.Side != tillproof.Acquirer || src.IssueCount != 0 {
		t.Errorf("%s %s %v", src.Dialect, src.Side, src.Issues)
	}
	if src.From.String() != "2026-09-16" || src.To.String() != "2026-10-15" {
		t.Errorf("period %s to %s", src.From, src.To)
	}
	if len(records) != 2 {
		t.Fatalf("%d records", len(records))
	}
	r := records[1]
	got := fmt.Sprintln(r.Origin.Line, r.Kind, r.Amount, r.Fee, r.Net, r.Time, r.Refs.Batch, r.Refs.RRN,
		r.Card, r.Card.Kind)
	want := "7 refund -28.50 0.17 -28.33 2026-09-16 10:15:00 000123 261234567802 622848******9876 credit\n"
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	sale := records[0]
	if sale.Amount.Minor() != 12850 || sale.Fee.Minor() != -64 || sale.Net.Minor() != 12786 {
		t.Errorf("sale %s %s %s", sale.Amount, sale.Fee, sale.Net)
	}
}

func TestFooterOfASheet(t *testing.T) {
	rows := [][]any{
		{"清算日期", "商户编号", "凭证号", "交易类型", "交易金额", "手续费", "结算金额"},
		{"2026-09-16", "104310058120001", "000001", "消费", 10.0, 0.05, 9.95},
		{"合计", "", 3, "", 10.0, 0.05, 9.96},
	}
	src, _, err := load(t, book(t, map[string][][]any{"清算明细": rows}, "C4"))
	must(t, err)
	if got := codes(src); got != "format.table.footer_total 6:9; format.table.footer_count 6:5" {
		t.Error(got)
	}
}

// Tables may stand anywhere on a sheet, and on several sheets: each is a part.
func TestSeveralSheets(t *testing.T) {
	table := func(amount float64) [][]any {
		return [][]any{{"Date", "Label", "Amount"}, {"2026-09-16", "a", amount}}
	}
	src, records, err := load(t, book(t, map[string][][]any{
		"Data": table(1.5), "More": table(-2.25), "清算明细": {{"说明"}, {"第一页没有表"}},
	}, "D7"))
	must(t, err)
	if len(records) != 2 || records[0].Origin.Part != 1 || records[1].Origin.Part != 2 {
		t.Fatalf("%+v", records)
	}
	if records[0].Origin.Line != 8 || records[0].Amount.Minor() != 150 || records[1].Amount.Minor() != -225 {
		t.Errorf("%+v", records)
	}
	if got := codes(src); got != "format.table.sheet_skipped 0:0" {
		t.Error(got)
	}
}

// 0.1 + 0.2 is 0.3 to a cashier; 0.1251 is no price.
func TestNumbers(t *testing.T) {
	a, b := 0.1, 0.2
	rows := [][]any{
		{"Date", "Label", "Amount", "Reference"},
		{43449, "day as a number", a + b, "0012"},
		{43449.5, "noon", 9.3, 123456789012345},
		{"2018-12-15", "no price", 0.1251, ""},
		{"2018-12-15", "long id", 5, 4814769000000010},
	}
	src, records, err := load(t, book(t, map[string][][]any{"Data": rows}, "A1"))
	must(t, err)
	if len(records) != 3 {
		t.Fatalf("%d records, %v", len(records), src.Issues)
	}
	var got []string
	for _, r := range records {
		got = append(got, fmt.Sprint(r.BookingDate, " ", r.Time, " ", r.Amount, " ", r.Refs.Bank))
	}
	want := "2018-12-15  0.30 0012|2018-12-15 2018-12-15 12:00:00 9.30 123456789012345|2018-12-15  5.00 "
	if strings.Join(got, "|") != want {
		t.Errorf("%q\nwant %q", strings.Join(got, "|"), want)
	}
	if got := codes(src); got != "format.table.amount_decimals 4:3; format.table.precision 5:4" {
		t.Error(got)
	}
}

// hostile is a workbook whose one sheet is made by hand.
func hostile(t testing.TB, sheet func(io.Writer)) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	part := func(name, text string) {
		w, err := z.Create(name)
		must(t, err)
		_, err = io.WriteString(w, text)
		must(t, err)
	}
	part("[Content_Types].xml", `<Types/>`)
	part("xl/workbook.xml", `<workbook><workbookPr date1904="1"/><sheets><sheet name="S" r:id="r1"/></sheets></workbook>`)
	part("xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="/xl/worksheets/s.xml"/></Relationships>`)
	w, err := z.Create("xl/worksheets/s.xml")
	must(t, err)
	sheet(w)
	must(t, z.Close())
	return out.Bytes()
}

func text(s string) func(io.Writer) { return func(w io.Writer) { _, _ = io.WriteString(w, s) } }

func inline(ref, s string) string {
	return `<c r="` + ref + `" t="inlineStr"><is><t>` + s + `</t></is></c>`
}

var sheetHead = `<worksheet><sheetData><row r="1">` + inline("A1", "Date") + inline("B1", "Label") +
	inline("C1", "Amount") + `</row>`

// Day 0 of the 1904 system is 1904-01-01, so 41987 is 2018-12-15.
func TestDate1904(t *testing.T) {
	_, records, err := load(t, hostile(t, text(sheetHead+
		`<row r="2"><c r="A2"><v>41987</v></c><c r="C2"><v>1.5</v></c></row></sheetData></worksheet>`)))
	must(t, err)
	if len(records) != 1 || records[0].BookingDate.String() != "2018-12-15" {
		t.Errorf("%+v", records)
	}
}

func TestHostileWorkbooks(t *testing.T) {
	good := book(t, map[string][][]any{"Data": {{"Date", "Label", "Amount"}, {"2026-09-16", "a", 1.5}}}, "A1")
	profile.Builtin() // the layouts are read once, by no file's fault
	zeros := make([]byte, 1<<20)
	var other bytes.Buffer
	z := zip.NewWriter(&other)
	w, err := z.Create("holiday/photo.txt")
	must(t, err)
	_, err = w.Write([]byte("xl/ is not here"))
	must(t, err)
	must(t, z.Close())
	for _, c := range []struct {
		name, code string
		file       []byte
	}{
		{"bomb of zeros", "format.xlsx.size", hostile(t, func(w io.Writer) {
			for range 64 {
				_, _ = w.Write(zeros)
			}
		})},
		{"one endless text", "format.xlsx.size", hostile(t, func(w io.Writer) {
			_, _ = io.WriteString(w, sheetHead+`<row r="2"><c r="A2"><v>`)
			for i := range 40000 {
				_, _ = fmt.Fprintf(w, "%064x", i*2654435761)
			}
		})},
		{"one endless comment", "format.xlsx.size", hostile(t, func(w io.Writer) {
			_, _ = io.WriteString(w, sheetHead+`<!-- `)
			for i := range 40000 {
				_, _ = fmt.Fprintf(w, "<%063x>", i*2654435761)
			}
		})},
		{"document type", "format.xlsx.directive", hostile(t, text(`<!DOCTYPE x [<!ENTITY a "b">]>`+sheetHead))},
		{"entity", "format.xlsx.broken", hostile(t, text(sheetHead+`<row><c r="A2"><v>&a;</v></c></row>`))},
		{"sheet cut off", "format.xlsx.broken", hostile(t, text(sheetHead+`<row r="2"><c r="A2"><v>1`))},
		{"row beyond the sheet", "format.xlsx.rows", hostile(t, text(sheetHead+`<row r="1048577"></row>`))},
		{"truncated", "format.xlsx.truncated", good[:len(good)/2]},
		{"archive without a workbook", "format.xlsx.no_workbook", other.Bytes()},
		{"empty sheet", "format.table.empty", hostile(t, text(`<worksheet><sheetData/></worksheet>`))},
		{"no table", "format.table.header", hostile(t, text(`<worksheet><sheetData><row>`+inline("A1", "x")+
			`</row></sheetData></worksheet>`))},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, _, err := load(t, c.file)
			runtime.ReadMemStats(&after)
			var e *tillproof.Error
			if !errors.As(err, &e) || e.Code != c.code {
				t.Errorf("%v, want %s", err, c.code)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
				t.Errorf("%d MiB were used", used>>20)
			}
		})
	}
}

// TestLongSharedTexts: one long text that thousands of cells name costs a kilobyte in the file, and is
// refused before it has been looked at for all of them. A long text now and then is none of that.
func TestLongSharedTexts(t *testing.T) {
	rows := [][]any{{"Date", "Label", "Amount"}}
	long := strings.Repeat("x", 30_000)
	for range 2_500 {
		rows = append(rows, []any{"2026-09-16", long, 1.5})
	}
	_, _, err := load(t, book(t, map[string][][]any{"Data": rows}, "A1"))
	if formattest.Code(err) != "format.xlsx.size" {
		t.Errorf("%v", err)
	}
	_, records, err := load(t, book(t, map[string][][]any{"Data": rows[:500]}, "A1"))
	if err != nil || len(records) != 499 {
		t.Errorf("%d records, %v", len(records), err)
	}
}

func FuzzSheet(f *testing.F) {
	f.Add(sheetHead + `<row r="2"><c r="A2"><v>41987</v></c><c r="C2"><v>1.5</v></c></row></sheetData></worksheet>`)
	f.Add(`<worksheet><sheetData><row r="x"><c r="ZZZZZ9" t="s"><v>-1</v></c></row></sheetData></worksheet>`)
	f.Add(`<!-`)
	f.Fuzz(func(t *testing.T, s string) {
		src, records, err := load(t, hostile(t, text(s)))
		if err == nil && src.Totals.Entries != len(records)+src.Unread {
			t.Errorf("%d entries, %d read, %d unread", src.Totals.Entries, len(records), src.Unread)
		}
	})
}
