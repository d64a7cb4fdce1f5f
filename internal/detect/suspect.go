package detect

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
	"github.com/tillproof/tillproof/internal/detect/teach"
)

// What the teacher says about rows is kept row by row and becomes incidents when somebody asks for them: only
// then is it known which rows a rule speaks of, and which cards were suspected one after the other.

// maxSuspicions is how many rows an engine keeps of which the teacher spoke: twice as many as incidents, as
// most stand alone. Those beyond are counted.
const maxSuspicions = 2 * maxIncidents

// suspicion is a row that the teacher holds to be likely fraud, or strange.
type suspicion struct {
	Part
	currency tillproof.Currency
	chance   int64
	why      []teach.Reason
	card     stream.Key
	terminal stream.Key
	prior    int       // rows of its card that came before, as many as are remembered
	by       *Incident // the strongest that took the row when it came, nil where no rule spoke

	ofTerminal bool // the reasons are more about the terminal than about the card
	strange    bool // nothing had been learned: the row is only unlike others
	timed      bool
	gone       bool // the sale was undone
}

// suspicions are those of a stream.
type suspicions struct {
	all     []suspicion
	limit   int
	at      map[int64]int32 // by the row
	dropped int
}

func newSuspicions(limit int) suspicions {
	return suspicions{limit: limit, at: map[int64]int32{}}
}

func (b *suspicions) add(s suspicion) {
	if len(b.all) >= b.limit {
		b.dropped++
		return
	}
	b.at[s.Ref] = int32(len(b.all))
	b.all = append(b.all, s)
}

// withdraw forgets about a sale that was undone.
func (b *suspicions) withdraw(ref int64) {
	if i, ok := b.at[ref]; ok {
		b.all[i].gone = true
		delete(b.at, ref)
	}
}

// suspect keeps what the teacher says about a row, and with it the incident of a rule that took it.
func (e *Engine) suspect(l *look, chance int64, w *why) Alarm {
	t := l.Tx
	s := suspicion{
		Part: l.itself(), currency: t.Currency, chance: chance, why: w.reasons, card: t.Card,
		terminal: t.Terminal, prior: l.Card.Len(), strange: w.strange, timed: t.Timed && t.At.Known(),
		ofTerminal: w.terminal && t.Terminal != 0 || t.Card == 0,
	}
	for i := range e.alarms {
		in := e.found.open[subject{e.alarms[i].Rule, e.alarms[i].Key}]
		if in != nil && in.has(t.Ref) && (s.by == nil || in.Rule.Score > s.by.Rule.Score) {
			s.by = in
		}
	}
	e.suspected.add(s)
	return Alarm{
		Rule: &e.learned, Code: s.code(), Key: s.subject().key, Gap: e.learned.value("gap"),
		Rows: []Part{s.Part}, Chance: chance, Why: w.reasons,
	}
}

// code is the place of its sentence.
func (s *suspicion) code() int {
	code := learnedOfCard
	if s.ofTerminal {
		code = learnedOfTerminal
	}
	if s.strange {
		code += strangeForTerminal
	}
	return code
}

// about is what suspicions are gathered by.
type about struct {
	key      stream.Key
	currency tillproof.Currency
}

func (s *suspicion) subject() about {
	if s.ofTerminal {
		return about{stream.KeyWith(s.terminal, 2), s.currency}
	}
	return about{stream.KeyWith(s.card, 1), s.currency}
}

// explain gives each suspicion of a row to the incident that speaks of it, the strongest where several do,
// and answers those of which no rule speaks. The incidents that learn something are copies.
func (b *suspicions) explain(standing []*Incident, named map[int64][]*Incident) []suspicion {
	place := make(map[*Incident]int, len(standing))
	for i, in := range standing {
		place[in] = i
	}
	var left []suspicion
	for i := range b.all {
		s := &b.all[i]
		if s.gone {
			continue
		}
		best := -1
		consider := func(in *Incident) {
			at, ok := place[in]
			if ok && (best < 0 || cmp.Or(
				cmp.Compare(in.Rule.Score, standing[best].Rule.Score), cmp.Compare(best, at)) > 0) {
				best = at
			}
		}
		consider(s.by)
		for _, in := range named[s.Ref] {
			consider(in)
		}
		if best < 0 {
			left = append(left, *s)
			continue
		}
		if _, original := place[standing[best]]; original {
			in := *standing[best]
			standing[best] = &in
		}
		standing[best].learn(s)
	}
	return left
}

