package xls

import (
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof/internal/format/profile"
)

// cell is one cell that holds something. It is small, for a sheet out of order holds a million.
type cell struct {
	row, col uint16 // from 0
	number   bool
	lost     bool // it refers to a text that is not there
	text     string
}

// cellReader gives the cells of a sheet in the order of its records.
type cellReader struct {
	book  *book
	rec   *records
	text  chunks
	queue []cell // of a record that holds several
	depth int    // of charts within the sheet
	open  *cell  // a formula whose text follows
	scan  bool   // only rows and the texts of bytes count
}

// Cells whose value cannot be had show this, so that a field that needs them says so.
const (
	uncomputed = "=?"    // a formula that was never computed
	noNumber   = "#NUM!" // a number that is none
)

// cellHead are row, column and format, with which every cell record begins.
const cellHead = 6

// next is the next cell; errEnd at the end of the sheet.
func (r *cellReader) next() (cell, error) {
	for {
		if len(r.queue) > 0 {
			c := r.queue[0]
			r.queue = r.queue[1:]
			return c, nil
		}
		if err := r.rec.next(); err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return cell{}, err
		}
		r.queue = r.queue[:0]
		done, err := r.read()
		if err != nil {
			return cell{}, err
		}
		if done {
			return cell{}, errEnd
		}
	}
}

// read takes a record up.
func (r *cellReader) read() (done bool, err error) {
	switch r.rec.id {
	case idBOF:
		r.depth++
	case idEOF:
		if r.depth == 0 {
			return true, nil
		}
		r.depth--
	case idFilePass:
		return false, locked()
	}
	if r.depth > 0 {
		return false, nil
	}
	switch r.rec.id {
	case idLabelSST, idLabel, idRString, idNumber, idRK, idMulRK, idBoolErr,
		idFormula, idFormula3, idFormula4:
		return false, r.readCell()
	case idString:
		return false, r.formulaText()
	}
	return false, nil
}

func (r *cellReader) readCell() error {
	if err := r.rec.has(cellHead); err != nil {
		return err
	}
	d := r.rec.data
	c := cell{row: u16(d), col: u16(d[2:])}
	if c.col >= maxColumns {
		return errors.New("a cell beyond the last column")
	}
	format := u16(d[4:])
	r.open = nil
	if r.scan {
		return r.glance(c)
	}
	switch r.rec.id {
	case idLabel, idRString:
		return r.label(c)
	case idMulRK:
		return r.several(c)
	case idBoolErr:
		return r.truth(c)
	case idLabelSST:
		if err := r.rec.has(cellHead + 4); err != nil {
			return err
		}
		var ok bool
		if c.text, ok = r.book.texts.at(u32(d[cellHead:])); !ok {
			c.lost = true
		}
		r.give(c)
	case idRK:
		if err := r.rec.has(cellHead + 4); err != nil {
			return err
		}
		r.give(r.numbered(c, rk(u32(d[cellHead:])), format))
	default: // a number, or a formula with its result
		if err := r.rec.has(cellHead + 8); err != nil {
			return err
		}
		if r.rec.id != idNumber {
			return r.formula(c, format)
		}
		r.give(r.numbered(c, double(u64(d[cellHead:])), format))
	}
	return nil
}

// glance counts the cells of a record and looks at texts of bytes; it writes no number out.
func (r *cellReader) glance(c cell) error {
	n := 1
	switch r.rec.id {
	case idMulRK:
		n = max(0, len(r.rec.data)-mulHead-mulTail) / mulEach
	case idLabel, idRString:
		return r.label(c)
	case idFormula, idFormula3, idFormula4:
		r.open = &c
	}
	for range n {
		r.queue = append(r.queue, c)
	}
	return nil
}

// give hands a cell out, unless it is empty.
func (r *cellReader) give(c cell) {
	if c.text != "" || c.lost {
		r.queue = append(r.queue, c)
	}
}

// label is a text within the cell.
func (r *cellReader) label(c cell) error {
	r.text.begin(cellHead)
	n, err := r.text.field(2)
	if err != nil {
		return err
	}
	return r.inline(c, int(n))
}

// inline reads a text of n characters into a cell.
func (r *cellReader) inline(c cell, n int) error {
	if !r.book.wide && r.scan {
		r.book.page.see(r.text.rest[:min(n, len(r.text.rest))])
	}
	var err error
	if c.text, err = r.book.plainText(&r.text, n); err != nil {
		return err
	}
	r.give(c)
	return nil
}

