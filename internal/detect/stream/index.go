package stream

// index finds the slot of a key: an open table of a power of two, at most three quarters full. It is never
// saved and nothing is ever taken out of it: it is built anew from the slots.
type index struct {
	cells []cell
	used  int
}

// cell is empty where its key is 0.
type cell struct {
	key  Key
	slot int32
}

const leastCells = 64

func (x *index) find(k Key) int32 {
	if len(x.cells) == 0 {
		return -1
	}
	mask := Key(len(x.cells) - 1)
	for i := k & mask; ; i = (i + 1) & mask {
		switch c := &x.cells[i]; c.key {
		case k:
			return c.slot
		case 0:
			return -1
		}
	}
}

// put adds a key that is not in the table.
func (x *index) put(k Key, slot int32) {
	if 4*(x.used+1) > 3*len(x.cells) {
		old := x.cells
		x.cells, x.used = make([]cell, max(leastCells, 2*len(old))), 0
		for _, c := range old {
			if c.key != 0 {
				x.place(c)
			}
		}
	}
	x.place(cell{k, slot})
}

func (x *index) place(c cell) {
	mask := Key(len(x.cells) - 1)
	i := c.key & mask
	for x.cells[i].key != 0 {
		i = (i + 1) & mask
	}
	x.cells[i] = c
	x.used++
}

// clear empties the table and keeps its room.
func (x *index) clear() {
	clear(x.cells)
	x.used = 0
}
