package iso8583

import (
	"encoding/hex"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// message is what is kept of one message. Nothing here holds a full card number, a track or a PIN block.
type message struct {
	format.Masker
	mti     string
	value   [elements + 1]string // kept elements, as digits or text
	has     [elements + 1]bool   // elements that the message holds, kept or not
	card    tillproof.Card
	dropped int    // elements and chip tags that nobody may keep
	stop    int    // the element at which decoding stopped; whole where it did not
	n       int    // its number in the file, from 1
	line    int    // its line in a text; 0 in a file of bytes
	listed  int    // transactions that an upload of UnionPay lists in element 48, as it says
	stamp   string // the day YYYYMMDD that the log or the chip gives
	stampBy yearSource

	shaped bool // it broke off, and its bitmap is one that a transaction may have: see shaped
	broken bool // of a text: so little of it can be read that it gives nothing

	layout   string // the name of the layout under which it was read
	unionpay bool   // in the layout of UnionPay terminals
}

// whole is the stop of a message that was decoded to its end.
const whole = -1

// at is the place of a message: its line in a text, else its number.
func (m *message) at() int {
	if m.line > 0 {
		return m.line
	}
	return m.n
}

// class is the second digit of the message type: 1 authorisation, 2 financial, 3 file, 4 reversal,
// 5 reconciliation, 8 network.
func (m *message) class() byte { return m.mti[1] }

// isAnswer reports a response: the third digit of the type is odd.
func (m *message) isAnswer() bool { return (m.mti[2]-'0')%2 == 1 }

// isAdvice reports an advice or notification, or its response: what it tells has happened already.
func (m *message) isAdvice() bool { return m.mti[2] >= '2' }

// isRepeat reports a message sent again: the last digit of the type is odd.
func (m *message) isRepeat() bool { return (m.mti[3]-'0')%2 == 1 }

// dropped are the elements that nobody may keep after authorisation, or that nobody needs: expiry, tracks,
// PIN block. They are passed over by their length and never read.
func dropped(id int) bool {
	switch id {
	case 14, 34, 35, 36, 45, 52:
		return true
	}
	return false
}

// unread are elements that hold keys, check sums or what only the host understands.
func unread(id int) bool {
	switch id {
	case 46, 47, 53, 57, 58, 59, 62, 64, 96, 128:
		return true
	}
	return id >= 102 && id <= 127
}

// kept are the elements that a transaction is made of. The rest is checked and forgotten: nobody knows what a
// host puts there.
func (m *message) kept(id int) bool {
	switch id {
	case 3, 4, 6, 7, 11, 12, 13, 15, 22, 32, 37, 38, 39, 41, 42, 43, 49, 51, 56, 90:
		return true
	case 60, 61:
		return m.unionpay
	case 48:
		return m.unionpay && m.class() == '5'
	}
	return false
}

// decode reads one message from the front of b and answers how many bytes it took. It stops at the first
// element that does not fit the layout; what came before is kept.
func (l *layout) decode(b []byte, opt format.Options) (m message, used int) {
	m.stop, m.layout, m.unionpay = whole, l.name, l.unionpay
	var bits []byte
	m.mti, used = l.messageType(b)
	if m.mti == "" {
		return message{}, 0
	}
	bits, n := l.bitmap(b[used:])
	if n == 0 {
		m.stop = 1
		return m, used
	}
	used += n
	for id := 2; id <= 8*len(bits); id++ {
		if bits[(id-1)/8]&(0x80>>((id-1)%8)) == 0 || id == 1 {
			continue
		}
		m.has[id] = true
		value, n, ok := l.fields[id].take(b[used:], id)
		if !ok || !m.keep(id, value, opt) {
			m.stop, m.shaped = id, shaped(bits)
			return m, used
		}
		used += n
	}
	return m, used
}

// messageType is the four digits of the type and their size, "" where there are none.
func (l *layout) messageType(b []byte) (string, int) {
	size := 4
	if l.packed {
		size = 2
	}
	if len(b) < size {
		return "", 0
	}
	mti := string(b[:size])
	if l.packed {
		mti = hex.EncodeToString(b[:size])
	}
	if mti[0] != l.version || !plausible(mti) {
		return "", 0
	}
	return mti, size
}

// plausible reports a message type of a class, function and origin that the standard knows.
func plausible(mti string) bool {
	return len(mti) == 4 && strings.Trim(mti, "0123456789") == "" && mti[1] != '0' && mti[1] != '7' &&
		mti[2] <= '4' && mti[3] <= '5'
}

// bitmap is the first bitmap, and the second where the first bit calls for it.
func (l *layout) bitmap(b []byte) (bits []byte, used int) {
	const half = 8
	for used < 2*half {
		part := make([]byte, half)
		size := half
		if l.hexMap {
			size = 2 * half
		}
		at := used / half * size
		if len(b) < at+size {
			return nil, 0
		}
		copy(part, b[at:])
		if l.hexMap {
			if _, err := hex.Decode(part, b[at:at+size]); err != nil {
				return nil, 0
			}
		}
		bits = append(bits, part...)
		used += half
		if bits[0]&0x80 == 0 {
			break
		}
	}
	if l.hexMap {
		used *= 2
	}
	return bits, used
}

// take reads the element from the front of b: its value where it is one that is kept, and its size. It
// answers false for nil, an element that the layout does not have.
func (e *element) take(b []byte, id int) (value string, size int, ok bool) {
	if e == nil {
		return "", 0, false
	}
	n, used, err := e.length.DecodeLength(e.max, b)
	if err != nil || n < 0 {
		return "", 0, false
	}
	size = used + e.width(n)
	if len(b) < size {
		return "", 0, false
	}
	if dropped(id) || unread(id) {
		return "", size, true
	}
	raw := b[used:size]
	if e.kind == 'b' || e.kind == 'x' {
		return string(raw), size, true
	}
	text, _, err := e.digits.Decode(raw, n)
	if err != nil || e.kind == 'n' && id != 2 && strings.Trim(string(text), "0123456789") != "" {
		return "", 0, false
	}
	return string(text), size, true
}

// keep puts an element away in the form in which it may be kept; it answers false for a card number that is
// none.
func (m *message) keep(id int, value string, opt format.Options) bool {
	switch {
	case dropped(id):
		m.dropped++
	case id == 2:
		return m.keepCard(value, opt)
	case id == 55:
		m.keepChip(value)
	case m.kept(id):
		m.value[id] = value
	case id == 48 && len(value) > listedDigits:
		m.listed = int(number(value[:listedDigits]))
	}
	return true
}

// listedDigits is the number of transactions before the list of an upload; the list itself holds card numbers
// and is not kept.
const listedDigits = 2

// keepCard masks element 2 at once. Logs write it with stars now and then, jPOS with underscores.
func (m *message) keepCard(value string, opt format.Options) bool {
	value = strings.ReplaceAll(value, "_", "*")
	if strings.Trim(value, "0123456789*xX?.# ") != "" {
		return false
	}
	var err error
	m.card, err = m.Card(value, opt)
	return err == nil
}
