package stream

// blocks is how many blocks a ring has at most; a block is taken when the first row of it comes, so that a
// card that was seen once costs a quarter.
const blocks = 4

// ring is what came last of one key: the row of number n lies at n modulo the rows of a full ring.
type ring struct {
	block [blocks]int32 // in the pool; valid as far as rows have come
	count int64         // rows that ever came
}

// pool holds the blocks of all rings of a shelf in pieces that never move.
type pool struct {
	rows  int // of a block
	piece [][]Seen
	taken int32 // blocks handed out, free ones included
	free  []int32
}

// pieceBlocks is how many blocks lie in a piece: 256 make 100 KB for cards.
const pieceBlocks = 256

func (p *pool) take() int32 {
	if n := len(p.free); n > 0 {
		b := p.free[n-1]
		p.free = p.free[:n-1]
		return b
	}
	if p.taken%pieceBlocks == 0 {
		p.piece = append(p.piece, make([]Seen, pieceBlocks*p.rows))
	}
	p.taken++
	return p.taken - 1
}

func (p *pool) row(block int32, i int) *Seen {
	return &p.piece[block/pieceBlocks][int(block%pieceBlocks)*p.rows+i]
}

func (p *pool) add(r *ring) *Seen {
	n := int(r.count % int64(blocks*p.rows))
	if r.count < int64(blocks*p.rows) && n%p.rows == 0 {
		r.block[n/p.rows] = p.take()
	}
	r.count++
	return p.row(r.block[n/p.rows], n%p.rows)
}

// release gives the blocks of a ring back.
func (p *pool) release(r *ring) {
	full := int64(blocks * p.rows)
	for i := range (int(min(r.count, full)) + p.rows - 1) / p.rows {
		p.free = append(p.free, r.block[i])
	}
	*r = ring{}
}

// History is what came last under one key, the newest first. It holds until the next row is added.
type History struct {
	pool *pool
	ring *ring
}

// Len is how many rows are at hand.
func (h *History) Len() int {
	if h.ring == nil {
		return 0
	}
	return int(min(h.ring.count, int64(blocks*h.pool.rows)))
}

// Back is the row that came i rows before the newest; i must be below Len.
func (h *History) Back(i int) *Seen {
	n := int((h.ring.count - 1 - int64(i)) % int64(blocks*h.pool.rows))
	return h.pool.row(h.ring.block[n/h.pool.rows], n%h.pool.rows)
}

// Count is how many rows ever came under the key since it was last forgotten.
func (h *History) Count() int64 {
	if h.ring == nil {
		return 0
	}
	return h.ring.count
}
