package xls_test

import (
	"testing"

	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
	"github.com/tillproof/tillproof/internal/format/profile"
	"github.com/tillproof/tillproof/internal/format/xls"
)

func formats() []format.Format { return []format.Format{xls.Format(profile.Builtin())} }

// The files of testdata were written by another program (xlwt) from rows that we made up; what they must
// give is worked out from those rows.
func TestFiles(t *testing.T) {
	formattest.Leaf{Formats: formats(), Ending: ".xls", Record: formattest.Brief}.Files(t)
}
