package ctf

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"github.com/tillproof/tillproof/internal/format"
)

// recordSize is the length of a record of a CTF. That of an ITF has two bytes of a hash behind its code.
const (
	recordSize = 168
	hashSize   = 2
)

// form is how a file is written.
type form struct {
	name   string
	size   int // of a record
	lined  bool
	ebcdic bool
}

var forms = [...]form{
	{name: "CTF", size: recordSize, lined: true},
	{name: "CTF", size: recordSize},
	{name: "ITF", size: recordSize + hashSize, ebcdic: true},
}

// looked is how many records of a head are looked at.
const looked = 8

// formOf is the form in which some of the first records show by their digits that they are of clearing, and
// no more than these are damaged; nil where there is none.
func formOf(head []byte) *form {
	for i := range forms {
		src, fit, bad := forms[i].records(bytes.NewReader(head)), 0, 0
		for range looked {
			rec, err := src.next()
			if err != nil {
				break
			}
			switch shaped, known := rec.shape(); {
			case shaped:
				fit++
			case !known:
				bad++
			}
		}
		if fit > 0 && bad <= fit {
			return &forms[i]
		}
	}
	return nil
}

// records cuts a file.
type records struct {
	*form
	lines *format.Lines
	in    *bufio.Reader
	buf   []byte
	n     int // the line, or the number of the record
}

func (f *form) records(src io.Reader) *records {
	if f.lined {
		return &records{form: f, lines: format.NewLines(src)}
	}
	return &records{form: f, in: bufio.NewReader(src), buf: make([]byte, f.size)}
}

// next is the next record; one that is cut is shorter than recordSize. Blank lines are passed over.
func (r *records) next() (record, error) {
	for {
		raw, err := r.raw()
		if err != nil {
			return "", err
		}
		rec := r.decode(raw)
		if r.lined && len(rec) > recordSize && strings.TrimSpace(string(rec[recordSize:])) == "" {
			rec = rec[:recordSize]
		}
		if strings.Trim(string(rec), " \x00\x1a") != "" { // filling, and the end that DOS programs write
			return rec, nil
		}
	}
}

func (r *records) raw() ([]byte, error) {
	if r.lined {
		raw, n, err := r.lines.Next()
		r.n = n
		return raw, err
	}
	r.n++
	n, err := io.ReadFull(r.in, r.buf)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return r.buf[:n], err
}

// decode brings a record into the positions of a CTF, a byte for each.
func (r *records) decode(raw []byte) record {
	if !r.ebcdic {
		return record(raw)
	}
	if len(raw) >= 2+hashSize {
		raw = append(raw[:2:2], raw[2+hashSize:]...)
	}
	out := make([]byte, len(raw))
	for i, c := range raw {
		out[i] = byte(charmap.CodePage037.DecodeByte(c)) // its characters are those of Latin-1
	}
	return record(out)
}

// record is one record, a byte for each position, in Latin-1.
type record string

// at is what stands from one position to another, counted from 1 as the descriptions do. A record that is too
// short has nothing there.
func (r record) at(from, to int) string {
	if to > len(r) {
		return ""
	}
	return strings.TrimSpace(string(r[from-1 : to]))
}

// text is at with its characters in UTF-8.
func (r record) text(from, to int) string {
	var b strings.Builder
	for _, c := range []byte(r.at(from, to)) {
		b.WriteRune(rune(c))
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func (r record) code() string { return r.at(1, 2) }

// component numbers the records (TCR) of one transaction from 0.
func (r record) component() string { return r.at(4, 4) }

// shape reports whether a record is one of clearing, and whether its digits show that by themselves. Programs
// that write lines may cut the blanks off their ends.
func (r record) shape() (shaped, known bool) {
	code := r.code()
	if len(code) != 2 || !isDigits(code) || !isDigits(r.at(3, 3)) || len(r) > recordSize {
		return false, false
	}
	_, draft := natures[code]
	switch {
	case code == fileHeader:
		shaped = isDigits(r.at(3, 8)) && dayOf(r.at(9, 13)).Known()
	case code == batchTrailer, code == fileTrailer:
		shaped = isDigits(r.at(5, 60)) && len(r.at(5, 60)) == 56
	case draft && r.component() == "0":
		shaped = len(r) == recordSize && isDigits(r.at(5, 20)) && len(r.at(27, 49)) == 23 &&
			len(r.at(77, 88)) == 12 && isDigits(r.at(77, 88)) && isDigits(r.at(58, 61))
		return shaped, len(r) == recordSize
	}
	return shaped, true
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
