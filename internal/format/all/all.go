package all

import (
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/camt"
	"github.com/tillproof/tillproof/internal/format/mt94x"
)

// Formats is every format that can be read. The order has no meaning: the most certain one is picked.
func Formats() []format.Format {
	return append(camt.Formats(), mt94x.Formats()...)
}
