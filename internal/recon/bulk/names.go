package bulk

import (
	"bytes"
	"math/bits"
	"sync"
)

// maxNames bounds a dictionary to what an entry has room for; further numbers have no id, and their rows
// take the slow way.
const maxNames = 1<<24 - 1

// names gives each text a small number, the same for all workers. Which one depends on who came first, so
// nothing that is shown may depend on it: order is by hash or text.
type names struct {
	mu    sync.RWMutex
	ids   map[string]uint32
	texts []string
	same  []uint32 // the id of the text without leading zeros
	hash  []uint64 // of the text without leading zeros
	sides []uint8  // on which sides a row shows it, a bit each
}

func newNames() *names {
	return &names{
		ids: map[string]uint32{"": 0}, texts: []string{""}, same: []uint32{0}, hash: []uint64{0},
		sides: []uint8{0},
	}
}

// id is the number of a text, 0 for none and where there is no room.
func (n *names) id(text []byte, side uint8) uint32 {
	if len(text) == 0 {
		return 0
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.add(text, side)
}

func (n *names) add(text []byte, side uint8) uint32 {
	if id, ok := n.ids[string(text)]; ok {
		n.sides[id] |= side
		return id
	}
	if len(n.texts) >= maxNames {
		return 0
	}
	id := uint32(len(n.texts))
	s := string(text)
	n.ids[s] = id
	plain := bytes.TrimLeft(text, "0")
	n.texts, n.same = append(n.texts, s), append(n.same, id)
	n.hash, n.sides = append(n.hash, hashName(text)), append(n.sides, side)
	if len(plain) < len(text) && len(plain) > 0 {
		n.same[id] = n.add(plain, 0)
	}
	return id
}

// text is the text of an id. It is for the time after the split, as are same and hash: nobody adds any more.
func (n *names) text(id uint32) string { return n.texts[id] }

// shows reports whether a row of the side has the number, which stands without leading zeros.
func (n *names) shows(side uint8, sides []uint8, text string) bool {
	id, ok := n.ids[text]
	return ok && sides[n.same[id]]&side != 0
}

// sidesOfSame are the sides that show each number, whatever zeros they put before it.
func (n *names) sidesOfSame() []uint8 {
	out := make([]uint8, len(n.sides))
	for id, s := range n.sides {
		out[n.same[id]] |= s
	}
	return out
}

// shown counts the numbers of a side.
func shown(sides []uint8, side uint8) int {
	n := 0
	for _, s := range sides[1:] {
		if s&side != 0 {
			n++
		}
	}
	return n
}

// cache is one worker's way into a dictionary, without its lock for what it has seen before.
type cache struct {
	of    *names
	side  uint8
	slots []slot // by the number; a power of two
	used  int
	texts map[string]name // of what is no number
}

// name is what a cache knows of a text: its number, and the hash of it without its leading zeros.
type name struct {
	id   uint32
	hash uint64
}

type slot struct {
	key uint64 // value and length, 0 where free
	id  uint32
}

const firstSlots = 1 << 10

func newCache(of *names, side uint8) *cache {
	return &cache{of: of, side: side, slots: make([]slot, firstSlots), texts: map[string]name{}}
}

// find is what is known of a text; the id is 0 for none.
func (c *cache) find(text []byte) name {
	if len(text) == 0 {
		return name{}
	}
	v, ok := digits(text)
	if !ok || v >= 1<<58 {
		return c.findText(text)
	}
	key := v<<5 | uint64(len(text))
	mask := uint64(len(c.slots) - 1)
	for i := spread(key) & mask; ; i = (i + 1) & mask {
		switch s := &c.slots[i]; s.key {
		case key:
			return name{s.id, hashNumber(v)}
		case 0:
			return name{c.put(key, c.of.id(text, c.side)), hashNumber(v)}
		}
	}
}

func (c *cache) findText(text []byte) name {
	known, ok := c.texts[string(text)]
	if !ok {
		known = name{c.of.id(text, c.side), hashName(text)}
		c.texts[string(text)] = known
	}
	return known
}

// spread is the place of a key among the slots.
func spread(key uint64) uint64 { return key * 0x9e3779b97f4a7c15 >> 32 }

func (c *cache) put(key uint64, id uint32) uint32 {
	if 4*c.used >= 3*len(c.slots) {
		old := c.slots
		c.slots = make([]slot, 2*len(old))
		for _, s := range old {
			if s.key != 0 {
				c.insert(s)
			}
		}
	}
	c.used++
	c.insert(slot{key, id})
	return id
}

func (c *cache) insert(s slot) {
	i := spread(s.key) & uint64(len(c.slots)-1)
	for c.slots[i].key != 0 {
		i = (i + 1) & uint64(len(c.slots)-1)
	}
	c.slots[i] = s
}

// numbers is a set of numbers of at most eight digits. Up to mostNumbers of them lie close together; beyond,
// there is a bit for each number that there can be.
type numbers struct {
	slots []uint32 // 0 where free; a power of two
	used  int
	bits  []uint64
}

// mostNumbers numbers take as much memory as the bits.
const mostNumbers = 1 << 20

func (n *numbers) add(v uint32) {
	if n.bits != nil {
		n.bits[v>>6] |= 1 << (v & 63)
		return
	}
	if 4*n.used >= 3*len(n.slots) {
		n.grow()
		n.add(v)
		return
	}
	at := n.find(v)
	if *at == 0 {
		*at = v
		n.used++
	}
}

// find is the slot of a number, or the free one for it.
func (n *numbers) find(v uint32) *uint32 {
	mask := uint32(len(n.slots) - 1)
	i := v * 0x9e3779b1 >> 7 & mask
	for n.slots[i] != v && n.slots[i] != 0 {
		i = (i + 1) & mask
	}
	return &n.slots[i]
}

func (n *numbers) grow() {
	old := n.slots
	if n.used >= mostNumbers {
		n.slots, n.bits = nil, make([]uint64, 1<<(termBits-6))
	} else {
		n.slots = make([]uint32, max(firstSlots, 2*len(old)))
	}
	n.used = 0
	for _, v := range old {
		if v != 0 {
			n.add(v)
		}
	}
}

func (n *numbers) has(v uint32) bool {
	switch {
	case n.bits != nil:
		return n.bits[v>>6]>>(v&63)&1 != 0
	case n.used == 0 || v == 0:
		return false
	}
	return *n.find(v) == v
}

func (n *numbers) any() bool { return n.bits != nil || n.used > 0 }

// addAll adds another set.
func (n *numbers) addAll(o *numbers) {
	for _, v := range o.slots {
		if v != 0 {
			n.add(v)
		}
	}
	for i, word := range o.bits {
		for ; word != 0; word &= word - 1 {
			n.add(uint32(i<<6 + bits.TrailingZeros64(word)))
		}
	}
}
