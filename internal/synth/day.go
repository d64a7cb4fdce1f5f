package synth

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/synth/dice"
)

// How often things happen in ordinary life, in permille of sales.
const (
	declinePermille  = 40
	voidPermille     = 4
	reversalPermille = 1
	refundPermille   = 3
	secondTry        = 450 // of declines: the customer pays with another card
)

// declineCodes are ISO 8583 answers that are final: insufficient funds, wrong PIN, do not honour, over a
// limit.
var declineCodes = [...]string{"51", "51", "51", "55", "55", "05", "61", "75"}

// ordinary fills the month with what happens anyway. It begins a day early: sales after the cut-off of the
// evening before belong to the first settlement day.
func (m *month) ordinary() {
	for d := m.o.Start - 1; d <= m.end(); d++ {
		m.day(d)
	}
	m.refunds()
	m.fillDays()
	m.order()
}

// day is one business day, which may end after midnight.
func (m *month) day(d tillproof.Date) {
	r := dice.New(m.o.Seed, streamSales, uint64(m.merchant), uint64(int64(d)))
	n := max(2, m.o.SalesPerDay*m.o.Terminals*m.busyness(d)*r.Between(90, 110)/10_000)
	moments := make([]int, n)
	for i := range moments {
		moments[i] = m.trade.second(r, d)
	}
	slices.Sort(moments)
	for i, sec := range moments {
		at := d.At(0, 0, sec)
		s := &swipe{
			at: at, terminal: 1 + min(r.Below(m.o.Terminals), r.Below(m.o.Terminals)),
			card: m.customer(r, at), amount: m.trade.amount(r), response: approvedCode, settled: true,
			entry: uint8(r.Weighted([]int{45, 50, 5})),
		}
		m.happen(r, s, i == 0)
	}
}

// happen adds a sale and what comes with it. Times outside the files' days leave only what the report still
// sees; the first sale of a day goes well, so that each settlement day has a line.
func (m *month) happen(r *dice.Stream, s *swipe, first bool) {
	if s.settle() < m.o.Start || s.at.Date() > m.end() {
		return
	}
	s.silent = s.at.Date() < m.o.Start
	luck := r.Below(1000)
	if first || s.silent || s.settle() > m.end() || nearCutOff(s.at) {
		m.swipes = append(m.swipes, s)
		return
	}
	switch {
	case luck < declinePermille:
		m.decline(r, s)
	case luck < declinePermille+voidPermille:
		m.undo(s, void, r.Between(60, 420))
	case luck < declinePermille+voidPermille+reversalPermille:
		m.undo(s, reversal, r.Between(20, 50))
	}
	m.swipes = append(m.swipes, s)
}

// nearCutOff keeps pairs from being torn apart by the end of the acquirer's day.
func nearCutOff(t tillproof.LocalTime) bool {
	minute := t.SecondOfDay() / 60
	return minute >= cutOffMinute-20 || minute < 15
}

func (m *month) decline(r *dice.Stream, s *swipe) {
	s.response, s.settled = declineCodes[r.Below(len(declineCodes))], false
	if !r.Chance(secondTry) {
		return
	}
	again := *s
	again.card, again.response, again.settled = m.freshCard(s.card.credit), approvedCode, true
	again.at += tillproof.LocalTime(r.Between(30, 80))
	m.swipes = append(m.swipes, &again)
}

// undo cancels a sale on the terminal before it is settled; neither is in the report.
func (m *month) undo(s *swipe, how deed, after int) {
	s.settled, s.busy = false, true
	u := *s
	s.undone = true
	u.deed, u.original, u.at = how, s, s.at+tillproof.LocalTime(after)
	m.swipes = append(m.swipes, &u)
}

// refunds give money back for sales of the month, whole or in part, on a later day.
func (m *month) refunds() {
	r := dice.New(m.o.Seed, streamRefunds, uint64(m.merchant))
	n := len(m.swipes) * refundPermille / 1000
	if n == 0 && len(m.swipes) >= 1000/refundPermille/2 {
		n = 1
	}
	takings := m.takings()
	for try := 0; n > 0 && try < 60*n; try++ {
		s := m.swipes[r.Below(len(m.swipes))]
		day := s.settle() + tillproof.Date(r.Between(1, 9))
		if !s.plain() || day > m.end()-1 || s.amount < 1000 || s.amount > takings[day-m.o.Start]/4 {
			continue
		}
		at := day.At(0, 0, m.trade.second(r, day))
		if nearCutOff(at) || at.Date() != day {
			continue
		}
		back := *s
		back.deed, back.original, back.at, back.busy = refund, s, at, true
		if r.Chance(400) {
			back.amount = s.amount * int64(r.Between(25, 80)) / 100
		}
		s.busy = true
		m.swipes = append(m.swipes, &back)
		n--
	}
}

// takings are the sales of each settlement day. Refunds stay well below them, so that every deposit is a
// credit.
func (m *month) takings() []int64 {
	sums := make([]int64, m.o.Days+1)
	for _, s := range m.swipes {
		if s.deed == sale && s.settled {
			sums[s.settle()-m.o.Start] += s.amount
		}
	}
	return sums
}

// leastNet is what each settlement day nets in fen. A deposit that is cut short is then still a credit, and a
// refund of a quarter of the day's takings is worth a word.
const leastNet = 2_000

// fillDays gives quiet days so many further sales that their refunds do not eat them up: a shop of two sales
// a day may have taken back what it sold.
func (m *month) fillDays() {
	nets := m.dayNets()
	for i, net := range nets[:m.o.Days] {
		day := m.o.Start + tillproof.Date(i)
		r := dice.New(m.o.Seed, streamFill, uint64(m.merchant), uint64(int64(day)))
		for net < leastNet {
			s := m.ordinarySale(r, day)
			m.swipes = append(m.swipes, s)
			net += m.rowOf(s, day).net()
		}
	}
}

// dayNets are what the report will net on each settlement day, second settlements left out.
func (m *month) dayNets() []int64 {
	nets := make([]int64, m.o.Days+1)
	for _, s := range m.swipes {
		if s.settled {
			nets[s.settle()-m.o.Start] += m.rowOf(s, s.settle()).net()
		}
	}
	return nets
}

// gapSeconds is the least time between two transactions of one terminal.
const gapSeconds = 12

// order sorts the swipes by time and moves apart those that one terminal could not take at the same moment.
func (m *month) order() {
	byTime := func(a, b *swipe) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.terminal, b.terminal))
	}
	slices.SortStableFunc(m.swipes, byTime)
	var last [strangeTerminal + 1]tillproof.LocalTime
	for _, s := range m.swipes {
		if next := last[s.terminal] + gapSeconds; s.at < next && s.at.Date() == next.Date() {
			s.at = next
		}
		last[s.terminal] = s.at
	}
	slices.SortStableFunc(m.swipes, byTime)
}
