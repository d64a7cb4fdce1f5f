package kinds

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/synth/dice"
)

// How often things happen in ordinary life, in permille of sales.
const (
	declinePermille = 30
	voidPermille    = 4
	refundPermille  = 5
	regularPermille = 250
	regulars        = 120 // cards that come again
)

// trade is what happens anyway. It begins a day early: what is sold after the cut-off of the evening before
// belongs to the first settlement day.
func (m *month) trade() {
	for d := m.start - 1; d <= m.end; d++ {
		for s := range m.shop.shops {
			m.day(d, s)
		}
		m.web(d)
	}
	if m.shop.stays > 0 {
		m.stays()
	}
	m.refunds()
	m.number()
}

func (m *month) day(d tillproof.Date, shop int) {
	r := dice.New(m.Seed, streamTrade, uint64(shop), uint64(int64(d)))
	n := m.shop.perDay * m.shop.terminals * r.Between(82, 118) / 100
	for range n {
		e := &event{
			at: m.shop.moment(r, d), shop: shop, terminal: 1 + r.Below(m.shop.terminals), amount: m.price(r),
			settled: true,
		}
		m.payer(r, e)
		m.happen(r, e)
	}
}

// payer draws a card, or none where the customer pays by a code.
func (m *month) payer(r *dice.Stream, e *event) {
	e.credit = r.Chance(480)
	switch {
	case r.Chance(m.shop.codes):
		e.card = -1
	case r.Chance(regularPermille):
		e.card = r.Below(regulars)
	default:
		e.card = regulars + r.Below(cardSpace-regulars)
	}
}

// happen writes the lines of a sale and of what comes with it.
func (m *month) happen(r *dice.Stream, e *event) {
	m.events = append(m.events, e)
	luck := r.Below(1000)
	switch {
	case luck < declinePermille:
		e.settled = false
		m.log(e, declines[r.Below(len(declines))], shown{deed: sale, amount: e.amount, at: e.at})
	case luck < declinePermille+voidPermille:
		e.settled = false
		m.log(e, approved, shown{deed: sale, amount: e.amount, at: e.at})
		m.log(e, approved, shown{deed: void, amount: e.amount, at: after(e.at, r.Between(60, 400))})
	case e.card >= 0 && r.Chance(m.shop.tabs):
		bill := e.amount
		e.amount += m.tip(r, bill)
		e.deed = completion
		m.log(e, approved, shown{deed: preauth, amount: bill, at: e.at})
		m.log(e, approved, shown{deed: completion, amount: e.amount, at: after(e.at, r.Between(240, 900))})
	case e.card >= 0 && r.Chance(m.shop.slips):
		m.log(e, approved, shown{deed: sale, amount: e.amount, at: e.at})
		e.amount += m.tip(r, e.amount)
	case e.card >= 0 && r.Chance(m.shop.adjusts):
		m.log(e, approved, shown{deed: sale, amount: e.amount, at: e.at})
		e.amount += m.tip(r, e.amount)
		m.log(e, approved, shown{deed: adjust, amount: e.amount, at: after(e.at, r.Between(120, 1800))})
	default:
		m.log(e, approved, shown{deed: sale, amount: e.amount, at: e.at})
	}
}

const approved = "00"

// declines are ISO 8583 answers that are final.
var declines = [...]string{"51", "51", "55", "05", "61"}

// tip is twelve to twenty percent of the bill: below what the policy takes for one.
func (m *month) tip(r *dice.Stream, bill int64) int64 {
	return bill * int64(r.Between(12, 20)) / 100 / int64(m.custom.step) * int64(m.custom.step)
}

func after(t tillproof.LocalTime, seconds int) tillproof.LocalTime {
	return t + tillproof.LocalTime(seconds)
}

// log adds a line of the till. Those that stand for the event move its money; others are its story.
func (m *month) log(e *event, response string, show shown) *line {
	l := &line{of: e, response: response, online: e.terminal == 0, show: show}
	if response == approved && (show.deed == sale || show.deed == completion || show.deed == refund) {
		e.lines = append(e.lines, l)
		e.at = show.at
	} else {
		e.others = append(e.others, l)
	}
	m.lines = append(m.lines, l)
	return l
}

// web is the shop's orders of a day. They pass no terminal; where the shop exports its orders, they stand in
// a file of their own.
func (m *month) web(d tillproof.Date) {
	r := dice.New(m.Seed, streamOnline, uint64(int64(d)))
	for range m.shop.online * r.Between(80, 120) / 100 {
		e := &event{at: d.At(0, r.Below(24*60), r.Below(60)), amount: m.price(r), settled: true}
		m.payer(r, e)
		m.events = append(m.events, e)
		if m.exportsOrders() {
			m.log(e, approved, shown{deed: sale, amount: e.amount, at: e.at})
		}
	}
}

// exportsOrders is true under one custom in two, so that the benchmark has shops of both sorts.
func (m *month) exportsOrders() bool {
	return m.shop.online > 0 && (m.custom.name == "cn" || m.custom.name == "us_net")
}

// stays are guests: authorised on arrival, some once more, completed on departure with what they had, or
// released where nobody came.
func (m *month) stays() {
	for d := m.start; d <= m.end; d++ {
		r := dice.New(m.Seed, streamStay, uint64(int64(d)))
		for range m.shop.stays {
			m.stay(r, d)
		}
	}
}

// maxCompletion is how much of what was authorised may be taken: 115 %, in percent.
const maxCompletion = 115

