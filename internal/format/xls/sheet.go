package xls

import (
	"errors"
	"io"

	"github.com/tillproof/tillproof/internal/format/profile"
)

// sheet gives the rows of one sheet, from the top.
type sheet struct {
	name  string
	next  func() (cell, error)
	ahead *cell // the first cell of the next row
	done  bool
}

// open starts to read the rows of a sheet.
func (b *book) open(ref sheetRef) (profile.Rows, error) {
	if ref.jumps {
		all, err := b.gather(ref)
		if err != nil {
			return nil, err
		}
		return &sheet{name: ref.name, next: func() (cell, error) {
			if len(all) == 0 {
				return cell{}, errEnd
			}
			c := all[0]
			all = all[1:]
			return c, nil
		}}, nil
	}
	cells, err := b.cells(ref)
	if err != nil {
		return nil, err
	}
	return &sheet{name: ref.name, next: cells.next}, nil
}

// Next is the next row that holds cells; see profile.Rows.
func (s *sheet) Next(row *profile.Row) error {
	row.Line, row.Fault, row.Cells, row.Numbers = 0, "", row.Cells[:0], row.Numbers[:0]
	for !s.done {
		c, err := s.take()
		if err != nil {
			return broken(s.name, err)
		}
		if s.done {
			break
		}
		line := int(c.row) + 1
		if row.Line != 0 && line != row.Line {
			s.ahead = &c
			return nil
		}
		row.Line = line
		put(row, c)
	}
	if row.Line == 0 {
		return io.EOF
	}
	return nil
}

// take is the cell that was looked at, or the next one.
func (s *sheet) take() (cell, error) {
	if s.ahead != nil {
		c := *s.ahead
		s.ahead = nil
		return c, nil
	}
	c, err := s.next()
	if errors.Is(err, errEnd) {
		s.done = true
		return c, nil
	}
	return c, err
}

// put writes a cell into its column.
func put(row *profile.Row, c cell) {
	if c.lost {
		row.Fault = "format.xls.string"
	}
	for len(row.Cells) <= int(c.col) {
		row.Cells, row.Numbers = append(row.Cells, ""), append(row.Numbers, false)
	}
	row.Cells[c.col], row.Numbers[c.col] = c.text, c.number
}
