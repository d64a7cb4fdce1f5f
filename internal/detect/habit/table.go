package habit

import (
	"math/bits"

	"github.com/tillproof/tillproof/internal/detect/stream"
)

// slabSize is how many states are set aside at once: states never move, and a table never copies itself.
const slabSize = 256

// table holds one state per key, at most limit of them. When it is full, the key that was used longest ago
// gives way.
type table[T any] struct {
	limit  int
	slabs  [][]T
	keys   []stream.Key
	turns  []turn  // per slot: its neighbours in the order of use
	index  []int32 // open addressing: slot+1, 0 where free
	newest int32
	oldest int32
}

// turn links a slot with the one that was used after it and the one before.
type turn struct{ newer, older int32 }

const nobody = -1

func newTable[T any](limit int) *table[T] {
	return &table[T]{limit: limit, index: make([]int32, 2*slabSize), newest: nobody, oldest: nobody}
}

func (t *table[T]) slot(i int32) *T { return &t.slabs[i/slabSize][i%slabSize] }

// find is the state of a key, nil where there is none; it leaves the order of use alone.
func (t *table[T]) find(key stream.Key) *T {
	if i := t.index[t.place(key)]; i != 0 {
		return t.slot(i - 1)
	}
	return nil
}

// use is the state of a key, a zero state where it is new; the key is now the one used last.
func (t *table[T]) use(key stream.Key) *T {
	if i := t.index[t.place(key)]; i != 0 {
		t.touch(i - 1)
		return t.slot(i - 1)
	}
	return t.slot(t.add(key))
}

func (t *table[T]) add(key stream.Key) int32 {
	i := int32(len(t.keys))
	if len(t.keys) < t.limit {
		if int(i)%slabSize == 0 {
			t.slabs = append(t.slabs, make([]T, slabSize))
		}
		t.keys, t.turns = append(t.keys, key), append(t.turns, turn{nobody, nobody})
		if len(t.keys)*2 > len(t.index) {
			t.rebuild(len(t.index) * 2)
		}
	} else {
		i = t.oldest
		t.unlink(i)
		t.forget(t.keys[i])
		var zero T
		*t.slot(i), t.keys[i] = zero, key
	}
	t.index[t.place(key)] = i + 1
	t.link(i)
	return i
}

// place is where a key stands in the index, or the free place where it would.
func (t *table[T]) place(key stream.Key) int {
	mask := len(t.index) - 1
	p := t.home(key)
	for t.index[p] != 0 && t.keys[t.index[p]-1] != key {
		p = (p + 1) & mask
	}
	return p
}

func (t *table[T]) home(key stream.Key) int {
	const spread = 0x9e3779b97f4a7c15 // 2^64 over the golden ratio
	return int(uint64(key) * spread >> (64 - bits.TrailingZeros(uint(len(t.index)))))
}

// forget takes a key out of the index and closes the gap, so that no search ends too early.
func (t *table[T]) forget(key stream.Key) {
	mask := len(t.index) - 1
	gap := t.place(key)
	t.index[gap] = 0
	for p := (gap + 1) & mask; t.index[p] != 0; p = (p + 1) & mask {
		home := t.home(t.keys[t.index[p]-1])
		if (p-home)&mask >= (p-gap)&mask {
			t.index[gap], t.index[p] = t.index[p], 0
			gap = p
		}
	}
}

func (t *table[T]) rebuild(size int) {
	t.index = make([]int32, size)
	for i, k := range t.keys[:len(t.keys)-1] { // the last one is about to be placed
		t.index[t.place(k)] = int32(i) + 1
	}
}

func (t *table[T]) touch(i int32) {
	if t.newest != i {
		t.unlink(i)
		t.link(i)
	}
}

func (t *table[T]) link(i int32) {
	t.turns[i] = turn{newer: nobody, older: t.newest}
	if t.newest != nobody {
		t.turns[t.newest].newer = i
	} else {
		t.oldest = i
	}
	t.newest = i
}

func (t *table[T]) unlink(i int32) {
	n := t.turns[i]
	if n.newer != nobody {
		t.turns[n.newer].older = n.older
	} else {
		t.newest = n.older
	}
	if n.older != nobody {
		t.turns[n.older].newer = n.newer
	} else {
		t.oldest = n.newer
	}
}
