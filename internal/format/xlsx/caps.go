package xlsx

import (
	"archive/zip"
	"errors"
	"io"

	"github.com/tillproof/tillproof"
)

// Bounds of a workbook. An archive that inflates beyond them is refused while it inflates, whatever its
// directory claims.
const (
	maxParts       = 4096      // members of the archive
	maxPartBytes   = 512 << 20 // one sheet, unpacked: 1,048,576 rows of a report are some 400 MB
	maxStringBytes = 64 << 20  // the shared texts, which must be held in memory
	maxStrings     = 4 << 20   // and their number
	maxSmallBytes  = 4 << 20   // workbook, relationships
	maxSheets      = 64        // tables of one file
	maxRows        = 1_048_576 // rows of a sheet (Excel's own limit)
	maxColumns     = 512       // columns of a table; the widest report seen has 60
	maxCellBytes   = 256 << 10 // text of one cell; Excel's own limit is 32,767 characters
	longText       = 1 << 10   // a shared text that is longer than any narrative,
	maxLongText    = 64 << 20  // and what such texts may come to in a sheet: one can be named a million times
)

// capped reads at most left bytes and then fails with format.xlsx.size instead of ending early.
type capped struct {
	src  io.Reader
	left int64
	part string
}

func (c *capped) Read(p []byte) (int, error) {
	if c.left <= 0 {
		var one [1]byte
		if n, err := c.src.Read(one[:]); n == 0 {
			return 0, err
		}
		return 0, failure(tillproof.KindTooLarge, "format.xlsx.size", tillproof.Params{"part": c.part})
	}
	if int64(len(p)) > c.left {
		p = p[:c.left]
	}
	n, err := c.src.Read(p)
	c.left -= int64(n)
	return n, err
}

// A sheet packs some ten to thirty times; nothing real packs a thousand times. A part that claims so is
// refused before it is unpacked.
const (
	maxRatio  = 200
	freeBytes = 8 << 20 // parts smaller than this may pack as well as they like
)

// openPart opens a part for reading, within its bounds.
func openPart(f *zip.File, limit int64) (io.ReadCloser, error) {
	size := f.UncompressedSize64
	if size > uint64(limit) || size > freeBytes && size/maxRatio > f.CompressedSize64 {
		return nil, failure(tillproof.KindTooLarge, "format.xlsx.size", tillproof.Params{"part": f.Name})
	}
	r, err := f.Open()
	if err != nil {
		return nil, broken(f.Name, err)
	}
	return struct {
		io.Reader
		io.Closer
	}{&guard{src: &capped{r, limit, f.Name}, part: f.Name}, r}, nil
}

// failure is an error of the whole workbook.
func failure(kind tillproof.ErrorKind, code string, params tillproof.Params) *tillproof.Error {
	return &tillproof.Error{Op: "read workbook", Kind: kind, Code: code, Params: params}
}

// broken says that a part of the workbook cannot be read; an error that already says why stays as it is.
func broken(part string, err error) error {
	var why *tillproof.Error
	if errors.As(err, &why) {
		return why
	}
	e := failure(tillproof.KindInvalid, "format.xlsx.broken", tillproof.Params{"part": part})
	e.Err = err
	return e
}
