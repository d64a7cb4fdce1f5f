package teach

import (
	"slices"

	"github.com/tillproof/tillproof/internal/detect/habit"
	"github.com/tillproof/tillproof/internal/detect/learn"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// maxKept bounds the rows that a saved state may hold in one list.
const maxKept = 1 << 22

// Walk writes the teacher as a part of another state, or reads it back into a new one of the same options. A
// training that is on its way is waited for.
func (t *Teacher) Walk(p *stream.Tape) {
	t.memory.Walk(p)
	walkModel(p, &t.model)
	p.Flag(&t.begun)
	stream.Word8(p, &t.first)
	stream.Word8(p, &t.now)
	stream.Word8(p, &t.next)
	t.waiting.walk(p)
	t.sample.walk(p)
	t.heard.walk(p)
	for i := range p.Count(len(t.record), maxLessons) {
		if p.Err() != nil {
			return
		}
		if p.Reading() {
			t.record = append(t.record, Lesson{})
		}
		t.record[i].walk(p)
	}
	t.walkJob(p)
	if err := Fits(t.model); err != nil {
		p.Break()
		t.model = nil
	}
}

func (t *Teacher) walkJob(p *stream.Tape) {
	busy := t.job != nil
	if p.Flag(&busy); !busy {
		return
	}
	if p.Reading() {
		t.job = &job{done: make(chan struct{})}
		close(t.job.done)
	}
	<-t.job.done
	stream.Word8(p, &t.job.due)
	t.job.lesson.walk(p)
}

func (l *Lesson) walk(p *stream.Tape) {
	stream.Word8(p, &l.At)
	l.Rows = p.Count(l.Rows, maxKept)
	for _, q := range [...]*learn.Quality{&l.Marks.New, &l.Marks.Old} {
		stream.Word8(p, &q.Precision)
		stream.Word8(p, &q.Area)
		q.Frauds, q.Genuine = p.Count(q.Frauds, maxKept), p.Count(q.Genuine, maxKept)
	}
	p.Flag(&l.Taken)
	walkModel(p, &l.Model)
	if Fits(l.Model) != nil {
		p.Break()
		l.Model = nil
	}
}

// walkModel writes a model, or none, by its own bytes.
func walkModel(p *stream.Tape, m **learn.Model) {
	var b []byte
	if !p.Reading() && *m != nil {
		b = (*m).Encode()
	}
	n := p.Count(len(b), learn.MaxModel)
	if p.Reading() {
		b = make([]byte, n)
	}
	for i := range b {
		stream.Octet(p, &b[i])
	}
	if !p.Reading() || n == 0 {
		return
	}
	got, err := learn.Decode(b)
	if err != nil {
		p.Break()
	}
	*m = got
}

func (w *waiting) walk(p *stream.Tape) {
	w.level = p.Count(w.level, maxLevel)
	held := slices.Clone(w.rows[w.gone:])
	held.walk(p)
	if p.Reading() {
		w.rows = held
	}
}

func (s *sample) walk(p *stream.Tape) {
	for c := range s.levels {
		s.levels[c] = p.Count(s.levels[c], maxLevel)
	}
	s.rows.walk(p)
	if p.Reading() {
		for i := range s.rows {
			s.counts[s.rows[i].class()]++
		}
	}
}

func (r *rows) walk(p *stream.Tape) {
	for i := range p.Count(len(*r), maxKept) {
		if p.Err() != nil {
			return
		}
		if p.Reading() {
			*r = append(*r, row{facts: make([]int32, habit.FactCount)})
		}
		x := &(*r)[i]
		stream.Word8(p, &x.at)
		stream.Word8(p, &x.hash)
		stream.Word8(p, &x.chance)
		if stream.Word4(p, &x.weight); x.weight < 1 || x.weight > 1<<maxLevel {
			p.Break()
		}
		p.Flag(&x.fraud)
		p.Flag(&x.hard)
		for f := range x.facts {
			stream.Word4(p, &x.facts[f])
		}
		if i > 0 && x.at < (*r)[i-1].at {
			p.Break()
		}
	}
}

func (h *heard) walk(p *stream.Tape) {
	for i := range p.Count(len(h.keys), heardKept) {
		if p.Err() != nil {
			return
		}
		if p.Reading() {
			h.keys = append(h.keys, 0)
		}
		stream.Word8(p, &h.keys[i])
	}
	h.next = p.Count(h.next, heardKept-1)
	if p.Reading() {
		h.all = map[uint64]bool{}
		for _, key := range h.keys {
			h.all[key] = true
		}
	}
}
