package xlsx

import (
	"bytes"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// Confidences of Sniff.
const (
	sureWorkbook = 95 // a zip whose first members are those of a workbook
	sureZip      = 20 // a zip: another format may know better
)

var zipMagic = []byte("PK\x03\x04")

// Format is the XLSX workbook in the layouts of a profile.Book.
func Format(layouts *profile.Book) format.Format {
	return format.Format{
		Name: "xlsx", Sides: tillproof.Sides[:], Sniff: sniff, Profiles: layouts.Choices(),
		Dialects: layouts.Names(),
		Open: func(in *format.Input, opt format.Options) (format.Reader, error) {
			return open(in, opt, layouts)
		},
	}
}

func sniff(h *format.Head) format.Guess {
	switch {
	case !bytes.HasPrefix(h.Raw, zipMagic):
		return format.Guess{}
	case bytes.Contains(h.Raw, []byte("xl/")), bytes.Contains(h.Raw, []byte("[Content_Types].xml")):
		return format.Guess{Confidence: sureWorkbook}
	}
	return format.Guess{Confidence: sureZip}
}

// open reads a workbook. Errors: those of Sheets and of profile.Book.Reader.
func open(in *format.Input, opt format.Options, layouts *profile.Book) (format.Reader, error) {
	sources, err := Sheets(in)
	if err != nil {
		return nil, err
	}
	return layouts.Reader(sources, opt)
}

// Sheets are the tables of a workbook. Errors: format.xlsx.binary (XLSB),
// format.xlsx.truncated, format.xlsx.no_workbook, format.xlsx.no_sheet, format.xlsx.broken,
// format.xlsx.directive, format.xlsx.size and format.xlsx.rows. Old and encrypted workbooks are OLE2 files:
// room xls has them.
func Sheets(in *format.Input) ([]profile.Source, error) {
	b, err := openBook(in.At, in.Size)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, ref := range b.sheets {
		names = append(names, ref.name)
	}
	open := func(i int) (profile.Rows, error) { return b.open(b.sheets[i]) }
	sheets := profile.Sheets(names, b.date904, open)
	for i, ref := range b.sheets {
		sheets[i].Hidden = ref.hidden
	}
	return sheets, nil
}
