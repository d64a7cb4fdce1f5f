package xls

import (
	"bytes"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// Confidences of Sniff.
const (
	sureContainer = 95 // an OLE2 file: a workbook, or refused by its name
	sureBare      = 90 // the first record of BIFF at the start of the file
)

var ole2Magic = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

// Format is the legacy workbook in the layouts of a profile.Book.
func Format(layouts *profile.Book) format.Format {
	return format.Format{
		Name: "xls", Sides: tillproof.Sides[:], Sniff: sniff, Profiles: layouts.Choices(),
		Dialects: layouts.Names(),
		Open: func(in *format.Input, opt format.Options) (format.Reader, error) {
			return open(in, opt, layouts)
		},
	}
}

func sniff(h *format.Head) format.Guess {
	switch {
	case bytes.HasPrefix(h.Raw, ole2Magic):
		return format.Guess{Confidence: sureContainer}
	case isBare(h.Raw):
		return format.Guess{Confidence: sureBare}
	}
	return format.Guess{}
}

// isBare reports the record BOF of any version: its number, a length it has, a kind of substream.
func isBare(raw []byte) bool {
	const least = 8
	if len(raw) < least || raw[0] != 0x09 || raw[1]&^0x0F != 0 || raw[3] != 0 {
		return false
	}
	kind := u16(raw[6:])
	switch raw[1] {
	case 0x00, 0x02, 0x04:
		return raw[2] == 4 || raw[2] == 6
	case 0x08:
		return (raw[2] == 8 || raw[2] == 16) && slices.Contains([]uint16{bofBook, bofSheet}, kind)
	}
	return false
}

// open reads a workbook. Errors: those of Sheets and of profile.Book.Reader.
func open(in *format.Input, opt format.Options, layouts *profile.Book) (format.Reader, error) {
	sources, err := Sheets(in)
	if err != nil {
		return nil, err
	}
	return layouts.Reader(sources, opt)
}

// Sheets are the tables of a workbook. Errors: format.xls.encrypted and
// format.xlsx.encrypted, format.xls.word, format.xls.slides, format.xls.mail and format.xls.no_workbook (what
// else comes in the container), format.xls.version (before BIFF5), format.xls.no_sheet,
// format.xls.truncated, format.xls.broken and format.xls.size.
func Sheets(in *format.Input) ([]profile.Source, error) {
	s, err := streamOf(in)
	if err != nil {
		return nil, err
	}
	b, err := openBook(s)
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

// streamOf is the workbook within the file.
func streamOf(in *format.Input) (*stream, error) {
	switch {
	case bytes.HasPrefix(in.Head.Raw, ole2Magic):
		return contained(in)
	case isBare(in.Head.Raw):
		return bare(in), nil
	}
	return nil, failure(tillproof.KindUnsupported, "format.xls.no_workbook", nil)
}
