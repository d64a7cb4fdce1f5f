package xls

import (
	"errors"
	"io"

	"github.com/tillproof/tillproof"
)

// Bounds of a workbook. BIFF does not pack, so memory follows the size of the file; these stop what no
// spreadsheet program writes.
const (
	maxStream    = 512 << 20 // the workbook stream; 65,536 rows of 256 numbers are some 300 MB
	maxContainer = 4 << 20   // what the container's directory may cost: 32,768 entries; real ones have ten
	maxSheets    = 64        // tables of one file
	maxColumns   = 256       // columns of a sheet (Excel's own limit of this format)
	maxTextBytes = 64 << 20  // the shared texts, which must be held in memory
	maxTexts     = 2 << 20   // and their number: 65,536 rows of 32 texts, none twice
	maxGathered  = 1 << 20   // cells of a sheet out of order, which must be held: 65,536 rows of 16
	maxFormats   = 1 << 16   // cell formats; a cell names one in 16 bits
)

// failure is an error of the whole workbook.
func failure(kind tillproof.ErrorKind, code string, params tillproof.Params) *tillproof.Error {
	return &tillproof.Error{Op: "read workbook", Kind: kind, Code: code, Params: params}
}

// broken says that a part of the workbook cannot be read; an error that already says why stays as it is.
func broken(part string, err error) error {
	var why *tillproof.Error
	switch {
	case errors.As(err, &why):
		return why
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return cutOff(err)
	}
	e := failure(tillproof.KindInvalid, "format.xls.broken", tillproof.Params{"part": part})
	e.Err = err
	return e
}

// cutOff says that the file ends before the workbook does.
func cutOff(err error) error {
	e := failure(tillproof.KindInvalid, "format.xls.truncated", nil)
	e.Err = err
	return e
}

// tooLarge says that a part goes beyond the bounds of this room.
func tooLarge(part string) error {
	return failure(tillproof.KindTooLarge, "format.xls.size", tillproof.Params{"part": part})
}
