package synth

import (
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/synth/dice"
)

// Shop names a kind of shop: it decides amounts, hours and the rush of the day.
type Shop string

// The kinds of shops.
const (
	Convenience Shop = "convenience"
	Restaurant  Shop = "restaurant"
	Fashion     Shop = "fashion"
	Hardware    Shop = "hardware"
	Pharmacy    Shop = "pharmacy"
	Bar         Shop = "bar"
)

// band is a range of amounts in fen with its weight; step is what prices are multiples of, less tail fen.
type band struct{ lo, hi, step, weight int }

// trade is what a kind of shop is like. MCC is the merchant category code of ISO 18245.
type trade struct {
	shop        Shop
	zh, en      string
	mcc         string
	open, close int // minutes after midnight; close may be past midnight
	late        int // minutes longer on Friday and Saturday
	perDay      int // sales of one terminal on an ordinary day
	bands       []band
	rush        [26]int // weight of each hour from midnight on; 24 and 25 are the hours after it
}

var trades = [...]trade{
	{
		shop: Convenience, zh: "槐里便利超市", en: "Huaili Corner Market", mcc: "5411", open: 8 * 60,
		close:  23*60 + 30,
		perDay: 46, rush: [26]int{8: 7, 5, 4, 5, 8, 6, 4, 4, 5, 8, 11, 12, 9, 6, 3, 3},
		bands: []band{
			{300, 1500, 10, 22},
			{1500, 4500, 10, 38},
			{4500, 12000, 10, 27},
			{12000, 48000, 50, 13},
		},
	},
	{
		shop: Restaurant, zh: "半亩小馆", en: "Half Acre Kitchen", mcc: "5812", open: 10*60 + 30,
		close: 22*60 + 30,
		late:  60, perDay: 38, rush: [26]int{10: 1, 6, 12, 8, 2, 1, 2, 8, 14, 13, 8, 4, 3, 2},
		bands: []band{
			{2800, 8000, 100, 30},
			{8000, 18000, 100, 42},
			{18000, 42000, 100, 23},
			{42000, 98000, 100, 5},
		},
	},
	{
		shop: Fashion, zh: "素锦服饰", en: "Plainweave Clothing", mcc: "5651", open: 10 * 60, close: 22 * 60,
		perDay: 24, rush: [26]int{10: 2, 4, 5, 6, 7, 8, 8, 7, 6, 8, 8, 4},
		bands: []band{{5900, 19900, 1000, 36}, {19900, 49900, 1000, 42}, {49900, 89900, 1000, 22}},
	},
	{
		shop: Hardware, zh: "铁匠铺五金", en: "Smithy Hardware", mcc: "5251", open: 8 * 60, close: 19 * 60,
		perDay: 30, rush: [26]int{8: 6, 9, 9, 7, 3, 4, 7, 8, 7, 4, 2},
		bands: []band{{800, 6000, 50, 38}, {6000, 24000, 50, 40}, {24000, 96000, 100, 22}},
	},
	{
		shop: Pharmacy, zh: "百草园药房", en: "Herb Garden Pharmacy", mcc: "5912", open: 8 * 60, close: 22 * 60,
		perDay: 34, rush: [26]int{8: 5, 7, 8, 6, 4, 4, 5, 6, 6, 7, 7, 6, 4, 2},
		bands: []band{{900, 4500, 10, 44}, {4500, 13500, 10, 41}, {13500, 56000, 10, 15}},
	},
	{
		shop: Bar, zh: "夜航船酒馆", en: "Night Ferry Bar", mcc: "5813", open: 16 * 60, close: 26 * 60,
		perDay: 32, rush: [26]int{16: 1, 2, 4, 6, 8, 10, 12, 11, 8, 4},
		bands: []band{{3800, 9800, 100, 40}, {9800, 26800, 100, 44}, {26800, 88800, 100, 16}},
	},
}

func tradeOf(s Shop) (trade, bool) {
	for _, t := range trades {
		if t.shop == s {
			return t, true
		}
	}
	return trade{}, false
}

func (t *trade) name(lang string) string {
	if lang == English {
		return t.en
	}
	return t.zh
}

// hours are the policy's opening hours, Monday first.
func (t *trade) hours() []tillproof.Opening {
	out := make([]tillproof.Opening, 0, 7)
	for i := range 7 {
		day := time.Weekday((i + 1) % 7)
		out = append(out, tillproof.Opening{Day: day, Open: t.open, Close: t.closeOn(day)})
	}
	return out
}

func (t *trade) closeOn(day time.Weekday) int {
	if day == time.Friday || day == time.Saturday {
		return t.close + t.late
	}
	return t.close
}

// dayStart and dayEnd keep ordinary sales away from the door: nobody pays before the first minutes, and a
// sale that is pushed back by the one before it must still be inside the hours.
const (
	dayStart = 4
	dayEnd   = 12
)

// second is a moment of a business day in seconds after its midnight, drawn by the rush of the hours.
func (t *trade) second(r *dice.Stream, day tillproof.Date) int {
	from, to := (t.open+dayStart)*60, (t.closeOn(day.Weekday())-dayEnd)*60
	for {
		s := r.Weighted(t.rush[:])*3600 + r.Below(3600)
		if s >= from && s < to {
			return s
		}
	}
}

// amount is a price in fen.
func (t *trade) amount(r *dice.Stream) int64 {
	weights := make([]int, len(t.bands))
	for i, b := range t.bands {
		weights[i] = b.weight
	}
	b := t.bands[r.Weighted(weights)]
	return int64(b.lo + r.Below((b.hi-b.lo)/b.step+1)*b.step)
}

// busyness is the percentage of ordinary trade on a day.
func (r *run) busyness(day tillproof.Date) int {
	weekday := [7]int{112, 92, 90, 93, 95, 104, 116}
	if _, off := r.o.Calendar.Holidays[day]; off {
		return 120
	}
	return weekday[day.Weekday()]
}
