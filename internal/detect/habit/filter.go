package habit

// A terminal is clean or in wrong hands, and only late verdicts about its rows tell, in their order. The best
// story of the form "clean, then in wrong hands from one moment on, perhaps clean again" is found for several
// shares of fraud, weighed in logarithms.

// rates are the shares of a bad terminal's rows that are fraud, of which the likeliest is taken: nearly all,
// half, a fifth, a twentieth.
var rates = [...]struct{ fraud, good int64 }{ // octave·log2 of the share and of what it leaves
	{-8, -1425}, // 0.979
	{-256, -256},
	{-594, -82},
	{-1106, -19},
}

const (
	enter = 10 * octave // to turn bad: once in a thousand rows
	leave = 5 * octave  // to turn clean again
)

// verdicts is what the confirmed rows of a terminal say in their order.
type verdicts struct {
	odds  int64  // weight of the best story with a bad end over the best with a clean one
	gain  int64  // weight of the best story over "always clean"
	rate  int    // of the best story with a bad end: index into rates
	since moment // where it says the terminal turned bad

	frauds, rows int32 // since then: plain frauds, and all confirmed rows

	streak     int32 // plain frauds in a row, up to the last one
	streakFrom moment
	before     moment // the last genuine row before the streak
	goodSince  int32  // rows since the last plain fraud that nobody called fraud in time
	last       moment // the last plain fraud
	lastGood   moment
}

// story is the best one so far of one rate, by how it ends.
type story struct {
	bad, clean   int64
	since        moment
	frauds, rows int32
}

// weigh reads the course of a terminal. A part counts as genuine so far where its delay is over; usual is
// octave·log2 of the share of plain frauds among all rows everywhere.
func (c *course) weigh(now moment, delay, usual int64) (v verdicts) {
	var s [len(rates)]story
	for i := range s {
		s[i].bad = -enter
	}
	for i := range c.parts[:c.n] {
		p := &c.parts[i]
		good := int32(p.good)
		if now.since(p.to) >= delay {
			good = max(0, int32(p.rows)-int32(p.frauds))
		}
		plain := int32(p.plain)
		if plain == 0 && good == 0 {
			continue
		}
		v.follow(p, plain, good)
		for j := range s {
			s[j].follow(p.from, plain, good, [2]int64{rates[j].fraud - usual, rates[j].good})
		}
	}
	clean := int64(0)
	for j := range s {
		if s[j].bad > s[v.rate].bad {
			v.rate = j
		}
		clean = max(clean, s[j].clean)
	}
	best := &s[v.rate]
	v.odds, v.gain = best.bad-clean, max(best.bad, clean)
	v.since, v.frauds, v.rows = best.since, best.frauds, best.rows
	return v
}

func (v *verdicts) follow(p *part, plain, good int32) {
	if plain == 0 {
		v.goodSince += good
		v.lastGood = p.to
		return
	}
	if v.goodSince > 0 || v.streak == 0 {
		v.streak, v.streakFrom, v.before = 0, p.from, v.lastGood
	}
	v.streak += plain
	v.goodSince = good
	v.last = p.to
}

// follow goes on by one part; weights are what a plain fraud and a genuine row say for the bad state.
func (s *story) follow(at moment, plain, good int32, weights [2]int64) {
	if enters := s.clean - enter; enters >= s.bad {
		s.bad, s.since, s.frauds, s.rows = enters, at, 0, 0
	}
	s.clean = max(s.clean, s.bad-leave)
	s.bad += int64(plain)*weights[0] + int64(good)*weights[1]
	s.frauds += plain
	s.rows += plain + good
}
