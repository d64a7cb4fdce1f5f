package xls

import (
	"bytes"
	"errors"
	"sort"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// Kinds of substreams (BOF) and of sheets (BoundSheet).
const (
	bofBook   = 0x0005
	bofSheet  = 0x0010
	worksheet = 0
)

// The versions a BOF record names. Some writers of BIFF5 leave it empty.
const (
	biff8     = 0x0600
	biff5     = 0x0500
	biffEmpty = 0x0000
)

// book is an open workbook: where its sheets are, and what their cells refer to.
type book struct {
	stream  *stream
	wide    bool // BIFF8: texts are Unicode
	date904 bool // days count from 1904-01-01 instead of 1900
	page    codePage
	sheets  []sheetRef
	texts   texts
	shown   []uint16       // by cell format: its number format
	zeros   map[uint16]int // by number format: digits it fills with leading zeros
}

// sheetRef is where a sheet is, and what is known of it.
type sheetRef struct {
	name   string
	raw    []byte // the name where it is bytes of a code page that is not known yet
	offset int64
	cells  int
	jumps  bool // its rows are not in order
	hidden bool
}

// openBook reads everything but the sheets.
func openBook(s *stream) (*book, error) {
	b := &book{stream: s, zeros: map[uint16]int{}}
	src, err := s.from(0)
	if err != nil {
		return nil, err
	}
	rec := newRecords(src)
	kind, err := b.begin(rec)
	if err != nil {
		return nil, broken("BOF", err)
	}
	if kind == bofBook {
		if err := b.globals(rec); err != nil {
			return nil, broken("Workbook", err)
		}
	} else {
		b.sheets = []sheetRef{{}} // a sheet without a workbook around it
	}
	if err := b.checkSheets(); err != nil {
		return nil, err
	}
	return b, b.survey()
}

// begin reads the record that every workbook starts with, and its version.
func (b *book) begin(rec *records) (kind uint16, err error) {
	if err := rec.next(); err != nil {
		return 0, err
	}
	if err := rec.has(4); err != nil {
		return 0, err
	}
	version := u16(rec.data)
	switch {
	case rec.id != idBOF && rec.id&0xFF == idBOF&0xFF && rec.id < idBOF:
		return 0, tooOld(strconv.Itoa(int(rec.id>>8)/2 + 2)) // BIFF2, 3 and 4: one sheet, other records
	case rec.id != idBOF:
		return 0, errShort
	case version != biff8 && version != biff5 && version != biffEmpty:
		return 0, tooOld(strconv.Itoa(int(version >> 8)))
	}
	b.wide = version == biff8
	return u16(rec.data[2:]), nil
}

func tooOld(version string) error {
	return failure(tillproof.KindUnsupported, "format.xls.version",
		tillproof.Params{"version": "BIFF" + version})
}

// globals reads the part before the sheets.
func (b *book) globals(rec *records) error {
	for {
		if err := rec.next(); err != nil {
			return err
		}
		if rec.id == idEOF {
			return nil
		}
		if err := b.global(rec); err != nil {
			return err
		}
	}
}

func (b *book) global(rec *records) error {
	switch rec.id {
	case idFilePass:
		return locked()
	case idSST:
		return b.readTexts(rec)
	case idSheet:
		return b.addSheet(rec)
	case idFormat:
		return b.addFormat(rec)
	case idCodePage, idDate1904:
		if err := rec.has(2); err != nil {
			return err
		}
		if v := u16(rec.data); rec.id == idCodePage {
			b.page.number = v
		} else {
			b.date904 = v == 1
		}
	case idXF:
		if err := rec.has(4); err != nil {
			return err
		}
		if len(b.shown) == maxFormats {
			return tooLarge("XF")
		}
		b.shown = append(b.shown, u16(rec.data[2:]))
	}
	return nil
}

// locked refuses a workbook whose records are encrypted.
func locked() error { return failure(tillproof.KindUnsupported, "format.xls.encrypted", nil) }

// addSheet takes a worksheet up, and whether it is hidden. Charts and macros hold no table.
func (b *book) addSheet(rec *records) error {
	const fixed = 6
	if err := rec.has(fixed + 1); err != nil {
		return err
	}
	if rec.data[5]&0x0F != worksheet {
		return nil
	}
	if len(b.sheets) == maxSheets {
		return tooLarge("BoundSheet")
	}
	const shown = 0 // of the two bits of hsState; 1 is hidden, 2 very hidden
	ref := sheetRef{offset: int64(u32(rec.data)), hidden: rec.data[4]&3 != shown}
	c := &chunks{rec: rec}
	c.begin(fixed)
	n, err := c.field(1)
	switch {
	case err != nil:
		return err
	case b.wide:
		name, err := c.text(int(n))
		if err != nil {
			return err
		}
		ref.name = string(name)
	default:
		ref.raw = bytes.Clone(c.rest[:min(int(n), len(c.rest))])
	}
	b.sheets = append(b.sheets, ref)
	return nil
}

// plainText is a text in the manner of the version: Unicode, or bytes of a code page.
func (b *book) plainText(c *chunks, n int) (string, error) {
	if b.wide {
		s, err := c.text(n)
		return string(s), err
	}
	if n > len(c.rest) {
		return "", errShort
	}
	raw := c.rest[:n]
	c.rest = c.rest[n:]
	return b.page.decode(raw), nil
}

// maxZeros is the longest run of zeros that a number cell is filled to: more digits than it can hold
// exactly would be made up.
const maxZeros = 15

// addFormat takes up a number format that is nothing but zeros: 123 in the format 000000 is 000123 to
// everyone who sees the sheet, and on the slip.
func (b *book) addFormat(rec *records) error {
	if err := rec.has(4); err != nil {
		return err
	}
	id := u16(rec.data)
	c := &chunks{rec: rec}
	c.begin(2)
	size := 1
	if b.wide {
		size = 2
	}
	n, err := c.field(size)
	if err != nil {
		return err
	}
	code, err := b.plainText(c, int(n))
	if err != nil {
		return err
	}
	if len(code) >= 2 && len(code) <= maxZeros && strings.Trim(code, "0") == "" {
		b.zeros[id] = len(code)
	}
	return nil
}

// checkSheets asks that each sheet has its own place in the stream.
func (b *book) checkSheets() error {
	if len(b.sheets) == 0 {
		return failure(tillproof.KindInvalid, "format.xls.no_sheet", nil)
	}
	seen := map[int64]bool{}
	for _, s := range b.sheets {
		switch {
		case s.offset >= b.stream.size:
			return cutOff(nil)
		case seen[s.offset]:
			return broken(s.name, errors.New("two sheets in one place"))
		}
		seen[s.offset] = true
	}
	return nil
}

// survey goes through each sheet once: whether it is whole, whether its rows are in order, and, in a workbook
// of bytes, what code page the texts are in.
func (b *book) survey() error {
	for i := range b.sheets {
		ref := &b.sheets[i]
		if err := b.outline(ref); err != nil {
			return broken(ref.name, err)
		}
		if ref.jumps && ref.cells > maxGathered {
			return tooLarge(ref.name)
		}
	}
	b.page.settle(b.wide)
	for i := range b.sheets {
		if ref := &b.sheets[i]; ref.raw != nil {
			ref.name = b.page.decode(ref.raw)
		}
	}
	return nil
}

// outline counts the cells of a sheet and looks at the order of their rows.
func (b *book) outline(ref *sheetRef) error {
	cells, err := b.cells(*ref)
	if err != nil {
		return err
	}
	cells.scan = true
	for row := uint16(0); ; ref.cells++ {
		c, err := cells.next()
		if errors.Is(err, errEnd) {
			return nil
		}
		if err != nil {
			return err
		}
		ref.jumps = ref.jumps || c.row < row
		row = c.row
	}
}

// gather reads a sheet whose rows are not in order and sorts its cells. Of several cells in one place the
// last counts.
func (b *book) gather(ref sheetRef) ([]cell, error) {
	src, err := b.cells(ref)
	if err != nil {
		return nil, err
	}
	all := make([]cell, 0, ref.cells)
	for {
		c, err := src.next()
		if errors.Is(err, errEnd) {
			break
		}
		if err != nil {
			return nil, broken(ref.name, err)
		}
		all = append(all, c)
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].row < all[j].row })
	return all, nil
}

// errEnd is the end of a sheet, as its own record says; the end of the file before it is none.
var errEnd = errors.New("end of the sheet")

// cells starts to read a sheet.
func (b *book) cells(ref sheetRef) (*cellReader, error) {
	src, err := b.stream.from(ref.offset)
	if err != nil {
		return nil, err
	}
	r := &cellReader{book: b, rec: newRecords(src)}
	r.text.rec = r.rec
	if err := r.rec.next(); err != nil {
		return nil, broken(ref.name, err)
	}
	if r.rec.id != idBOF {
		return nil, broken(ref.name, errors.New("no sheet where one should begin"))
	}
	return r, nil
}
