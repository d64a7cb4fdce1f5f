package detect

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// tutor asks the teacher about rows in the order of the stream and hands it each verdict when it is known. It
// shares nothing with the rules, so that it may run ahead of them on a second processor.
type tutor struct {
	teacher Teacher
	labels  labels
	now     tillproof.LocalTime
}

// next gives the facts of a row, which hold until the next call, and its chance of being fraud.
func (u *tutor) next(t *stream.Txn) (facts []int32, chance int64) {
	u.now = max(u.now, t.At)
	for len(u.labels) > 0 && u.labels[0].Known <= u.now {
		l := u.labels.pop()
		u.teacher.Know(&l)
	}
	if t.Aside {
		return nil, 0
	}
	return u.teacher.Next(t)
}

// batchRows is how many rows go to the tutor at once: a millisecond's work, so that handing over costs
// nothing.
const batchRows = 1024

// batch is rows on their way through the tutor, and what it said about them.
type batch struct {
	rows   []stream.Txn
	labels []placedLabel
	facts  []int32
	ends   []int32 // of each row, where its facts end
	chance []int64
}

// placedLabel is a verdict that came before the row of that place.
type placedLabel struct {
	row   int
	label stream.Label
}

func (b *batch) clear() {
	b.rows, b.labels = b.rows[:0], b.labels[:0]
	b.facts, b.ends, b.chance = b.facts[:0], b.ends[:0], b.chance[:0]
}

// study goes through a batch.
func (u *tutor) study(b *batch) {
	next := 0
	hear := func(row int) {
		for ; next < len(b.labels) && b.labels[next].row <= row; next++ {
			u.labels.push(b.labels[next].label)
		}
	}
	for i := range b.rows {
		hear(i)
		facts, chance := u.next(&b.rows[i])
		b.facts = append(b.facts, facts...)
		b.ends = append(b.ends, int32(len(b.facts)))
		b.chance = append(b.chance, chance)
	}
	hear(len(b.rows))
}

// of gives what the tutor said about a row of the batch.
func (b *batch) of(i int) (facts []int32, chance int64) {
	from := int32(0)
	if i > 0 {
		from = b.ends[i-1]
	}
	return b.facts[from:b.ends[i]], b.chance[i]
}

// relay lets the tutor and the rules work at the same time: while the rules look at one batch, the tutor goes
// through the next. What they say does not depend on where batches end.
type relay struct {
	size    int // rows of a batch
	tutor   tutor
	filling *batch
	studied *batch        // being gone through, or ready for the rules
	done    chan struct{} // closed when studied is ready
}

func newRelay(t Teacher) *relay {
	r := &relay{
		size: batchRows, tutor: tutor{teacher: t, now: tillproof.NoTime},
		filling: &batch{}, studied: &batch{}, done: make(chan struct{}),
	}
	close(r.done)
	return r
}

func (r *relay) know(l *stream.Label) {
	r.filling.labels = append(r.filling.labels, placedLabel{len(r.filling.rows), *l})
}

// push takes a row, and at the end of a batch has the one before it decided.
func (r *relay) push(t *stream.Txn, decide func(t *stream.Txn, facts []int32, chance int64)) {
	r.filling.rows = append(r.filling.rows, *t)
	if len(r.filling.rows) < r.size {
		return
	}
	ready := r.turn()
	ready.decided(decide)
}

// turn gives the filling batch to the tutor and answers the one that is ready, which is filled next.
func (r *relay) turn() *batch {
	<-r.done
	ready := r.studied
	r.studied, r.filling = r.filling, ready
	done := make(chan struct{})
	r.done = done
	go func(b *batch) {
		r.tutor.study(b)
		close(done)
	}(r.studied)
	return ready
}

func (b *batch) decided(decide func(t *stream.Txn, facts []int32, chance int64)) {
	for i := range b.rows {
		facts, chance := b.of(i)
		decide(&b.rows[i], facts, chance)
	}
	b.clear()
}

// drain has all rows decided that are on their way.
func (r *relay) drain(decide func(t *stream.Txn, facts []int32, chance int64)) {
	<-r.done
	for len(r.studied.rows)+len(r.filling.rows)+len(r.filling.labels) > 0 {
		r.turn().decided(decide)
		<-r.done
	}
}
