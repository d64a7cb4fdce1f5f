package stl

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"

	"github.com/tillproof/tillproof/internal/format"
)

// The caps of one row: the specification's longest has 22 cells of at most 255 characters.
const (
	maxCells = 256
	maxRow   = 64 << 10
)

// row is one row of the report; a cell may reach over several lines.
type row struct {
	mark  string // RH, FH, SH, CH, SB, SF, SC, RF, RC, FF
	cells []cell // those behind the mark
	line  int
	bad   bool // a quote that is not closed, or text behind a closed one
}

// cell is a value and the column where it begins.
type cell struct {
	text string
	col  int
}

// at is the text of a cell, "" where the row ends before it.
func (r *row) at(i int) string {
	if i < 0 || i >= len(r.cells) {
		return ""
	}
	return r.cells[i].text
}

// col is the column of a cell, 0 where the row ends before it.
func (r *row) col(i int) int {
	if i < 0 || i >= len(r.cells) {
		return 0
	}
	return r.cells[i].col
}

// rows splits lines into rows.
type rows struct {
	lines     *format.Lines
	delimiter byte
	ahead     []byte // a line that was read too far
	aheadAt   int
}

func (r *rows) line() ([]byte, int, error) {
	if r.ahead != nil {
		line := r.ahead
		r.ahead = nil
		return line, r.aheadAt, nil
	}
	return r.lines.Next()
}

// next is the next row that is not blank.
func (r *rows) next() (*row, error) {
	for {
		line, n, err := r.line()
		if err != nil {
			return nil, err
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		return r.join(line, n)
	}
}

// marks begin a row; a line that begins so is never the rest of a cell.
var marks = regexp.MustCompile(`^\s*"?(?:RH|FH|SH|CH|SB|SF|SC|RF|RC|FF)"?(?:[,\t]|\s*$)`)

// join adds the following lines while a quoted cell goes on.
func (r *rows) join(line []byte, n int) (*row, error) {
	text := string(line)
	for {
		out, open := split(text, r.delimiter)
		out.line = n
		if !open {
			return out, nil
		}
		next, at, err := r.line()
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if err != nil || marks.Match(next) || len(text)+len(next) > maxRow {
			if err == nil {
				r.ahead, r.aheadAt = bytes.Clone(next), at
			}
			out.bad = true
			return out, nil
		}
		text += "\n" + string(next)
	}
}

// split cuts a row into cells. It answers true where the last cell's quote is not closed.
func split(text string, delimiter byte) (*row, bool) {
	out := &row{}
	open := false
	for i := 0; ; {
		c := cell{col: i + 1}
		if i < len(text) && text[i] == '"' {
			var end int
			c.text, end, open = quoted(text, i)
			rest := strings.IndexByte(text[end:], delimiter)
			if rest < 0 {
				rest = len(text) - end
			}
			out.bad = out.bad || strings.TrimSpace(text[end:end+rest]) != ""
			i = end + rest
		} else {
			end := strings.IndexByte(text[i:], delimiter)
			if end < 0 {
				end = len(text) - i
			}
			c.text = strings.TrimSpace(text[i : i+end])
			i += end
		}
		out.cells = append(out.cells, c)
		if i >= len(text) {
			break
		}
		if len(out.cells) == maxCells {
			out.bad = true
			break
		}
		i++ // the delimiter
	}
	out.mark = strings.TrimSpace(out.cells[0].text)
	out.cells = out.cells[1:]
	return out, open
}

// quoted reads a cell in quotes; a doubled quote stands for one. end is behind the closing quote.
func quoted(text string, from int) (value string, end int, open bool) {
	var b strings.Builder
	for i := from + 1; i < len(text); i++ {
		if text[i] != '"' {
			b.WriteByte(text[i])
			continue
		}
		if i+1 < len(text) && text[i+1] == '"' {
			b.WriteByte('"')
			i++
			continue
		}
		return strings.TrimSpace(b.String()), i + 1, false
	}
	return strings.TrimSpace(b.String()), len(text), true
}
