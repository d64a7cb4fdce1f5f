package xls

import (
	"bytes"
	"encoding/binary"
	"math"
	"unicode/utf16"
)

// biff writes records, as a small spreadsheet program would.
type biff struct{ bytes.Buffer }

func le(parts ...any) []byte {
	var b bytes.Buffer
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			b.WriteString(p)
		case []byte:
			b.Write(p)
		case float64:
			_ = binary.Write(&b, binary.LittleEndian, math.Float64bits(p))
		default:
			_ = binary.Write(&b, binary.LittleEndian, p)
		}
	}
	return b.Bytes()
}

func (b *biff) rec(id uint16, parts ...any) {
	data := le(parts...)
	b.Write(le(id, uint16(len(data)), data))
}

// wideText is a Unicode text with its length of 16 bits and its flags.
func wideText(s string) []byte {
	u := utf16.Encode([]rune(s))
	return le(uint16(len(u)), byte(flagWide), u)
}

// narrowText is a text of bytes with its length of 16 bits; in BIFF8 its flags follow the length.
func narrowText(s string) []byte { return le(uint16(len(s)), s) }

// rich is a text with runs of fonts and phonetic guides behind it.
type rich struct {
	text         string
	runs, guides int
}

// maxRecord is the longest record of BIFF8; a longer table goes on in CONTINUE records.
const maxRecord = 8224

// sst writes the table of strings. Where a record ends within a text, the next one begins with flags of its
// own: narrow when the rest of the text allows it. MS-XLS 2.5.293.
func (b *biff) sst(all []rich) {
	seg := le(uint32(len(all)), uint32(len(all)))
	id := uint16(idSST)
	flush := func() {
		b.rec(id, seg)
		id, seg = idContinue, nil
	}
	write := func(p []byte) { // fixed parts are never split
		if len(seg)+len(p) > maxRecord {
			flush()
		}
		seg = append(seg, p...)
	}
	for _, r := range all {
		u := utf16.Encode([]rune(r.text))
		flags := widthOf(u)
		head := le(uint16(len(u)), byte(0))
		if r.runs > 0 {
			flags |= flagRich
			head = append(head, le(uint16(r.runs))...)
		}
		if r.guides > 0 {
			flags |= flagExt
			head = append(head, le(uint32(r.guides))...)
		}
		head[2] = flags
		write(head)
		for i := range u {
			size := 1 + int(flags&flagWide)
			if len(seg)+size > maxRecord {
				flush()
				flags = widthOf(u[i:])
				seg = append(seg, flags)
				size = 1 + int(flags&flagWide)
			}
			seg = append(seg, le(u[i])[:size]...)
		}
		for range r.runs {
			write(le(uint16(0), uint16(1)))
		}
		for range r.guides {
			write([]byte{'g'})
		}
	}
	flush()
}

// widthOf says whether a text needs two bytes a character.
func widthOf(u []uint16) byte {
	for _, c := range u {
		if c > 0xFF {
			return flagWide
		}
	}
	return 0
}

// page is a sheet of a workbook that a test makes.
type page struct {
	name   string
	hidden bool
	cells  func(*biff)
}

// workbook is a BIFF8 workbook stream: globals that a test adds to, then the sheets.
func workbook(globals func(*biff), pages ...page) []byte {
	return bookOf(biff8, globals, pages...)
}

func bookOf(version uint16, globals func(*biff), pages ...page) []byte {
	var head biff
	head.rec(idBOF, version, uint16(bofBook), uint32(0), uint32(0), uint32(0))
	if globals != nil {
		globals(&head)
	}
	var sheets biff
	var at []int
	for _, p := range pages {
		at = append(at, sheets.Len())
		sheets.rec(idBOF, version, uint16(bofSheet), uint32(0), uint32(0), uint32(0))
		p.cells(&sheets)
		sheets.rec(idEOF)
	}
	directory := func(base int) []byte {
		var d biff
		for i, p := range pages {
			state := byte(0)
			if p.hidden {
				state = 1
			}
			name := le(byte(len(p.name)), p.name)
			if version == biff8 {
				u := utf16.Encode([]rune(p.name))
				name = le(byte(len(u)), byte(flagWide), u)
			}
			d.rec(idSheet, uint32(base+at[i]), state, byte(worksheet), name)
		}
		d.rec(idEOF)
		return d.Bytes()
	}
	base := head.Len() + len(directory(0))
	return le(head.Bytes(), directory(base), sheets.Bytes())
}
