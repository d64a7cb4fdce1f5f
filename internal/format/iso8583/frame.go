package iso8583

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"strconv"

	"github.com/tillproof/tillproof/internal/format"
)

// maxMessage bounds one message: two bytes of length count no further, and real messages stay under 2 KB.
const maxMessage = 64 << 10

// lengthKind is how the length before a message is written.
type lengthKind byte

const (
	noLength lengthKind = iota // one message behind the other
	twoBytes
	fourBytes
	fourDigits
	twoPacked     // four digits in two bytes
	twoBytesAll   // two bytes that count themselves too
	twoBytesLow   // two bytes, the lower first
	fourDigitsAll // four digits that count themselves too
)

// lengthKinds are tried in this order.
var lengthKinds = [...]lengthKind{
	twoBytes, fourDigits, fourBytes, twoPacked, twoBytesAll, fourDigitsAll, twoBytesLow, noLength,
}

// size is how many bytes the length itself takes.
func (k lengthKind) size() int {
	switch k {
	case twoBytes, twoPacked, twoBytesAll, twoBytesLow:
		return 2
	case fourBytes, fourDigits, fourDigitsAll:
		return 4
	}
	return 0
}

// read is the length that b begins with; false where it is none.
func (k lengthKind) read(b []byte) (int, bool) {
	if len(b) < k.size() {
		return 0, false
	}
	n := 0
	switch k {
	case twoBytes:
		n = int(binary.BigEndian.Uint16(b))
	case twoBytesAll:
		n = int(binary.BigEndian.Uint16(b)) - k.size()
	case twoBytesLow:
		n = int(binary.LittleEndian.Uint16(b))
	case fourBytes:
		n = int(min(binary.BigEndian.Uint32(b), maxMessage+1))
	case fourDigits, fourDigitsAll:
		v, err := strconv.ParseUint(string(b[:4]), 10, 32)
		if err != nil {
			return 0, false
		}
		if n = int(v); k == fourDigitsAll {
			n -= k.size()
		}
	case twoPacked:
		for _, c := range b[:2] {
			if c>>4 > 9 || c&15 > 9 {
				return 0, false
			}
			n = n*100 + int(c>>4)*10 + int(c&15)
		}
	}
	return n, n > 0 && n <= maxMessage
}

// The headers that hosts put before the message type.
const (
	tpduSize   = 5  // transport address: 60, destination, origin
	posHeader  = 6  // UnionPay: class, version, state, requirements, software
	base24Size = 12 // "ISO" and nine digits
	tpduDigits = 10 // a transport address in hexadecimal, before messages of characters
)

// addressed is a transport address in hexadecimal, and the message type behind it.
var addressed = regexp.MustCompile(`^60[0-9A-Fa-f]{8}0[1-689][0-4][0-5]`)

// headers are the sizes of header that b may begin with, the longest first.
func headers(b []byte) []int {
	switch {
	case len(b) > tpduSize+posHeader && b[0] == 0x60 && (b[tpduSize] == 0x60 || b[tpduSize] == 0x61):
		return []int{tpduSize + posHeader, tpduSize}
	case len(b) > tpduSize && (b[0] == 0x60 || b[0] == 0x68):
		return []int{tpduSize, 0}
	case addressed.Match(b):
		return []int{tpduDigits, 0}
	case bytes.HasPrefix(b, []byte("ISO")) && len(b) > base24Size:
		return []int{base24Size}
	case len(b) > posHeader && b[0] == 0x61:
		return []int{posHeader, 0}
	}
	return []int{0}
}

// open decodes the message at the front of b, behind its header. used counts both.
func (l *layout) open(b []byte, opt format.Options) (m message, used int) {
	m.stop = 0
	for _, h := range headers(b) {
		next, n := l.decode(b[h:], opt)
		if next.mti == "" {
			continue
		}
		if m.mti == "" || next.stop == whole {
			m, used = next, h+n
		}
		if m.stop == whole {
			break
		}
	}
	return m, used
}

// sound reports a message that is one beyond doubt: decoded to its end, with a trace number and more.
func (m *message) sound() bool { return m.stop == whole && m.has[11] && m.count() >= 3 }

// likely reports a message that breaks off, after so much that made sense that it cannot be anything else: it
// has a trace number, and its times exist.
func (m *message) likely() bool {
	if m.mti == "" || m.count() <= 5 || !m.has[11] || m.stop != whole && m.stop <= 11 {
		return false
	}
	sent, day, at := m.value[7], m.value[13], m.value[12]
	isDay := func(mmdd string) bool { return fullDay(leapYear + mmdd).Known() }
	isTime := func(hhmmss string) bool { return momentOf(0, hhmmss).Known() }
	return (sent != "" || day != "") && (sent == "" || isDay(sent[:4]) && isTime(sent[4:])) &&
		(day == "" || isDay(day)) && (at == "" || isTime(at))
}

// count is the number of elements.
func (m *message) count() int {
	n := 0
	for _, h := range m.has {
		if h {
			n++
		}
	}
	return n
}

// plan is how a file is written, as its head shows it.
type plan struct {
	shape  shape
	length lengthKind
	layout *layout // nil for XML
	sure   int     // confidence
}

// shape is the kind of file.
type shape byte

const (
	byBytes shape = iota
	byLines
	byXML
)

// maxProbe is how many messages of a head are looked at to tell how it is written.
const maxProbe = 16

// What a message counts for a way of reading: one that fits to the byte, one that does not, one that alone
// was cut.
const (
	fits   = 4
	breaks = -3
	cut    = 1
)

// planBytes finds lengths, headers and layout of a file of bytes: the way of reading under which most
// messages fit to the byte.
func planBytes(raw []byte, complete bool) (best plan) {
	most := 0
	for _, k := range lengthKinds {
		for _, l := range layouts() {
			if score := chain(raw, complete, k, l); score > most {
				most = score
				best = plan{shape: byBytes, length: k, layout: l, sure: sureOf(score)}
			}
		}
	}
	return best
}

// sureOf is the confidence of a reading with such a score.
func sureOf(score int) int {
	switch {
	case score >= 2*fits: // nothing else fits twice to the byte
		return 99
	case score >= fits:
		return 96
	}
	return 60
}

// chain follows a file of bytes message by message and scores how they fit; 0 for a file that is no chain of
// such messages.
func chain(raw []byte, complete bool, k lengthKind, l *layout) (score int) {
	for i := 0; i < maxProbe; i++ {
		raw = k.skip(raw)
		if len(raw) == 0 {
			break
		}
		b, next := raw, 0
		if k != noLength {
			n, ok := k.read(raw)
			if !ok { // no chain, or the end of one
				return score
			}
			if next = k.size() + n; next > len(raw) { // the head ends here, or the file was cut
				break
			}
			b = raw[k.size():next]
		}
		m, used := l.open(b, format.Options{})
		switch {
		case m.sound() && (k == noLength || used == len(b)):
			score += fits
			next = max(next, used)
		case k == noLength && score > 0:
			return score // one that was cut, or breaks off: nothing behind it can be found
		case k == noLength && complete && l.hexMap && m.likely():
			return cut
		case k != noLength && (m.mti != "" || score > 0):
			score += breaks
		default:
			return 0
		}
		raw = raw[next:]
	}
	return score
}

// skip passes the line ends that some write between messages, where they cannot be a length.
func (k lengthKind) skip(b []byte) []byte {
	if k == noLength || k == fourDigits || k == fourDigitsAll {
		return bytes.TrimLeft(b, "\r\n")
	}
	return b
}
