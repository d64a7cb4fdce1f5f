package habit

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// Options say how much is remembered.
type Options struct {
	// Delay is after how many seconds a row that nobody called fraud counts as genuine so far.
	Delay int64
	// Cards, Terminals and Places are how many keys of a kind are kept; 0: a million cards, half a million
	// terminals, a hundred thousand merchants and as many categories.
	Cards, Terminals, Places int
}

// The most keys that are kept where the options do not say.
const (
	MaxCards     = 1_000_000
	MaxTerminals = 500_000
	MaxPlaces    = 100_000
	maxMoneys    = 16 // currencies whose mean amount is kept apart; all others share one
)

// Memory is what has been learned about every card, terminal, merchant and category.
type Memory struct {
	opts       Options
	cards      *table[card]
	terminals  *table[terminal]
	merchants  *table[place]
	categories *table[place]
	world      world
	surprise   surprise
	last       View
}

// world is what holds for all rows together.
type world struct {
	moneys [maxMoneys]money
	hours  byHour
	rows   uint64
	frauds uint64 // confirmed
	plain  uint64 // of them those of a usual amount
}

type money struct {
	currency tillproof.Currency
	used     bool
	mean     meanAmount
}

// meanAmount is a mean over everything so far that never forgets faster than a million rows.
type meanAmount struct{ sum, n int64 }

func (m *meanAmount) add(x int64) {
	if m.n >= 1_000_000 {
		m.sum, m.n = m.sum/2, m.n/2
	}
	m.sum += x
	m.n++
}

func (m *meanAmount) value() int64 {
	if m.n == 0 {
		return 0
	}
	return m.sum / m.n
}

// byHour counts rows by hour.
type byHour [24]uint32

func (h *byHour) add(hour int) {
	if h[hour] >= 1<<30 {
		for i := range h {
			h[i] /= 2
		}
	}
	h[hour]++
}

// New is an empty memory.
func New(o Options) *Memory {
	o.Cards, o.Terminals, o.Places = orElse(o.Cards, MaxCards), orElse(o.Terminals, MaxTerminals),
		orElse(o.Places, MaxPlaces)
	return &Memory{
		opts: o, cards: newTable[card](o.Cards), terminals: newTable[terminal](o.Terminals),
		merchants: newTable[place](o.Places), categories: newTable[place](o.Places),
	}
}

func orElse(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}

// row is a transaction as the memories take it.
type row struct {
	now      moment
	amount   int64
	log      int32
	usual    int64 // of its card
	hour     int   // -1 where no time of day is known
	entry    uint8
	category uint32
	currency tillproof.Currency
	declined bool
	counts   bool // it is a purchase, done or tried
}

func rowOf(t *stream.Txn) row {
	x := row{
		now: momentOf(t.At), amount: max(0, min(t.Amount, maxAmount)), hour: -1,
		entry: uint8(t.Entry) & 7, category: short(t.Category), currency: t.Currency,
		declined: t.Status == tillproof.Declined,
	}
	x.log = log2(x.amount)
	if t.Timed {
		x.hour = t.At.SecondOfDay() / 3600
	}
	switch t.Kind {
	case tillproof.NoKind, tillproof.Sale, tillproof.PreAuth, tillproof.Completion:
		x.counts = !t.Undone && t.Status != tillproof.Cancelled && t.Status != tillproof.Neutral
	}
	return x
}

// Observe gives what is known about a transaction, then learns from it. The vector holds until the next call.
func (m *Memory) Observe(t *stream.Txn) *Vector {
	m.Look(t, &m.last)
	return &m.last.Vector
}

