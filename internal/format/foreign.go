package format

import (
	"bytes"
	"strings"

	"github.com/tillproof/tillproof"
)

// foreign are files that people hand in instead of a statement, by their first bytes (the signatures of
// their specifications). Old and encrypted Excel files and archives with members are not here: the room of
// workbooks looks into them.
var foreign = [...]struct{ magic, code string }{
	{"%PDF-", "format.foreign.pdf"},
	{"\x89PNG\r\n\x1a\n", "format.foreign.picture"},
	{"\xFF\xD8\xFF", "format.foreign.picture"}, // JPEG
	{"GIF87a", "format.foreign.picture"},
	{"GIF89a", "format.foreign.picture"},
	{"II*\x00", "format.foreign.picture"}, // TIFF
	{"MM\x00*", "format.foreign.picture"},
	{"PK\x05\x06", "format.foreign.archive"}, // a ZIP without members
	{"PK\x07\x08", "format.foreign.archive"}, // a part of a split ZIP
	{"\x1F\x8B", "format.foreign.archive"},   // gzip
	{"\x1F\x9D", "format.foreign.archive"},   // compress
	{"BZh", "format.foreign.archive"},
	{"\xFD7zXZ\x00", "format.foreign.archive"},
	{"7z\xBC\xAF\x27\x1C", "format.foreign.archive"},
	{"Rar!\x1A\x07", "format.foreign.archive"},
}

// foreignTo names what a file is, where it is none that any format could read; nil where that is not known.
// A web page without a table is most often the login page that a download gave instead of the file.
func foreignTo(h *Head) error {
	for _, f := range foreign {
		if bytes.HasPrefix(h.Raw, []byte(f.magic)) {
			return fail(tillproof.KindUnsupported, f.code, nil)
		}
	}
	text := strings.ToLower(strings.TrimSpace(h.Text[:min(len(h.Text), 8*headShown)]))
	page := strings.HasPrefix(text, "<!doctype html") || strings.HasPrefix(text, "<html")
	if page && h.Whole && !strings.Contains(strings.ToLower(h.Text), "<table") {
		return fail(tillproof.KindUnsupported, "format.foreign.page", nil)
	}
	return nil
}
