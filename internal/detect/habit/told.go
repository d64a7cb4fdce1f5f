package habit

import (
	"math"
	"math/bits"
	"slices"
)

// The facts of a vector are made for trees: everybody is mixed into what is known of a key, and what is long
// ago fades. A person who reads a finding counts in the file. So a fact is told by what can be counted, as
// it stood before the row, and not at all where nothing can.

// Told is what can be counted for a fact.
type Told struct {
	Fact  int32 // that is told, which may be another one: what several facts say is told once
	Value int32
	Of    int32 // out of how many rows
	Usual int64 // their average, in minor units
}

// View is what is known about one row just before it is added: its facts, and what they are told by.
type View struct {
	Vector Vector
	before before
	delay  int64
}

// before is what was known just before a row.
type before struct {
	row                row
	card               card
	terminal           terminal
	merchant, category place
	everybody          int64 // rows of its currency
}

// An amount or a pace is about usual, and no reason, between these parts of a thousand.
const (
	usualFrom = 800
	usualTo   = 1250
)

// leastSeen is from how many rows on it is told how many of them fell into an hour, or were read in a way.
const leastSeen = 10

// toldAs says which facts are told as another one.
var toldAs = map[int]int{
	CardUsual: CardRatio, TerminalUsual: TerminalRatio,

	CardRaised1d: CardHigh14d, CardRaised3d: CardHigh14d, CardRaised7d: CardHigh14d,
	CardRaised14d: CardHigh14d, CardHigh3d: CardHigh14d, CardHigh7d: CardHigh14d,
	CardVeryHigh7d: CardHigh14d, CardVeryHigh14d: CardHigh14d, CardHighShare14d: CardHigh14d,
	CardHighPending: CardHigh14d, CardHighCleared: CardHigh14d, CardSinceHigh: CardHigh14d,
	CardSinceFirstHigh: CardHigh14d, CardFirstHighDays: CardHigh14d,

	CardHighFraud: CardFrauds30d, CardFrauds16d: CardFrauds30d, CardHighFrauds30d: CardFrauds30d,
	CardPlainFrauds30d: CardFrauds30d,

	TerminalFrauds8d: TerminalFraudShare30d, TerminalFrauds14d: TerminalFraudShare30d,
	TerminalFrauds30d: TerminalFraudShare30d, TerminalPlain14d: TerminalFraudShare30d,
	TerminalPlain30d: TerminalFraudShare30d, TerminalFraudShare14d: TerminalFraudShare30d,
	TerminalFraudShare: TerminalFraudShare30d, TerminalStreak: TerminalFraudShare30d,
	TerminalStreakAge: TerminalFraudShare30d, TerminalStreakDays: TerminalFraudShare30d,
	TerminalBeforeStreak: TerminalFraudShare30d, TerminalGoodSince: TerminalFraudShare30d,
	TerminalSincePlain: TerminalFraudShare30d, TerminalOdds: TerminalFraudShare30d,
	TerminalOddsGain: TerminalFraudShare30d, TerminalOddsRate: TerminalFraudShare30d,
	TerminalOddsAge: TerminalFraudShare30d, TerminalOddsFrauds: TerminalFraudShare30d,
	TerminalOddsShare: TerminalFraudShare30d,
}

// Tell is what can be told about a fact. It is not ok where the data does not show the fact, where what it
// shows is about usual, and where only a guess could be told.
func (v *View) Tell(f int) (told Told, ok bool) {
	if v.Vector[f] == Missing {
		return told, false
	}
	if as, other := toldAs[f]; other {
		f = as
	}
	told = Told{Fact: int32(f), Value: v.Vector[f]}
	if teller := tellers[f]; teller != nil {
		ok = teller(v, &told)
		return told, ok
	}
	return told, v.Vector[f] != Missing && (Facts[f].Unit != Count || v.Vector[f] > 0)
}

// tell says what can be told of a fact in place of its value, or not ok.
type tell func(v *View, t *Told) (ok bool)

