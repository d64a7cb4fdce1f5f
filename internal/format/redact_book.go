package format

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/encoding"
)

// Bounds of a workbook that is copied: those of the room that reads it.
const (
	maxBookParts = 4096
	maxBookPart  = 512 << 20
)

func isZip(head []byte) bool { return bytes.HasPrefix(head, []byte("PK\x03\x04")) }

// rewriteBook copies a workbook part by part. Parts of text are looked at, pictures are copied as they are.
func (r *redaction) rewriteBook(w io.Writer, as maskStyle) (int, error) {
	z, err := zip.NewReader(r.in.At, r.in.Size)
	if err != nil {
		return 0, err
	}
	if len(z.File) > maxBookParts {
		return 0, errBook
	}
	out := zip.NewWriter(w)
	total := 0
	for _, f := range z.File {
		n, err := r.rewritePart(out, f, as)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, out.Close()
}

// errBook is a part beyond the bounds, or a name that shows a number.
var errBook = errors.New("a part of the workbook cannot be copied")

// isTextPart reports the parts that hold words.
func isTextPart(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".xml", ".rels", ".vml", ".txt", ".csv", ".json":
		return true
	}
	return false
}

func (r *redaction) rewritePart(out *zip.Writer, f *zip.File, as maskStyle) (int, error) {
	if HasCard(f.Name) || f.UncompressedSize64 > maxBookPart {
		return 0, errBook
	}
	if !isTextPart(f.Name) {
		return 0, out.Copy(f)
	}
	src, err := f.Open()
	if err != nil {
		return 0, err
	}
	head := zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: f.Modified}
	w, err := out.CreateHeader(&head)
	if err != nil {
		return 0, err
	}
	p := piece{encoding.Nop, UTF8, anywhere}
	mask := func(s string) (string, int) { return r.maskPiece(s, as) }
	if strings.Contains(strings.ToLower(f.Name), "worksheets/") {
		p.ends = atCells
		mask = func(s string) (string, int) { return r.maskCell(s, as) }
	}
	n, err := rewritePieces(w, io.LimitReader(src, maxBookPart), p, mask)
	return n, errors.Join(err, src.Close())
}

// valueCell is a cell with a value: the tag up to its attributes, those, what stands before the value, it.
var valueCell = regexp.MustCompile(`(<(?:\w+:)?c\b)([^>]*)(>(?:[^<]|<(?:\w+:)?f\b[^>]*>[^<]*</(?:\w+:)?f>)*` +
	`<(?:\w+:)?v>)([^<]*)(</)`)

// cellType is the attribute that says what the value of a cell is.
var cellType = regexp.MustCompile(`\st="([^"]*)"`)

// maskCell masks a piece that ends with a cell. A number that is masked becomes a text. The number of a
// shared text stands for that text and is no card's.
func (r *redaction) maskCell(s string, as maskStyle) (string, int) {
	n := 0
	m := valueCell.FindStringSubmatch(s)
	if m != nil {
		kind := ""
		if t := cellType.FindStringSubmatch(m[2]); t != nil {
			kind = t[1]
		}
		if kind == "s" {
			return s, 0
		}
		if kind == "" || kind == "n" {
			if pan := r.numberCell(m[4]); pan != "" {
				attrs := cellType.ReplaceAllString(m[2], "") + ` t="str"`
				s = strings.Replace(s, m[0], m[1]+attrs+m[3]+maskDigits(pan)+m[5], 1)
				n++
			}
		}
	}
	s, more := r.maskPiece(s, as)
	return s, n + more
}

// numberCell is the card number that a number cell holds, "" where it holds none.
func (r *redaction) numberCell(value string) string {
	pan := wholeDigits(strings.TrimSpace(value))
	if len(pan) < minPAN-1 || len(pan) > maxPAN {
		return ""
	}
	if of := r.before.numbers; of.full[pan] || isPAN([]byte(pan)) && of.wants(pan) {
		of.add(pan)
		return pan
	}
	return ""
}

// wholeDigits are the digits of a whole number as workbooks write it: 4111111111111111, with a point and
// zeros, or as 4.111111111111111E15.
func wholeDigits(v string) string {
	mantissa, exponent, scaled := strings.Cut(strings.ToUpper(v), "E")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	fraction = strings.TrimRight(fraction, "0")
	shift := 0
	if scaled {
		var err error
		if shift, err = strconv.Atoi(exponent); err != nil || shift < 0 || shift > maxPAN {
			return ""
		}
	}
	if len(fraction) > shift || !allDigits(whole+fraction) {
		return ""
	}
	return whole + fraction + strings.Repeat("0", shift-len(fraction))
}

// anyPart asks about each part of a workbook that holds words, up to the first that answers yes.
func anyPart(in *Input, ask func(io.Reader) (bool, error)) (bool, error) {
	z, err := zip.NewReader(in.At, in.Size)
	if err != nil {
		return false, err
	}
	if len(z.File) > maxBookParts {
		return false, errBook
	}
	for _, f := range z.File {
		if !isTextPart(f.Name) {
			continue
		}
		src, err := f.Open()
		if err != nil {
			return false, err
		}
		yes, err := ask(io.LimitReader(src, maxBookPart))
		if err := errors.Join(err, src.Close()); yes || err != nil {
			return yes, err
		}
	}
	return false, nil
}
