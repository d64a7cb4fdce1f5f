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
	sureOffice   = 60 // an OLE2 file: an old or an encrypted workbook, for which the error says what to do
)

var (
	zipMagic  = []byte("PK\x03\x04")
	ole2Magic = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	// encrypted is the name of the stream that holds an encrypted workbook (MS-OFFCRYPTO 2.3.4), as OLE2
	// writes it.
	encrypted = utf16("EncryptedPackage")
)

func utf16(s string) []byte {
	var b []byte
	for _, c := range []byte(s) {
		b = append(b, c, 0)
	}
	return b
}

// Format is the XLSX workbook in the layouts of a profile.Book.
func Format(layouts *profile.Book) format.Format {
	return format.Format{
		Name: "xlsx", Sides: tillproof.Sides[:], Sniff: sniff, Profiles: layouts.Names(),
		Open: func(in *format.Input, opt format.Options) (format.Reader, error) {
			return open(in, opt, layouts)
		},
	}
}

func sniff(h *format.Head) format.Guess {
	switch {
	case bytes.HasPrefix(h.Raw, ole2Magic):
		return format.Guess{Confidence: sureOffice}
	case !bytes.HasPrefix(h.Raw, zipMagic):
		return format.Guess{}
	case bytes.Contains(h.Raw, []byte("xl/")), bytes.Contains(h.Raw, []byte("[Content_Types].xml")):
		return format.Guess{Confidence: sureWorkbook}
	}
	return format.Guess{Confidence: sureZip}
}

// open reads a workbook. Errors beside those of profile.Book.Reader: format.xlsx.encrypted, format.xlsx.old
// (BIFF), format.xlsx.binary (XLSB), format.xlsx.truncated, format.xlsx.no_workbook, format.xlsx.no_sheet,
// format.xlsx.broken, format.xlsx.directive, format.xlsx.size and format.xlsx.rows.
func open(in *format.Input, opt format.Options, layouts *profile.Book) (format.Reader, error) {
	if bytes.HasPrefix(in.Head.Raw, ole2Magic) {
		return nil, failure(tillproof.KindUnsupported, ole2Code(in), nil)
	}
	b, err := openBook(in.At, in.Size)
	if err != nil {
		return nil, err
	}
	var sources []profile.Source
	for i, ref := range b.sheets {
		sources = append(sources, profile.Source{
			Name: ref.name, Part: int32(i), Ragged: true,
			Open: func() (profile.Rows, error) {
				s, err := b.open(ref)
				if err != nil {
					return nil, err
				}
				return s, nil
			},
			Serial: func(number string) (tillproof.Date, int, bool) { return serial(number, b.date904) },
		})
	}
	return layouts.Reader(sources, opt)
}

// ole2Tail is how much of the end of an OLE2 file is searched: its directory may stand there.
const ole2Tail = 64 << 10

// ole2Code tells an encrypted workbook from an old one.
func ole2Code(in *format.Input) string {
	tail := make([]byte, min(in.Size, ole2Tail))
	n, _ := in.At.ReadAt(tail, in.Size-int64(len(tail))) // what cannot be read cannot be encrypted
	if bytes.Contains(in.Head.Raw, encrypted) || bytes.Contains(tail[:n], encrypted) {
		return "format.xlsx.encrypted"
	}
	return "format.xlsx.old"
}
