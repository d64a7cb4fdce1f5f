package synth

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/synth/dice"
)

// timeoutCodes are the answers that leave the outcome unknown.
var timeoutCodes = [...]string{"91", "96", "68", "98"}

// testedCodes are the answers to numbers that are tried out, alertCodes those to cards that were reported.
var (
	testedCodes = [...]string{"14", "54", "05"}
	alertCodes  = [...]string{"41", "43"}
)

// plant puts the merchant's facts into the month. Facts take fresh cards or sales without a story, each once,
// so that no two facts share a record.
func (m *month) plant() {
	r := dice.New(m.o.Seed, streamPlant, uint64(m.merchant))
	facts := m.factsOf(m.merchant)
	days := m.rowDays(m.slots)
	dice.Shuffle(r, days)
	if has(facts, FeeCreep) {
		m.creep = m.o.Start + tillproof.Date(m.o.Days*r.Between(40, 60)/100)
		m.creepPPM = creditRate + 100*int64(r.Between(4, 12))
		m.note(planted{kind: FeeCreep})
	}
	next := 0
	for _, k := range rowFacts {
		if !has(facts, k) || k == BatchNotClosed {
			continue
		}
		d, ok := m.dayFor(k, days, next)
		if !ok {
			m.lacksRoom(k)
			continue
		}
		next++
		m.plantRow(r, k, d)
	}
	m.fillDays()
	m.order()
	if has(facts, BatchNotClosed) && !m.plantBatch(r, days) {
		m.lacksRoom(BatchNotClosed)
	}
	for _, k := range depositFacts {
		if has(facts, k) {
			m.planted = append(m.planted, planted{kind: k, group: m.slots[k]})
		}
	}
}

func (m *month) note(p planted) {
	p.group = -1
	m.planted = append(m.planted, p)
}

// lacksRoom tells the key that a fact could not be planted.
func (m *month) lacksRoom(k FactKind) {
	m.key.NotPlanted = append(m.key.NotPlanted, NotPlanted{Kind: k, Merchant: m.id})
}

// dayFor takes, from the shuffled days on, the first on which the fact can be: the morrow of a day on which a
// sale is settled twice must be a row day too.
func (m *month) dayFor(k FactKind, days []tillproof.Date, from int) (tillproof.Date, bool) {
	good := days
	switch k {
	case SettledTwice:
		good = twiceDays(m.rowDays(m.slots))
	case CashOut:
		good = m.knownDays(days)
	}
	for i := range days {
		if d := days[(from+i)%len(days)]; slices.Contains(good, d) {
			return d, true
		}
	}
	return tillproof.NoDate, false
}

// usualNeeds is after how many sales a shop has shown what is usual there.
const usualNeeds = 40

// knownDays are the days before which the shop has shown what is usual.
func (m *month) knownDays(days []tillproof.Date) []tillproof.Date {
	var known []tillproof.Date
	for _, d := range days {
		n := 0
		for _, s := range m.swipes {
			if s.at.Date() < d && s.plain() {
				n++
			}
		}
		if n >= usualNeeds {
			known = append(known, d)
		}
	}
	return known
}

func (m *month) plantRow(r *dice.Stream, k FactKind, d tillproof.Date) {
	switch k {
	case OddNight:
		m.oddNight(r, d)
	case SettledTwice:
		s := m.pick(r, d, k)
		s.twice = true
	case NeverSettled:
		m.pick(r, d, k).settled = false
	case NoTerminalRecord:
		m.add(r, d, k, func(s *swipe) { s.silent = true })
	case AmountMismatch:
		m.mismatch(r, d)
	case RefundNoSale:
		m.add(r, d, k, func(s *swipe) {
			s.deed, s.lostRRN = refund, newRRNs(m.merchant, m.o.Merchants).lost(d)
			s.amount = min(s.amount+20_000, m.takings()[d-m.o.Start]/4)
		})
	case Timeout:
		m.timeout(r, d)
	case IdenticalPair:
		m.identical(r, d)
	case UnknownTerminal:
		m.strange(r, d)
	case DeclinesApproval:
		m.declines(r, d)
	case CardTesting:
		m.testing(r, d)
	case StolenCard:
		m.stolen(r, d)
	case RefundElsewhere:
		m.elsewhere(r, d)
	case CashOut:
		m.cashOut(r, d)
	case VoidSettled:
		s := m.pick(r, d, k)
		m.undo(s, void, r.Between(60, 300))
		s.settled = true
	}
}

// quietCredit keeps facts off credit cards where the fee of credit cards is a fact of its own.
func (m *month) quietCredit(r *dice.Stream) bool {
	credit := r.Chance(500)
	return credit && !m.creep.Known()
}

// worthwhile is how many more sales are looked at for a larger one: a fact should be worth a telephone call.
const worthwhile = 4

