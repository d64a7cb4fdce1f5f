package synth

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/synth/dice"
)

// deposit is one group of the report and what the bank made of it.
type deposit struct {
	group
	first, last int // lines of the report
	rows        int
	net, paid   int64
	arrived     tillproof.Date // NoDate: not in the statement
	fact        FactKind
}

// entry is a movement of the merchant's bank account. Amounts have the merchant's sign.
type entry struct {
	day          tillproof.Date
	amount       int64
	counterparty string
	narrative    string
	family       string // ISO 20022 bank transaction family and sub-family
	deposit      int    // which deposit it is, −1: none
	prior        bool   // the acquirer's money for the month before
	line         int    // in the file
}

// pay makes the acquirer pay what its report nets, except where a fact says otherwise.
func (m *month) pay() {
	m.deposits = make([]deposit, len(m.groups))
	at := 0
	seen := map[int64]bool{}
	for i, g := range m.groups {
		d := deposit{group: g, arrived: tillproof.NoDate}
		from := at
		for ; at < len(m.rows) && m.rows[at].settle <= g.to; at++ {
			d.net += m.rows[at].net()
			d.rows++
		}
		for seen[d.net] && m.dearer(m.rows[from:at], &d.net) {
		}
		seen[d.net] = true
		if m.due(g) {
			d.arrived, d.paid = g.pay, d.net
		}
		m.deposits[i] = d
	}
	r := dice.New(m.o.Seed, streamBank, uint64(m.merchant))
	for _, p := range m.planted {
		if p.group >= 0 {
			m.tamper(r, &m.deposits[p.group], p.kind)
		}
	}
	m.priorDeposit(r)
	for i, d := range m.deposits {
		if d.arrived.Known() && d.paid > 0 {
			m.entries = append(m.entries, entry{
				day: d.arrived, amount: d.paid, counterparty: m.words().payer, family: "RCDT/DMCT",
				narrative: m.narrative(d.from, d.to), deposit: i,
			})
		}
	}
	m.traffic(r)
	slices.SortStableFunc(m.entries, func(a, b entry) int { return cmp.Compare(a.day, b.day) })
}

// dearer makes one ordinary sale of a group a yuan dearer, on all sides. It keeps the groups of a quiet shop
// with round prices from having the same net, which nothing but the narrative could tell apart.
func (m *month) dearer(rows []*row, net *int64) bool {
	for _, w := range rows {
		if !w.of.plain() {
			continue
		}
		*net -= w.net()
		w.of.amount += 100
		again := m.rowOf(w.of, w.settle)
		w.amount, w.fee, w.agreed = again.amount, again.fee, again.agreed
		*net += w.net()
		return true
	}
	return false
}

func (m *month) tamper(r *dice.Stream, d *deposit, k FactKind) {
	d.fact = k
	switch k {
	case DepositShort:
		d.paid -= d.net*int64(r.Between(2, 7))/100 + int64(r.Between(101, 997))
	case DepositOver:
		d.paid += d.net*int64(r.Between(2, 7))/100 + int64(r.Between(101, 997))
	case DepositMissing:
		d.paid, d.arrived = 0, tillproof.NoDate
	case DepositLate:
		for range lateBy {
			d.arrived = m.payDay(d.arrived)
		}
	}
}

// priorDeposit is the acquirer's payment for the days before the files begin.
func (m *month) priorDeposit(r *dice.Stream) {
	to := m.o.Start - 1
	pay := m.payDay(to)
	if pay > m.end() {
		return
	}
	from := to
	for m.payDay(from-1) == pay {
		from--
	}
	days := int64(to - from + 1)
	// A day like the first group's, some percent off and never equal to a group of the report.
	first := m.deposits[0]
	amount := first.net/int64(first.to-first.from+1)*days*int64(r.Between(81, 96))/100 +
		int64(r.Between(1, 99))
	m.entries = append(m.entries, entry{
		day: pay, amount: m.notADeposit(amount), counterparty: m.words().payer, family: "RCDT/DMCT",
		narrative: m.narrative(from, to), deposit: -1, prior: true,
	})
}

// traffic is the rest of the account: rent, wages, suppliers, till cash, the bank's fee. None of it names the
// acquirer, and none equals a deposit.
func (m *month) traffic(r *dice.Stream) {
	var net int64
	for _, d := range m.deposits {
		net += d.net
	}
	daily := max(net/int64(m.o.Days), 10_000)
	w := m.words()
	add := func(day tillproof.Date, amount int64, who, what, family string) {
		m.entries = append(m.entries, entry{
			day: day, amount: amount, counterparty: who, narrative: what, family: family, deposit: -1,
		})
	}
	for d := m.o.Start; d <= m.end(); d++ {
		if !m.o.Calendar.IsBanking(d) {
			continue
		}
		if m.firstBankingFrom(d, 10) {
			add(d, -(daily*6/100*100 + 500_000), w.staff, w.wages, "ICDT/SALA")
		}
		if m.firstBankingFrom(d, 5) {
			add(d, -(daily*3/10_000*10_000 + 600_000), w.landlord, w.rent, "ICDT/DMCT")
		}
		if r.Chance(320) {
			i := r.Below(len(w.suppliers))
			what := w.goods + m.orderNumber(d, r.Below(10_000_000))
			add(d, -(daily*int64(r.Between(30, 90))/100 + int64(r.Between(0, 99))), w.suppliers[i], what,
				"ICDT/DMCT")
		}
		if r.Chance(280) {
			add(d, m.notADeposit(int64(r.Between(8, 60))*10_000), m.trade.name(m.o.Lang), w.cash, "CNTR/CDPT")
		}
		if d == m.lastBanking() {
			add(d, -3_500, w.bank, w.bankFee, "MDOP/CHRG")
		}
	}
}

// firstBankingFrom reports whether d is the first banking day from a day of its month on: rent and wages wait
// for it.
func (m *month) firstBankingFrom(d tillproof.Date, day int) bool {
	from := d - tillproof.Date(d.Time().Day()-day)
	for ; from < d; from++ {
		if m.o.Calendar.IsBanking(from) {
			return false
		}
	}
	return from == d
}

func (m *month) lastBanking() tillproof.Date {
	d := m.end()
	for d > m.o.Start && !m.o.Calendar.IsBanking(d) {
		d--
	}
	return d
}

// notADeposit moves an amount away from any sum that the acquirer could have paid.
func (m *month) notADeposit(amount int64) int64 {
	for _, d := range m.deposits {
		if amount == d.net || amount == d.paid {
			return m.notADeposit(amount + 10_000)
		}
	}
	return amount
}

func (m *month) narrative(from, to tillproof.Date) string {
	w := m.words()
	s := w.deposit + string(m.id) + w.settled + compact(from)
	if to != from {
		s += "-" + compact(to)
	}
	return s
}

// opening is large enough that the account never goes below zero.
func (m *month) opening() int64 {
	var balance, least int64
	for _, e := range m.entries {
		balance += e.amount
		least = min(least, balance)
	}
	r := dice.New(m.o.Seed, streamOpening, uint64(m.merchant))
	return -least + 3_000_000 + int64(r.Between(1, 2_000_000))
}
