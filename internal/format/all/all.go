package all

import (
	"slices"

	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/camt"
	"github.com/tillproof/tillproof/internal/format/mt94x"
	"github.com/tillproof/tillproof/internal/format/table"
	"github.com/tillproof/tillproof/internal/format/xlsx"
)

// Formats is every format that can be read. The order has no meaning: the most certain one is picked.
func Formats() []format.Format {
	return slices.Concat(
		camt.Formats(), mt94x.Formats(), []format.Format{table.Format(), xlsx.Format()},
	)
}
