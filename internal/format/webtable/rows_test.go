package webtable

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/profile"
)

func input(t testing.TB, raw string) *format.Input {
	t.Helper()
	in, err := format.NewInput("x.xls", strings.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// show writes rows as lines: "2 A=text B#number".
func show(rows profile.Rows) (string, error) {
	var out strings.Builder
	var row profile.Row
	for {
		err := rows.Next(&row)
		if errors.Is(err, io.EOF) {
			return out.String(), nil
		}
		if err != nil {
			return out.String(), err
		}
		fmt.Fprint(&out, row.Line)
		for i, c := range row.Cells {
			mark := "="
			if row.Numbers[i] {
				mark = "#"
			}
			if c != "" {
				fmt.Fprintf(&out, " %c%s%s", 'A'+i, mark, c)
			}
		}
		if row.Fault != "" {
			out.WriteString(" " + row.Fault)
		}
		out.WriteString("\n")
	}
}

// tablesOf shows each table of a page.
func tablesOf(t *testing.T, raw string) string {
	t.Helper()
	in, err := declared(input(t, raw))
	if err != nil {
		t.Fatal(err)
	}
	p := &page{in: in}
	if err := p.survey(); err != nil {
		return err.Error()
	}
	var out strings.Builder
	for i := range p.tables {
		s, err := show(p.rows(i))
		if err != nil {
			s += err.Error() + "\n"
		}
		out.WriteString(s + "-\n")
	}
	return out.String()
}

// pages are tables as pages write them, and their rows.
var pages = []struct{ name, page, want string }{
	{
		"plain",
		"<table><tr><th>日期</th><th>金额</th></tr><tr><td>2026-09-16</td><td>1.50</td></tr></table>",
		"1 A=日期 B=金额\n2 A=2026-09-16 B=1.50\n-\n",
	},
	{
		"end tags left out", "<TABLE><TR><TD>a<TD>b<TR><TD>c<TD>d</TABLE>",
		"1 A=a B=b\n2 A=c B=d\n-\n",
	},
	{
		"sections, blanks, line breaks, entities",
		"<table><thead><tr><td> a\n  b&nbsp;<br>c</td></tr></thead>" +
			"<tbody><tr><td>&nbsp;</td><td>&lt;x&gt; &amp;&#65;</td></tr></tbody></table>",
		"1 A=a b c\n2 B=<x> &A\n-\n",
	},
	{
		"what is no text",
		"<table><tr><td><script>var x='<td>no</td>'</script>a<style>td{}</style><!-- no -->" +
			"<select><option>no</option></select></td><td>b<input value=no></td></tr></table>",
		"1 A=a B=b\n-\n",
	},
	{
		"a select that is never closed", "<table><tr><td>a<select><option>no<td>b<tr><td>c</table>",
		"1 A=a B=b\n2 A=c\n-\n",
	},
	{
		"nested", `<table><tr><td>outer<table><tr><td>1</td></tr><tr><td>!</td></tr></table>on` +
			`<table><tr><td>layout</table></td><td>2</td></tr></table><table><tr>` +
			"<td>3</table>",
		"1 A=outeron B=2\n-\n1 A=1\n2 A=!\n-\n1 A=3\n-\n",
	},
	{
		"columns", "<table><tr><td colspan=3>title</td><td>x</td></tr><tr><td>a<td>b<td>c<td>d</table>",
		"1 A=title D=x\n2 A=a B=b C=c D=d\n-\n",
	},
	{
		"a day over two rows is repeated, an amount is not",
		"<table><tr><td rowspan=2>2026-09-16<td>a<td rowspan=2>12.50<td rowspan=2>626000000101</tr>" +
			"<tr><td>b</tr><tr><td>c<td>d</table>",
		"1 A=2026-09-16 B=a C=12.50 D=626000000101\n2 A=2026-09-16 B=b D=626000000101\n3 A=c B=d\n-\n",
	},
	{
		"rows to the end, spans that are none",
		"<table><tr><td rowspan=0>k<td colspan=x>1</tr><tr><td>2</tr><tr><td>3</table>",
		"1 A=k B=1\n2 A=k B=2\n3 A=k B=3\n-\n",
	},
	{
		"numbers of Excel", `<table><tr><td x:num="1234.5">1,234.50</td><td x:num>42</td><td x:num>n/a</td>` +
			`<td x:num="123">000123</td><td x:num="4814769000000010">4.81477E+15</td><td x:str>0099</td>` +
			`<td style='mso-number-format:"\@"' x:num="7">007</td></tr></table>`,
		"1 A#1234.5 B#42 C=n/a D#000123 E#4814769000000010 F=0099 G=007\n-\n",
	},
	{
		"empty rows count", "<table><tr></tr><tr><td>a</td></tr><tr></tr><tr><td>b</td></tr></table>",
		"1\n2 A=a\n3\n4 A=b\n-\n",
	},
	{
		"cut within a row", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>12",
		"1 A=a B=b\n2 A=c B=12 format.webtable.cut\n-\n",
	},
	{"cells without a row", "<table><td>a<td>b</table>", "1 A=a B=b\n-\n"},
	{"nothing", "<p>hello</p>", ""},
}

func TestRows(t *testing.T) {
	for _, c := range pages {
		t.Run(c.name, func(t *testing.T) {
			if got := tablesOf(t, c.page); got != c.want {
				t.Errorf("%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// The charset is what the bytes show; where they do not, what the page says.
func TestCharsets(t *testing.T) {
	page := func(meta string) string {
		return "<html><head>" + meta + "</head><table><tr><td>招商银行清算款</td><td>é</td></tr></table></html>"
	}
	const chinese = `<meta http-equiv="Content-Type" content="text/html; charset=gb2312">`
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(page(chinese))
	if err != nil {
		t.Fatal(err)
	}
	const want = "1 A=招商银行清算款 B=é\n-\n"
	little, spaced := unicode.LittleEndian, page(strings.Repeat(" ", 99))
	for name, raw := range map[string]string{
		"GB 18030, declared":        gb,
		"GB 18030, declared UTF-8":  strings.Replace(gb, "gb2312", "utf-8", 1),
		"GB 18030, not declared":    strings.Replace(gb, "charset=gb2312", "", 1),
		"UTF-8":                     page(`<meta charset="utf-8">`),
		"UTF-8, declared gb2312":    page(`<meta charset=gb2312>`),
		"UTF-8 with a mark":         "\ufeff" + page(""),
		"UTF-16 with a mark":        wide(t, little, unicode.UseBOM, page("<meta charset=utf-16>")),
		"UTF-16, high byte first":   wide(t, unicode.BigEndian, unicode.UseBOM, page("")),
		"UTF-16 without a mark":     wide(t, little, unicode.IgnoreBOM, spaced),
		"UTF-8, an unknown charset": page("<meta charset=unheard-of>"),
	} {
		if got := tablesOf(t, raw); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	russian := tablesOf(t, "<meta charset=windows-1251><table><td>\xcf\xf0\xe8\xf5\xee\xe4</table>")
	if got := russian; got != "1 A=Приход\n-\n" {
		t.Errorf("code page of the page: %s", got)
	}
}

func wide(t *testing.T, order unicode.Endianness, mark unicode.BOMPolicy, s string) string {
	t.Helper()
	out, err := unicode.UTF16(order, mark).NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const bookHead = `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">`

// Rows and cells that stand further on say so; a comment is no value.
func TestWorkbookRows(t *testing.T) {
	raw := bookHead + `<Styles><Style ss:ID="s1"/></Styles>
<Worksheet ss:Name="先"><Table><Row><Cell><Data ss:Type="String">x</Data></Cell></Row></Table></Worksheet>
<Worksheet ss:Name="b"><Table ss:ExpandedRowCount="999999999">
<Column ss:Width="9"/>
<Row ss:Index="3"><Cell ss:Index="2"><Data ss:Type="String">a &amp; b</Data></Cell>
<Cell ss:MergeDown="1"><Data ss:Type="DateTime">2026-09-16T00:00:00.000</Data></Cell>
<Cell><Data ss:Type="DateTime">2026-09-16T09:05:07.000</Data></Cell>
<Cell><Data ss:Type="DateTime">1899-12-31T09:05:07.000</Data></Cell></Row>
<Row><Cell><Data ss:Type="Number">9.3000000000000007</Data></Cell><Cell><Data ss:Type="Number">1.2E+3</Data>
<Comment ss:Author="x"><ss:Data>no <B>no</B></ss:Data></Comment></Cell>
<Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40">ri<B>ch</B></ss:Data></Cell>
<Cell ss:Formula="=1/0"><Data ss:Type="Error">#DIV/0!</Data></Cell>
<Cell><Data ss:Type="Boolean">1</Data></Cell></Row>
<Row ss:Index="9"><Cell ss:MergeAcross="1"><Data ss:Type="Number">4814769000000010</Data></Cell><Cell/>
<Cell><Data ss:Type="String">  0012 </Data></Cell></Row></Table><WorksheetOptions/></Worksheet></Workbook>`
	in := input(t, raw)
	names, err := sheetNames(in)
	if err != nil || fmt.Sprint(names) != "[先 b]" {
		t.Fatal(names, err)
	}
	r, err := openWorkbook(in, format.Options{}, profile.Builtin())
	if err == nil {
		t.Fatal("no header, and yet", r)
	}
	for i, want := range []string{
		"1 A=x\n",
		"3 B=a & b C=2026-09-16 D=2026-09-16 09:05:07 E=09:05:07\n" +
			"4 A#9.3 B#1200 C=2026-09-16 D=rich E=#DIV/0! F=TRUE\n" +
			"9 A#4814769000000010 D=0012\n",
	} {
		s := &sheet{doc: document(t, raw), number: i, at: -1}
		got, err := show(s)
		if err != nil || got != want {
			t.Errorf("%s%v\nwant\n%s", got, err, want)
		}
	}
}

// A page that is all one line of 1e6 cells, or one tag without end, costs no more than one row.
func TestStreams(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("<table>")
	for range 1000 {
		b.WriteString("<tr>" + strings.Repeat("<td>x", 500))
	}
	in := input(t, b.String())
	p := &page{in: in}
	if err := p.survey(); err != nil {
		t.Fatal(err)
	}
	n := 0
	rows := p.rows(0)
	var row profile.Row
	for rows.Next(&row) == nil {
		n += len(row.Cells)
	}
	if n != 500_000 {
		t.Errorf("%d cells", n)
	}
}
