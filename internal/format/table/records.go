package table

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// A quoted cell may run over lines. A quote that is never closed would swallow the file: past these bounds
// its first line is given up as a row that cannot be cut, and reading goes on with the next line.
const (
	maxRecordLines = 64
	maxRecordBytes = 1 << 20
)

// records cuts the lines of a text into rows of cells.
type records struct {
	lines   *lines
	delim   byte
	coded   *format.Undecoded // what the cells are decoded with; nil where the text is decoded already
	plain   bool              // the current row needs no decoding
	again   []physical        // lines to read once more, after a quote that was not closed
	scratch []byte
}

// physical is one line of the text and its number.
type physical struct {
	text string
	at   int
	long bool
	last bool // the text ends with it, without a line end
	open bool // it opens a quote that is known to be none around a cell
}

func newRecords(r io.Reader, delim byte) *records { return &records{lines: newLines(r), delim: delim} }

// splitRaw cuts a text before it is decoded.
func splitRaw(u *format.Undecoded, delim byte) *records {
	return &records{lines: newLines(u), delim: delim, coded: u}
}

func (c *records) line() (physical, error) {
	if len(c.again) > 0 {
		p := c.again[0]
		c.again = c.again[1:]
		return p, nil
	}
	b, long, err := c.lines.next()
	if err != nil {
		return physical{}, err
	}
	if long {
		b = nil // what a line of a mebibyte begins with is of no use
	}
	return physical{text: string(b), at: c.lines.n, long: long, last: c.lines.unended}, nil
}

// Next is the next row; see profile.Rows.
func (c *records) Next(row *profile.Row) error {
	p, err := c.line()
	if err != nil {
		return err
	}
	row.Unended = p.last
	row.Line, row.Fault, row.Stopped, row.Numbers, row.Cells = p.at, "", 0, nil, row.Cells[:0]
	if p.long {
		row.Fault, row.Stopped = profile.CodeRowSize, maxLine+1
		return nil
	}
	if p.open {
		return c.giveUp(row, nil)
	}
	if strings.IndexByte(p.text, '"') < 0 {
		row.Cells = c.split(row.Cells, p.text)
		c.decode(row.Cells, p)
		return nil
	}
	return c.quoted(row, p)
}

func (c *records) split(cells []string, s string) []string {
	c.plain = c.coded == nil || c.coded.Plain(s)
	for {
		i := c.end(s)
		if i < 0 {
			return append(cells, s)
		}
		cells = append(cells, s[:i])
		s = s[i+1:]
	}
}

// end is where the first cell ends: at the first delimiter that is a character of its own; -1 for the last
// cell.
func (c *records) end(s string) int {
	if c.plain || c.delim < '@' || !c.coded.Wide() {
		return strings.IndexByte(s, c.delim)
	}
	for i := 0; i < len(s); i += c.coded.CharLen(s[i:]) {
		if s[i] == c.delim {
			return i
		}
	}
	return -1
}

// decode decodes the cells of a row, and lists the bytes of its lines that are no character.
func (c *records) decode(cells []string, lines ...physical) {
	if c.plain {
		return
	}
	for i, s := range cells {
		cells[i] = c.coded.Text(s)
	}
	if !c.coded.Suspect() {
		return
	}
	for _, p := range lines {
		c.coded.Mark(p.text, p.at)
	}
}

// quoted cuts a record with quotes, joining lines while a quoted cell is open. A quote that is never closed,
// and one that a later line closes in the midst of a cell, is no quote around a cell: its line is given up as
// a row that cannot be cut, and the lines after it are read as rows of their own.
func (c *records) quoted(row *profile.Row, first physical) error {
	text := []byte(first.text)
	var joined []physical
	quote := true // the line that came last holds a quote
	for {
		if quote {
			record := string(text)
			c.plain = c.coded == nil || c.coded.Plain(record)
			cells, state := c.cut(row.Cells[:0], record)
			row.Cells = cells
			switch {
			case state == cutStray:
				return c.giveUp(row, joined)
			case state == cutWhole:
				c.decode(row.Cells, append([]physical{first}, joined...)...)
				return nil
			}
		}
		next, err := c.line()
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if err == nil {
			joined = append(joined, next)
		}
		if err != nil || next.long || len(joined) > maxRecordLines ||
			len(text)+len(next.text) > maxRecordBytes {
			return c.giveUp(row, joined)
		}
		row.Unended = next.last
		quote = strings.IndexByte(next.text, '"') >= 0
		text = append(append(text, '\n'), next.text...)
	}
}