// learn adds what the teacher says about a row of the incident: the row with the highest chance speaks.
func (in *Incident) learn(s *suspicion) {
	if s.chance > in.Chance {
		in.Chance, in.Why = s.chance, s.why
	}
	expected, err := tillproof.AddMinor(in.expected, expectedOf(s.Amount, s.chance))
	if in.expected = expected; err != nil || expected > in.Sum { // a refused row has no money in it
		in.expected = in.Sum
	}
}

// crowds finds the terminals at which several cards were suspected, one soon after the other: whoever has the
// terminal in hand is behind that, not each of the cards. These suspicions are the terminal's. It answers for
// each how many cards its crowd has, as far as they are counted; 0 where there is none.
func (r *Rule) crowds(all []suspicion) []int64 {
	sizes := make([]int64, len(all))
	last := map[about][]int{} // the run of suspicions that a terminal's next one may join
	finish := func(run []int) {
		size := r.cardsOf(all, run)
		if size < r.value("cards") {
			return
		}
		for _, i := range run {
			sizes[i], all[i].ofTerminal = size, true
		}
	}
	for i := range all {
		s := &all[i]
		if s.terminal == 0 || s.card == 0 || !s.timed {
			continue
		}
		at := about{s.terminal, s.currency}
		run := last[at]
		if len(run) > 0 && s.At-all[run[len(run)-1]].At > r.span("window") {
			finish(run)
			run = nil
		}
		last[at] = append(run, i)
	}
	for _, run := range last { // in any order: they have no row in common
		finish(run)
	}
	return sizes
}

// cardsOf counts the cards of a run of suspicions, not beyond the number that is a crowd for certain.
func (r *Rule) cardsOf(all []suspicion, run []int) int64 {
	var cards []stream.Key
	for _, i := range run {
		if !slices.Contains(cards, all[i].card) && int64(len(cards)) < r.value("many") {
			cards = append(cards, all[i].card)
		}
	}
	return int64(len(cards))
}

// crowd is suspicions that become one incident.
type crowd struct {
	in      *Incident
	told    *suspicion // the one that speaks: of the highest chance
	telling bool       // enough is known to tell it
}

// gather makes incidents of the suspicions of which no rule speaks. Where nothing has been learned and nobody
// asked for more, only what is extreme becomes one: see tells.
func (e *Engine) gather(left []suspicion) []*Incident {
	r := &e.learned
	slices.SortStableFunc(left, func(a, b suspicion) int { return cmp.Compare(a.At, b.At) })
	sizes := r.crowds(left)
	var all []*crowd
	open := map[about]*crowd{}
	for i := range left {
		s := &left[i]
		c := open[s.subject()]
		if c == nil || !c.takes(s, r.value("gap")) {
			c = &crowd{in: &Incident{
				Rule: r, Key: s.subject().key, Currency: s.currency, Gap: r.value("gap"), First: s.At,
				Last: s.At,
			}}
			all, open[s.subject()] = append(all, c), c
		}
		c.add(s, e.found.rows)
		c.telling = c.telling || e.tells(s, sizes[i])
	}
	var told []*Incident
	for _, c := range all {
		if c.telling {
			c.in.Code = c.told.code()
			told = append(told, c.in)
		}
	}
	return told
}

// tells reports a suspicion that is worth an incident of its own, one of a crowd of so many cards. How
// strange a row is says little of a card that was hardly seen before: of many cards that come once or twice,
// one pays most. Nor do a few strange rows in a busy hour of a terminal.
func (e *Engine) tells(s *suspicion, crowd int64) bool {
	r := &e.learned
	return !s.strange || e.opts.Least != 0 || crowd >= r.value("many") ||
		s.chance >= r.value("strange")*(Certain/1000) && int64(s.prior) >= r.value("known")
}

// takes reports whether a suspicion belongs to the crowd: it comes soon enough, and its money fits.
func (c *crowd) takes(s *suspicion, gap int64) bool {
	_, err := tillproof.AddMinor(c.in.Sum, s.Amount)
	return err == nil && c.in.Last.Known() && int64(s.At-c.in.Last) <= gap
}

func (c *crowd) add(s *suspicion, named int) {
	in := c.in
	in.Sum, in.Count, in.Last, in.lastRef = in.Sum+s.Amount, in.Count+1, s.At, s.Ref
	if len(in.Parts) < named {
		in.Parts = append(in.Parts, s.Part)
	}
	if c.told == nil || s.chance > c.told.chance {
		c.told = s
	}
	in.learn(s)
}
