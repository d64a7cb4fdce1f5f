package kinds

import (
	"hash/fnv"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/synth/dice"
)

// noise is what files lose on their way. Permille are of rows or lines; what concerns a whole file is chosen
// by the seed where the level says "some".
type noise struct {
	name            string
	lostRefs        int // permille of report rows without any number
	lostAuth        int // permille of report rows without their approval code
	outages         int // a month: spells in which the report has no number of any sale
	outage          int // minutes of each
	late            int // permille of sales that were taken offline and settled up to three days later
	repeated        int // permille of log lines that the export has twice
	drift           int // seconds a terminal's clock may be off
	feesRoundDown   bool
	reportEndsEarly int // days by which the report's file is not there yet

	lastFour  choice // the report shows the last four digits of a card alone
	dropZeros choice // the report went through a spreadsheet that took its numbers for amounts
	minutes   choice // the report's times have no seconds
	truncate  choice // the report shows the last eight digits of the twelve of a reference
}

// choice is whether a file has a habit.
type choice uint8

const (
	never choice = iota
	some
	always
)

var noises = []noise{
	{name: "none"},
	{
		name: "default", lostRefs: 6, outages: 2, outage: 40, lostAuth: 30, late: 4,
		repeated: 2, drift: 90, feesRoundDown: true, lastFour: some,
		dropZeros: some, minutes: some, truncate: some,
	},
	{
		name: "high", lostRefs: 60, outages: 8, outage: 120, lostAuth: 250, late: 25,
		repeated: 10, drift: 240, feesRoundDown: true, reportEndsEarly: 2,
		lastFour: always, dropZeros: always,
		minutes: always, truncate: always,
	},
}

// habit decides a choice of this set's files.
func (c choice) habit(r *dice.Stream) bool { return c == always || c == some && r.Chance(500) }

// truncatedTo is how many digits of a reference are left.
const truncatedTo = 8

// lose takes away what the noise level says. What carries a fact keeps its own numbers, so that the level
// does not decide how many facts there are; what happens to the whole file happens to it too.
func (m *month) lose() {
	r := dice.New(m.Seed, streamNoise)
	h, out := m.habits(), m.outages()
	for _, w := range m.rows {
		if w.of == nil {
			continue
		}
		if s := &w.show; !w.of.marked {
			if r.Chance(m.noise.lostRefs) || out.at(s.at) {
				w.of.blind = true
				s.rrn, s.stan, s.batch, s.auth, s.order, s.original = "", "", "", "", "", ""
			}
			if r.Chance(m.noise.lostAuth) {
				s.auth = ""
			}
		}
		h.apply(&w.show)
	}
	m.loseLines(r)
}

// spells are when each began; they are of one length.
type spells struct {
	from   []tillproof.LocalTime
	length tillproof.LocalTime
}

// outages are spells of an acquirer's system in which it notes no numbers. They lie in the hours of business,
// where they hurt: sales that look alike cannot be told apart then.
func (m *month) outages() spells {
	r := dice.New(m.Seed, streamNoise, 1)
	s := spells{length: tillproof.LocalTime(m.noise.outage * 60)}
	for range m.noise.outages * m.Months {
		day := m.start + tillproof.Date(r.Below(int(m.end-m.start)))
		s.from = append(s.from, m.shop.moment(r, day))
	}
	return s
}

func (s spells) at(t tillproof.LocalTime) bool {
	return slices.ContainsFunc(s.from, func(from tillproof.LocalTime) bool {
		return t >= from && t < from+s.length
	})
}

// habits of the report's file.
type habits struct{ lastFour, dropZeros, truncate, minutes bool }

// habits are drawn for each set, not for each seed: so that one run of all sets has files of every sort.
func (m *month) habits() habits {
	name := fnv.New64a()
	_, _ = name.Write([]byte(m.Set())) // a hash takes everything
	r := dice.New(m.Seed, streamFile, name.Sum64())
	return habits{
		lastFour: m.noise.lastFour.habit(r), dropZeros: m.noise.dropZeros.habit(r),
		truncate: m.noise.truncate.habit(r), minutes: m.noise.minutes.habit(r),
	}
}

func (h habits) apply(s *shown) {
	if h.lastFour && s.card != "" {
		s.card = strings.Repeat("*", 6) + s.card[len(s.card)-4:]
	}
	if h.minutes {
		s.at -= s.at % 60
	}
	if h.truncate {
		s.rrn, s.original = tail(s.rrn), tail(s.original)
	}
	if h.dropZeros {
		for _, f := range []*string{&s.merchant, &s.terminal, &s.batch, &s.stan, &s.rrn, &s.original} {
			*f = strings.TrimLeft(*f, "0")
		}
	}
}

// loseLines sets the clocks of the terminals wrong, and lets the export repeat lines.
func (m *month) loseLines(r *dice.Stream) {
	ahead := map[int]int{}
	for shop := range m.shop.shops {
		for t := range m.shop.terminals {
			ahead[shop*100+t+1] = r.Between(-m.noise.drift, m.noise.drift)
		}
	}
	var lines []*line
	for _, l := range m.lines {
		l.show.at += tillproof.LocalTime(ahead[m.place(l.of)])
		lines = append(lines, l)
		if !l.of.marked && r.Chance(m.noise.repeated) {
			again := *l
			if len(l.of.lines) > 0 && l == l.of.lines[0] {
				l.of.lines = append(l.of.lines, &again)
			}
			lines = append(lines, &again)
		}
	}
	m.lines = lines
}

func tail(ref string) string {
	if len(ref) <= truncatedTo {
		return ref
	}
	return ref[len(ref)-truncatedTo:]
}
