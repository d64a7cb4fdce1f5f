package cards

import "github.com/tillproof/tillproof/internal/synth/dice"

// One case of each kind per so many days of a card. Together they come to somewhat less than one row in a
// hundred.
const (
	perCommonPoint = 18_000
	perBadTerminal = 10_000
	perLeaked      = 3_500
	perTesting     = 60_000
	perTakeover    = 9_000
	perStolen      = 7_000
	perRefunded    = 8_000
)

// crimes adds what thieves do to the genuine rows, which stand in time order, and spoils some of them. The
// draws of each kind are its own.
func (b *book) crimes() {
	genuine := b.rows
	b.rows = nil
	total := b.w.o.Cards * b.w.o.Days
	each := func(scenario, per int, do func(r *dice.Stream)) {
		r := dice.New(b.w.o.Seed, purposeCrime, uint64(scenario))
		n := total / per
		if r.Below(per) < total%per {
			n++
		}
		for range n {
			do(r)
		}
	}
	each(CommonPoint, perCommonPoint, func(r *dice.Stream) { b.commonPoint(r, genuine) })
	each(BadTerminal, perBadTerminal, func(r *dice.Stream) { b.badTerminal(r, genuine) })
	each(Leaked, perLeaked, func(r *dice.Stream) { b.leak(r, b.someone(r), b.moment(r), Leaked) })
	each(Testing, perTesting, b.testing)
	each(Takeover, perTakeover, b.takeover)
	each(Stolen, perStolen, b.steal)
	if b.w.o.Wide {
		each(Refunded, perRefunded, b.refunds)
	}
	b.rows = append(genuine, b.rows...)
}

func (b *book) someone(r *dice.Stream) *holder { return &b.w.holders[r.Below(len(b.w.holders))] }

// moment is any second of the period.
func (b *book) moment(r *dice.Stream) int64 { return stamp(r.Below(b.w.o.Days), r.Below(24), r) }

// fraud adds a row if its card lives then and the period has not ended.
func (b *book) fraud(h *holder, row Row, scenario uint8) {
	day := int(row.At/daySeconds) - firstDay
	if day < h.from || day >= h.to {
		return
	}
	row.Card, row.Scenario = int32(h.number), scenario
	if row.Declined && !b.w.o.Wide {
		return
	}
	b.add(row)
}

// visits are the rows of one terminal during some days, in time order. Half of the terminals are drawn by
// what they take, half are any. None where a world is so small that no terminal takes something.
func (b *book) visits(r *dice.Stream, genuine []Row, days int) []*Row {
	for range 200 {
		if len(genuine) == 0 {
			break
		}
		first := r.Below(len(genuine))
		terminal := genuine[first].Terminal
		if r.Chance(500) {
			terminal = int32(r.Below(len(b.w.place)))
		}
		end := genuine[first].At + int64(days)*daySeconds
		var rows []*Row
		for i := first; i < len(genuine) && genuine[i].At < end; i++ {
			if genuine[i].Terminal == terminal {
				rows = append(rows, &genuine[i])
			}
		}
		if len(rows) >= 5 && !categories[rows[0].Category].online {
			return rows
		}
	}
	return nil
}

// commonPoint copies some of the cards that one till sees for some days. Most copies are used, elsewhere,
// after hours or weeks.
func (b *book) commonPoint(r *dice.Stream, genuine []Row) {
	share, used := r.Between(80, 600), r.Between(300, 900)
	seen := map[int32]bool{}
	for _, row := range b.visits(r, genuine, r.Between(3, 45)) {
		if seen[row.Card] || row.Scenario > 0 || !r.Chance(share) {
			continue
		}
		seen[row.Card] = true
		if !r.Chance(used) {
			continue
		}
		h := &b.w.holders[row.Card]
		at := row.At + int64(r.Between(2, 24))*hourSeconds + int64(early(r, 40))*daySeconds
		if r.Chance(400) {
			b.leak(r, h, at, CommonPoint)
		} else {
			b.counterfeit(r, h, at)
		}
	}
}

// counterfeit goes shopping with a copy in some town: a stripe, where the chip “does not work”.
func (b *book) counterfeit(r *dice.Stream, h *holder, at int64) {
	town := r.Below(b.w.towns)
	for range 1 + early(r, 9) {
		s := b.lure(r, town, at)
		row := b.rowAt(r, s, at)
		row.Amount = s.price(r, r.Between(0, 2*octave))
		if row.Entry = Stripe; r.Chance(250) {
			row.Entry = Keyed
		}
		row.Declined = r.Chance(120)
		b.fraud(h, row, CommonPoint)
		at += int64(r.Between(240, 3*hourSeconds))
		if r.Chance(200) {
			at += int64(r.Between(1, 3)) * daySeconds
		}
	}
}