// The parts of a record of several numbers: row and first column, numbers with their formats, last column.
const (
	mulHead = 4
	mulEach = 6
	mulTail = 2
)

// several are numbers side by side: the record's length says how many, its last column is a claim.
func (r *cellReader) several(c cell) error {
	d := r.rec.data[mulHead:]
	for ; len(d) >= mulEach+mulTail; d = d[mulEach:] {
		if c.col >= maxColumns {
			return errors.New("a cell beyond the last column")
		}
		r.give(r.numbered(cell{row: c.row, col: c.col}, rk(u32(d[2:])), u16(d)))
		c.col++
	}
	return nil
}

// truth is a cell that holds true, false or an error.
func (r *cellReader) truth(c cell) error {
	if err := r.rec.has(cellHead + 2); err != nil {
		return err
	}
	v, isError := r.rec.data[cellHead], r.rec.data[cellHead+1] != 0
	if c.text = truthOf(v); isError {
		c.text = errorName(v)
	}
	r.give(c)
	return nil
}

func truthOf(v byte) string {
	if v != 0 {
		return "TRUE"
	}
	return "FALSE"
}

// errorName is an error value as it is shown (MS-XLS 2.5.10). A field that needs the cell will say so.
func errorName(v byte) string {
	names := map[byte]string{
		0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: noNumber,
		0x2A: "#N/A",
	}
	if n, ok := names[v]; ok {
		return n
	}
	return "#ERR!"
}

// Results of a formula that are no number (FormulaValue, MS-XLS 2.5.133).
const (
	resultMark  = 0xFFFF
	resultText  = 0 // in the record STRING that follows
	resultTruth = 1
	resultError = 2
	onLoad      = 0x02 // to be computed when the workbook is opened
)

// formula gives the last result of a formula. A writer that cannot compute leaves 0 and asks for the
// computing: that is no amount.
func (r *cellReader) formula(c cell, format uint16) error {
	d := r.rec.data[cellHead:]
	if u16(d[6:]) != resultMark {
		value := u64(d)
		if value == 0 && len(d) >= 10 && d[8]&onLoad != 0 {
			c.text = uncomputed
			r.give(c)
			return nil
		}
		r.give(r.numbered(c, double(value), format))
		return nil
	}
	switch d[0] {
	case resultText:
		r.open = &c
	case resultTruth:
		c.text = truthOf(d[2])
	case resultError:
		c.text = errorName(d[2])
	}
	r.give(c)
	return nil
}

// formulaText is the text that the formula before it gave.
func (r *cellReader) formulaText() error {
	if r.open == nil {
		return nil
	}
	c := *r.open
	r.open = nil
	r.text.begin(0)
	n, err := r.text.field(2)
	if err != nil {
		return err
	}
	return r.inline(c, int(n))
}

// numbered writes a number into a cell, with the leading zeros that its format shows.
func (r *cellReader) numbered(c cell, text string, format uint16) cell {
	c.text, c.number = text, text != noNumber
	b := r.book
	if len(b.zeros) == 0 || int(format) >= len(b.shown) {
		return c
	}
	if n := b.zeros[b.shown[format]]; len(text) < n && strings.Trim(text, "0123456789") == "" {
		c.text = strings.Repeat("0", n-len(text)) + text
	}
	return c
}

// double is a number of 64 bits.
func double(bits uint64) string {
	if s, ok := profile.StoredNumber(math.Float64frombits(bits)); ok {
		return s
	}
	return noNumber
}

// rk is a number of 30 bits: a whole number or the upper part of a binary one, of either a hundredth.
func rk(v uint32) string {
	const hundredth, whole = 1, 2
	if v&whole != 0 {
		n := int64(int32(v)) >> 2
		if v&hundredth == 0 {
			return strconv.FormatInt(n, 10)
		}
		return hundredths(n)
	}
	value := math.Float64frombits(uint64(v&^3) << 32)
	if v&hundredth != 0 {
		value /= 100
	}
	return double(math.Float64bits(value))
}

// hundredths writes n/100 without a zero at its end.
func hundredths(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	s := sign + strconv.FormatInt(n/100, 10)
	if n%100 == 0 {
		return s
	}
	return s + strings.TrimRight("."+strconv.FormatInt(100+n%100, 10)[1:], "0")
}
