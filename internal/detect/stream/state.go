package stream

import "io"

// The name and the version of a saved Memory. The version grows with each change of what is written.
var memoryKind = [4]byte{'t', 'p', 's', 'm'}

const memoryVersion = 1

// maxLimit is the most that a saved limit may be: 16 million keys are 20 GB.
const maxLimit = 1 << 24

// Save writes the memory, so that Restore goes on as if it had never stopped.
func (m *Memory) Save(w io.Writer) error {
	t := TapeTo(w, memoryKind, memoryVersion)
	m.Walk(t)
	return t.Close()
}

// Restore reads a saved memory. What is not one gives a *tillproof.Error.
func Restore(r io.Reader) (*Memory, error) {
	t := TapeFrom(r, memoryKind, memoryVersion)
	m := &Memory{}
	m.Walk(t)
	if err := t.Close(); err != nil {
		return nil, err
	}
	return m, nil
}

// Walk writes the memory as a part of another state, or reads it back into an empty one.
func (m *Memory) Walk(t *Tape) {
	l := m.limits
	for _, n := range [...]*int{&l.Cards, &l.Terminals, &l.Merchants, &l.Sales} {
		*n = t.Count(*n, maxLimit)
	}
	if t.Reading() {
		*m = *NewMemory(l)
	}
	Word8(t, &m.count)
	Word8(t, &m.first)
	walkShelf(t, &m.cards, func(f *CardFacts) { f.walk(t) })
	walkShelf(t, &m.terminals, func(f *TerminalFacts) { f.walk(t) })
	walkShelf(t, &m.merchants, func(f *MerchantFacts) { f.walk(t) })
	m.sales.walk(t)
}

func walkShelf[F any](t *Tape, s *shelf[F], facts func(*F)) {
	Word8(t, &s.lost)
	held := t.Count(int(s.held), s.limit)
	for i := range held {
		if t.Err() != nil {
			return
		}
		var key Key
		if !t.Reading() {
			key = s.at(int32(i)).key
		}
		if Word8(t, &key); key == 0 {
			t.Break()
			return
		}
		if t.Reading() {
			s.open(key)
		}
		sl := s.at(int32(i))
		Word8(t, &sl.used)
		facts(&sl.facts)
		s.pool.walk(t, &sl.ring)
	}
}

// walk goes through the rows of a ring, the oldest first.
func (p *pool) walk(t *Tape, r *ring) {
	h := History{p, r}
	count := r.count
	Word8(t, &count)
	held := t.Count(h.Len(), blocks*p.rows)
	if count < int64(held) || count != int64(held) && held != blocks*p.rows {
		t.Break()
		return
	}
	if t.Reading() {
		if held == blocks*p.rows {
			r.count = count - int64(held)
			for i := range r.block {
				r.block[i] = p.take()
			}
		}
	}
	for i := held - 1; i >= 0; i-- {
		var s *Seen
		switch {
		case !t.Reading():
			s = h.Back(i)
		case held == blocks*p.rows:
			n := int(r.count % int64(held))
			s = p.row(r.block[n/p.rows], n%p.rows)
			r.count++
		default:
			s = p.add(r)
		}
		s.walk(t)
	}
}

func (s *Seen) walk(t *Tape) {
	Word8(t, &s.Ref)
	Word8(t, &s.At)
	Word8(t, &s.Amount)
	for _, k := range [...]*Key{&s.Card, &s.Terminal, &s.Merchant, &s.RRN, &s.Auth, &s.Order, &s.Original} {
		Word8(t, k)
	}
	Word4(t, &s.STAN)
	t.Currency(&s.Currency)
	Octet(t, &s.Kind)
	Octet(t, &s.Status)
	Octet(t, &s.Entry)
	Octet(t, &s.Class)
	Octet(t, &s.Response[0])
	Octet(t, &s.Response[1])
	t.Flag(&s.Timed)
	t.Flag(&s.Undone)
}

func (h *Habit) walk(t *Tape) {
	Word4(t, &h.Day)
	Word2(t, &h.Days)
	for i := range h.Hours {
		Word2(t, &h.Hours[i])
	}
	if Word8(t, &h.today); h.today>>HalfHours != 0 {
		t.Break()
		h.today = 0
	}
	Word2(t, &h.Approved)
	Word2(t, &h.Declined)
	Word8(t, &h.Sum)
}