// tellers are the facts that are not told as they stand.
var tellers = map[int]tell{
	Amount: func(v *View, t *Told) bool { return t.Value < math.MaxInt32 },
	AmountRatio: func(v *View, t *Told) bool {
		return v.before.everybody >= leastRows && unusual(t.Value)
	},

	CardRatio: tellCardRatio, CardOverLargest: tellLargest, CardPace: tellCardPace,
	CardSteps: tellSteps(func(b *before) *spread { return &b.card.logs }),
	CardRows:  tellValue, CardSpent3h: tellSpent(CardRows3h), CardSpent1d: tellSpent(CardRows1d),
	CardHigh14d: tellHighs, CardFrauds30d: tellCardFrauds, CardNewShare: tellCardNew,
	CardNewTerminal: tellNew(func(c *card) *known { return &c.terminals }),
	CardNewKind:     tellNew(func(c *card) *known { return &c.kinds }),
	CardHourShare: tellShare(func(b *before) ([]uint8, int, uint32) {
		return b.card.hours[:], b.row.hour / 3, b.card.count
	}),
	CardEntryShare: tellShare(func(b *before) ([]uint8, int, uint32) {
		return b.card.entries[:], int(b.row.entry), b.card.count
	}),
	CardGood: tellNothing,

	TerminalRatio: tellRatio(func(b *before) *total { return &b.terminal.paid }),
	TerminalRows:  tellValue, TerminalPace: tellTerminalPace, TerminalCards: tellCards,
	TerminalRows1d: tellRows(1), TerminalRows7d: tellRows(7), TerminalRows30d: tellRows(30),
	TerminalHighShare:    tellLast(func(t *terminal) uint16 { return t.highs }),
	TerminalSmallShare:   tellLast(func(t *terminal) uint16 { return t.smalls }),
	TerminalDeclineShare: tellLast(func(t *terminal) uint16 { return t.denied }),
	TerminalNewShare:     tellLast(func(t *terminal) uint16 { return t.fresh }),
	TerminalHourShare: tellShare(func(b *before) ([]uint8, int, uint32) {
		return b.terminal.hours[:], b.row.hour, b.terminal.count
	}),
	TerminalEntryShare: tellShare(func(b *before) ([]uint8, int, uint32) {
		return b.terminal.entries[:], int(b.row.entry), b.terminal.count
	}),
	TerminalFraudShare30d: tellFrauds,
	TerminalMeanRatio:     tellNothing, TerminalGood: tellNothing,

	MerchantRatio: tellRatio(func(b *before) *total { return &b.merchant.paid }),
	MerchantSteps: tellSteps(func(b *before) *spread { return &b.merchant.logs }),
	MerchantHourShare: tellShare(func(b *before) ([]uint8, int, uint32) {
		return b.merchant.hours[:], b.row.hour, b.merchant.count
	}),
	MerchantDeclineShare: tellDeclines,
	MerchantFraudShare: func(v *View, t *Told) bool {
		return tellAll(v.before.merchant.frauds, v.before.merchant.count, t)
	},
	CategoryRatio: tellRatio(func(b *before) *total { return &b.category.paid }),
	CategorySteps: tellSteps(func(b *before) *spread { return &b.category.logs }),
	CategoryHourShare: tellShare(func(b *before) ([]uint8, int, uint32) {
		return b.category.hours[:], b.row.hour, b.category.count
	}),
	CategoryFraudShare: func(v *View, t *Told) bool {
		return tellAll(v.before.category.frauds, v.before.category.count, t)
	},
}

func tellValue(*View, *Told) bool { return true }

func tellNothing(*View, *Told) bool { return false }

func unusual(times int32) bool { return times < usualFrom || times > usualTo }

func tellRatio(of func(*before) *total) tell {
	return func(v *View, t *Told) (ok bool) {
		paid := of(&v.before)
		if t.Value, t.Usual, ok = paid.ratio(&v.before.row); !ok {
			return false
		}
		t.Of = fact(int64(paid.n))
		return unusual(t.Value)
	}
}

// tellCardRatio tells of a card that is hardly known only how often it was seen.
func tellCardRatio(v *View, t *Told) bool {
	c := &v.before.card
	if c.paid.n < leastRows {
		*t = Told{Fact: CardRows, Value: fact(int64(c.count))}
		return true
	}
	return tellRatio(func(b *before) *total { return &b.card.paid })(v, t)
}

func tellLargest(v *View, t *Told) bool {
	c := &v.before.card
	t.Of = fact(int64(c.paid.n))
	return c.paid.tells(&v.before.row) && unusual(t.Value)
}

// outside is how far an amount must lie from what is usual, in hundredths of the scatter, to be told:
// nineteen rows in twenty lie nearer.
const outside = 200

func tellSteps(of func(*before) *spread) tell {
	return func(v *View, t *Told) bool {
		return of(&v.before).n >= leastSeen && (t.Value >= outside || t.Value <= -outside)
	}
}

// tellSpent tells what a card paid within some hours by its rows of that time, or else by the amount itself.
func tellSpent(rows int) tell {
	return func(v *View, t *Told) bool {
		if v.Vector[rows] == 0 {
			*t = Told{Fact: CardRatio}
			return tellCardRatio(v, t)
		}
		*t = Told{Fact: int32(rows), Value: v.Vector[rows]}
		return true
	}
}

func tellCardPace(v *View, t *Told) bool {
	if v.Vector[CardRows1d] == cardRows { // and perhaps more
		*t = Told{Fact: CardRows1d, Value: cardRows}
		return true
	}
	days := max(1, min(30, v.before.row.now.since(v.before.card.first)/day))
	t.Value, t.Of = v.Vector[CardRows1d]+1, v.Vector[CardRows30d]
	return t.Value > 1 && t.Of > 0 && int64(t.Value)*days*1000 > usualTo*int64(t.Of)
}

