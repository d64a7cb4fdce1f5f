package profile

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// Passed is what fast rows add to the file: to its source, and to what the Reader knows of the rows so far.
type Passed struct {
	format.Sums
	Rows int

	asWritten [3]writtenSum // amount, fee and net
	filled    uint64        // the columns that hold something, of the first 64
	noMinor   bool          // no row is of a currency with a minor unit
	bare      bool          // a row names no currency in its own column
}

// writtenSum sums a column of amounts as the file writes them.
type writtenSum struct {
	sum    int64 // in units of the currency's decimals
	size   int64 // without signs
	scale  uint8 // the most decimals of one
	fewest uint8 // those that its cell writes
	most   uint8
	any    bool
}

var moneyFields = [3]Field{Amount, Fee, Net}

func (s *writtenSum) add(x money) {
	s.sum += x.minor
	if x.minor < 0 {
		s.size -= x.minor
	} else {
		s.size += x.minor
	}
	if !s.any {
		s.any, s.fewest = true, x.written
	}
	s.scale, s.fewest, s.most = max(s.scale, x.scale), min(s.fewest, x.written), max(s.most, x.written)
}

// maxFastSum bounds the sizes that are summed: below it no order of adding leaves the range of numbers.
const maxFastSum = 1 << 61

// Add takes the rows that a lane has passed since the last odd row, the last of which stands on a line. It
// answers false where their sums come near the range of numbers: the Reader must then add them one by one.
func (f *Fast) Add(p *Passed, line int) bool {
	if p.Rows == 0 {
		return true
	}
	t := f.t
	t.total.entries += p.Rows
	t.total.sinceEntries += p.Rows
	if t.width == 0 {
		t.width = len(t.lay.header)
	}
	for i, field := range moneyFields {
		if !f.addSum(field, &p.asWritten[i]) {
			return false
		}
	}
	t.seen.minor = t.seen.minor || !p.noMinor
	if t.seen.filled == nil {
		t.seen.filled = make([]bool, len(t.lay.field))
	}
	for i, field := range t.lay.field {
		if field == NoField && p.filled>>i&1 != 0 {
			t.seen.filled[i] = true
		}
	}
	t.tail.bare = t.tail.bare || p.bare
	t.tail.pass(p.Rows, len(f.columns), line)
	return true
}

func (f *Fast) addSum(field Field, s *writtenSum) bool {
	if !s.any {
		return true
	}
	t := f.t
	unit := int64(1)
	for d := s.scale; d < f.digits; d++ {
		unit *= 10
	}
	x := tillproof.Exact{Unscaled: s.sum / unit, Scale: s.scale}
	t.total.add(field, x)
	f.size[field] += s.size
	t.seen.decimals = t.seen.decimals || s.most > 0
	at := t.lay.at[field][0]
	if t.tail.fewest == nil {
		t.tail.fewest = map[int]int{}
	}
	if was, seen := t.tail.fewest[at]; !seen || int(s.fewest) < was {
		t.tail.fewest[at] = int(s.fewest)
	}
	return f.size[field] >= 0 && f.size[field] < maxFastSum && !t.total.broken
}

// pass counts rows of so many cells, the last on a line.
func (e *tail) pass(rows, cells, line int) {
	for range min(rows, 3) {
		if e.rows++; e.rows == 2 || e.rows > 2 && e.last < e.narrow {
			e.narrow = e.last
		}
		e.last = cells
	}
	e.rows += max(rows-3, 0)
	e.unended, e.line = false, line
}
