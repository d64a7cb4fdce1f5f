package kinds

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/synth/dice"
)

// payUnit is what the acquirer pays together, and what the bank made of it.
type payUnit struct {
	name     string
	own      string
	from, to tillproof.Date
	pay      tillproof.Date
	shop     int
	rows     []*row
	paid     int64
	arrived  tillproof.Date // NoDate: not in the statement
	entry    *entry
	cause    cause
}

func (u *payUnit) net() int64 {
	var sum int64
	for _, w := range u.rows {
		sum += w.net()
	}
	return sum
}

// entry is a line of the bank statement.
type entry struct {
	day         tillproof.Date
	amount      int64
	party, text string
	no          int
}

// pay gathers rows into units and makes the acquirer pay them.
func (m *month) pay() {
	index := map[string]*payUnit{}
	for _, w := range m.rows {
		name := m.unitOf(w)
		u := index[name]
		if u == nil {
			u = &payUnit{name: name, own: w.own, from: w.settle, pay: m.payDay(w.settle)}
			if w.own != "" {
				u.pay = m.feeDay(w.settle)
			}
			if w.of != nil {
				u.shop = w.of.shop
			}
			index[name] = u
			m.units = append(m.units, u)
		}
		u.to = w.settle
		u.rows = append(u.rows, w)
	}
	for _, u := range m.units {
		u.paid, u.arrived = u.net(), u.pay
		if u.pay > m.end || u.paid == 0 {
			u.arrived = tillproof.NoDate
		}
	}
	m.tamper()
	for _, u := range m.units {
		if u.arrived.Known() && u.arrived <= m.end {
			u.entry = m.credit(u)
		}
	}
	m.before()
	m.otherTraffic()
	slices.SortStableFunc(m.entries, func(a, b *entry) int { return cmp.Compare(a.day, b.day) })
}

// unitOf names what a row is paid with.
func (m *month) unitOf(w *row) string {
	if w.own != "" {
		return w.own
	}
	switch m.custom.unit {
	case byPayDay:
		return m.payDay(w.settle).String()
	case byDay:
		return w.settle.String()
	}
	if m.shop.shops > 1 {
		return w.settle.String() // a chain's batches are paid together
	}
	return w.settle.String() + " " + strconv.Itoa(w.of.terminal)
}

func (m *month) credit(u *payUnit) *entry {
	w := m.custom.words
	e := &entry{day: u.arrived, amount: u.paid, party: w.payer, text: m.narrative(u.from, u.to)}
	if u.own != "" {
		e.party, e.text = w.feeParty, w.fees+u.own[len("fees "):]
	}
	m.entries = append(m.entries, e)
	return e
}

// narrative is the statement's text for settlement days.
func (m *month) narrative(from, to tillproof.Date) string {
	w := m.custom.words
	s := w.deposit + m.merchantID(0)
	if m.custom.payouts {
		return s + w.payout + m.payoutID(from)
	}
	if m.custom.dated {
		s += w.settled + compact(from)
		if to != from {
			s += "-" + compact(to)
		}
	}
	return s
}

// before is the acquirer's money for the days before the files begin.
func (m *month) before() {
	r := dice.New(m.Seed, streamBank, 2)
	usual := m.units[0].net()
	type prior struct{ from, to, pay tillproof.Date }
	var list []prior
	for d := m.start - 14; d < m.start; d++ {
		pay := m.payDay(d)
		if pay < m.start || pay > m.end {
			continue
		}
		if n := len(list); n > 0 && list[n-1].pay == pay && m.custom.unit == byPayDay {
			list[n-1].to = d
			continue
		}
		list = append(list, prior{d, d, pay})
	}
	for _, p := range list {
		copies := 1
		if m.custom.unit == byBatch && m.shop.shops == 1 {
			copies = m.shop.terminals
		}
		for range copies {
			amount := max(usual, 10_000)*int64(r.Between(71, 128))/100 + int64(r.Between(1, 99))
			m.entries = append(m.entries, &entry{
				day: p.pay, amount: amount,
				party: m.custom.words.payer, text: m.narrative(p.from, p.to),
			})
		}
	}
}

// otherTraffic is the rest of the account: suppliers, rent, wages, a friend's transfer.
func (m *month) otherTraffic() {
	r := dice.New(m.Seed, streamBank, 3)
	usual := max(m.units[0].net(), 20_000)
	for d := m.start; d <= m.end; d++ {
		if !m.cal.IsBanking(d) || !r.Chance(420) {
			continue
		}
		other := m.custom.words.others[r.Below(4)]
		amount := -(usual*int64(r.Between(20, 160))/100 + int64(r.Between(1, 99)))
		if r.Chance(250) {
			other, amount = m.custom.words.others[3], -amount
		}
		m.entries = append(m.entries, &entry{day: d, amount: amount, party: other[0], text: other[1]})
	}
}