func tellTerminalPace(v *View, t *Told) bool {
	if v.Vector[TerminalRows1h] == terminalRows { // and perhaps more
		*t = Told{Fact: TerminalRows1h, Value: terminalRows}
		return true
	}
	within := *t
	if !tellRows(30)(v, &within) {
		return false
	}
	hours := 24 * max(1, min(30, v.before.row.now.since(v.before.terminal.first)/day))
	t.Value, t.Of = v.Vector[TerminalRows1h]+1, within.Value
	return t.Value > 1 && int64(t.Value)*hours*1000 > usualTo*int64(t.Of)
}

// tellHighs counts the rows of 14 days that were twice the plain average before them.
func tellHighs(v *View, t *Told) bool {
	t.Value = 0
	for _, e := range v.before.card.highs {
		if e.at != 0 && e.plain >= high && v.before.row.now.since(e.at) <= 14*day {
			t.Value++
		}
	}
	return t.Value > 0
}

// tellShare tells how many rows fell where this one falls, while all are counted still.
func tellShare(of func(*before) (counts []uint8, at int, rows uint32)) tell {
	return func(v *View, t *Told) bool {
		counts, at, rows := of(&v.before)
		all := uint32(0)
		for _, n := range counts {
			all += uint32(n)
		}
		t.Value, t.Of = int32(counts[at]), fact(int64(rows))
		return all == rows && all >= leastSeen
	}
}

// tellNew tells that a card is somewhere for the first time, while no place it was at is forgotten.
func tellNew(of func(*card) *known) tell {
	return func(v *View, t *Told) bool {
		c := &v.before.card
		t.Of = fact(int64(c.count))
		return t.Value == 1 && t.Of > 0 && of(c).old == [4]uint64{}
	}
}

func tellCardNew(v *View, t *Told) bool {
	c := &v.before.card
	t.Value, t.Of = int32(bits.OnesCount32(c.fresh)), int32(min(c.count, cardRows))
	return t.Value > 0
}

// tellCardFrauds counts while none is forgotten.
func tellCardFrauds(v *View, t *Told) bool {
	return t.Value > 0 && v.before.card.nFrauds <= cardFrauds
}

func tellDeclines(v *View, t *Told) bool {
	p := &v.before.merchant
	t.Value, t.Of = int32(p.denied), int32(p.tries)
	return p.denied > 0 && uint32(p.tries) == p.count
}

func tellLast(marks func(*terminal) uint16) tell {
	return func(v *View, t *Told) bool {
		e := &v.before.terminal
		t.Value, t.Of = int32(bits.OnesCount16(marks(e))), int32(min(e.count, terminalRows))
		return t.Value > 0
	}
}

func tellCards(v *View, t *Told) bool {
	e := &v.before.terminal
	cards := slices.Clone(e.cards[:min(e.count, terminalRows)])
	t.Of = int32(len(cards))
	slices.Sort(cards)
	cards = slices.Compact(cards)
	t.Value = int32(len(cards))
	return t.Of > 1 && cards[0] != 0
}

// tellRows counts the approved rows of a terminal within some days, where no part of its course lies on the
// border.
func tellRows(days int64) tell {
	return func(v *View, t *Told) bool {
		c := &v.before.terminal.course
		t.Value = 0
		for i := range c.parts[:c.n] {
			switch p := &c.parts[i]; {
			case v.before.row.now.since(p.from) <= days*day:
				t.Value += int32(p.rows)
			case v.before.row.now.since(p.to) <= days*day:
				return false
			}
		}
		return t.Value > 0
	}
}

// tellFrauds counts the frauds of a terminal among its rows of 30 days whose verdict is in or due, or where
// that cannot be counted any more, among all it ever had.
func tellFrauds(v *View, t *Told) bool {
	e, now := &v.before.terminal, v.before.row.now
	t.Value, t.Of = 0, 0
	for i := range e.course.parts[:e.course.n] {
		p := &e.course.parts[i]
		if now.since(p.to) > 30*day {
			continue
		}
		due := now.since(p.to) >= v.delay
		if now.since(p.from) > 30*day || !due && now.since(p.from) >= v.delay {
			*t = Told{Fact: TerminalFraudShare}
			return tellAll(e.nFrauds, e.count, t)
		}
		t.Value += int32(p.frauds)
		if t.Of += int32(p.frauds); due {
			t.Of += int32(p.rows - min(p.frauds, p.rows))
		}
	}
	if t.Value == 0 {
		*t = Told{Fact: TerminalFraudShare}
		return tellAll(e.nFrauds, e.count, t)
	}
	return true
}

func tellAll(frauds, rows uint32, t *Told) bool {
	t.Value, t.Of = fact(int64(frauds)), fact(int64(rows))
	return frauds > 0
}