func walkSeats(t *Tape, seats []Seat) {
	for i := range seats {
		s := &seats[i]
		Word8(t, &s.Key)
		Word8(t, &s.First)
		Word8(t, &s.Last)
		Word8(t, &s.Rows)
		Word8(t, &s.Ref)
	}
}

func (f *CardFacts) walk(t *Tape) {
	Word8(t, &f.First)
	Word8(t, &f.Refused)
	for i := range f.bits {
		Word8(t, &f.bits[i][0])
		Word8(t, &f.bits[i][1])
	}
}

func (f *TerminalFacts) walk(t *Tape) {
	Word8(t, &f.First)
	Word4(t, &f.LastSTAN)
	Word8(t, &f.LastBatch)
	walkSeats(t, f.Merchants[:])
	f.Habit.walk(t)
}

func (f *MerchantFacts) walk(t *Tape) {
	Word8(t, &f.First)
	walkSeats(t, f.Terminals[:])
	f.Habit.walk(t)
}

// walk goes through the sales as they lie, and links them again.
func (s *Sales) walk(t *Tape) {
	Word8(t, &s.count)
	Word8(t, &s.gone)
	held := t.Count(s.held, s.limit)
	if s.count < int64(held) || s.count != int64(held) && held != s.limit {
		t.Break()
	}
	for i := range int64(held) {
		if t.Err() != nil {
			return
		}
		if t.Reading() {
			s.grown()
		}
		s.at(i).walk(t)
	}
	if t.Reading() && held > 0 {
		s.rebuild()
	}
}

// rebuild makes the tables as they were when the rows came one by one.
func (s *Sales) rebuild() {
	size := leastCells
	for size < s.held {
		size *= 2
	}
	s.makeHeads(size)
	for n := s.count - int64(s.held); n < s.count; n++ {
		s.link(n, s.keys(&s.at(n).Sold))
	}
}

func (s *Sold) walk(t *Tape) {
	s.Seen.walk(t)
	for i := range s.Mask {
		Octet(t, &s.Mask[i])
	}
	t.Flag(&s.Token)
	Word8(t, &s.Left)
	Word8(t, &s.Lent)
}

// Walk writes the row as a part of a state, or reads it back.
func (x *Txn) Walk(t *Tape) {
	Word8(t, &x.Ref)
	Word8(t, &x.At)
	Word8(t, &x.Amount)
	for _, k := range [...]*Key{
		&x.Card, &x.Terminal, &x.Merchant, &x.Batch, &x.RRN, &x.Auth, &x.Order, &x.Original,
		&x.Category,
	} {
		Word8(t, k)
	}
	Word4(t, &x.STAN)
	t.Currency(&x.Currency)
	Octet(t, &x.Kind)
	Octet(t, &x.Status)
	Octet(t, &x.Entry)
	Octet(t, &x.Class)
	Octet(t, &x.Response[0])
	Octet(t, &x.Response[1])
	for i := range x.Mask {
		Octet(t, &x.Mask[i])
	}
	for _, f := range [...]*bool{&x.Timed, &x.Undone, &x.Aside, &x.Token} {
		t.Flag(f)
	}
}

// maxWaiting is the most rows that a saved queue may hold.
const maxWaiting = 1 << 26

// Walk writes the queue as a part of a state, or reads it back into an empty one.
func (q *Queue) Walk(t *Tape) {
	late := int64(q.Late)
	Word8(t, &q.Lateness)
	Word8(t, &late)
	Word8(t, &q.newest)
	Word8(t, &q.passed)
	t.Flag(&q.begun)
	if q.Lateness < 0 || late < 0 {
		t.Break()
	}
	q.Late = int(late)
	rows := q.waiting()
	for i := range t.Count(len(rows), maxWaiting) {
		if t.Err() != nil {
			return
		}
		if !t.Reading() {
			rows[i].Walk(t)
			continue
		}
		var x Txn
		x.Walk(t)
		q.hold(&x)
	}
}
