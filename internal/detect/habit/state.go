package habit

import (
	"io"

	"github.com/tillproof/tillproof/internal/detect/stream"
)

// The name and the version of a saved Memory. The version grows with each change of what is written.
var memoryKind = [4]byte{'t', 'p', 'h', 'm'}

const memoryVersion = 2

// maxLimit is the most that a saved limit may be, maxDelay the longest delay: ten years.
const (
	maxLimit = 1 << 24
	maxDelay = 3653 * day
)

// Save writes the memory, so that Restore goes on as if it had never stopped.
func (m *Memory) Save(w io.Writer) error {
	t := stream.TapeTo(w, memoryKind, memoryVersion)
	m.Walk(t)
	return t.Close()
}

// Restore reads a saved memory. What is not one gives a *tillproof.Error.
func Restore(r io.Reader) (*Memory, error) {
	t := stream.TapeFrom(r, memoryKind, memoryVersion)
	m := &Memory{}
	m.Walk(t)
	if err := t.Close(); err != nil {
		return nil, err
	}
	return m, nil
}

// Walk writes the memory as a part of another state, or reads it back into an empty one.
func (m *Memory) Walk(t *stream.Tape) {
	o := m.opts
	for _, n := range [...]*int{&o.Cards, &o.Terminals, &o.Places} {
		*n = t.Count(*n, maxLimit)
	}
	o.Delay = int64(t.Count(int(o.Delay), maxDelay))
	if t.Reading() {
		*m = *New(o)
	}
	m.world.walk(t)
	m.surprise.walk(t)
	walkTable(t, m.cards, (*card).walk)
	walkTable(t, m.terminals, (*terminal).walk)
	walkTable(t, m.merchants, (*place).walk)
	walkTable(t, m.categories, (*place).walk)
}

// walkTable goes from the key that was used longest ago to the last, so that reading puts them in that order.
func walkTable[T any](t *stream.Tape, table *table[T], state func(*T, *stream.Tape)) {
	held := t.Count(len(table.keys), table.limit)
	at := table.oldest
	for range held {
		if t.Err() != nil {
			return
		}
		var key stream.Key
		if !t.Reading() {
			key = table.keys[at]
		}
		stream.Word8(t, &key)
		if t.Reading() {
			if key == 0 || table.find(key) != nil {
				t.Break()
				return
			}
			at = table.add(key)
		}
		state(table.slot(at), t)
		at = table.turns[at].newer
	}
}

func (w *world) walk(t *stream.Tape) {
	for i := range w.moneys {
		e := &w.moneys[i]
		for j := range e.currency {
			stream.Octet(t, &e.currency[j])
		}
		t.Flag(&e.used)
		stream.Word8(t, &e.mean.sum)
		stream.Word8(t, &e.mean.n)
		if e.mean.n < 0 {
			t.Break()
			e.mean.n = 0
		}
	}
	for i := range w.hours {
		stream.Word4(t, &w.hours[i])
	}
	stream.Word8(t, &w.rows)
	stream.Word8(t, &w.plain)
	stream.Word8(t, &w.frauds)
}

func (m *mean) walk(t *stream.Tape) {
	stream.Word8(t, &m.sum)
	stream.Word4(t, &m.n)
	bound(t, m.n, usualRows)
}

func (s *spread) walk(t *stream.Tape) {
	stream.Word8(t, &s.sum)
	stream.Word8(t, &s.squares)
	stream.Word4(t, &s.n)
	bound(t, s.n, usualRows)
}

// bound breaks the tape where a number is not from 0 to most.
func bound[N int32 | uint8](t *stream.Tape, n, most N) {
	if n < 0 || n > most {
		t.Break()
	}
}

func walkBytes(t *stream.Tape, b []uint8) {
	for i := range b {
		stream.Octet(t, &b[i])
	}
}

func (c *card) walk(t *stream.Tape) {
	stream.Word4(t, &c.first)
	stream.Word4(t, &c.last)
	stream.Word4(t, &c.count)
	c.mean.walk(t)
	c.logs.walk(t)
	stream.Word8(t, &c.largest)
	c.paid.walk(t)
	for i := range c.rows {
		r := &c.rows[i]
		stream.Word4(t, &r.at)
		stream.Word4(t, &r.terminal)
		stream.Word4(t, &r.ratio)
		t.Flag(&r.fresh)
		t.Flag(&r.declined)
	}
	for i := range c.highs {
		stream.Word4(t, &c.highs[i].at)
		stream.Word4(t, &c.highs[i].ratio)
		stream.Word2(t, &c.highs[i].plain)
		t.Flag(&c.highs[i].fraud)
	}
	for i := range c.frauds {
		stream.Word4(t, &c.frauds[i].at)
		stream.Word4(t, &c.frauds[i].ratio)
	}
	walkNext(t, &c.next, cardRows)
	stream.Word4(t, &c.fresh)
	walkNext(t, &c.nextHigh, cardHighs)
	walkNext(t, &c.nextFraud, cardFrauds)
	stream.Word4(t, &c.day)
	walkBytes(t, c.days[:])
	walkBytes(t, c.hours[:])
	walkBytes(t, c.entries[:])
	c.terminals.walk(t)
	c.kinds.walk(t)
	stream.Word4(t, &c.nFrauds)
	stream.Word4(t, &c.nGood)
	stream.Word4(t, &c.lastBad)
}

// walkNext is the place in a ring where the next row goes.
func walkNext(t *stream.Tape, next *uint8, size uint8) {
	if stream.Octet(t, next); *next >= size {
		t.Break()
		*next = 0
	}
}

func (k *known) walk(t *stream.Tape) {
	for i := range k.young {
		stream.Word8(t, &k.young[i])
		stream.Word8(t, &k.old[i])
	}
	stream.Octet(t, &k.count)
}

func (e *terminal) walk(t *stream.Tape) {
	stream.Word4(t, &e.first)
	stream.Word4(t, &e.last)
	stream.Word4(t, &e.count)
	e.paid.walk(t)
	e.mean.walk(t)
	e.ratios.walk(t)
	for i := range e.times {
		stream.Word4(t, &e.times[i])
		stream.Word4(t, &e.cards[i])
	}
	for _, b := range [...]*uint16{&e.highs, &e.smalls, &e.fresh, &e.denied} {
		stream.Word2(t, b)
	}
	walkNext(t, &e.next, terminalRows)
	walkBytes(t, e.hours[:])
	walkBytes(t, e.entries[:])
	e.course.walk(t)
	stream.Word4(t, &e.nFrauds)
	stream.Word4(t, &e.nPlain)
	stream.Word4(t, &e.nGood)
}

func (c *course) walk(t *stream.Tape) {
	if stream.Octet(t, &c.n); c.n > courseParts {
		t.Break()
		c.n = 0
	}
	for i := range c.parts[:c.n] {
		p := &c.parts[i]
		stream.Word4(t, &p.from)
		stream.Word4(t, &p.to)
		stream.Word2(t, &p.rows)
		stream.Word2(t, &p.frauds)
		stream.Word2(t, &p.plain)
		stream.Word2(t, &p.good)
	}
}

func (p *place) walk(t *stream.Tape) {
	stream.Word4(t, &p.count)
	p.paid.walk(t)
	p.mean.walk(t)
	p.logs.walk(t)
	walkBytes(t, p.hours[:])
	stream.Word4(t, &p.frauds)
	stream.Word2(t, &p.tries)
	stream.Word2(t, &p.denied)
}