// giveUp makes the record a row that cannot be cut, and has the lines that were joined to it read again.
func (c *records) giveUp(row *profile.Row, joined []physical) error {
	c.again = append(joined, c.again...)
	row.Cells, row.Fault = row.Cells[:0], profile.CodeQuote
	return nil
}

// cutState is how the cutting of a record ended.
type cutState uint8

const (
	cutWhole cutState = iota
	cutOpen           // a quote is not closed
	cutStray          // text stands behind the quote that closes a cell of several lines
)

// cut splits one record. A cell is quoted where a quote is its first character that is no blank; quotes
// inside are doubled; what stands behind the closing quote is kept, unless the cell runs over lines.
// Elsewhere a quote is a character like any other.
func (c *records) cut(cells []string, s string) ([]string, cutState) {
	for {
		lead := 0
		for lead < len(s) && (s[lead] == ' ' || s[lead] == '\t') && s[lead] != c.delim {
			lead++
		}
		if lead == len(s) || s[lead] != '"' {
			i := c.end(s)
			if i < 0 {
				return append(cells, s), cutWhole
			}
			cells, s = append(cells, s[:i]), s[i+1:]
			continue
		}
		cell, rest, closed := c.quotedCell(s[lead+1:])
		if !closed {
			return cells, cutOpen
		}
		i := c.end(rest)
		behind := rest
		if i >= 0 {
			behind = rest[:i]
		}
		if strings.TrimSpace(behind) != "" && strings.Contains(cell, "\n") {
			return cells, cutStray
		}
		if i < 0 {
			return append(cells, cell+rest), cutWhole
		}
		cells, s = append(cells, cell+behind), rest[i+1:]
	}
}

// quotedCell reads up to the closing quote.
func (c *records) quotedCell(s string) (cell, rest string, closed bool) {
	i := strings.IndexByte(s, '"')
	if i < 0 {
		return "", "", false
	}
	if i+1 == len(s) || s[i+1] != '"' {
		return s[:i], s[i+1:], true
	}
	c.scratch = c.scratch[:0]
	for {
		c.scratch = append(c.scratch, s[:i]...)
		if i+1 == len(s) || s[i+1] != '"' {
			return string(c.scratch), s[i+1:], true
		}
		c.scratch = append(c.scratch, '"')
		s = s[i+2:]
		if i = strings.IndexByte(s, '"'); i < 0 {
			return "", "", false
		}
	}
}

// delimiters are the marks between cells, in the order of preference among equals.
var delimiters = []byte{',', ';', '\t', '|'}

// delimiterOf chooses the mark under which the beginning of a text shows a header; without one, the mark that
// cuts most lines into the same number of cells.
func (t reader) delimiterOf(head []byte, want profile.Want) (byte, profile.Fit) {
	if p := t.last.Load(); p != nil && p.want == want && bytes.Equal(p.head, head) {
		return p.delim, p.fit
	}
	delim, fit := t.probe(head, want)
	t.last.Store(&probed{head, want, delim, fit})
	return delim, fit
}

func (t reader) probe(head []byte, want profile.Want) (byte, profile.Fit) {
	best, fit := delimiters[0], profile.Fit{}
	for _, d := range delimiters {
		if f := t.book.Probe(newRecords(bytes.NewReader(head), d), want); beats(f, fit) {
			best, fit = d, f
		}
	}
	if fit.Score > 0 || fit.Near > 0 {
		return best, fit
	}
	most := 0
	for _, d := range delimiters {
		if n := consistency(head, d); n > most {
			best, most = d, n
		}
	}
	return best, fit
}

func beats(a, b profile.Fit) bool {
	if a.Score != b.Score {
		return a.Score > b.Score
	}
	return a.Near > b.Near
}

// consistency counts neighbouring lines that hold the same number of delimiters, at least one.
func consistency(head []byte, delim byte) int {
	same, before := 0, 0
	for line := range bytes.Lines(head) {
		n := bytes.Count(line, []byte{delim})
		if n > 0 && n == before {
			same++
		}
		before = n
	}
	return same
}
