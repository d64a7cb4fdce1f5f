package teach

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/habit"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// row is a transaction as it stood when it was scored.
type row struct {
	at     tillproof.LocalTime
	hash   uint64
	chance int64 // as it was told
	weight int32 // rows that it stands for
	fraud  bool
	hard   bool // it was thought to be fraud with some chance
	facts  []int32
}

// hashOf names a transaction by what it says. Rows are thinned by it, so that the same rows are kept in each
// run and on each machine.
func hashOf(x *stream.Txn) uint64 {
	h := uint64(14695981039346656037)
	for _, n := range [...]uint64{
		uint64(x.At), uint64(x.Card), uint64(x.Terminal), uint64(x.Amount), uint64(x.Merchant),
		uint64(x.RRN), uint64(x.Order), uint64(x.Kind)<<8 | uint64(x.Status), uint64(x.STAN),
	} {
		h = (h ^ n) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	return h
}

// drawn reports whether a row is one of those of which every 2^level-th is kept.
func drawn(hash uint64, level int) bool { return hash&(1<<level-1) == 0 }

// maxLevel bounds the weight of a row: 2^maxLevel. It must not exceed learn.MaxWeight.
const maxLevel = 10

// rows are kept in the order of time.
type rows []row

func earlier(r row, at tillproof.LocalTime) int { return cmp.Compare(r.at, at) }

// find is where a transaction stands, -1 where it is not kept. Of two that say the same the first one that
// has no verdict yet is meant.
func (r rows) find(at tillproof.LocalTime, hash uint64) int {
	i, _ := slices.BinarySearchFunc(r, at, earlier)
	found := -1
	for ; i < len(r) && r[i].at == at; i++ {
		if r[i].hash == hash && (found < 0 || r[found].fraud && !r[i].fraud) {
			found = i
		}
	}
	return found
}

// waiting are rows whose verdict may still come.
type waiting struct {
	rows  rows
	gone  int       // rows that were taken from the front
	level int       // of the easy rows that are added
	free  [][]int32 // room for facts
}

func (w *waiting) len() int { return len(w.rows) - w.gone }

func (w *waiting) oldest() *row { return &w.rows[w.gone] }

// add keeps a row, or only every so many of them when there are more than limit. A row that comes late stands
// at the moment that has been reached.
func (w *waiting) add(r row, v *habit.Vector, limit int) {
	level := 0
	if !r.hard {
		level = w.level
	}
	if !drawn(r.hash, level) {
		return
	}
	r.weight = 1 << level
	if n := len(w.free); n > 0 {
		r.facts, w.free = w.free[n-1], w.free[:n-1]
	} else {
		r.facts = make([]int32, habit.FactCount)
	}
	copy(r.facts, v[:])
	if w.len() >= limit {
		w.thin()
	}
	w.rows = append(w.rows, r)
}

// thin keeps every second of the rows of the finest level.
func (w *waiting) thin() {
	if w.level == maxLevel { // more than a thousand times the limit within one delay: the oldest give way
		w.take()
		return
	}
	w.level++
	kept := w.rows[:0]
	for _, r := range w.rows[w.gone:] {
		if r.hard || r.fraud || r.weight >= 1<<w.level {
			kept = append(kept, r)
		} else if drawn(r.hash, w.level) {
			r.weight = 1 << w.level
			kept = append(kept, r)
		} else {
			w.free = append(w.free, r.facts)
		}
	}
	clear(w.rows[len(kept):])
	w.rows, w.gone = kept, 0
}

// take gives the oldest row away.
func (w *waiting) take() row {
	r := w.rows[w.gone]
	w.rows[w.gone] = row{}
	if w.gone++; w.gone > 1024 && w.gone*2 > len(w.rows) {
		w.rows = slices.Delete(w.rows, 0, w.gone)
		w.gone = 0
	}
	return r
}

func (w *waiting) tell(at tillproof.LocalTime, hash uint64, fraud bool) bool {
	held := w.rows[w.gone:]
	i := held.find(at, hash)
	if i >= 0 {
		held[i].fraud = fraud
	}
	return i >= 0
}

// sample are the rows to learn from.
type sample struct {
	rows   rows
	counts [classes]int
	levels [classes]int
}

// class says which rows are counted, and thinned, together.
type class int

const (
	easy class = iota
	hard
	fraud
	classes
)

func (r *row) class() class {
	switch {
	case r.fraud:
		return fraud
	case r.hard:
		return hard
	}
	return easy
}

// add takes a row into the sample and gives back the facts of those that made room.
func (s *sample) add(r row, room Room) (free [][]int32) {
	c := r.class()
	if c != fraud && r.weight < 1<<s.levels[c] {
		if !drawn(r.hash, s.levels[c]) {
			return [][]int32{r.facts}
		}
		r.weight = 1 << s.levels[c]
	}
	s.rows = append(s.rows, r)
	s.counts[c]++
	switch limit := [classes]int{room.Easy, room.Hard, room.Frauds}[c]; {
	case s.counts[c] <= limit:
	case c == fraud || s.levels[c] == maxLevel:
		free = s.forget(len(s.rows) / 16)
	default:
		s.levels[c]++
		free = s.thin(c)
	}
	return free
}

// thin keeps every second of the lightest rows of a class.
func (s *sample) thin(c class) (free [][]int32) {
	level := s.levels[c]
	kept := s.rows[:0]
	for _, r := range s.rows {
		if r.class() == c && r.weight < 1<<level {
			if !drawn(r.hash, level) {
				free = append(free, r.facts)
				s.counts[c]--
				continue
			}
			r.weight = 1 << level
		}
		kept = append(kept, r)
	}
	clear(s.rows[len(kept):])
	s.rows = kept
	return free
}

// forget drops the n oldest rows: frauds and genuine ones of the same time, so that shares stay right.
func (s *sample) forget(n int) (free [][]int32) {
	for i := range s.rows[:n] {
		s.counts[s.rows[i].class()]--
		free = append(free, s.rows[i].facts)
	}
	s.rows = slices.Delete(s.rows, 0, n)
	return free
}

func (s *sample) tell(at tillproof.LocalTime, hash uint64, fraud bool) {
	if i := s.rows.find(at, hash); i >= 0 {
		r := &s.rows[i]
		s.counts[r.class()]--
		r.fraud = fraud
		s.counts[r.class()]++
	}
}

// heard are the verdicts of late, so that one that is told twice counts once.
type heard struct {
	keys []uint64 // the last heardKept; when they are full, keys[next] gives way
	next int
	all  map[uint64]bool
}

const heardKept = 1 << 16

// add reports whether the verdict is new.
func (h *heard) add(hash uint64, fraud bool) bool {
	key := hash << 1
	if fraud {
		key |= 1
	}
	if h.all[key] {
		return false
	}
	if h.all == nil {
		h.all = map[uint64]bool{}
	}
	if h.all[key] = true; len(h.keys) < heardKept {
		h.keys = append(h.keys, key)
		return true
	}
	delete(h.all, h.keys[h.next])
	h.keys[h.next] = key
	h.next = (h.next + 1) % heardKept
	return true
}
