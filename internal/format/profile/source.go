package profile

import (
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tillproof/tillproof"
)

// Row is one record of a table as it stands in the file. The slices are good until the next call of Next.
type Row struct {
	Line    int // 1-based: the line of the text on which the record begins, the row of the sheet
	Cells   []string
	Numbers []bool // which cells the file stores as binary numbers; nil in text
	Fault   string // the code of what is wrong with the record as a whole, else ""
	Unended bool   // the file ends with this record and without a line end
	Stopped int    // the byte of the line at which the reading of a record that is too long stopped
}

// Rows yields the rows of a table; Next answers io.EOF at the end.
type Rows interface {
	Next(*Row) error
}

// Source is one table of a file: a text, or a sheet. It can be read from the start more than once.
type Source struct {
	Name   string // of the sheet
	Part   int32
	Hidden bool // a sheet that the workbook does not show
	Open   func() (Rows, error)
	Ragged bool // rows end at their last filled cell, so a short row says nothing
	// Serial reads a number cell of a date column: the day (NoDate for a time of day alone) and the second.
	Serial func(number string) (day tillproof.Date, second int, ok bool)
}

// headerRows is how far a header is searched: the longest preamble seen in real exports is 27 lines.
const headerRows = 60

// found is what the beginning of a table shows.
type found struct {
	best     []*Layout
	card     string // the column that speaks against the best, which nothing else supports
	near     *Layout
	line     int
	nearLine int
	preamble [][]string
	rows     []Row // the first rows, for layouts without a header
	placed   bool  // the columns are known by their position
	blank    bool  // no cell is filled at all
	first    string
}

// locate looks for the header of a table.
func (b *Book) locate(rows Rows, want Want) (found, error) {
	out := found{blank: true}
	var row Row
	nearKnown := 0
	for n := 0; n < headerRows; n++ {
		err := rows.Next(&row)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return out, err
		}
		if isBlank(row.Cells) && row.Fault == "" {
			continue
		}
		out.blank = false
		best, near := b.find(row.Cells, want)
		if len(best) > 0 {
			out.best, out.line = best, row.Line
			if out.card = b.cardsOnly(&out, want); out.card != "" {
				out.near, out.nearLine = b.nearest(row.Cells, want), row.Line
			}
			return out, nil
		}
		if near != nil && near.known > nearKnown {
			out.near, out.nearLine, nearKnown = near, row.Line, near.known
		}
		if out.first == "" {
			out.first = strings.Join(row.Cells, " ")
		}
		cells := append([]string(nil), row.Cells...)
		out.preamble = append(out.preamble, cells)
		out.rows = append(out.rows, Row{Line: row.Line, Fault: row.Fault, Cells: cells, Numbers: row.Numbers})
	}
	if out.near == nil {
		b.locatePlaced(&out, want)
	}
	return out, nil
}

// Fit says how well the rows of a text under one delimiter fit a layout: 0 where no header was found.
type Fit struct {
	Score   int
	Profile string
	Generic bool
	Placed  bool // by the position of the columns: there is no header
	Near    int  // known columns of the nearest layout that lacks some
}

// Probe looks at the beginning of a table.
func (b *Book) Probe(rows Rows, want Want) Fit {
	f, err := b.locate(rows, want)
	switch {
	case err != nil:
		return Fit{}
	case f.placed:
		return Fit{Score: f.best[0].known * 10, Profile: f.best[0].Name, Placed: true}
	case len(f.best) > 0:
		l := f.best[0]
		return Fit{Score: l.known*10 - len(l.field) + 1000, Profile: l.Name, Generic: l.Generic}
	case f.near != nil:
		return Fit{Near: f.near.known}
	}
	return Fit{}
}

func isBlank(cells []string) bool {
	for _, c := range cells {
		if c != "" && clean(c) != "" {
			return false
		}
	}
	return true
}

// clean takes blanks of any width, tabs and byte order marks off a cell, and the backtick or apostrophe with
// which exports keep spreadsheets from changing ids.
func clean(s string) string {
	if s == "" {
		return s
	}
	first, last := s[0], s[len(s)-1]
	if first > ' ' && first < utf8.RuneSelf && first != '`' && first != '\'' && last > ' ' && last < utf8.RuneSelf {
		return s
	}
	s = strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' })
	if s != "" && (s[0] == '`' || s[0] == '\'') {
		s = strings.TrimSpace(s[1:])
	}
	return s
}

// Sheets are the tables of a workbook, one for each name; open reads the one of that place from its start.
func Sheets(names []string, date904 bool, open func(i int) (Rows, error)) []Source {
	var sources []Source
	for i, name := range names {
		sources = append(sources, Source{
			Name: name, Part: int32(i), Ragged: true,
			Open:   func() (Rows, error) { return open(i) },
			Serial: func(number string) (tillproof.Date, int, bool) { return Serial(number, date904) },
		})
	}
	return sources
}
