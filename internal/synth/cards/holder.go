package cards

import "github.com/tillproof/tillproof/internal/synth/dice"

// What each stream of chance is for. A number names one purpose, so that a change in one moves no other.
const (
	purposeTown = iota + 1
	purposeHolder
	purposeLife
	purposeFavourite
	purposeCrime
	purposeRefund
)

// rhythms are when people buy: weights of the hours.
var rhythms = [...][24]int{
	{1, 1, 0, 0, 1, 6, 30, 60, 70, 70, 75, 80, 85, 70, 60, 65, 75, 85, 70, 45, 25, 12, 6, 3},     // early
	{2, 1, 1, 0, 0, 1, 5, 25, 40, 25, 20, 35, 110, 90, 30, 25, 40, 110, 150, 120, 80, 45, 20, 8}, // office
	{6, 3, 2, 1, 0, 0, 1, 4, 10, 25, 50, 70, 80, 80, 80, 80, 85, 85, 85, 80, 70, 60, 40, 20},     // late
	{40, 30, 20, 12, 6, 4, 4, 8, 12, 15, 25, 35, 50, 55, 55, 60, 60, 65, 75, 80, 85, 90, 85, 65}, // night
}

// holder is a card and the life behind it.
type holder struct {
	number    int
	home      int
	work      int
	level     int // of what is spent, of an octave
	daily     int // purchases on an ordinary day, thousandths
	rhythm    int
	taste     [len(categories)]int
	week      [7]int // permille of an ordinary day
	from, to  int    // days on which the card lives
	roams     int    // permille of purchases in a shop that is new to it
	abonnes   []abonnement
	trips     []trip
	tapsFirst int // permille of purchases at a till that are contactless
}

// abonnement is paid every so many days at night.
type abonnement struct {
	shop         int32
	amount       int64
	first, every int
}

// trip is some days in another town.
type trip struct{ town, from, to int }

func newHolder(w *world, n int) holder {
	r := dice.New(w.o.Seed, purposeHolder, uint64(n))
	h := holder{
		number: n, home: early(r, w.towns), level: heavy(r, 700), rhythm: r.Weighted([]int{3, 5, 3, 1}),
		to: w.o.Days, roams: r.Between(60, 450), tapsFirst: r.Between(0, 900),
	}
	h.work = h.home
	if r.Chance(400) {
		h.work = r.Below(w.towns)
	}
	h.daily = int(times(1100, heavy(r, 900)))
	h.daily = min(max(h.daily, 40), 9000)
	for c := range h.taste {
		h.taste[c] = int(times(int64(categories[c].often)*16, bell(r, 900)))
	}
	for d := range h.week {
		h.week[d] = int(times(1000, bell(r, 250)))
	}
	if r.Chance(150) {
		h.from = r.Below(w.o.Days)
	}
	if r.Chance(80) {
		h.to = r.Between(h.from, w.o.Days)
	}
	for range r.Below(5) {
		s := w.pick(r, catSubscription, townless, 0)
		h.abonnes = append(h.abonnes, abonnement{
			shop: w.place[s.terminals[0]], amount: s.price(r, 0), first: r.Below(30),
			every: []int{30, 30, 30, 7}[r.Below(4)],
		})
	}
	for day := r.Below(90); day < w.o.Days; day += 20 + r.Below(120) {
		h.trips = append(h.trips, trip{r.Below(w.towns), day, day + 1 + r.Below(11)})
	}
	return h
}

// town is where the holder is.
func (h *holder) town(r *dice.Stream, day, hour int) int {
	for _, t := range h.trips {
		if t.from <= day && day <= t.to {
			return t.town
		}
	}
	if day%7 < 5 && hour > 7 && hour < 17 {
		return h.work
	}
	return h.home
}
