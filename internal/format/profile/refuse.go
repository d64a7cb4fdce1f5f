package profile

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// refusal is a column that nobody may keep after authorisation (PCI DSS 3.3.1), by its header.
type refusal struct {
	column int
	code   string
}

// findRefusals looks at the headers. An empty column of that name is harmless.
func (t *table) findRefusals() {
	for i, h := range t.lay.header {
		if code := format.ForbiddenColumn(h); code != "" {
			t.refuse = append(t.refuse, refusal{i, code})
		}
	}
}

// forbidden stops the file where a cell holds track, CVV or PIN data, in whatever row it stands.
func (t *table) forbidden() error {
	for _, r := range t.refuse {
		if r.column < len(t.row.Cells) && t.row.Cells[r.column] != "" {
			return &tillproof.Error{
				Op: "read table", Kind: tillproof.KindForbidden, Code: r.code,
				Place: tillproof.Place{Line: t.row.Line, Column: r.column + 1, Field: t.lay.header[r.column]},
			}
		}
	}
	for i, c := range t.row.Cells {
		if err := format.Forbidden(c); err != nil {
			place := tillproof.Place{Line: t.row.Line, Column: i + 1}
			if i < len(t.lay.header) {
				place.Field = t.lay.header[i]
			}
			return format.Placed(err, place)
		}
	}
	return nil
}

// minWholeNumber: a card number has 13 to 19 digits (ISO/IEC 7812-1 allows 12 to 19).
const minWholeNumber = 12

// isWholeNumber reports a card cell that showed all digits.
func isWholeNumber(cell string) bool {
	digits := 0
	for i := 0; i < len(cell); i++ {
		switch c := cell[i]; {
		case isDigit(c):
			digits++
		case c != ' ' && c != '-':
			return false
		}
	}
	return digits >= minWholeNumber
}
