package kinds

import (
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/synth/dice"
)

// cause names what was done to the files, for a reader of the key.
type cause string

const (
	neverSettled  cause = "never_settled"
	settledTwice  cause = "settled_twice"
	notLogged     cause = "not_logged"
	otherAmount   cause = "other_amount"
	timedOut      cause = "timed_out"
	voidSettled   cause = "void_settled"
	declineBooked cause = "decline_settled"
	feeCreep      cause = "fee_creep"
	paidShort     cause = "paid_short"
	paidOver      cause = "paid_over"
	paidLate      cause = "paid_late"
	notPaid       cause = "not_paid"
)

// fact is something that is wrong, before the lines of its records are known.
type fact struct {
	cause cause
	of    *event
	unit  *payUnit
}

// perMonth is how often each sort of fact is planted in a month of a set.
var perMonth = [...]struct {
	cause cause
	n     int
}{
	{neverSettled, 3},
	{settledTwice, 2},
	{notLogged, 2},
	{otherAmount, 2},
	{timedOut, 2},
	{voidSettled, 1},
	{declineBooked, 1},
}

// lastDays of a set stay free of facts, so that a second settlement and its deposit still lie within.
const lastDays = 9

// plant puts facts into single transactions, each into one that has no story yet.
func (m *month) plant() {
	r := dice.New(m.Seed, streamFact)
	var fit, declined []*event
	for _, e := range m.events {
		day := m.settleDay(e.at)
		inside := e.at.Date() > m.start && day > m.start && day < m.end-lastDays && day == e.at.Date()
		switch {
		case e.marked || !inside || e.deed == refund:
		case e.settled && len(e.lines) == 1 && !adjusted(e):
			fit = append(fit, e)
		case !e.settled && len(e.others) == 1 && e.others[0].show.deed == sale:
			declined = append(declined, e)
		}
	}
	dice.Shuffle(r, fit)
	dice.Shuffle(r, declined)
	for _, p := range perMonth {
		from := &fit
		if p.cause == declineBooked {
			from = &declined
		}
		for range min(p.n*m.Months, len(*from)) {
			e := (*from)[0]
			*from = (*from)[1:]
			e.marked = true
			m.make(r, p.cause, e)
		}
	}
	if len(m.custom.tariff) > 0 {
		m.creep = m.start + tillproof.Date(m.Months*monthDays*r.Between(40, 60)/100)
		m.creepBy = 100 * int64(r.Between(6, 14))
	}
}

func (m *month) make(r *dice.Stream, c cause, e *event) {
	m.facts = append(m.facts, fact{cause: c, of: e})
	switch c {
	case neverSettled:
		e.settled = false
	case notLogged:
		m.forget(e)
	case timedOut:
		e.settled = false
		for _, l := range e.lines {
			l.response = [...]string{"68", "91", "96", "98"}[r.Below(4)]
			l.show.auth = ""
		}
	case voidSettled:
		m.dress(m.log(e, approved, shown{
			deed: void, amount: e.lines[0].show.amount, batch: e.lines[0].show.batch,
			at: after(e.at, r.Between(60, 300)),
		}))
	case declineBooked:
		no := e.others[0].show
		e.settled, e.rrn = true, no.rrn
		e.stan, e.batch = digits(no.stan), digits(no.batch)
	}
}

// adjusted reports a sale of which two lines of the log show two amounts: how much of it is missing when it
// is would be a question of its own.
func adjusted(e *event) bool {
	return slices.ContainsFunc(e.others, func(l *line) bool { return l.show.deed == adjust })
}

func digits(s string) int {
	n, _ := strconv.Atoi(s) // pad wrote it
	return n
}

// forget takes all lines of an event out of the log.
func (m *month) forget(e *event) {
	kept := m.lines[:0]
	for _, l := range m.lines {
		if l.of != e {
			kept = append(kept, l)
		}
	}
	m.lines, e.lines, e.others = kept, nil, nil
}

// depositFacts are planted in deposits, one of each sort for every second month.
var depositFacts = [...]cause{paidLate, paidShort, notPaid, paidOver}

// tamper changes what the bank shows of some units.
func (m *month) tamper() {
	r := dice.New(m.Seed, streamBank, 1)
	var fit []*payUnit
	for _, u := range m.units {
		if u.own == "" && u.pay < m.end-lastDays && u.from > m.start && u.net() > 2_000 {
			fit = append(fit, u)
		}
	}
	dice.Shuffle(r, fit)
	single := map[int64]bool{}
	for _, w := range m.rows {
		single[w.net()] = true
	}
	days := map[tillproof.Date]bool{} // one story for each day of the bank
	for _, c := range depositFacts {
		for range (m.Months + 1) / 2 {
			for len(fit) > 0 && (days[fit[0].pay] || days[m.later(fit[0].pay)]) {
				fit = fit[1:]
			}
			if len(fit) == 0 {
				return
			}
			u := fit[0]
			fit = fit[1:]
			days[u.pay] = true
			m.facts = append(m.facts, fact{cause: c, unit: u})
			u.cause = c
			difference := u.net()*int64(r.Between(2, 7))/100 + int64(r.Between(101, 997))
			for single[difference] { // a row that was not paid, or paid too, would explain it as well
				difference++
			}
			switch c {
			case paidLate:
				u.arrived = m.later(u.pay)
				days[u.arrived] = true
			case paidShort:
				u.paid -= difference
			case paidOver:
				u.paid += difference
			case notPaid:
				u.paid, u.arrived = 0, tillproof.NoDate
			}
		}
	}
}

// later is when a late deposit comes: two banking days after its day.
func (m *month) later(d tillproof.Date) tillproof.Date {
	for range 2 {
		for d++; !m.cal.IsBanking(d); d++ {
		}
	}
	return d
}