// lure is a shop where things are sold that can be sold again; one that is open, if there is one.
func (b *book) lure(r *dice.Stream, town int, at int64) *shop {
	hour, day := int(at%daySeconds/hourSeconds), int(at/daySeconds)-firstDay
	var weights [len(categories)]int
	for c := range weights {
		if k := &categories[c]; !k.online && hour >= k.open && hour < k.close {
			weights[c] = k.resale
		} else if k.online && c != catSubscription {
			weights[c] = 1 // at night there is still the web
		}
	}
	return b.w.pick(r, r.Weighted(weights[:]), town, min(day, b.w.o.Days))
}

// badTerminal spoils a share of what one terminal takes: a slip written higher, a row that the cardholder
// never agreed to. The rest of its rows are as they should be.
func (b *book) badTerminal(r *dice.Stream, genuine []Row) {
	share, more := r.Between(150, 750), r.Between(0, 700)
	for _, row := range b.visits(r, genuine, r.Between(4, 50)) {
		if row.Scenario == 0 && !row.Declined && r.Chance(share) {
			row.Scenario = BadTerminal
			row.Amount = times(row.Amount, r.Between(0, more+1))
		}
	}
}

// leak uses a number in web shops: carefully at first, then for all that it will bear.
func (b *book) leak(r *dice.Stream, h *holder, at int64, scenario uint8) {
	level := r.Between(-2*octave, octave)
	for range 1 + early(r, 16) {
		c := r.Weighted([]int{10: 10, 11: 8, 12: 4, 13: 0})
		s := b.w.pick(r, c, townless, min(int(at/daySeconds)-firstDay, b.w.o.Days))
		row := b.rowAt(r, s, at)
		row.Entry, row.Amount = Online, s.price(r, level)
		row.Declined = r.Chance(150)
		b.fraud(h, row, scenario)
		level += r.Between(-200, 700)
		at += int64(r.Between(1, 90)) * 60
		if r.Chance(250) {
			at += int64(r.Between(4, 60)) * hourSeconds
		}
	}
}

// testing tries a list of numbers at one web shop. Of those that work some are used afterwards.
func (b *book) testing(r *dice.Stream) {
	at := b.moment(r)
	s := b.w.pick(r, r.Weighted([]int{10: 6, 11: 10, 12: 0, 13: 2}), townless, int(at/daySeconds)-firstDay)
	low := r.Between(10, 300)
	high := low + r.Between(0, 400)
	pause := r.Between(2, 240)
	for range r.Between(20, 260) {
		row := b.rowAt(r, s, at)
		row.Entry, row.Amount = Online, int64(r.Between(low, high))
		row.Declined = r.Chance(450)
		h := b.someone(r)
		b.fraud(h, row, Testing)
		if r.Chance(150) {
			b.leak(r, h, at+int64(r.Between(1, 100))*hourSeconds, Leaked)
		}
		at += int64(r.Between(1, 2*pause))
	}
}

// takeover lives on a card for some days, at other hours and in other shops than its holder, who goes on.
func (b *book) takeover(r *dice.Stream) {
	h, start := b.someone(r), r.Below(b.w.o.Days)
	town, level, daily := r.Below(b.w.towns), h.level+r.Between(-octave/2, 2*octave), r.Between(400, 3500)
	hours := rhythms[r.Below(len(rhythms))]
	for day := start; day < start+r.Between(2, 21); day++ {
		for hour, weight := range hours {
			if r.Below(1000_000) >= daily*weight {
				continue
			}
			at := stamp(day, hour, r)
			s := b.lure(r, town, at)
			row := b.rowAt(r, s, at)
			if row.Amount = s.price(r, level); categories[s.category].online {
				row.Entry = Online
			}
			row.Declined = r.Chance(80)
			b.fraud(h, row, Takeover)
		}
	}
}

// steal uses up a lost card in a town within hours: taps below the limit, and what else goes.
func (b *book) steal(r *dice.Stream) {
	h := b.someone(r)
	at := stamp(r.Below(b.w.o.Days), r.Between(8, 20), r)
	for range r.Between(2, 16) {
		s := b.lure(r, h.home, at)
		row := b.rowAt(r, s, at)
		row.Amount = s.price(r, r.Between(-octave, octave))
		switch {
		case categories[s.category].online:
			row.Entry = Online
		case r.Chance(750):
			row.Entry = Contactless
			row.Amount = min(row.Amount, int64(r.Between(900, 5000)))
		}
		row.Declined = r.Chance(150)
		b.fraud(h, row, Stolen)
		at += int64(r.Between(60, 4000))
	}
}

// refunds pays back to cards of the till's own people what was never bought.
func (b *book) refunds(r *dice.Stream) {
	h, at := b.someone(r), b.moment(r)
	s := b.lure(r, r.Below(b.w.towns), at)
	for range 1 + early(r, 7) {
		row := b.rowAt(r, s, at)
		row.Refund, row.Entry, row.Amount = true, Keyed, s.price(r, octave)
		b.fraud(h, row, Refunded)
		at += int64(r.Between(1, 200)) * hourSeconds
	}
}
