package detect

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/learn"
	"github.com/tillproof/tillproof/internal/detect/stream"
	"github.com/tillproof/tillproof/internal/detect/teach"
)

// Options say what an engine looks for and how much it remembers.
type Options struct {
	Book     Book
	Policy   tillproof.Policy
	Lateness int64         // seconds by which a row may come after a younger one
	Memory   stream.Limits // zero: stream.DefaultLimits
	Rows     int           // named of one incident; 0: DefaultRows
	Custom   []CustomRule
	Teacher  Teacher // nil: nothing is learned
	// Least is the chance from which on the learned score makes an alarm, and each an incident: whoever gives
	// it ranks them. 0: as the row of the rule says.
	Least int64

	// Verdicts will be told: terminals that abused cards have in common are looked for.
	Verdicts bool

	// Silent says which incidents are found and not shown; nil: none. What the teacher says about their rows
	// is then told for itself.
	Silent func(in *Incident) bool

	// OnDecision hears of each row in the order of the stream. The alarms hold during the call only.
	OnDecision func(Decision)
}

// DefaultRows is how many rows of one incident are named: nobody reads more, the rest is counted.
const DefaultRows = 64

// maxIncidents is how many incidents an engine keeps: nobody reads a longer list, and a file that makes more
// must not fill the memory. The alarms beyond are counted.
const maxIncidents = 1 << 18

// CustomRule is a rule that is not in the book: a user's own.
type CustomRule struct {
	Rule Rule // its ID, version, severity, score and reason; no test
	Test func(l *stream.Look, facts []int32) bool
	Key  func(t *stream.Txn) stream.Key // what its incidents are about
	Gap  int64                          // see Alarm
	Say  func(in *Incident, record func(ref int64) *tillproof.Record) tillproof.Note
	// Innocent is what would explain a hit; no code: nothing is named.
	Innocent tillproof.Note
}

// spoken is the rule's row with its sentence.
func (c *CustomRule) spoken() Rule {
	r := c.Rule
	r.innocent = c.Innocent
	r.say = func(s *story) tillproof.Note { return c.Say(s.in, s.record) }
	return r
}

// Teacher gives a row its learned chance of being fraud, in parts of a thousand million, and hears verdicts.
// It is asked in the order of the stream, and writes or reads itself as a part of the engine's state. From
// NewEngine until Save or End it is the engine's alone: it works on a second processor.
type Teacher interface {
	Next(t *stream.Txn) (facts []int32, chance int64)
	Know(l *stream.Label)
	// Why names the facts that made the chance of the last row high, and says whether they are about its
	// terminal rather than its card.
	Why(facts []int32) (reasons []teach.Reason, terminal bool)
	// Model is what verdicts have taught, nil where a chance says no more than how strange a row is.
	Model() *learn.Model
	Walk(t *stream.Tape)
}

// Decision is what an engine says about one row.
type Decision struct {
	Ref    int64
	Chance int64 // of fraud, in parts of a thousand million; 0 without a teacher
	Alarms []Alarm
}

// Engine looks at a stream of transactions. The same rows give the same answers in one pass, one at a time,
// and with a stop between any two of them.
type Engine struct {
	opts      Options
	house     house
	rules     []*Rule // stream rules whose needs are met
	own       []*CustomRule
	learned   Rule
	queue     stream.Queue
	memory    *stream.Memory
	found     incidents
	suspected suspicions
	relay     *relay  // nil without a teacher
	points    *points // nil without verdicts
	alarms    []Alarm
	rows      []Part // of the alarms of one row
	now       tillproof.LocalTime
	err       error

	// What each row would otherwise have to be given room for.
	next      stream.Txn
	look      look
	alarm     Alarm
	onRow     func(t *stream.Txn)
	onStudied func(t *stream.Txn, o opinion)
}

// NewEngine is an engine at the beginning of a stream.
func NewEngine(opts Options) *Engine {
	if opts.Memory == (stream.Limits{}) {
		opts.Memory = stream.DefaultLimits()
	}
	if opts.Rows == 0 {
		opts.Rows = DefaultRows
	}
	e := &Engine{
		opts: opts, house: newHouse(opts.Policy), queue: stream.Queue{Lateness: opts.Lateness},
		memory: stream.NewMemory(opts.Memory), found: newIncidents(opts.Rows, maxIncidents),
		suspected: newSuspicions(maxSuspicions), now: tillproof.NoTime, learned: Learned(),
	}
	e.onRow, e.onStudied = e.pass, e.hear
	if opts.Teacher != nil {
		least := opts.Least
		if least == 0 {
			least = e.learned.value("least") * (Certain / 1000)
		}
		e.relay = newRelay(opts.Teacher, least)
	}
	if opts.Verdicts {
		e.points = newPoints()
		if e.relay != nil {
			e.relay.pass = func(l *stream.Label) { e.points.labels.push(*l) }
		}
	}
	for i := range opts.Book.Rules {
		if r := &opts.Book.Rules[i]; r.stream != nil && e.house.meets(r) {
			e.rules = append(e.rules, r)
		}
	}
	for i := range opts.Custom {
		c := opts.Custom[i]
		c.Rule = c.spoken()
		e.own = append(e.own, &c)
	}
	return e
}

