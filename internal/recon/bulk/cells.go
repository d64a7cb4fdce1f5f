package bulk

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
)

// cellKey says which rows of the report are summed: those of one merchant, kind, currency, file, settlement
// day, pay day and payout. All rows of a cell belong to one deposit.
//
//	a: settlement day 16, file 8, currency 8, kind 4, merchant 24
//	b: pay day 16, payout 24
type cellKey struct{ a, b uint64 }

// summed is a cellKey in full.
type summed struct {
	merchant, payout uint32
	kind             tillproof.RecordKind
	cur, reading     uint8
	settle, value    tillproof.Date
}

func (s summed) key() cellKey {
	settle, value := uint64(uint16(packDay(s.settle))), uint64(uint16(packDay(s.value)))
	return cellKey{
		uint64(s.merchant) | uint64(s.kind&15)<<24 | uint64(s.cur)<<28 | uint64(s.reading)<<36 | settle<<44,
		uint64(s.payout) | value<<24,
	}
}

// merchantMask are the bits of the merchant in cellKey.a.
const merchantMask = 1<<24 - 1

func (k cellKey) merchant() uint32           { return uint32(k.a & merchantMask) }
func (k cellKey) kind() tillproof.RecordKind { return tillproof.RecordKind(k.a >> 24 & 15) }
func (k cellKey) cur() uint8                 { return uint8(k.a >> 28) }
func (k cellKey) source() uint8              { return uint8(k.a >> 36) }
func (k cellKey) settle() tillproof.Date     { return unpackDay(uint32(k.a >> 44 & 0xffff)) }
func (k cellKey) value() tillproof.Date      { return unpackDay(uint32(k.b >> 24 & 0xffff)) }
func (k cellKey) payout() uint32             { return uint32(k.b & (1<<24 - 1)) }

// sums are those of rows of the report. They are checked by the room of matching, which refuses a run whose
// amounts leave the range; one row is below 2^39, and 2^24 of them stay below 2^63.
type sums struct {
	n               int64
	gross, fee, due int64
}

func (c *sums) merge(o *sums) {
	c.n, c.gross, c.fee, c.due = c.n+o.n, c.gross+o.gross, c.fee+o.fee, c.due+o.due
}

// cell are the sums of a key, and what became of them against the statements.
type cell struct {
	key cellKey
	sums
	state  tillproof.Status
	single bool // its rows are compared one by one
}

// cells is a table of cells by their keys.
type cells struct {
	list  []cell
	slots []int32 // places in the list plus one; a power of two
}

func newCells() *cells { return &cells{slots: make([]int32, firstSlots)} }

// at is the cell of a key; the pointer holds until the next call.
func (t *cells) at(key cellKey) *cell {
	mask := uint64(len(t.slots) - 1)
	i := mix(key.a, key.b) & mask
	for ; t.slots[i] != 0; i = (i + 1) & mask {
		if c := &t.list[t.slots[i]-1]; c.key == key {
			return c
		}
	}
	t.list = append(t.list, cell{key: key})
	t.slots[i] = int32(len(t.list))
	if 2*len(t.list) > len(t.slots) {
		t.grow()
	}
	return &t.list[len(t.list)-1]
}

func (t *cells) grow() {
	t.slots = make([]int32, 2*len(t.slots))
	t.index()
}

// index fills the empty slots.
func (t *cells) index() {
	mask := uint64(len(t.slots) - 1)
	for n := range t.list {
		i := mix(t.list[n].key.a, t.list[n].key.b) & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = int32(n + 1)
	}
}

// sorted are the cells in an order that depends on no worker.
func (t *cells) sorted(name func(uint32) string, payout func(uint32) string) []cell {
	slices.SortFunc(t.list, func(a, b cell) int {
		return cmp.Or(
			cmp.Compare(name(a.key.merchant()), name(b.key.merchant())),
			cmp.Compare(a.key.settle(), b.key.settle()), cmp.Compare(a.key.value(), b.key.value()),
			cmp.Compare(a.key.kind(), b.key.kind()),
			cmp.Compare(payout(a.key.payout()), payout(b.key.payout())),
			cmp.Compare(a.key.source(), b.key.source()), cmp.Compare(a.key.cur(), b.key.cur()),
		)
	})
	t.list = slices.DeleteFunc(t.list, func(c cell) bool { return c.n == 0 }) // its rows stand for themselves
	t.slots = make([]int32, len(t.slots))
	t.index()
	return t.list
}
