package xlsx

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// sheet streams the rows of one sheet.
type sheet struct {
	book *book
	part string
	src  io.ReadCloser
	dec  *xml.Decoder
	row  int // of the last row given
	col  int // of the last cell of the row, 1-based
	long int // bytes of long shared texts given so far
	done bool
}

func (b *book) open(ref sheetRef) (profile.Rows, error) {
	f := b.parts[ref.part]
	if f == nil {
		return nil, failure(tillproof.KindInvalid, "format.xlsx.broken", tillproof.Params{"part": ref.part})
	}
	r, err := openPart(f, maxPartBytes)
	if err != nil {
		return nil, err
	}
	return &sheet{book: b, part: ref.part, src: r, dec: newDecoder(r)}, nil
}

// Next is the next row that holds cells; see profile.Rows.
func (s *sheet) Next(row *profile.Row) error {
	if s.done {
		return io.EOF
	}
	err := s.next(row)
	if err == nil {
		return nil
	}
	s.done = true
	s.src.Close()
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	return broken(s.part, err)
}

func (s *sheet) next(row *profile.Row) error {
	for {
		tok, err := s.dec.RawToken()
		if err != nil {
			return unexpected(err)
		}
		switch tok := tok.(type) {
		case xml.Directive:
			return failure(tillproof.KindForbidden, "format.xlsx.directive", tillproof.Params{"part": s.part})
		case xml.StartElement:
			if tok.Name.Local == "row" {
				return s.cells(row, tok)
			}
		case xml.EndElement:
			if tok.Name.Local == "sheetData" {
				return io.EOF
			}
			if tok.Name.Local == "worksheet" {
				return io.EOF
			}
		}
	}
}

// unexpected: a sheet that ends before its end element was cut off.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// cells reads the cells of one row element.
func (s *sheet) cells(row *profile.Row, e xml.StartElement) error {
	s.row++
	if n, err := strconv.Atoi(attr(e, "r")); err == nil && n >= s.row {
		s.row = n
	}
	if s.row > maxRows {
		return failure(tillproof.KindTooLarge, "format.xlsx.rows",
			tillproof.Params{"n": strconv.Itoa(maxRows)})
	}
	row.Line, row.Fault, row.Cells, row.Numbers = s.row, "", row.Cells[:0], row.Numbers[:0]
	s.col = 0
	for {
		tok, err := s.dec.RawToken()
		if err != nil {
			return unexpected(err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if tok.Name.Local == "c" {
				if err := s.cell(row, tok); err != nil {
					return err
				}
			}
		case xml.EndElement:
			if tok.Name.Local == "row" {
				return nil
			}
		}
	}
}

// cell reads one cell and puts it into its column.
func (s *sheet) cell(row *profile.Row, e xml.StartElement) error {
	s.col++
	if n, ok := column(attr(e, "r")); ok {
		s.col = n
	}
	kind := attr(e, "t")
	value, err := s.value(kind)
	if err != nil || value == "" || s.col > maxColumns {
		return err
	}
	number := false
	switch kind {
	case "s":
		i, err := strconv.Atoi(value)
		if err != nil || i < 0 || i >= len(s.book.strings) {
			row.Fault = "format.xlsx.string"
			return nil
		}
		value = s.book.strings[i]
		if len(value) > longText {
			if s.long += len(value); s.long > maxLongText {
				return failure(tillproof.KindTooLarge, "format.xlsx.size", tillproof.Params{"part": s.part})
			}
		}
	case "", "n":
		value, number = plainNumber(value)
	case "e":
		value = "" // #N/A, #REF!: the cell has no value, and a field that needs one will say so
	}
	for len(row.Cells) < s.col {
		row.Cells, row.Numbers = append(row.Cells, ""), append(row.Numbers, false)
	}
	row.Cells[s.col-1], row.Numbers[s.col-1] = value, number
	return nil
}

// value is the text of a cell's v or is element. The formula is passed over: its last result counts.
func (s *sheet) value(kind string) (string, error) {
	if kind == "inlineStr" {
		return text(s.dec, "c")
	}
	var out strings.Builder
	inside := false
	for {
		tok, err := s.dec.RawToken()
		if err != nil {
			return "", unexpected(err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			inside = tok.Name.Local == "v"
		case xml.EndElement:
			inside = false
			if tok.Name.Local == "c" {
				return out.String(), nil
			}
		case xml.CharData:
			if inside && out.Len()+len(tok) <= maxCellBytes {
				out.Write(tok)
			}
		}
	}
}

// column is the number of the column in a cell reference ("AB12" is 28).
func column(ref string) (int, bool) {
	n := 0
	for i := 0; i < len(ref); i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		if n = n*26 + int(c-'A'+1); n > 1<<20 {
			return n, true
		}
	}
	return n, n > 0
}
