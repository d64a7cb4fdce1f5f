package bulk

import (
	"encoding/binary"
	"math"

	"github.com/tillproof/tillproof"
)

// entrySize is what a row takes between the passes: 10 million rows a side are 800 MB of temporary file.
const entrySize = 40

// entry is what the join needs of a row.
//
//	rrn       64 bits, see packRRN
//	term      32: of 8 digits and less the value and the length; else the id of its text
//	card      32: last four digits, a part of the first six, kind
//	time      32: terminal: seconds since 1970; acquirer: the settlement day
//	fee       32: what is charged, signed
//	amount    40, signed; merchant 24
//	offset    38; source 8; flags 8; currency 2; length of the RRN 4
type entry struct {
	rrn                    uint64
	term, card, time       uint32
	fee                    int32
	amount                 int64
	merchant               uint32
	offset                 int64
	source, flags, cur, nr uint8
}

// Flags of an entry. The class is 0 of rows that move nothing.
const (
	acquirerFlag = 1 << iota
	classBit0
	classBit1
	holdFlag   // only the room of matching can say what it is
	recordFlag // the offset is that of its record in the temporary file
	feeFlag    // the row shows its fee
	apartFlag  // the fee is taken another time: what is paid is the amount
	namedFlag  // of an open row: a decision names it, and the offset is its place among the named rows
)

const classMask = classBit0 | classBit1

// The classes, as the room of matching has them.
const (
	noClass     = 0
	saleClass   = classBit0
	refundClass = classBit1
	voidClass   = classBit0 | classBit1
)

func classOf(k tillproof.RecordKind) uint8 {
	switch k {
	case tillproof.Sale, tillproof.Completion:
		return saleClass
	case tillproof.Refund:
		return refundClass
	case tillproof.Void, tillproof.Reversal:
		return voidClass
	}
	return noClass
}

const (
	maxOffset = 1<<38 - 1 // 256 GB, the longest file
	maxAmount = 1<<39 - 1 // 5.5 thousand million of a currency with two decimals
	noCur     = 3         // of the fourth currency on: its rows are held
)

func (e *entry) put(b []byte) {
	_ = b[entrySize-1]
	binary.LittleEndian.PutUint64(b, e.rrn)
	binary.LittleEndian.PutUint64(b[8:], uint64(e.term)|uint64(e.card)<<32)
	binary.LittleEndian.PutUint64(b[16:], uint64(e.time)|uint64(uint32(e.fee))<<32)
	binary.LittleEndian.PutUint64(b[24:], uint64(e.merchant)|uint64(e.amount)<<24)
	binary.LittleEndian.PutUint64(b[32:], uint64(e.offset)|uint64(e.source)<<38|uint64(e.flags)<<46|
		uint64(e.cur)<<54|uint64(e.nr)<<56)
}

func (e *entry) get(b []byte) {
	_ = b[entrySize-1]
	e.rrn = binary.LittleEndian.Uint64(b)
	w := binary.LittleEndian.Uint64(b[8:])
	e.term, e.card = uint32(w), uint32(w>>32)
	w = binary.LittleEndian.Uint64(b[16:])
	e.time, e.fee = uint32(w), int32(uint32(w>>32))
	w = binary.LittleEndian.Uint64(b[24:])
	e.merchant, e.amount = uint32(w&(1<<24-1)), int64(w)>>24
	w = binary.LittleEndian.Uint64(b[32:])
	e.offset = int64(w & maxOffset)
	e.source, e.flags, e.cur, e.nr = uint8(w>>38), uint8(w>>46), uint8(w>>54)&3, uint8(w>>56)
}

func (e *entry) class() uint8 { return e.flags & classMask }

func (e *entry) acquirer() bool { return e.flags&acquirerFlag != 0 }

// due is what the acquirer pays for the row.
func (e *entry) due() int64 {
	if e.flags&feeFlag == 0 || e.flags&apartFlag != 0 {
		return e.amount
	}
	return e.amount - int64(e.fee)
}

// A terminal's number is packed with its length in the upper bits, or is the id of a text.
const (
	textTerm = 1 << 31
	termBits = 27
	maxTerm  = 8 // digits that fit
)

// packTerm packs a terminal's number and hashes it without its leading zeros; false for one that names
// nothing.
func packTerm(b []byte, other *cache) (term uint32, hash uint64, names bool) {
	if len(b) <= maxTerm {
		if v, ok := digits(b); ok {
			return uint32(v) | uint32(len(b))<<termBits, hashNumber(v), v != 0
		}
	}
	n := other.find(b)
	return n.id | textTerm, n.hash, n.id != 0
}

// Parts of the packed card.
const (
	lastBits  = 14
	firstBits = 15
	kindShift = lastBits + firstBits
)

// packCard answers false where the card shows something that does not fit: then only the whole rows tell
// whether two show the same one.
func packCard(c *tillproof.Card) (uint32, bool) {
	kind := uint32(c.Kind) << kindShift
	if c.Token != 0 || c.Kind > 7 {
		return kind, false
	}
	if c.Last == [4]byte{} {
		return kind, c.First == [6]byte{}
	}
	last, ok := eightDigits(uint64(binary.LittleEndian.Uint32(c.Last[:]))<<32 | zeros>>32)
	if !ok {
		return kind, false
	}
	packed := kind | uint32(last+1)
	if c.First == [6]byte{} {
		return packed, true
	}
	head := uint64(binary.LittleEndian.Uint32(c.First[:]))<<16 |
		uint64(binary.LittleEndian.Uint16(c.First[4:]))<<48
	first, ok := eightDigits(head | zeros>>48)
	return packed | uint32(first%(1<<firstBits-1)+1)<<lastBits, ok
}

// otherCard reports two rows that show two cards.
func otherCard(a, b uint32) bool {
	const last, first = 1<<lastBits - 1, (1<<firstBits - 1) << lastBits
	if a&last == 0 || b&last == 0 {
		return false
	}
	return a&last != b&last || a&first != 0 && b&first != 0 && a&first != b&first
}

func cardKind(a, b uint32) tillproof.CardKind {
	if k := a >> kindShift; k != 0 {
		return tillproof.CardKind(k)
	}
	return tillproof.CardKind(b >> kindShift)
}

// packTime holds moments from 1970 to 2106; 0 is none.
func packTime(t tillproof.LocalTime) uint32 {
	if !t.Known() || t <= 0 || int64(t) > math.MaxUint32 {
		return 0
	}
	return uint32(t)
}

func packDay(d tillproof.Date) uint32 {
	if !d.Known() || d <= 0 {
		return 0
	}
	return uint32(d)
}

func unpackTime(v uint32) tillproof.LocalTime {
	if v == 0 {
		return tillproof.NoTime
	}
	return tillproof.LocalTime(v)
}

func unpackDay(v uint32) tillproof.Date {
	if v == 0 {
		return tillproof.NoDate
	}
	return tillproof.Date(v)
}
