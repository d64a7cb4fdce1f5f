package stream

import "slices"

// shelf remembers keys of one sort, each with its ring and its facts. Where it is full, the eighth of the
// keys that were used longest ago is forgotten at once: so a use costs nothing but its mark.
type shelf[F any] struct {
	limit int // keys
	index index
	piece [][]slot[F]
	held  int32
	pool  pool
	lost  int64 // keys that were forgotten
}

type slot[F any] struct {
	key   Key
	used  int64 // the number of the row that used it last
	ring  ring
	facts F
}

// pieceSlots is how many slots lie in a piece, so that a growing shelf never moves one.
const pieceSlots = 1024

func newShelf[F any](limit, blockRows int) shelf[F] {
	return shelf[F]{limit: limit, pool: pool{rows: blockRows}}
}

func (s *shelf[F]) at(i int32) *slot[F] { return &s.piece[i/pieceSlots][i%pieceSlots] }

// find is the slot of a key, nil where it is not remembered.
func (s *shelf[F]) find(k Key) *slot[F] {
	if k == 0 {
		return nil
	}
	if i := s.index.find(k); i >= 0 {
		return s.at(i)
	}
	return nil
}

// open makes a slot for a key that is not remembered. It may move every other slot.
func (s *shelf[F]) open(k Key) *slot[F] {
	if int(s.held) >= s.limit {
		s.forget()
	}
	if s.held%pieceSlots == 0 && int(s.held/pieceSlots) == len(s.piece) {
		s.piece = append(s.piece, make([]slot[F], min(pieceSlots, s.limit)))
	}
	i := s.held
	s.held++
	s.index.put(k, i)
	sl := s.at(i)
	*sl = slot[F]{key: k}
	return sl
}

// forget drops the eighth that was used longest ago and moves the others together in their order.
func (s *shelf[F]) forget() {
	marks := make([]int64, s.held)
	for i := range s.held {
		marks[i] = s.at(i).used
	}
	slices.Sort(marks)
	oldest := marks[max(1, len(marks)/8)-1]
	s.index.clear()
	kept := int32(0)
	for i := range s.held {
		sl := s.at(i)
		if sl.used <= oldest {
			s.pool.release(&sl.ring)
			s.lost++
			continue
		}
		if kept != i {
			*s.at(kept) = *sl
		}
		s.index.put(sl.key, kept)
		kept++
	}
	s.held = kept
}

func (s *shelf[F]) history(sl *slot[F]) History {
	if sl == nil {
		return History{}
	}
	return History{&s.pool, &sl.ring}
}
