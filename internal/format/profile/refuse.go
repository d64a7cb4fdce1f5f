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