func (m *month) stay(r *dice.Stream, d tillproof.Date) {
	nights := r.Between(1, 5)
	held := int64(nights) * int64(r.Between(190, 460)) * 100 * int64(m.custom.scale) / 100
	e := &event{
		at: d.At(0, r.Between(14*60, 21*60), r.Below(60)), terminal: 1, credit: true,
		card: regulars + r.Below(cardSpace-regulars), deed: completion,
	}
	m.log(e, approved, shown{deed: preauth, amount: held, at: e.at})
	if r.Chance(200) {
		more := held * int64(r.Between(10, 30)) / 100
		m.log(e, approved, shown{deed: preauth, amount: more, at: after(e.at, r.Between(1800, 30_000))})
		held += more
	}
	out := (d + tillproof.Date(nights)).At(0, r.Between(7*60+20, 11*60), r.Below(60))
	m.events = append(m.events, e)
	if r.Chance(60) {
		m.log(e, approved, shown{deed: release, amount: held, at: out})
		return
	}
	step := int64(m.custom.step)
	e.amount = held * int64(r.Between(80, maxCompletion)) / 100 / step * step
	e.settled = true
	m.log(e, approved, shown{deed: completion, amount: e.amount, at: out})
}

// refunds give money back for sales of the set, whole or in part, on a later day.
func (m *month) refunds() {
	r := dice.New(m.Seed, streamRefund)
	var sold []*event
	for _, e := range m.events {
		inside := e.at.Date() >= m.start && m.settleDay(e.at) < m.end-10
		if e.settled && len(e.lines) == 1 && e.lines[0].show.amount == e.amount && inside {
			sold = append(sold, e)
		}
	}
	dice.Shuffle(r, sold)
	for _, e := range sold[:len(sold)*refundPermille/1000] {
		day := e.at.Date() + tillproof.Date(r.Between(1, 9))
		back := *e
		back.deed, back.original, back.lines, back.others, back.amount = refund, e, nil, nil, e.amount
		if r.Chance(400) {
			back.amount = max(1, e.amount*int64(r.Between(25, 80))/100)
		}
		e.marked, back.marked = true, true
		m.log(&back, approved, shown{deed: refund, amount: back.amount, at: m.shop.moment(r, day)})
		m.events = append(m.events, &back)
	}
}

// number gives events and lines what terminals and networks number, in the order of time.
func (m *month) number() {
	r := dice.New(m.Seed, streamNumber)
	slices.SortStableFunc(m.lines, func(a, b *line) int { return cmp.Compare(a.show.at, b.show.at) })
	slices.SortStableFunc(m.events, func(a, b *event) int { return cmp.Compare(a.at, b.at) })
	type book struct{ stan, batch int }
	books := map[int]*book{}
	batchDay := map[int]tillproof.Date{}
	refs := &references{}
	for _, e := range m.events {
		e.auth = authCode(r)
		if m.shop.orders || e.terminal == 0 {
			e.order = compact(e.at.Date()) + pad(refs.order(), 6)
		}
	}
	for _, l := range m.lines {
		e := l.of
		at := m.place(e)
		if books[at] == nil {
			books[at] = &book{stan: r.Between(1_000, 900_000), batch: r.Between(10, 800)}
			batchDay[at] = tillproof.NoDate
		}
		if day := m.settleDay(l.show.at); batchDay[at] != day {
			batchDay[at] = day
			books[at].batch++
		}
		books[at].stan++
		l.show.rrn, l.show.stan, l.show.batch = refs.rrn(l.show.at.Date()), pad(books[at].stan, 6),
			pad(books[at].batch, 6)
		if len(e.lines) > 0 && e.lines[0] == l {
			e.rrn, e.stan, e.batch = l.show.rrn, books[at].stan, books[at].batch
		}
		m.dress(l)
	}
	for _, e := range m.events {
		if e.rrn == "" {
			e.rrn = refs.rrn(e.at.Date())
		}
	}
}

// dress fills what a line shows of its event.
func (m *month) dress(l *line) {
	e := l.of
	l.show.merchant, l.show.card, l.show.order = m.merchantID(e.shop), e.masked(), e.order
	if e.terminal > 0 {
		l.show.terminal = m.terminalID(e.shop, e.terminal)
	}
	if l.response == approved {
		l.show.auth = e.auth
	}
	switch {
	case e.original != nil && len(e.original.lines) > 0:
		l.show.original = e.original.lines[0].show.rrn
	case (l.show.deed == void || l.show.deed == adjust) && len(e.lines) > 0:
		l.show.original = e.lines[0].show.rrn
	case (l.show.deed == completion || l.show.deed == release) && len(e.others) > 0:
		l.show.original = e.others[0].show.rrn
	}
}

// references are numbers that no two lines of a set share.
type references struct{ next, orders int }

// rrn is a 12-digit retrieval reference: last digit of the year, day of the year, eight digits that
// 61 803 399, coprime to 10^8, scatters without repeats.
func (r *references) rrn(day tillproof.Date) string {
	t := day.Time()
	r.next++
	return pad(t.Year()%10*1000+t.YearDay(), 4) + pad((r.next+41_271)*61_803_399%100_000_000, 8)
}

func (r *references) order() int {
	r.orders++
	return r.orders
}

func authCode(r *dice.Stream) string {
	const letters = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	b := make([]byte, 6)
	for i := range b {
		b[i] = letters[r.Below(len(letters))]
	}
	return string(b)
}