// pick is a sale of the day without a story, and begins one.
func (m *month) pick(r *dice.Stream, d tillproof.Date, k FactKind) *swipe {
	var fit []*swipe
	for _, s := range m.swipes {
		inside := s.settle() == d && s.at.Date() == d && !nearCutOff(s.at)
		if s.plain() && inside && !(s.card.credit && m.creep.Known()) {
			fit = append(fit, s)
		}
	}
	if len(fit) == 0 {
		s := m.ordinarySale(r, d)
		fit = append(fit, s)
		m.swipes = append(m.swipes, s)
	}
	s := fit[r.Below(len(fit))]
	for range worthwhile {
		if other := fit[r.Below(len(fit))]; other.amount > s.amount {
			s = other
		}
	}
	s.busy = true
	m.note(planted{kind: k, swipes: []*swipe{s}})
	return s
}

// ordinarySale is a new sale inside the hours with a card of its own.
func (m *month) ordinarySale(r *dice.Stream, d tillproof.Date) *swipe {
	at := d.At(0, 0, m.trade.second(r, d))
	for nearCutOff(at) || at.Date() != d || at.SecondOfDay() > (cutOffMinute-60)*60 {
		at = d.At(0, 0, m.trade.second(r, d))
	}
	s := &swipe{
		at: at, terminal: 1 + r.Below(m.o.Terminals), card: m.freshCard(m.quietCredit(r)),
		amount: m.trade.amount(r), response: approvedCode, settled: true, entry: uint8(r.Below(2)),
	}
	for range worthwhile {
		s.amount = max(s.amount, m.trade.amount(r))
	}
	return s
}

// add plants a new transaction that change makes into the fact.
func (m *month) add(r *dice.Stream, d tillproof.Date, k FactKind, change func(*swipe)) {
	s := m.ordinarySale(r, d)
	s.busy = true
	change(s)
	m.swipes = append(m.swipes, s)
	m.note(planted{kind: k, swipes: []*swipe{s}})
}

// oddNight is five to nine swipes between two and four, each with a card of its own.
func (m *month) oddNight(r *dice.Stream, d tillproof.Date) {
	p := planted{kind: OddNight}
	minute := r.Between(135, 150)
	terminal := 1 + r.Below(m.o.Terminals)
	for range r.Between(5, 9) {
		s := m.ordinarySale(r, d)
		s.at, s.terminal, s.busy = d.At(0, minute, r.Below(50)), terminal, true
		s.amount = int64(r.Between(260, 1960)*100 + r.Between(1, 99))
		minute += r.Between(3, 10)
		p.swipes = append(p.swipes, s)
	}
	m.swipes = append(m.swipes, p.swipes...)
	m.note(p)
}

// mismatch changes the amount in the report: for the demo and most seeds the merchant is paid less.
func (m *month) mismatch(r *dice.Stream, d tillproof.Date) {
	s := m.pick(r, d, AmountMismatch)
	s.amount += 9_000
	if short := r.Chance(700) || has(m.o.Facts, HolidayLate); short {
		s.reported = s.amount - 100*int64(r.Between(18, 81))
		return
	}
	s.reported = s.amount + 100*int64(r.Between(18, 81))
}

// timeout loses the answer of a sale. Half of the customers try again with the same card, and that works.
func (m *month) timeout(r *dice.Stream, d tillproof.Date) {
	m.add(r, d, Timeout, func(s *swipe) {
		s.response, s.settled = timeoutCodes[r.Below(len(timeoutCodes))], false
		if r.Chance(500) {
			again := *s
			again.response, again.settled = approvedCode, true
			again.at += tillproof.LocalTime(r.Between(100, 240))
			m.swipes = append(m.swipes, &again)
		}
	})
}

// identical is two cups of the same, a minute apart: one card, one amount, two approvals.
func (m *month) identical(r *dice.Stream, d tillproof.Date) {
	s := m.pick(r, d, IdenticalPair)
	s.card = m.freshCard(s.card.credit)
	second := *s
	second.at += tillproof.LocalTime(r.Between(58, 75))
	m.swipes = append(m.swipes, &second)
	p := &m.planted[len(m.planted)-1]
	p.swipes = append(p.swipes, &second)
}

func (m *month) strange(r *dice.Stream, d tillproof.Date) {
	p := planted{kind: UnknownTerminal}
	for range r.Between(3, 5) {
		s := m.ordinarySale(r, d)
		s.terminal, s.busy = strangeTerminal, true
		p.swipes = append(p.swipes, s)
	}
	m.swipes = append(m.swipes, p.swipes...)
	m.note(p)
}

func (m *month) declines(r *dice.Stream, d tillproof.Date) {
	s := m.ordinarySale(r, d)
	s.busy = true
	p := planted{kind: DeclinesApproval}
	for range r.Between(3, 4) {
		no := *s
		no.response, no.settled = "51", false
		p.swipes = append(p.swipes, &no)
		s.at += tillproof.LocalTime(r.Between(50, 130))
	}
	p.swipes = append(p.swipes, s)
	m.swipes = append(m.swipes, p.swipes...)
	m.note(p)
}

