package webtable

import "github.com/tillproof/tillproof"

// Bounds of a page. A page is read as a stream; these stop what no export writes.
const (
	maxToken   = 1 << 20   // one tag with its attributes, one text, one script; the tokenizer holds it whole
	maxTables  = 128       // tables of a page that may hold data; a page of a portal has some ten
	maxNested  = 64        // tables within tables
	maxRows    = 1_048_576 // rows of a table (Excel's own limit)
	maxColumns = 512       // columns of a table; the widest report seen has 60
	maxCell    = 256 << 10 // text of one cell; Excel's own limit is 32,767 characters
	maxSheets  = 64        // sheets of an XML workbook
)

// failure is an error of the whole page.
func failure(kind tillproof.ErrorKind, code string, params tillproof.Params) *tillproof.Error {
	return &tillproof.Error{Op: "read web table", Kind: kind, Code: code, Params: params}
}

// tooLarge says that a part goes beyond the bounds of this room.
func tooLarge(part string) error {
	return failure(tillproof.KindTooLarge, "format.webtable.size", tillproof.Params{"part": part})
}
