package detect

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// tutor asks the teacher about rows in the order of the stream and hands it each verdict when it is known. It
// shares nothing with the rules, so that it may run ahead of them on a second processor.
type tutor struct {
	teacher Teacher
	least   int64 // chance from which on it is asked why
	labels  labels
	now     tillproof.LocalTime
}

// opinion is what the teacher says about a row.
type opinion struct {
	facts  []int32 // they hold until it is asked again
	chance int64
	why    *why // nil where the chance is low
}

// next asks about a row.
func (u *tutor) next(t *stream.Txn) opinion {
	u.now = max(u.now, t.At)
	for len(u.labels) > 0 && u.labels[0].Known <= u.now {
		l := u.labels.pop()
		u.teacher.Know(&l)
	}
	var o opinion
	if t.Aside {
		return o
	}
	if o.facts, o.chance = u.teacher.Next(t); o.chance >= u.least {
		o.why = &why{strange: u.teacher.Model() == nil}
		o.why.reasons, o.why.terminal = u.teacher.Why(o.facts)
	}
	return o
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
	why    []*why
}

// placedLabel is a verdict that came before the row of that place.
type placedLabel struct {
	row   int
	label stream.Label
}

func (b *batch) clear() {
	b.rows, b.labels = b.rows[:0], b.labels[:0]
	b.facts, b.ends, b.chance, b.why = b.facts[:0], b.ends[:0], b.chance[:0], b.why[:0]
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
		o := u.next(&b.rows[i])
		b.facts = append(b.facts, o.facts...)
		b.ends = append(b.ends, int32(len(b.facts)))
		b.chance, b.why = append(b.chance, o.chance), append(b.why, o.why)
	}
	hear(len(b.rows))
}

// of gives what the tutor said about a row of the batch.
func (b *batch) of(i int) opinion {
	from := int32(0)
	if i > 0 {
		from = b.ends[i-1]
	}
	return opinion{b.facts[from:b.ends[i]], b.chance[i], b.why[i]}
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

func newRelay(t Teacher, least int64) *relay {
	r := &relay{
		size: batchRows, tutor: tutor{teacher: t, least: least, now: tillproof.NoTime},
		filling: &batch{}, studied: &batch{}, done: make(chan struct{}),
	}
	close(r.done)
	return r
}

func (r *relay) know(l *stream.Label) {
	r.filling.labels = append(r.filling.labels, placedLabel{len(r.filling.rows), *l})
}

// push takes a row, and at the end of a batch has the one before it decided.
func (r *relay) push(t *stream.Txn, decide func(t *stream.Txn, o opinion)) {
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

func (b *batch) decided(decide func(t *stream.Txn, o opinion)) {
	for i := range b.rows {
		decide(&b.rows[i], b.of(i))
	}
	b.clear()
}

// drain has all rows decided that are on their way.
func (r *relay) drain(decide func(t *stream.Txn, o opinion)) {
	<-r.done
	for len(r.studied.rows)+len(r.filling.rows)+len(r.filling.labels) > 0 {
		r.turn().decided(decide)
		<-r.done
	}
}
