package cards

import "github.com/tillproof/tillproof/internal/synth/dice"

// category is a kind of shop. Prices are those of everyday life, none is tied to what a detector looks at.
type category struct {
	name        string
	price       int64 // the middle of its amounts, minor units
	spread      int   // one standard deviation, of an octave
	open, close int   // hours
	often       int   // how often cards go there, against the others
	week        [7]int
	online      bool
	step        int64 // amounts are often whole numbers of this
	returned    int   // permille of sales of which something comes back
	resale      int   // how gladly a thief goes there
}

var (
	evenly   = [7]int{10, 10, 10, 10, 10, 10, 10}
	workdays = [7]int{12, 12, 12, 12, 13, 7, 3}
	saturday = [7]int{7, 7, 8, 9, 12, 18, 4}
	outing   = [7]int{5, 6, 7, 9, 14, 17, 12}
)

var categories = [...]category{
	{"grocery", 2300, 900, 7, 22, 260, saturday, false, 1, 4, 2},
	{"fuel", 4400, 500, 5, 24, 70, workdays, false, 500, 0, 3},
	{"restaurant", 2700, 800, 11, 24, 120, outing, false, 50, 1, 1},
	{"cafe", 620, 600, 6, 19, 130, workdays, false, 10, 0, 1},
	{"pharmacy", 1500, 850, 8, 20, 50, workdays, false, 1, 3, 1},
	{"fashion", 5200, 1000, 10, 20, 50, saturday, false, 100, 90, 6},
	{"electronics", 12500, 1300, 10, 20, 16, saturday, false, 100, 45, 14},
	{"hardware", 3600, 1200, 7, 20, 30, saturday, false, 1, 30, 2},
	{"transport", 900, 1000, 5, 24, 90, workdays, false, 10, 5, 1},
	{"giftcards", 3000, 700, 9, 21, 6, evenly, false, 1000, 0, 9},
	{"webshop", 4100, 1200, 0, 24, 90, evenly, true, 1, 100, 10},
	{"digital", 950, 1000, 0, 24, 60, evenly, true, 1, 6, 8},
	{"travel", 21000, 1150, 0, 24, 10, evenly, true, 1, 50, 5},
	{"subscription", 1199, 700, 0, 24, 0, evenly, true, 1, 2, 0},
}

const (
	catElectronics  = 6
	catSubscription = 13
	townless        = -1 // the town of a web shop
)

// shop is one merchant.
type shop struct {
	category  int
	town      int
	terminals []int32
	level     int // of its prices, of an octave
	open      int
	close     int
	born      int // the day on which it opens
	keyed     int // permille of its rows that are typed in
}

// world is where cards are used.
type world struct {
	o       Options
	towns   int
	shops   []shop
	at      [][len(categories)][]int32 // shops by town; the last entry holds those of the web
	place   []int32                    // of each terminal: its shop
	fairs   []fair
	holders []holder
}

// fair is some days on which half a town buys at a few tills.
type fair struct {
	town, from, to int
	shop           int32
}

func newWorld(o Options) *world {
	w := &world{o: o, towns: max(3, o.Cards/220)}
	w.at = make([][len(categories)][]int32, w.towns+1)
	r := dice.New(o.Seed, purposeTown)
	for town := range w.towns {
		large := 1 + early(r, 9) // towns differ in size
		for c := range categories {
			if !categories[c].online {
				w.build(r, c, town, 2+r.Below(3+large)*(40+categories[c].often)/50)
			}
		}
	}
	for c := range categories {
		if categories[c].online {
			w.build(r, c, townless, 8+o.Cards/50)
		}
	}
	for range 1 + o.Days*w.towns/300 {
		town, from := r.Below(w.towns), r.Below(o.Days)
		stands := w.at[town][2] // restaurants
		w.fairs = append(w.fairs, fair{town, from, from + r.Below(4), stands[r.Below(len(stands))]})
	}
	for n := range o.Cards {
		w.holders = append(w.holders, newHolder(w, n))
	}
	return w
}

func (w *world) build(r *dice.Stream, c, town, n int) {
	kind := &categories[c]
	list := &w.at[w.towns][c]
	if town != townless {
		list = &w.at[town][c]
	}
	for i := range n {
		s := shop{category: c, town: town, level: heavy(r, 350), open: kind.open, close: kind.close}
		if !kind.online {
			s.open, s.close = min(max(0, s.open+r.Between(-1, 2)), 12), min(24, s.close+r.Between(-2, 1))
		}
		if i > 0 && r.Chance(120) {
			s.born = r.Below(w.o.Days)
		}
		if r.Chance(150) {
			s.keyed = r.Between(20, 250)
		}
		tills := 1
		if !kind.online {
			tills += early(r, 5)
		}
		for range tills {
			s.terminals = append(s.terminals, int32(len(w.place)))
			w.place = append(w.place, int32(len(w.shops)))
		}
		*list = append(*list, int32(len(w.shops)))
		w.shops = append(w.shops, s)
	}
}

// pick is a shop of a category in a town (or of the web) that stands on that day, the first ones most likely.
func (w *world) pick(r *dice.Stream, c, town, day int) *shop {
	if categories[c].online {
		town = w.towns
	}
	list := w.at[town][c]
	for range 4 {
		if s := &w.shops[list[early(r, len(list))]]; s.born <= day {
			return s
		}
	}
	return &w.shops[list[0]] // the first of a town is always there
}

// price is an amount as such a shop asks it; level moves it, in steps of an octave.
func (s *shop) price(r *dice.Stream, level int) int64 {
	kind := &categories[s.category]
	v := max(30, times(kind.price, s.level+level+heavy(r, kind.spread)))
	if kind.step > 1 && r.Chance(700) {
		v = max(kind.step, (v+kind.step/2)/kind.step*kind.step)
	} else if kind.step == 1 && v > 500 && r.Chance(500) {
		v = v/100*100 + 99
	}
	return v
}
