package webtable

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/markup"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// openWorkbook reads Excel's XML of 2003: a sheet is an element Worksheet with one Table. Errors beside those
// of profile.Book.Reader and of room markup: format.webtable.size and format.webtable.no_sheet.
func openWorkbook(in *format.Input, opt format.Options, layouts *profile.Book) (format.Reader, error) {
	names, err := sheetNames(in)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, failure(tillproof.KindInvalid, "format.webtable.no_sheet", nil)
	}
	var sources []profile.Source
	for i, name := range names {
		sources = append(sources, profile.Source{
			Name: name, Part: int32(i), Ragged: true,
			Open: func() (profile.Rows, error) {
				doc, err := markup.Open(in)
				if err != nil {
					return nil, err
				}
				return &sheet{doc: doc, number: i, at: -1}, nil
			},
		})
	}
	return layouts.Reader(sources, opt)
}

// sheetNames reads the whole document once: the names of its sheets, and whether it is whole.
func sheetNames(in *format.Input) ([]string, error) {
	doc, err := markup.Open(in)
	if err != nil {
		return nil, err
	}
	var names []string
	for {
		tok, err := doc.Next()
		if errors.Is(err, io.EOF) {
			return names, nil
		}
		if err != nil {
			return nil, err
		}
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "Worksheet" {
			if len(names) == maxSheets {
				return nil, tooLarge("Worksheet")
			}
			names = append(names, attr(e, "Name"))
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// sheet streams the rows of one sheet.
type sheet struct {
	doc    *markup.Document
	number int // of the sheet, from 0
	at     int // the sheet that was met last
	line   int
	done   bool
	grid   grid
}

// Next is the next row; see profile.Rows.
func (s *sheet) Next(row *profile.Row) error {
	row.Fault, row.Stopped = "", 0
	s.grid.row = row
	for !s.done {
		tok, err := s.doc.Next()
		if err != nil {
			s.done = true
			return err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			switch {
			case tok.Name.Local == "Worksheet":
				s.at++
			case tok.Name.Local == "Row" && s.at == s.number:
				return s.cells(tok)
			}
		case xml.EndElement:
			s.done = tok.Name.Local == "Worksheet" && s.at == s.number
		}
	}
	return io.EOF
}

// cells reads the cells of one row.
func (s *sheet) cells(e xml.StartElement) error {
	s.line++
	if n, err := strconv.Atoi(attr(e, "Index")); err == nil && n >= s.line {
		s.fill(n)
	}
	if s.line > maxRows {
		return tooLarge("Row")
	}
	s.grid.begin(s.line)
	for end := s.doc.Depth - 1; s.doc.Depth > end; {
		tok, err := s.doc.Next()
		if err != nil {
			return err
		}
		if c, ok := tok.(xml.StartElement); ok && c.Name.Local == "Cell" {
			if err := s.cell(c); err != nil {
				return err
			}
		}
	}
	s.grid.end()
	return nil
}

// fill goes on to a row by its number: cells of earlier rows reach less far.
func (s *sheet) fill(line int) {
	for i := range s.grid.above {
		s.grid.above[i].left = max(0, s.grid.above[i].left-(line-s.line))
	}
	s.line = line
}

// cell reads one cell.
func (s *sheet) cell(e xml.StartElement) error {
	if n, err := strconv.Atoi(attr(e, "Index")); err == nil && n > s.grid.col {
		if n > maxColumns {
			return tooLarge("Cell")
		}
		for s.grid.col < n-1 {
			if s.grid.pass(); s.grid.col < n-1 {
				s.grid.col++
			}
		}
	}
	c := cell{
		across: 1 + count(attr(e, "MergeAcross"), maxColumns),
		down:   1 + count(attr(e, "MergeDown"), maxRows),
	}
	for end := s.doc.Depth - 1; s.doc.Depth > end; {
		tok, err := s.doc.Next()
		if err != nil {
			return err
		}
		d, ok := tok.(xml.StartElement)
		switch {
		case !ok:
		case d.Name.Local != "Data": // a comment has one of its own
			err = s.doc.Skip()
		default:
			err = s.data(&c, attr(d, "Type"))
		}
		if err != nil {
			return err
		}
	}
	return s.grid.put(&c)
}

func count(s string, most int) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return min(n, most-1)
}

// data reads the value of a cell, of the type that it names.
func (s *sheet) data(c *cell, kind string) error {
	var text strings.Builder
	for end := s.doc.Depth - 1; s.doc.Depth > end; {
		tok, err := s.doc.Next()
		if err != nil {
			return err
		}
		if t, ok := tok.(xml.CharData); ok {
			if text.Len()+len(t) > maxCell {
				return tooLarge("Data")
			}
			text.Write(t)
		}
	}
	value := text.String()
	switch kind {
	case "Number":
		c.isNum, c.num = true, value
	case "DateTime":
		value = moment(value)
	case "Boolean":
		value = map[string]string{"1": "TRUE", "0": "FALSE"}[strings.TrimSpace(value)]
	}
	return c.add([]byte(value))
}

// noDay is the day before the first: Excel writes a time of day so.
const noDay = "1899-12-31"

// moment is a value of type DateTime as a table writes it: midnight is a day alone, for a day is all that a
// cell of that type without a time holds.
func moment(value string) string {
	day, clock, _ := strings.Cut(strings.TrimSpace(value), "T")
	clock, _, _ = strings.Cut(clock, ".")
	switch {
	case day == noDay:
		return clock
	case clock == "" || clock == "00:00:00":
		return day
	}
	return day + " " + clock
}
