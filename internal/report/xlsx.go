package report

import (
	"archive/zip"
	"bytes"
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/tillproof/tillproof"
)

// Limits of a workbook (ECMA-376 and Excel's own).
const (
	sheetRows  = excelize.TotalRows      // rows of one sheet; what is more goes to a further sheet
	cellChars  = excelize.TotalCellChars // UTF-16 units of one cell
	safeDigits = 15                      // Excel keeps no more digits of a number
)

// XLSX writes the result as a workbook with one sheet for each list. Amounts are numbers where nothing is
// lost by it, else text; texts are always text cells, whatever they begin with, so that none of them can act
// as a formula.
func XLSX(w io.Writer, run *tillproof.Run, opt Options) error {
	return newView(run, opt).writeXLSX(w, sheetRows)
}

func (v *view) writeXLSX(w io.Writer, limit int) error {
	b := &book{file: excelize.NewFile(), v: v, limit: limit, money: map[int]int{}}
	err := b.fill()
	if err == nil {
		err = b.writeTo(w)
	}
	if closed := b.file.Close(); err == nil {
		err = closed
	}
	return err
}

// writeTo writes the workbook with its parts in order of their names: excelize writes its sheets in the order
// of a map, and the same Run must give the same bytes. The parts are copied as they are, not compressed
// again.
func (b *book) writeTo(w io.Writer) error {
	packed, err := b.file.WriteToBuffer()
	if err != nil {
		return err
	}
	parts, err := zip.NewReader(bytes.NewReader(packed.Bytes()), int64(packed.Len()))
	if err != nil {
		return err
	}
	slices.SortFunc(parts.File, func(a, b *zip.File) int { return cmp.Compare(a.Name, b.Name) })
	out := zip.NewWriter(w)
	for _, part := range parts.File {
		if err := out.Copy(part); err != nil {
			return err
		}
	}
	return out.Close()
}

// book is a workbook under way. The first error stays and stops the rest.
type book struct {
	file  *excelize.File
	v     *view
	limit int
	head  int         // style of heads
	wrap  int         // style of long texts
	money map[int]int // style by number of decimals
	err   error
}

// column is one column of a sheet: its head and its width in characters.
type column struct {
	head  string
	width int
}

// sheet is one list of the workbook.
type sheet struct {
	name    string
	columns []column
	rows    int
	row     func(i int) []any
}

func (b *book) fill() error {
	b.styles()
	for i, s := range b.v.sheets(b) {
		b.write(s, i == 0)
	}
	if b.err == nil {
		b.file.SetActiveSheet(0)
	}
	return b.err
}

func (b *book) styles() {
	style := func(s *excelize.Style) int {
		if b.err != nil {
			return 0
		}
		var id int
		id, b.err = b.file.NewStyle(s)
		return id
	}
	b.head = style(&excelize.Style{
		Font:      &excelize.Font{Bold: true},
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E7EDF3"}},
		Alignment: &excelize.Alignment{Vertical: "center", WrapText: true},
	})
	b.wrap = style(&excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	for digits := range 5 { // ISO 4217 knows up to 4 decimals
		format := "#,##0"
		if digits > 0 {
			format += "." + strings.Repeat("0", digits)
		}
		b.money[digits] = style(&excelize.Style{CustomNumFmt: &format})
	}
}

// write writes a list, on further sheets where one does not hold it.
func (b *book) write(s sheet, first bool) {
	room := b.limit - 2 // the head, and the line that says where the list goes on
	parts := max(1, (s.rows+room-1)/room)
	for part := range parts {
		if b.err != nil {
			return
		}
		from, to := part*room, min((part+1)*room, s.rows)
		name := sheetName(s.name, part)
		if first && part == 0 {
			b.err = b.file.SetSheetName("Sheet1", name)
		} else {
			_, b.err = b.file.NewSheet(name)
		}
		rest := ""
		if part+1 < parts {
			rest = b.v.text("report.xlsx.more", "sheet", sheetName(s.name, part+1),
				"n", strconv.Itoa(s.rows-to))
		}
		piece := s
		piece.rows = to
		b.page(name, piece, from, rest)
	}
}

// sheetName names the parts of a list: Terminal, Terminal 2, ...
func sheetName(name string, part int) string {
	if part == 0 {
		return name
	}
	return name + " " + strconv.Itoa(part+1)
}

// page writes the rows of a list from one on, as far as the list says that it goes.
func (b *book) page(name string, s sheet, from int, rest string) {
	if b.err != nil {
		return
	}
	out, err := b.file.NewStreamWriter(name)
	if err != nil {
		b.err = err
		return
	}
	keep := func(err error) {
		if b.err == nil {
			b.err = err
		}
	}
	head := make([]any, len(s.columns))
	for i, c := range s.columns {
		keep(out.SetColWidth(i+1, i+1, float64(c.width)))
		head[i] = excelize.Cell{StyleID: b.head, Value: text(c.head)}
	}
	keep(out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	keep(out.SetRow("A1", head))
	for i := from; i < s.rows && b.err == nil; i++ {
		keep(out.SetRow("A"+strconv.Itoa(i-from+2), s.row(i)))
	}
	if rest != "" {
		keep(out.SetRow("A"+strconv.Itoa(s.rows-from+2), []any{text(rest)}))
	}
	keep(out.Flush())
}

// text is a cell's text: harmless to look at and no longer than a cell may be.
func text(s string) string {
	s = clean(s)
	if len(s) <= cellChars {
		return s
	}
	units := 0
	for i, r := range s {
		units++
		if r > 0xFFFF {
			units++
		}
		if units > cellChars {
			return s[:i]
		}
	}
	return s
}

// long is a text that may take several lines.
func (b *book) long(s string) any { return excelize.Cell{StyleID: b.wrap, Value: text(s)} }

// amount is a number where the workbook keeps every digit of it, else a text; an amount that the file does
// not state is empty.
func (b *book) amount(m tillproof.Money) any {
	if !stated(m) {
		return nil
	}
	s := m.String()
	if f, ok := exactNumber(s); ok {
		return excelize.Cell{StyleID: b.money[m.Currency().MinorDigits()], Value: f}
	}
	return text(s)
}

// exactNumber is the number of a decimal text; it answers false where a digit would be lost on the way
// through the binary number of a workbook.
func exactNumber(s string) (float64, bool) {
	digits := strings.Trim(strings.NewReplacer("-", "", ".", "").Replace(s), "0")
	if utf8.RuneCountInString(digits) > safeDigits {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, false
	}
	_, frac, _ := strings.Cut(s, ".")
	return f, strconv.FormatFloat(f, 'f', len(frac), 64) == s || s == "-0"
}
