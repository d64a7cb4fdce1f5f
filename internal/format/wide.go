package format

import (
	"encoding/binary"
	"unicode"
)

// UTF-16 without a byte order mark shows itself by its NUL bytes: each character of ASCII has one, on the
// side that tells the order. Chinese text has few, and its characters may hold a NUL on the other side (一 is
// U+4E00), so no single byte decides: both readings of the whole head are compared.

// wideReading is a reading of a head as UTF-16.
type wideReading struct {
	units int
	frame int // what any table or message has: line ends, tabs, blanks, digits, marks
	odd   int // what no text has: control characters, code points that stand for nothing
}

// Bounds of the decision. Damage of one unit in a hundred is borne. Delimiters, digits and line ends are at
// least one character in ten. Read in the wrong order they turn into rare letters, and the Chinese characters
// that end in a NUL byte turn into ASCII from N on, which is not counted.
const (
	maxOddWide   = 100 // one unit in so many
	minFrameWide = 10  // one unit in so many
	clearlyWide  = 4   // times the frame of the other reading
)

func readWide(raw []byte, order binary.ByteOrder) wideReading {
	var w wideReading
	for ; len(raw) >= 2; raw = raw[2:] {
		w.units++
		switch c := rune(order.Uint16(raw)); {
		case c == '0': // the ideographic blank in the wrong order
		case c == '\t' || c == '\n' || c == '\r' || c >= ' ' && c <= '@':
			w.frame++
		case c >= 0xD800 && c <= 0xDFFF: // half of a character beyond the basic plane
		case !unicode.IsGraphic(c) && c != '\uFEFF':
			w.odd++
		}
	}
	return w
}

// isText reports a reading that could be a text: what is wrong in it is damage.
func (w *wideReading) isText() bool { return w.units > 0 && w.odd*maxOddWide <= w.units }

// over reports a reading that is the text, compared with the other one.
func (w *wideReading) over(other *wideReading) bool {
	return w.isText() && w.frame*minFrameWide >= w.units && w.frame >= other.frame*clearlyWide
}

// wideWithoutMark recognises UTF-16 that carries no mark; "" where the bytes are no such text, or where they
// do not tell the order: the second answer is true then.
func wideWithoutMark(raw []byte) (charset string, open bool) {
	little, big := readWide(raw, binary.LittleEndian), readWide(raw, binary.BigEndian)
	switch {
	case little.over(&big):
		return UTF16LE, false
	case big.over(&little):
		return UTF16BE, false
	}
	return "", little.units >= minWideUnits && (little.isText() || big.isText())
}

// minWideUnits: some bytes of a binary file look like anything.
const minWideUnits = 16
