package all

import (
	"slices"

	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/bai2"
	"github.com/tillproof/tillproof/internal/format/camt"
	"github.com/tillproof/tillproof/internal/format/ctf"
	"github.com/tillproof/tillproof/internal/format/ipm"
	"github.com/tillproof/tillproof/internal/format/iso8583"
	"github.com/tillproof/tillproof/internal/format/journal"
	"github.com/tillproof/tillproof/internal/format/mrx"
	"github.com/tillproof/tillproof/internal/format/mt94x"
	"github.com/tillproof/tillproof/internal/format/ofx"
	"github.com/tillproof/tillproof/internal/format/onec"
	"github.com/tillproof/tillproof/internal/format/poslog"
	"github.com/tillproof/tillproof/internal/format/profile"
	"github.com/tillproof/tillproof/internal/format/qif"
	"github.com/tillproof/tillproof/internal/format/stl"
	"github.com/tillproof/tillproof/internal/format/table"
	"github.com/tillproof/tillproof/internal/format/unionpay"
	"github.com/tillproof/tillproof/internal/format/webtable"
	"github.com/tillproof/tillproof/internal/format/xls"
	"github.com/tillproof/tillproof/internal/format/xlsx"
)

// Formats is every format that can be read. The order has no meaning: the most certain one is picked.
func Formats() []format.Format { return With(profile.Builtin()) }

// With is every format, its tables in the layouts of a book.
func With(layouts *profile.Book) []format.Format {
	tables := []format.Format{
		table.Format(layouts), xlsx.Format(layouts), xls.Format(layouts), webtable.Format(layouts),
	}
	return slices.Concat(
		tables,
		camt.Formats(), mt94x.Formats(), bai2.Formats(), ofx.Formats(), qif.Formats(), onec.Formats(),
		[]format.Format{unionpay.Format(), mrx.Format()}, stl.Formats(), ipm.Formats(), ctf.Formats(),
		iso8583.Formats(), []format.Format{poslog.Format()}, journal.Formats(),
	)
}
