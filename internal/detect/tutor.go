package detect

import (
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
	"github.com/tillproof/tillproof/internal/detect/teach"
)

// tutor asks the teacher about rows in the order of the stream and hands it each verdict when it is known. It
// shares nothing with the rules, so that it may run ahead of them on a second processor.
type tutor struct {
	teacher Teacher
	halves  *teach.Teacher // the teacher, where it works in two halves
	least   int64          // chance from which on it is asked why
	labels  labels
	now     tillproof.LocalTime
}

// opinion is what the teacher says about a row.
type opinion struct {
	facts  []int32 // they hold until it is asked again
	chance int64
	why    *why // nil where the chance is low
}

// hear passes on what is known when a row comes.
func (u *tutor) hear(t *stream.Txn, know func(*stream.Label)) {
	u.now = max(u.now, t.At)
	for len(u.labels) > 0 && u.labels[0].Known <= u.now {
		l := u.labels.pop()
		know(&l)
	}
}

// next asks about a row.
func (u *tutor) next(t *stream.Txn) opinion {
	u.hear(t, u.teacher.Know)
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

// batch is rows on their way through the tutor, and what it said about them.
type batch struct {
	rows   []stream.Txn
	labels []placedLabel
	said   []opinion
	page   teach.Page
	places [teach.PageRows]int32 // in the batch, of the rows of the page
	looked chan struct{}         // closed when the next batch may be looked at
	done   chan struct{}         // closed when the rules may hear what was said
}

// placedLabel is a verdict that came before the row of that place.
type placedLabel struct {
	row   int
	label stream.Label
}

func (b *batch) isEmpty() bool { return len(b.rows)+len(b.labels) == 0 }

// look is the first half of the work on a batch: the facts of its rows, where the teacher works in halves,
// else all of it.
func (u *tutor) look(b *batch) {
	next := 0
	arrive := func(row int) {
		for ; next < len(b.labels) && b.labels[next].row <= row; next++ {
			u.labels.push(b.labels[next].label)
		}
	}
	know := func(l *stream.Label) { u.halves.Hear(&b.page, l) }
	b.said = append(b.said[:0], make([]opinion, len(b.rows))...)
	n := 0
	for i := range b.rows {
		arrive(i)
		t := &b.rows[i]
		if u.halves == nil {
			o := u.next(t)
			o.facts = slices.Clone(o.facts)
			b.said[i] = o
			continue
		}
		if u.hear(t, know); !t.Aside {
			u.halves.Look(&b.page, t)
			b.places[n] = int32(i)
			n++
		}
	}
	arrive(len(b.rows))
}

// judge is the second half.
func (u *tutor) judge(b *batch) {
	if u.halves == nil {
		return
	}
	u.halves.Judge(&b.page, func(row int, chance int64) {
		o := &b.said[b.places[row]]
		if o.facts, o.chance = b.page.Facts(row), chance; chance >= u.least {
			o.why = &why{strange: u.halves.Model() == nil}
			o.why.reasons, o.why.terminal = u.halves.WhyOf(&b.page, row)
		}
	})
}

// relay lets the two halves of the tutor and the rules work at the same time: while the rules look at one
// batch, the tutor judges the next and takes the facts of the one after. What they say does not depend on
// where batches end.
type relay struct {
	size    int // rows of a batch
	tutor   tutor
	filling *batch
	under   []*batch // on their way through the tutor, the oldest first
	free    []*batch
	pass    func(l *stream.Label) // hears each verdict when the rules have come to where it was told; or nil
}

// ahead is how many batches are on their way while the rules look at one: one in each half.
const ahead = 2

func newRelay(t Teacher, least int64) *relay {
	r := &relay{
		size:  teach.PageRows,
		tutor: tutor{teacher: t, least: least, now: tillproof.NoTime}, filling: &batch{},
	}
	r.tutor.halves, _ = t.(*teach.Teacher)
	return r
}

func (r *relay) know(l *stream.Label) {
	r.filling.labels = append(r.filling.labels, placedLabel{len(r.filling.rows), *l})
}

// push takes a row, and at the end of a batch has an earlier one decided.
func (r *relay) push(t *stream.Txn, decide func(t *stream.Txn, o opinion)) {
	r.filling.rows = append(r.filling.rows, *t)
	if len(r.filling.rows) < r.size {
		return
	}
	if r.send(); len(r.under) > ahead {
		r.decide(decide)
	}
}

// send gives the filling batch to the tutor.
func (r *relay) send() {
	b := r.filling
	b.looked, b.done = make(chan struct{}), make(chan struct{})
	var last *batch
	if n := len(r.under); n > 0 {
		last = r.under[n-1]
	}
	r.under = append(r.under, b)
	r.tutor.send(b, last)
	if n := len(r.free); n > 0 {
		r.filling, r.free = r.free[n-1], r.free[:n-1]
	} else {
		r.filling = &batch{}
	}
}

// send has a batch worked on, each half when the batch before is through it.
func (u *tutor) send(b, last *batch) {
	var looked, done chan struct{}
	if last != nil {
		looked, done = last.looked, last.done
	}
	go func() {
		if looked != nil {
			<-looked
		}
		u.look(b)
		close(b.looked)
		if done != nil {
			<-done
		}
		u.judge(b)
		close(b.done)
	}()
}

// decide has the oldest batch decided.
func (r *relay) decide(decide func(t *stream.Txn, o opinion)) {
	b := r.under[0]
	r.under = append(r.under[:0], r.under[1:]...)
	<-b.done
	next := 0
	pass := func(row int) {
		for ; next < len(b.labels) && b.labels[next].row <= row; next++ {
			if r.pass != nil {
				r.pass(&b.labels[next].label)
			}
		}
	}
	for i := range b.rows {
		pass(i)
		decide(&b.rows[i], b.said[i])
	}
	pass(len(b.rows))
	b.rows, b.labels = b.rows[:0], b.labels[:0]
	r.free = append(r.free, b)
}

// drain has all rows decided that are on their way.
func (r *relay) drain(decide func(t *stream.Txn, o opinion)) {
	for !r.filling.isEmpty() || len(r.under) > 0 {
		if !r.filling.isEmpty() {
			r.send()
		}
		r.decide(decide)
	}
}