// testing is nine to twelve cards that are tried one after the other, each once, for a few yuan. Two of them
// work: the thief now knows which. No customer stands at the terminal meanwhile.
func (m *month) testing(r *dice.Stream, d tillproof.Date) {
	p := planted{kind: CardTesting}
	first := m.ordinarySale(r, d)
	for try := 0; !m.still(first); try++ {
		if try == 200 {
			m.lacksRoom(CardTesting)
			return
		}
		first = m.ordinarySale(r, d)
	}
	n := r.Between(9, 12)
	for i := range n {
		s := *first
		s.card, s.busy = m.freshCard(m.quietCredit(r)), true
		s.amount = int64(r.Between(100, 900))
		s.at += tillproof.LocalTime(i * 40)
		if i != 3 && i != n-1 {
			s.response, s.settled = testedCodes[r.Below(len(testedCodes))], false
		}
		p.swipes = append(p.swipes, &s)
	}
	m.swipes = append(m.swipes, p.swipes...)
	m.note(p)
}

// still reports a moment from which on, for ten minutes, nobody pays at the terminal.
func (m *month) still(from *swipe) bool {
	return !slices.ContainsFunc(m.swipes, func(s *swipe) bool {
		return s.terminal == from.terminal && s.at >= from.at-60 && s.at <= from.at+600
	})
}

// stolen is a card that was reported, and works again a while later.
func (m *month) stolen(r *dice.Stream, d tillproof.Date) {
	s := m.ordinarySale(r, d)
	s.busy = true
	no := *s
	no.response, no.settled = alertCodes[r.Below(len(alertCodes))], false
	no.at -= tillproof.LocalTime(r.Between(600, 1800))
	p := planted{kind: StolenCard, swipes: []*swipe{&no, s}}
	m.swipes = append(m.swipes, p.swipes...)
	m.note(p)
}

// elsewhere is a refund of a sale, two minutes later, to a card that never paid.
func (m *month) elsewhere(r *dice.Stream, d tillproof.Date) {
	s := m.pick(r, d, RefundElsewhere)
	back := *s
	back.deed, back.original, back.at = refund, s, s.at+120
	back.card = m.freshCard(s.card.credit)
	m.swipes = append(m.swipes, &back)
	p := &m.planted[len(m.planted)-1]
	p.swipes = append(p.swipes, &back)
}

// cashOut is three sales of one credit card in the hundreds and thousands, some hours apart, at a shop that
// sells for a fraction of that.
func (m *month) cashOut(r *dice.Stream, d tillproof.Date) {
	p := planted{kind: CashOut}
	c := m.freshCard(true)
	hundreds := 40*m.usual()/10_000 + 10
	for i := range 3 {
		s := m.ordinarySale(r, d)
		s.card, s.busy = c, true
		s.amount = 10_000 * (5*(hundreds/5+int64(3*i)) + int64(r.Between(1, 4)))
		p.swipes = append(p.swipes, s)
	}
	for try := 0; !m.apart(p.swipes) && try < 100; try++ {
		for _, s := range p.swipes {
			s.at = m.ordinarySale(r, d).at
		}
	}
	m.swipes = append(m.swipes, p.swipes...)
	m.note(p)
}

// apart puts the swipes in order and reports whether they lie more than an hour from each other.
func (m *month) apart(all []*swipe) bool {
	slices.SortFunc(all, func(a, b *swipe) int { return cmp.Compare(a.at, b.at) })
	for i := range all[1:] {
		if all[i+1].at-all[i].at <= 3600 {
			return false
		}
	}
	return true
}

// usual is the mean of the merchant's sales.
func (m *month) usual() int64 {
	sum, n := int64(0), int64(1)
	for _, s := range m.swipes {
		sum, n = sum+s.amount, n+1
	}
	return sum / n
}

// plantBatch lets a terminal open a new batch in the evening that is never closed: its last sales of the
// settlement day are not in the report. A very quiet month may have no evening with enough sales: then it
// answers false and none is left open.
func (m *month) plantBatch(r *dice.Stream, days []tillproof.Date) bool {
	nets := m.dayNets()
	for try := range 50 * len(days) {
		d := days[try%len(days)]
		tail := m.tail(d, 1+r.Below(m.o.Terminals), r.Between(3, 6))
		rest := nets[d-m.o.Start]
		for _, s := range tail {
			rest -= s.amount
		}
		if tail == nil || rest < leastNet {
			continue
		}
		for _, s := range tail {
			s.settled, s.busy = false, true
		}
		m.split = splitBatch{terminal: tail[0].terminal, from: tail[0].at}
		m.note(planted{kind: BatchNotClosed, swipes: tail})
		return true
	}
	return false
}

// tail is the last n approved sales of a terminal's settlement day, nil where one of them has a story already
// or they are the whole batch.
func (m *month) tail(d tillproof.Date, terminal, n int) []*swipe {
	var all []*swipe
	for _, s := range m.swipes {
		if s.settle() == d && s.terminal == terminal && s.approved() {
			all = append(all, s)
		}
	}
	if len(all) < n+2 {
		return nil
	}
	for _, s := range all[len(all)-n:] {
		if !s.plain() {
			return nil
		}
	}
	return all[len(all)-n:]
}
