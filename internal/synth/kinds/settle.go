package kinds

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/synth/dice"
)

// settleAll writes the acquirer's view: a row for each event that it settled within the report's days, in the
// order of settlement day and time.
func (m *month) settleAll() {
	r := dice.New(m.Seed, streamFee)
	for _, e := range m.events {
		e.settle = m.settleDay(e.at)
		if !e.settled {
			continue
		}
		if !e.marked && r.Chance(m.noise.late) && e.settle > m.start && e.settle < m.end-lastDays {
			e.settle += tillproof.Date(r.Between(1, 3)) // taken offline, sent days later
		}
		e.row = m.report(e, e.settle)
	}
	for _, f := range m.facts {
		switch f.cause {
		case settledTwice:
			f.of.extra = m.report(f.of, f.of.settle+1)
		case otherAmount:
			m.misstate(r, f.of.row)
		}
	}
	if m.custom.gross {
		m.monthlyFees(r)
	}
	slices.SortStableFunc(m.rows, func(a, b *row) int {
		return cmp.Or(cmp.Compare(a.settle, b.settle), cmp.Compare(a.show.at, b.show.at))
	})
}

// report adds a row for the event, nil where its day lies outside the set.
func (m *month) report(e *event, settle tillproof.Date) *row {
	if settle < m.start || settle > m.end {
		return nil
	}
	w := &row{of: e, settle: settle, amount: e.amount}
	if e.deed == refund {
		w.amount = -w.amount
	}
	w.show = shown{
		merchant: m.merchantID(e.shop), rrn: e.rrn, auth: e.auth, card: e.masked(), order: e.order, at: e.at,
		deed: e.deed,
	}
	w.show.terminal = m.terminalID(e.shop, e.terminal)
	if e.terminal > 0 && e.stan > 0 {
		w.show.stan, w.show.batch = pad(e.stan, 6), pad(e.batch, 6)
	}
	if e.original != nil {
		w.show.original = e.original.rrn
	}
	m.charge(w)
	m.rows = append(m.rows, w)
	return w
}

// misstate makes the report show another amount: where tips are added on the slip always a smaller one than
// the bill, because a larger one could be a tip.
func (m *month) misstate(r *dice.Stream, w *row) {
	by := w.amount*int64(r.Between(11, 42))/100 + int64(r.Between(10, 60))
	if m.shop.slips > 0 {
		w.amount = w.of.lines[0].show.amount
		by = -w.amount * int64(r.Between(11, 42)) / 100
	} else if w.amount > by+100 && r.Chance(700) {
		by = -by
	}
	w.amount += by
	m.charge(w)
}

// charge is the fee of a row: as agreed, higher for credit cards from a certain day on, and with the noise
// that acquirers' rounding makes.
func (m *month) charge(w *row) {
	t, ok := m.custom.tariffFor(w.of.kind())
	if !ok {
		return
	}
	w.agreed = feeOf(t, w.amount, halfUp)
	way := halfUp
	if m.noise.feesRoundDown {
		way = down
	}
	if t.Kind == tillproof.CardCredit && w.amount > 0 && m.creep.Known() && w.settle >= m.creep {
		t.RatePPM += m.creepBy
	}
	w.fee = feeOf(t, w.amount, way)
}

// rounding is what an acquirer does with the part below a cent, in parts per million of a cent.
type rounding int64

const (
	down   rounding = 0
	halfUp rounding = 500_000
)

// feeOf is the tariff in this room's own arithmetic.
func feeOf(t tillproof.TariffLine, amount int64, way rounding) int64 {
	if amount < 0 {
		if !t.ReturnsFee {
			return 0
		}
		f := (-amount*t.RatePPM + int64(way)) / 1_000_000
		if t.Cap > 0 {
			f = min(f, t.Cap)
		}
		return -f
	}
	f := (amount*t.RatePPM+int64(way))/1_000_000 + t.Fixed
	if t.Cap > 0 {
		f = min(f, t.Cap)
	}
	return f
}

// feesPPM is what a gross settlement charges after the month: 2.4 % of the turnover and a monthly sum.
const (
	feesPPM    = 24_000
	feesPerMon = 1_995
)

// monthlyFees adds a row on the last day of each calendar month. A month is billed when its fees are debited:
// where the statement does not reach that day, the report does not have the row yet.
func (m *month) monthlyFees(r *dice.Stream) {
	var turnover int64
	sums := map[tillproof.Date]int64{}
	for _, w := range m.rows {
		sums[monthEnd(w.settle)] += w.amount
	}
	for d := m.start; d <= m.end; d++ {
		if d != monthEnd(d) || m.feeDay(d) > m.end {
			continue
		}
		turnover = sums[d]
		if d.Time().Month() == m.start.Time().Month() {
			turnover += int64(r.Between(10_000, 90_000)) // of the days before the files begin
		}
		charged := turnover*feesPPM/1_000_000 + feesPerMon
		w := &row{settle: d, amount: -charged, own: "fees " + d.String()[:7]}
		w.show = shown{merchant: m.merchantID(0), deed: fee, at: d.At(23, 59, 0)}
		m.rows = append(m.rows, w)
	}
}

// feeDay is the day of the debit: a day's deposit and as long again after the month.
func (m *month) feeDay(d tillproof.Date) tillproof.Date { return m.payDay(m.payDay(d)) }

func monthEnd(d tillproof.Date) tillproof.Date {
	t := d.Time()
	for next := d + 1; next.Time().Month() == t.Month(); next++ {
		d = next
	}
	return d
}

// payoutID is the acquirer's number of a unit, where the custom has one.
func (m *month) payoutID(settle tillproof.Date) string {
	if !m.custom.payouts {
		return ""
	}
	return "GP" + compact(settle) + strconv.Itoa(int(m.Seed%10))
}