// Push takes a row of a file. Its decision is heard after no row in time can come before it, at the latest
// when the engine is saved or has come to the end. The error is a *tillproof.Error where amounts leave the
// range of a sum.
func (e *Engine) Push(t stream.Txn) error {
	e.next = t
	e.queue.Push(&e.next, e.onRow)
	return e.err
}

// Know takes a verdict. It is passed on when the stream reaches the moment from which it is known, before the
// rows of that moment; one whose moment has passed is passed on with the next row.
func (e *Engine) Know(l stream.Label) {
	switch {
	case e.relay != nil:
		e.relay.know(&l)
	case e.points != nil:
		e.points.labels.push(l)
	}
}

// End decides about all rows that wait.
func (e *Engine) End() error {
	e.queue.End(e.onRow)
	e.drain()
	return e.err
}

// drain decides about the rows that are on their way through the teacher; those that wait for others to come
// before them go on waiting.
func (e *Engine) drain() {
	if e.relay != nil {
		e.relay.drain(e.onStudied)
	}
}

// Decide answers at once about a row of a live stream, which must come in order of time.
func (e *Engine) Decide(t stream.Txn) (Decision, error) {
	if t.At < e.now {
		e.queue.Late++
	}
	e.next = t
	if e.relay == nil {
		return e.decide(&e.next, opinion{}), e.err
	}
	e.drain()
	return e.decide(&e.next, e.relay.tutor.next(&e.next)), e.err
}

// Incidents are what has been found so far: what rules speak of in the order of the first alarm, then what
// the teacher alone speaks of in the order of time. What the teacher says about a row of which a rule speaks
// is told there, unless that rule is kept silent: silence is the rule's alone.
func (e *Engine) Incidents() []*Incident {
	shown, _ := e.parted()
	return shown
}

// Silenced are the incidents that Options.Silent keeps back.
func (e *Engine) Silenced() []*Incident {
	_, silent := e.parted()
	return silent
}

func (e *Engine) parted() (shown, silent []*Incident) {
	sift := func(all []*Incident) (heard []*Incident) {
		for _, in := range all {
			if e.opts.Silent != nil && e.opts.Silent(in) {
				silent = append(silent, in)
			} else {
				heard = append(heard, in)
			}
		}
		return heard
	}
	shown = speaking(sift(e.found.standing()))
	alone := e.gather(e.suspected.explain(shown, e.found.where))
	return append(shown, sift(alone)...), silent
}

// Late counts the rows that came later than the lateness: they were looked at out of order.
func (e *Engine) Late() int { return e.queue.Late }

// Dropped counts the alarms that came after the book of incidents was full.
func (e *Engine) Dropped() int { return e.found.dropped + e.suspected.dropped }

// Held tells what the memory holds.
func (e *Engine) Held() stream.Held { return e.memory.Held() }

func (e *Engine) pass(t *stream.Txn) {
	if e.relay != nil {
		e.relay.push(t, e.onStudied)
	} else {
		e.hear(t, opinion{})
	}
}

// hear decides about a row and tells it.
func (e *Engine) hear(t *stream.Txn, o opinion) {
	d := e.decide(t, o)
	if e.opts.OnDecision != nil && !t.Aside {
		e.opts.OnDecision(d)
	}
}

func (e *Engine) decide(t *stream.Txn, o opinion) Decision {
	e.now = max(e.now, t.At)
	e.alarms, e.rows = e.alarms[:0], e.rows[:0]
	if e.points != nil {
		e.points.before(e.now, e.common)
	}
	l := &e.look
	l.Look, l.house = e.memory.Look(t), &e.house
	if !t.Aside {
		e.ask(l, o.facts)
	}
	for i := range e.alarms {
		if err := e.found.take(&e.alarms[i], t); err != nil && e.err == nil {
			e.err = err
		}
	}
	if e.points != nil && !t.Aside {
		e.points.visit(t)
	}
	if o.why != nil {
		e.alarms = append(e.alarms, e.suspect(l, o.chance, o.why))
	}
	if sale, ok := e.memory.Add(l.Look); ok {
		e.found.withdraw(sale)
		e.suspected.withdraw(sale)
	}
	return Decision{Ref: t.Ref, Chance: o.chance, Alarms: e.alarms}
}

// ask puts the row to each rule.
func (e *Engine) ask(l *look, facts []int32) {
	a := &e.alarm
	for _, r := range e.rules {
		a.Rule, a.Code, a.Key, a.Gap, a.Facts = r, 0, 0, sharing, [6]int64{}
		if a.Rows = e.rows[len(e.rows):]; r.stream(l, r, a) {
			e.rows = append(e.rows, a.Rows...)
			e.alarms = append(e.alarms, *a)
		}
	}
	for _, c := range e.own {
		if c.Test(l.Look, facts) {
			rows := []Part{{l.Tx.Ref, l.Tx.At, l.Tx.Amount}}
			e.alarms = append(e.alarms, Alarm{Rule: &c.Rule, Key: c.Key(l.Tx), Gap: c.Gap, Rows: rows})
		}
	}
}

// common takes an alarm that a verdict made.
func (e *Engine) common(a *Alarm, t *stream.Txn) {
	if err := e.found.take(a, t); err != nil && e.err == nil {
		e.err = err
	}
}
