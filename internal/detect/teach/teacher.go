package teach

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/habit"
	"github.com/tillproof/tillproof/internal/detect/learn"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

const (
	hour = 3600
	day  = 24 * hour
	week = 7 * day
)

// Options say how a teacher learns. Zero values are the defaults.
type Options struct {
	// Delay is how many seconds after its transaction a verdict is known at the latest. A row that nobody
	// called fraud by then counts as genuine so far. 0: a week.
	Delay int64
	// Model is asked from the first row on. Nil: rows are ranked by how strange they are until there is one.
	Model *learn.Model
	// Fixed keeps the model as it is: nothing is sampled or trained.
	Fixed bool
	// Params of the training; zero: learn.DefaultParams. Workers is how many processors it may use.
	Params  learn.Params
	Workers int
	Habit   habit.Options // its Delay is set from Delay
	Room    Room
}

// Room is how many rows are kept to learn from: each takes about 450 bytes. The defaults take 110 MB.
type Room struct {
	Waiting int // for their verdict
	Frauds  int
	Hard    int // genuine rows that were thought to be fraud with a chance of 1 % or more
	Easy    int // all other genuine rows
}

func (r Room) orDefault() Room {
	if r == (Room{}) {
		return Room{Waiting: 1 << 17, Frauds: 30_000, Hard: 30_000, Easy: 60_000}
	}
	return r
}

// Teacher gives each transaction the chance that it is fraud, and learns from the verdicts. It is asked in
// the order of the stream and is not safe for use by several goroutines.
type Teacher struct {
	opts    Options
	memory  *habit.Memory
	model   *learn.Model
	waiting waiting
	sample  sample
	heard   heard

	begun  bool
	first  tillproof.LocalTime // of the first row
	now    tillproof.LocalTime
	next   tillproof.LocalTime // when to think of training again
	job    *job
	record []Lesson
	page   Page // of Next and Know
}

// New is a teacher at the beginning of a stream. The error is a *tillproof.Error where the model was made for
// other facts.
func New(o Options) (*Teacher, error) {
	if o.Delay == 0 {
		o.Delay = week
	}
	if o.Params == (learn.Params{}) {
		o.Params = learn.DefaultParams()
	}
	o.Params.Workers = max(1, o.Workers)
	o.Habit.Delay = o.Delay
	o.Room = o.Room.orDefault()
	if err := Fits(o.Model); err != nil {
		return nil, err
	}
	return &Teacher{opts: o, memory: habit.New(o.Habit), model: o.Model}, nil
}

// Next gives the facts of a transaction, which hold until the next call, and the chance that it is fraud in
// parts of a thousand million.
func (t *Teacher) Next(x *stream.Txn) (facts []int32, chance int64) {
	t.Look(&t.page, x)
	t.Judge(&t.page, func(_ int, c int64) { chance = c })
	return t.page.Facts(0), chance
}

// hardChance is from where on a genuine row is worth more than others as a lesson.
const hardChance = 10_000_000

// Know takes a verdict at the moment from which it counts. One that was heard before changes nothing.
func (t *Teacher) Know(l *stream.Label) {
	t.Hear(&t.page, l)
	t.Judge(&t.page, func(int, int64) {})
}

// Model is the one that is asked now, nil where there is none yet.
func (t *Teacher) Model() *learn.Model { return t.model }

// Lack is what a teacher without a model is short of.
type Lack struct {
	Rows      int // that have passed
	OfOneCard int // the most of one card
	Frauds    int // known by now that a training could learn from: it takes LeastFrauds
	Held      int // later ones to judge by: it takes LeastHeld
	Trained   int // trainings, none of whose models ranked better than strangeness alone
}

// Lack says what was missing for a model, or false where there is one.
func (t *Teacher) Lack() (Lack, bool) {
	if t.model != nil {
		return Lack{}, false
	}
	past, held := t.lessons(t.now)
	l := Lack{Frauds: past.frauds(), Held: held.frauds(), Trained: len(t.record)}
	l.Rows, l.OfOneCard = t.memory.Known()
	return l, true
}

// goOn brings the teacher to a moment: rows whose time is over become lessons, and when it is due a model is
// trained and, a while later, taken over.
func (t *Teacher) goOn(now tillproof.LocalTime) {
	if !t.begun {
		t.begun, t.first, t.now, t.next = true, now, now, now+tillproof.LocalTime(t.opts.Delay)+day
	}
	t.now = max(t.now, now)
	for t.waiting.len() > 0 && t.waiting.oldest().at+tillproof.LocalTime(t.opts.Delay) <= now {
		free := t.sample.add(t.waiting.take(), t.opts.Room)
		if t.job == nil { // a training may still read them
			t.waiting.free = append(t.waiting.free, free...)
		}
	}
	if t.job != nil && now >= t.job.due {
		t.takeOver()
	}
	if t.job == nil && now >= t.next {
		t.train(now)
	}
}
