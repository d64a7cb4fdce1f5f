package webtable

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
	"github.com/tillproof/tillproof/internal/format/markup"
	"github.com/tillproof/tillproof/internal/format/profile"
)

func formats() []format.Format { return []format.Format{Format(profile.Builtin())} }

func document(t testing.TB, raw string) *markup.Document {
	t.Helper()
	doc, err := markup.Open(input(t, raw))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestFiles(t *testing.T) {
	formattest.Leaf{Formats: formats(), Ending: ".xls", Record: formattest.Brief}.Files(t)
}

const header = "<tr><th>Date</th><th>Label</th><th>Amount</th></tr>"

func entryRow(day, label, amount string) string {
	return "<tr><td>" + day + "</td><td>" + label + "</td><td>" + amount + "</td></tr>"
}

// Several tables are several parts; one without a header stands in front of the next, as on a sheet.
func TestTables(t *testing.T) {
	raw := "<html><body><table><tr><td>Account</td><td>12345678</td></tr><tr><td>x</td></tr></table>" +
		"<table>" + header + entryRow("2026-09-16", "a", "1.50") + "</table>" +
		"<table><tr><td>menu</td></tr></table><table>" + header +
		entryRow("2026-09-17", "b", "-2.25") + entryRow("2026-09-17", "c", "x") + "</table></body></html>"
	src, records, err := formattest.Load([]byte(raw), formats(), format.Options{})
	if err != nil || len(records) != 2 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	var got string
	for _, r := range records {
		got += formattest.Brief(r)
	}
	for _, i := range src.Issues {
		got += fmt.Sprintf("%s %d:%d\n", i.Code, i.Place.Line, i.Place.Column)
	}
	want := "1:4 entry 1.50 fee 0.00 time - day 2026-09-16 card - batch - stan - rrn - bank - | a | -\n" +
		"3:3 entry -2.25 fee 0.00 time - day 2026-09-17 card - batch - stan - rrn - bank - | b | -\n" +
		"format.table.amount 4:3\n"
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// A page that breaks off says so; the row in which it does is listed.
func TestBreaksOff(t *testing.T) {
	raw := "<table>" + header + entryRow("2026-09-16", "a", "1.50") +
		"<tr><td>2026-09-17</td><td>b</td><td>12"
	src, records, err := formattest.Load([]byte(raw), formats(), format.Options{})
	var codes []string
	for _, i := range src.Issues {
		codes = append(codes, i.Code)
	}
	if err != nil || len(records) != 1 || src.Unread != 1 ||
		fmt.Sprint(codes) != "[format.webtable.cut format.webtable.unclosed]" {
		t.Errorf("%d records, %d unread, %v, %v", len(records), src.Unread, codes, err)
	}
}

func TestRefused(t *testing.T) {
	own := formats() // the layouts are read once, by no file's fault
	blanks := strings.Repeat(" ", format.HeadBytes)
	unknown := strings.Repeat("<tr><td>q<td>w<td>e", 9)
	declaration := strings.Replace(bookHead, "<Work", "<!DOCTYPE x><Work", 1)
	page := "<!DOCTYPE html><html><body>"
	open := "<table>" + header
	big := strings.Repeat("x", maxToken+1)
	for name, c := range map[string]struct{ code, raw string }{
		"login page":            {"format.foreign.page", page + "<form>user</form>"},
		"login page of tables":  {"format.foreign.page", page + "<table><tr><td>user<td><input></table>"},
		"login page, long":      {"format.foreign.page", page + blanks},
		"unknown layout":        {"format.table.header", "<table>" + unknown + "</table>"},
		"tag without end":       {"format.webtable.size", "<table><tr><td a='" + big},
		"script without end":    {"format.webtable.size", open + "<script>" + big},
		"cell without end":      {"format.webtable.size", open + "<td>" + strings.Repeat("ab<b>", maxCell)},
		"row without end":       {"format.webtable.size", open + "<tr>" + strings.Repeat("<td>x", 1e6)},
		"tables without end":    {"format.webtable.size", strings.Repeat("<table>", 1e5)},
		"sheets without end":    {"format.webtable.size", bookHead + strings.Repeat("<Worksheet/>", 65)},
		"no sheet":              {"format.webtable.no_sheet", bookHead + "</Workbook>"},
		"cell far away":         {"format.webtable.size", bookHead + far("", "513")},
		"row far away":          {"format.webtable.size", bookHead + far("1048577", "1")},
		"document type":         {"format.xml.dtd", declaration + "</Workbook>"},
		"deep":                  {"format.xml.size", bookHead + strings.Repeat("<Worksheet>", 1000)},
		"workbook that is cut":  {"format.xml.broken", bookHead + "<Worksheet><Table><Row>"},
		"entity":                {"format.xml.entity", bookHead + "<Worksheet>&x;</Worksheet></Workbook>"},
		"charset nobody knows":  {"format.charset", "<meta charset=klingon><table>\xcf\xf0\xe8</table>"},
		"nested without an end": {"format.webtable.size", strings.Repeat("<table><tr><td>", 200)},
		"nested":                {"format.foreign.page", strings.Repeat("<table><tr><td>", 50)},
	} {
		t.Run(name, func(t *testing.T) {
			var err error
			cost := formattest.CostOf(func() {
				_, _, err = formattest.Load([]byte(c.raw), own, format.Options{})
			})
			if code := formattest.Code(err); code != c.code {
				t.Errorf("%v, want %s", err, c.code)
			}
			if cost.MiB >= 64 || cost.CPU > time.Second {
				t.Errorf("%d MiB and %s of the processor", cost.MiB, cost.CPU)
			}
		})
	}
}

// far is a sheet with a header and a cell at a place.
func far(row, col string) string {
	cell := func(s string) string { return `<Cell><Data ss:Type="String">` + s + `</Data></Cell>` }
	return `<Worksheet ss:Name="s"><Table><Row>` + cell("Date") + cell("Label") + cell("Amount") +
		`</Row><Row ss:Index="` + row + `"><Cell ss:Index="` + col + `"><Data ss:Type="Number">1</Data></Cell></Row>` +
		`</Table></Worksheet></Workbook>`
}

// A published test number in any cell or attribute is masked before a record exists.
func TestCardsAreMasked(t *testing.T) {
	const number = "4111111111111111"
	raw := "<table><tr><th>Date<th>Label<th>Amount<th>Reference</tr>" +
		"<tr><td>2026-09-16<td>4111&nbsp;1111 1111 1111<td>1.50<td>" + number + "</tr>" +
		"<tr><td>2026-09-16<td>４１１１１１１１１１１１１１１１<td>1.50<td x:num>" + number + "</tr>" +
		"<tr><td>2026-09-16<td>x<td>" + number + "<td></tr></table>"
	src, records, err := formattest.Load([]byte(raw), formats(), format.Options{})
	if err != nil || len(records) != 2 || src.Masked < 3 {
		t.Fatalf("%d records, %d masked, %v", len(records), src.Masked, err)
	}
	got := fmt.Sprintf("%+v %+v", src, records)
	for _, n := range []string{number, "1111 1111", "４１１１"} {
		if strings.Contains(got, n) {
			t.Errorf("the number is left in %s", got)
		}
	}
}

func FuzzPage(f *testing.F) {
	f.Add("<html><table>" + header + entryRow("2026-09-16", "a", "1.50") + "</table></html>")
	f.Add("<table><tr><td rowspan=2 colspan=3>x<td x:num='1'>1<tr><td>&nbsp;<table><td>n</table><select>")
	f.Add(bookHead + far("5", "2"))
	f.Add(bookHead + `<Worksheet><Table><Row><Cell ss:MergeDown="2" ss:MergeAcross="1"><Data ss:Type="DateTime">2026-09-16T01:02:03`)
	f.Add("<meta charset=gbk><table><td>\xd5\xd0\xc9\xcc</table>")
	f.Add("<!--x--><table><tr><script><td>")
	f.Fuzz(func(t *testing.T, raw string) {
		load := func() string {
			src, records, err := formattest.Load([]byte(raw), formats(), format.Options{})
			if err == nil && src.Totals.Entries < len(records) {
				t.Errorf("%d entries, %d records", src.Totals.Entries, len(records))
			}
			return fmt.Sprintf("%+v %+v %v", src.Totals, records, err)
		}
		if first, second := load(), load(); first != second {
			t.Errorf("%s\nand then\n%s", first, second)
		}
	})
}
