package synth

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/synth/dice"
)

// number gives the swipes what terminals and networks number: references, traces, approval codes, batches.
func (m *month) number() {
	r := dice.New(m.o.Seed, streamNumbers, uint64(m.merchant))
	rrns := newRRNs(m.merchant, m.o.Merchants)
	var books [strangeTerminal + 1]batchBook
	for i := range books {
		books[i] = batchBook{stan: r.Between(1000, 999_000), batch: r.Between(100, 900)}
	}
	for _, s := range m.swipes {
		books[s.terminal].enter(s, m.split)
		s.rrn = rrns.take(s.at.Date())
		if s.approved() {
			s.auth = authCode(r)
		}
	}
}

// batchBook is one terminal's counters. A batch is a settlement day; the trace number runs on and wraps.
type batchBook struct {
	day         tillproof.Date
	stan, batch int
	split       bool
}

const lastSTAN = 999_999

func (b *batchBook) enter(s *swipe, split splitBatch) {
	if b.day != s.settle() {
		b.day, b.split = s.settle(), false
		b.batch++
	}
	if s.terminal == split.terminal && s.at >= split.from && s.settle() == settleDay(split.from) && !b.split {
		b.split = true
		b.batch++
	}
	if b.stan++; b.stan > lastSTAN {
		b.stan = 1
	}
	s.stan, s.batch = b.stan, b.batch
}

// blindPermille of the report's rows have no reference and another clock.
const blindPermille = 5

// maxClock is how many seconds the acquirer's clock is off where it is.
const maxClock = 120

// blind chooses the rows that only card, amount and time can match. Their cards are used once in the whole
// month, so that there is exactly one answer.
func (m *month) blind() {
	r := dice.New(m.o.Seed, streamWeak, uint64(m.merchant))
	var uses [2][cardSpace]int32
	for _, s := range m.swipes {
		uses[s.card.pool()][s.card.n]++
	}
	var fit []*swipe
	for _, s := range m.swipes {
		once := uses[s.card.pool()][s.card.n] == 1
		if once && s.plain() && s.settled && s.settle() <= m.end() && !nearCutOff(s.at) {
			fit = append(fit, s)
		}
	}
	dice.Shuffle(r, fit)
	for _, s := range fit[:min(len(fit), (len(m.swipes)*blindPermille+500)/1000)] {
		s.blind = true
	}
}

// settleRows writes the acquirer's view: one line for each settled swipe of the period, ordered by settlement
// day and time.
func (m *month) settleRows() {
	r := dice.New(m.o.Seed, streamLag, uint64(m.merchant))
	for _, s := range m.swipes {
		if !s.settled || s.settle() > m.end() {
			continue
		}
		s.row = m.rowOf(s, s.settle())
		s.row.at += tillproof.LocalTime(lag(r, s))
		m.rows = append(m.rows, s.row)
		if s.twice {
			s.extra = m.rowOf(s, s.settle()+1)
			s.extra.at = s.row.at
			m.rows = append(m.rows, s.extra)
		}
	}
	slices.SortStableFunc(m.rows, func(a, b *row) int {
		return cmp.Or(cmp.Compare(a.settle, b.settle), cmp.Compare(a.at, b.at))
	})
}

// lag is how far the acquirer's stamp is from the terminal's: at most two seconds, but for the blind rows.
func lag(r *dice.Stream, s *swipe) int {
	switch {
	case s.blind && r.Chance(500):
		return -r.Between(15, maxClock)
	case s.blind:
		return r.Between(15, maxClock)
	case nearCutOff(s.at):
		return 0
	}
	return r.Below(3)
}

func (m *month) rowOf(s *swipe, settle tillproof.Date) *row {
	w := &row{of: s, settle: settle, at: s.at, amount: s.amount}
	if s.reported != 0 {
		w.amount = s.reported
	}
	if s.deed == refund {
		w.amount = -w.amount
	}
	w.agreed = agreedFee(w.amount, s.card.credit)
	w.fee = w.agreed
	if s.card.credit && s.deed == sale && m.creep.Known() && settle >= m.creep {
		w.fee = ratePart(w.amount, m.creepPPM)
	}
	return w
}

// agreedFee is the tariff in synth's own arithmetic: debit 0.50 % up to 20.00, given back with a refund;
// credit 0.60 %, kept when the sale is refunded.
func agreedFee(amount int64, credit bool) int64 {
	switch {
	case credit && amount < 0:
		return 0
	case credit:
		return ratePart(amount, creditRate)
	case amount < 0:
		return -min(ratePart(-amount, debitRate), debitCap)
	}
	return min(ratePart(amount, debitRate), debitCap)
}

// ratePart rounds half up. Amounts here are far below the range where the product could overflow.
func ratePart(amount, ppm int64) int64 { return (amount*ppm + 500_000) / 1_000_000 }
