package synth

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/synth/dice"
)

// deed is what a swipe does.
type deed uint8

const (
	sale deed = iota
	refund
	void
	reversal
)

// swipe is one transaction as it truly happened, and what each side wrote down of it.
type swipe struct {
	at       tillproof.LocalTime
	terminal int // from 1; strangeTerminal for the one that is not the shop's
	deed     deed
	card     card
	amount   int64 // fen, positive
	response string
	entry    uint8 // index into the words for entry modes
	original *swipe
	lostRRN  string // of a refund whose sale is nowhere

	batch, stan int
	rrn, auth   string

	silent   bool // not in the terminal log
	settled  bool // in the report
	reported int64
	twice    bool // in the report once more, a day later
	blind    bool // in the report without references, by another clock
	undone   bool // voided or reversed on the terminal
	busy     bool // part of a story already: plant nothing more in it

	line  int // in the terminal log
	row   *row
	extra *row
}

// row is one line of the acquirer's report.
type row struct {
	of     *swipe
	settle tillproof.Date
	at     tillproof.LocalTime
	amount int64 // with the merchant's sign
	fee    int64 // what is charged: positive
	agreed int64
	line   int
}

func (w *row) net() int64 { return w.amount - w.fee }

func (s *swipe) settle() tillproof.Date { return settleDay(s.at) }

func (s *swipe) approved() bool { return s.response == approvedCode }

// plain reports whether a fact may be planted in the swipe: an ordinary sale, approved, with a story of its
// own yet to have.
func (s *swipe) plain() bool { return s.deed == sale && s.approved() && !s.busy && !s.silent }

const approvedCode = "00"

// month is one merchant's period.
type month struct {
	*run
	merchant int
	id       tillproof.MerchantID
	swipes   []*swipe
	rows     []*row
	planted  []planted
	slots    map[FactKind]int // the block's groups with a deposit fact
	creep    tillproof.Date   // NoDate: fees stay as agreed
	creepPPM int64
	split    splitBatch

	fresh    [2]int32 // next unused card of each pool
	regulars [2]int32 // cards below are regulars
	used     [2][]tillproof.LocalTime

	deposits []deposit
	entries  []entry
}

// splitBatch is the terminal and moment from which a batch of its own begins, which is never closed.
type splitBatch struct {
	terminal int
	from     tillproof.LocalTime
}

// planted is a fact before the lines of its records are known.
type planted struct {
	kind   FactKind
	swipes []*swipe
	group  int // of deposit facts, −1 otherwise
}

func (r *run) newMonth(merchant int) *month {
	m := &month{run: r, merchant: merchant, id: r.merchantID(merchant), creep: tillproof.NoDate}
	m.slots, _ = r.depositSlots(r.o.Facts, merchant/blockOf)
	expected := r.o.Days * r.o.Terminals * r.o.SalesPerDay
	for pool := range m.used {
		m.used[pool] = make([]tillproof.LocalTime, cardSpace)
		for i := range m.used[pool] {
			m.used[pool][i] = tillproof.NoTime
		}
		m.regulars[pool] = int32(min(expected/12+3, cardSpace/4))
		m.fresh[pool] = m.regulars[pool]
	}
	return m
}

// freshCard is a card that the merchant has not seen. Pools are large, but not endless: a year of a busy shop
// comes round to the one-time cards of months ago.
func (m *month) freshCard(credit bool) card {
	c := card{credit: credit}
	p := c.pool()
	c.n = m.fresh[p]
	if m.fresh[p]++; m.fresh[p] == cardSpace {
		m.fresh[p] = m.regulars[p]
	}
	return c
}

// restHours is how long a regular stays away: far from the rules that watch a card's repeats within an hour,
// and at most two visits on one day.
const restHours = 8

// customer is the card of an ordinary sale: one in three is a regular's.
func (m *month) customer(r *dice.Stream, at tillproof.LocalTime) card {
	c := card{credit: r.Chance(460)}
	p := c.pool()
	if r.Chance(330) {
		c.n = int32(r.Below(int(m.regulars[p])))
		last := m.used[p][c.n]
		if !last.Known() || at-last > restHours*3600 {
			m.used[p][c.n] = at
			return c
		}
	}
	return m.freshCard(c.credit)
}
