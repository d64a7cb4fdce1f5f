package ipm

import (
	"strings"

	"golang.org/x/text/encoding/charmap"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// codePage is how the texts of a file are written.
type codePage struct {
	name   string
	ebcdic bool
}

var (
	ascii = &codePage{name: "ASCII"}
	cp500 = &codePage{name: "EBCDIC", ebcdic: true}
)

// international are the seven characters by which the international code page 500 differs from 037.
var international = map[byte]rune{
	0x4A: '[', 0x4F: '!', 0x5A: ']', 0x5F: '^', 0xB0: '¢', 0xBA: '¬', 0xBB: '|',
}

// text decodes what an element holds.
func (c *codePage) text(b []byte) string {
	var s strings.Builder
	for _, x := range b {
		switch r, other := international[x]; {
		case !c.ebcdic:
			s.WriteRune(charmap.ISO8859_1.DecodeByte(x))
		case other:
			s.WriteRune(r)
		default:
			s.WriteRune(charmap.CodePage037.DecodeByte(x))
		}
	}
	return s.String()
}

// elements is the number of data elements.
const elements = 128

// element is how long a data element is: a fixed length, or as many digits of length before it.
type element struct {
	length int
	digits int
}

// layout is that of the IPM data elements. Source: the clearing format's public reference implementation
// (cardutil, MIT) and ISO 8583:1993, whose elements they are.
var layout = map[int]element{
	2: {digits: 2}, 3: {length: 6}, 4: {length: 12}, 5: {length: 12}, 6: {length: 12}, 9: {length: 8},
	10: {length: 8}, 12: {length: 12}, 14: {length: 4}, 22: {length: 12}, 23: {length: 3}, 24: {length: 3},
	25: {length: 4}, 26: {length: 4}, 30: {length: 24}, 31: {digits: 2}, 32: {digits: 2}, 33: {digits: 2},
	35: {digits: 2}, 36: {digits: 3}, 37: {length: 12}, 38: {length: 6}, 40: {length: 3}, 41: {length: 8},
	42: {length: 15}, 43: {digits: 2}, 45: {digits: 2}, 48: {digits: 3}, 49: {length: 3}, 50: {length: 3},
	51: {length: 3}, 52: {length: 8}, 54: {digits: 3}, 55: {digits: 3}, 62: {digits: 3}, 63: {digits: 3},
	71: {length: 8}, 72: {digits: 3}, 73: {length: 6}, 93: {digits: 2}, 94: {digits: 2}, 95: {digits: 2},
	100: {digits: 2}, 111: {digits: 3}, 123: {digits: 3}, 124: {digits: 3}, 125: {digits: 3},
	127: {digits: 3},
}

// dropped are elements that nobody may keep or needs: expiry, tracks, PIN, chip. They are never read.
func dropped(id int) bool {
	switch id {
	case 14, 35, 36, 45, 52, 55:
		return true
	}
	return false
}

// message is what is kept of one message.
type message struct {
	format.Masker
	mti     string
	code    *codePage // nil where there is no message type
	value   map[int]string
	private map[string]string // private data subelements (PDS) by their tag
	card    tillproof.Card
	dropped int
	stop    int // the element at which decoding stopped
	n       int
}

// whole is the stop of a message that fits to the byte, beyond that of one that goes on.
const (
	whole  = -1
	beyond = elements + 1
)

const (
	typeSize   = 4
	bitmapSize = 16
)

// decode reads a message and stops at the first element that does not fit.
func decode(b []byte, opt format.Options) message {
	m := message{value: map[int]string{}, stop: whole}
	if len(b) < typeSize+bitmapSize {
		m.stop = 0
		return m
	}
	code := ascii
	if b[0] >= 0xF0 {
		code = cp500
	}
	m.mti = code.text(b[:typeSize])
	if strings.Trim(m.mti, "0123456789") != "" {
		m.mti, m.stop = "", 0
		return m
	}
	m.code = code
	bits, b := b[typeSize:typeSize+bitmapSize], b[typeSize+bitmapSize:]
	for id := 2; id <= elements; id++ {
		if bits[(id-1)/8]&(0x80>>((id-1)%8)) == 0 {
			continue
		}
		e, known := layout[id]
		raw, rest, ok := e.cut(b, code)
		if !known || !ok || !m.keep(id, raw, opt) {
			m.stop = id
			return m
		}
		b = rest
	}
	if len(b) > 0 {
		m.stop = beyond
	}
	return m
}

// cut takes the element off the front of b.
func (e element) cut(b []byte, code *codePage) (raw, rest []byte, ok bool) {
	n := e.length
	if e.digits > 0 {
		if len(b) < e.digits {
			return nil, nil, false
		}
		for _, c := range code.text(b[:e.digits]) {
			if c < '0' || c > '9' {
				return nil, nil, false
			}
			n = n*10 + int(c-'0')
		}
		b = b[e.digits:]
	}
	if len(b) < n {
		return nil, nil, false
	}
	return b[:n], b[n:], true
}

// keep puts an element away in the form in which it may be kept; false where it cannot be what it should.
func (m *message) keep(id int, raw []byte, opt format.Options) bool {
	if dropped(id) {
		m.dropped++
		return true
	}
	text := m.code.text(raw)
	switch id {
	case 2:
		return m.keepCard(text, opt)
	case 48, 62, 123, 124, 125:
		m.keepPrivate(text)
		return true
	case 3, 4, 5, 6, 12, 24:
		if strings.Trim(text, "0123456789") != "" {
			return false
		}
	}
	m.value[id] = text
	return true
}

// keepCard masks element 2 at once.
func (m *message) keepCard(text string, opt format.Options) bool {
	if strings.Trim(text, "0123456789*xX ") != "" {
		return false
	}
	var err error
	m.card, err = m.Card(text, opt)
	return err == nil
}

// The private data subelements that are used; the others are passed over unread.
const (
	reversalMark  = "0025" // R and a date: the message takes back what an earlier one said
	settlement    = "0159"
	amountsOfFile = "0301" // in the trailer: sum of the amounts of all messages
	countOfFile   = "0306" // in the trailer: number of messages, header and trailer included
)

// keepPrivate reads tag (4), length (3) and value, one behind the other; what does not fit is left.
func (m *message) keepPrivate(text string) {
	const tagSize, head = 4, 7
	s := []rune(text)
	for len(s) >= head {
		n := 0
		for _, c := range s[tagSize:head] {
			if c < '0' || c > '9' {
				return
			}
			n = n*10 + int(c-'0')
		}
		if len(s) < head+n {
			return
		}
		switch tag := string(s[:tagSize]); tag {
		case reversalMark, settlement, amountsOfFile, countOfFile:
			if m.private == nil {
				m.private = map[string]string{}
			}
			m.private[tag] = string(s[head : head+n])
		}
		s = s[head+n:]
	}
}
