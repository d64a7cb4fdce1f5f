package kinds

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/synth/dice"
)

// band is a range of prices in fen with its weight.
type band struct{ lo, hi, weight int }

// shop is a kind of merchant.
type shop struct {
	name        string
	shops       int // merchants with numbers of their own, paid together
	terminals   int // of each
	perDay      int // sales of one terminal on an ordinary day
	open, close int // minutes after midnight
	bands       []band
	tabs        int  // permille of bills that are authorised first and completed with a tip
	slips       int  // permille of bills whose tip is added on the slip: the till knows the bill alone
	adjusts     int  // permille of bills that the till adjusts to the amount with the tip
	stays       int  // arrivals a day: authorised on arrival, completed on departure
	online      int  // web orders a day
	codes       int  // permille of sales paid by a code: no card is shown
	orders      bool // the till keeps order numbers, and the acquirer repeats them
}

var shops = []shop{
	{
		name: "corner", shops: 1, terminals: 2, perDay: 42, open: 7 * 60, close: 22*60 + 30, codes: 250,
		bands: []band{{300, 1500, 22}, {1500, 4500, 38}, {4500, 12000, 27}, {12000, 48000, 13}},
	},
	{
		name: "restaurant", shops: 1, terminals: 2, perDay: 30, open: 11 * 60, close: 22*60 + 30, tabs: 350,
		slips: 150, adjusts: 250, bands: []band{{2800, 8000, 30}, {8000, 18000, 42}, {18000, 42000, 28}},
	},
	{
		name: "hotel", shops: 1, terminals: 1, perDay: 12, open: 7 * 60, close: 22 * 60, stays: 9,
		bands: []band{{2600, 9000, 60}, {9000, 30000, 40}},
	},
	{
		name: "chain", shops: 3, terminals: 2, perDay: 22, open: 8 * 60, close: 21 * 60, codes: 150,
		bands: []band{{900, 4500, 40}, {4500, 13500, 41}, {13500, 56000, 19}},
	},
	{
		name: "web", shops: 1, terminals: 1, perDay: 28, open: 9 * 60, close: 20 * 60, online: 24,
		bands: []band{{5900, 19900, 46}, {19900, 49900, 42}, {49900, 89900, 12}},
	},
	{
		name: "stall", shops: 1, terminals: 1, perDay: 75, open: 6 * 60, close: 20 * 60, codes: 1000,
		orders: true, bands: []band{ // a menu: many sales are alike
			{600, 600, 25},
			{800, 800, 25},
			{1200, 1200, 20},
			{1500, 1500, 15},
			{1800, 1800, 10},
			{2600, 2600, 5},
		},
	},
}

// dayEdge keeps sales away from the door, so that none is pushed past it.
const dayEdge = 12

// moment is a second of the business day, with a rush at noon and one in the evening.
func (s *shop) moment(r *dice.Stream, day tillproof.Date) tillproof.LocalTime {
	lo, hi := s.open+dayEdge, s.close-dayEdge
	minute := r.Between(lo, hi)
	if rush := [...]int{12*60 + 20, 18*60 + 40}[r.Below(2)]; r.Chance(450) && rush > lo && rush+50 < hi {
		minute = rush + r.Between(-50, 50)
	}
	return day.At(0, max(lo, minute), r.Below(60))
}

// price is an amount in minor units of the custom's currency.
func (m *month) price(r *dice.Stream) int64 {
	weights := make([]int, len(m.shop.bands))
	for i, b := range m.shop.bands {
		weights[i] = b.weight
	}
	b := m.shop.bands[r.Weighted(weights)]
	lo, hi, step := b.lo*m.custom.scale/100, b.hi*m.custom.scale/100, m.custom.step
	return int64((lo + r.Below(hi-lo+1)) / step * step)
}