// Look is Observe for a view of the caller's own, which may have been used before.
func (m *Memory) Look(t *stream.Txn, view *View) {
	v, b, x := &view.Vector, &view.before, rowOf(t)
	for i := range v {
		v[i] = Missing
	}
	everybody := m.money(t.Currency)
	b.everybody, view.delay = everybody.n, m.opts.Delay
	m.rowFacts(v, t, &x)
	x.usual = max(1, everybody.value())
	if everybody.n == 0 {
		x.usual = max(1, x.amount)
	}
	if t.Currency == m.world.moneys[0].currency {
		v[Amount] = fact(x.amount)
	} else { // one scale for amounts of all currencies would mean nothing
		v[AmountRatio] = permille(x.amount, x.usual)
	}
	r := cardRow{at: x.now, terminal: short(t.Terminal), declined: x.declined}
	if t.Card != 0 {
		c := m.cards.use(t.Card)
		x.usual = c.mean.pooled(poolRows, x.usual)
		r.ratio = permille(x.amount, x.usual)
		r.fresh = t.Terminal != 0 && c.terminals.fresh(r.terminal)
		m.cardFacts(v, c, &r, &x)
		b.card = *c
		if x.counts {
			c.add(x.now, r, &x)
			if t.Terminal != 0 {
				c.terminals.meet(r.terminal)
			}
			if x.category != 0 {
				c.kinds.meet(x.category)
			}
		}
	} else {
		b.card = card{}
	}
	if t.Terminal != 0 {
		e := m.terminals.use(t.Terminal)
		m.terminalFacts(v, e, &x)
		b.terminal = *e
		if x.counts {
			last := terminalRow{
				card: short(t.Card), ratio: r.ratio, fresh: r.fresh, declined: x.declined,
			}
			e.add(x.now, last, &x)
		}
	} else {
		b.terminal = terminal{}
	}
	m.placeFacts(view, t, &x)
	b.row = x
	if x.counts {
		m.world.learn(everybody, &x)
	}
}

func (w *world) learn(everybody *meanAmount, x *row) {
	w.rows++
	if x.hour >= 0 {
		w.hours.add(x.hour)
	}
	if !x.declined {
		everybody.add(x.amount)
	}
}

// Known is how many purchases have passed, and how many of one card at the most.
func (m *Memory) Known() (rows, ofOneCard int) {
	for i := range m.cards.keys {
		ofOneCard = max(ofOneCard, int(m.cards.slot(int32(i)).count))
	}
	return int(m.world.rows), ofOneCard
}

// money is the mean amount of a currency; currencies beyond the first maxMoneys-1 share the last place.
func (m *Memory) money(c tillproof.Currency) *meanAmount {
	for i := range m.world.moneys {
		e := &m.world.moneys[i]
		if !e.used {
			e.used, e.currency = true, c
		}
		if e.currency == c || i == maxMoneys-1 {
			return &e.mean
		}
	}
	return nil // not reached: the last place takes all
}

// Know files a verdict about a transaction that was observed before. It is to be called once for each
// verdict, at the moment from which it counts.
func (m *Memory) Know(l *stream.Label) {
	x := rowOf(&l.Txn)
	if !x.counts {
		return
	}
	ratio := int32(1000)
	if c := m.cards.find(l.Txn.Card); l.Txn.Card != 0 && c != nil {
		ratio = permille(x.amount, c.mean.pooled(poolRows, max(1, m.money(l.Txn.Currency).value())))
		ratio = c.confirm(x.now, ratio, l.Fraud)
	}
	plain := ratio < high
	if l.Fraud {
		m.world.frauds++
		if plain {
			m.world.plain++
		}
	}
	if t := m.terminals.find(l.Txn.Terminal); l.Txn.Terminal != 0 && t != nil {
		t.confirm(x.now, l.Fraud, plain)
	}
	if p := m.merchants.find(l.Txn.Merchant); l.Txn.Merchant != 0 && p != nil {
		p.frauds += uint32(choice(l.Fraud))
	}
	if p := m.categories.find(l.Txn.Category); l.Txn.Category != 0 && p != nil {
		p.frauds += uint32(choice(l.Fraud))
	}
}
