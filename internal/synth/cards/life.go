package cards

import "github.com/tillproof/tillproof/internal/synth/dice"

const (
	hourSeconds = 3600
	daySeconds  = 24 * hourSeconds
)

// book collects rows.
type book struct {
	w    *world
	rows []Row
}

func (b *book) add(r Row) { b.rows = append(b.rows, r) }

// live writes down all that a holder buys.
func (b *book) live(h *holder) {
	r := dice.New(b.w.o.Seed, purposeLife, uint64(h.number))
	for day := h.from; day < h.to; day++ {
		b.subscriptions(r, h, day)
		rate := h.daily * h.week[day%7] / 1000
		if day%30 < 4 {
			rate = rate * 5 / 4 // after the wages
		}
		spree := -1
		if r.Chance(4) {
			spree = r.Between(10, 18) // many shops in one afternoon
		}
		for hour, weight := range rhythms[h.rhythm] {
			n := 0
			if r.Below(1000_000) < rate*weight {
				n = 1
			}
			if hour == spree {
				n += r.Between(3, 8)
			}
			for range n {
				b.purchase(r, h, day, hour)
			}
		}
	}
}

func (b *book) subscriptions(r *dice.Stream, h *holder, day int) {
	for _, a := range h.abonnes {
		if day >= a.first && (day-a.first)%a.every == 0 {
			s := &b.w.shops[a.shop]
			b.add(Row{
				At: stamp(day, r.Between(1, 5), r), Card: int32(h.number), Terminal: s.terminals[0],
				Shop: a.shop, Amount: a.amount, Category: catSubscription, Entry: Online,
			})
		}
	}
}

// stamp is a second of that hour.
func stamp(day, hour int, r *dice.Stream) int64 {
	return int64(firstDay+day)*daySeconds + int64(hour)*hourSeconds + int64(r.Below(hourSeconds))
}

// purchase is one ordinary visit; now and then it is something large.
func (b *book) purchase(r *dice.Stream, h *holder, day, hour int) {
	s := b.visited(r, h, day, hour)
	if s == nil {
		return
	}
	level := h.level
	if r.Chance(6) {
		level += r.Between(octave, 3*octave)
	}
	row := b.sale(r, h, s, stamp(day, hour, r))
	row.Amount = s.price(r, level)
	if row.Entry == Contactless && row.Amount > 5000 {
		row.Entry = Chip
	}
	if b.w.o.Wide && r.Chance(20) {
		row.Declined = true
		b.add(row)
		if r.Chance(400) {
			return
		}
		row.At += int64(r.Between(15, 120))
		row.Declined = false
	}
	b.add(row)
}

// visited is the shop, nil where none is open.
func (b *book) visited(r *dice.Stream, h *holder, day, hour int) *shop {
	town := h.town(r, day, hour)
	for _, f := range b.w.fairs {
		if f.town == town && f.from <= day && day <= f.to && hour > 10 && r.Chance(300) {
			return &b.w.shops[f.shop]
		}
	}
	var weights [len(categories)]int
	sum := 0
	for c := range weights {
		k := &categories[c]
		if hour >= k.open && hour < k.close {
			weights[c] = h.taste[c] * k.week[day%7]
			sum += weights[c]
		}
	}
	if sum == 0 {
		return nil
	}
	c := r.Weighted(weights[:])
	from := r
	if !r.Chance(h.roams) {
		// One of three shops, always the same for this holder, category and town.
		which := uint64(r.Weighted([]int{6, 3, 1}))
		from = dice.New(b.w.o.Seed, purposeFavourite, uint64(h.number), uint64(c), uint64(town), which)
	}
	s := b.w.pick(from, c, town, day)
	if hour < s.open || hour >= s.close {
		return nil
	}
	return s
}

// sale is a row of a shop, as yet without its amount.
func (b *book) sale(r *dice.Stream, h *holder, s *shop, at int64) Row {
	row := b.rowAt(r, s, at)
	row.Card = int32(h.number)
	switch {
	case categories[s.category].online:
		row.Entry = Online
	case r.Chance(s.keyed):
		row.Entry = Keyed
	case r.Chance(h.tapsFirst):
		row.Entry = Contactless
	case r.Chance(12):
		row.Entry = Stripe
	}
	return row
}

func (b *book) rowAt(r *dice.Stream, s *shop, at int64) Row {
	till := s.terminals[early(r, len(s.terminals))]
	return Row{At: at, Terminal: till, Shop: b.w.place[till], Category: uint8(s.category)}
}

// returns gives back a part of the sales, some days later. Only the wide form can show it.
func (b *book) returns() {
	r := dice.New(b.w.o.Seed, purposeRefund)
	end := int64(firstDay+b.w.o.Days) * daySeconds
	for _, row := range b.rows {
		if row.Declined || !r.Chance(categories[row.Category].returned) {
			continue
		}
		back := row
		back.Refund = true
		back.At += int64(r.Between(1, 20)) * daySeconds
		back.At += int64(r.Between(-2*hourSeconds, 2*hourSeconds))
		if r.Chance(400) {
			back.Amount = max(1, back.Amount*int64(r.Between(100, 900))/1000)
		}
		if back.At < end {
			b.add(back)
		}
	}
}
