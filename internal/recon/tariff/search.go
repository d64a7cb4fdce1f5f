package tariff

import (
	"cmp"
	"math"
	"slices"

	"github.com/tillproof/tillproof"
)

// Grids of rates in parts per million. Contracts name hundredths of a percent; the finer grid is tried only
// where the coarse one leaves rows unexplained.
const (
	coarseGrid = 100
	fineGrid   = 10
)

// point is an amount with its fee, and how many rows show it.
type point struct {
	gross, fee int64
	n          int
}

// pointsOf counts the distinct points of rows, by amount and fee.
func pointsOf(rows []sale) []point {
	all := make([]point, 0, len(rows))
	for _, s := range rows {
		all = append(all, point{s.gross, s.fee, 1})
	}
	slices.SortFunc(all, func(a, b point) int {
		return cmp.Or(cmp.Compare(a.gross, b.gross), cmp.Compare(a.fee, b.fee))
	})
	out := all[:0]
	for _, p := range all {
		if n := len(out); n > 0 && out[n-1].gross == p.gross && out[n-1].fee == p.fee {
			out[n-1].n++
			continue
		}
		out = append(out, p)
	}
	return out
}

// thin keeps at most n points, evenly spaced, the smallest and the largest amount among them.
func thin(points []point, n int) []point {
	if len(points) <= n {
		return points
	}
	out := make([]point, n)
	for i := range out {
		out[i] = points[i*(len(points)-1)/(n-1)]
	}
	return out
}

// maxWays is how many equally good tariffs are kept; more make no rows clearer.
const maxWays = 500

// answer is the lines that explain the most rows; of those, the ones that bend least, the plainest first.
type answer struct {
	hits   int // rows
	clamps int
	ways   []line
}

// offer keeps a line that explains more than the best so far, or as much and no less simply.
func (a *answer) offer(l line, hits int) {
	better := hits > a.hits || hits == a.hits && l.clamps() < a.clamps
	if better {
		a.hits, a.clamps, a.ways = hits, l.clamps(), a.ways[:0]
	}
	same := hits == a.hits && l.clamps() == a.clamps
	if better || same && len(a.ways) < maxWays && !slices.Contains(a.ways, l) {
		a.ways = append(a.ways, l)
	}
}

// search tries every rate of the grid. For each rate, the fixed part is the one that most points agree on, so
// odd rows do not sway it; a cap or minimum is taken where at least two amounts show it and it explains more.
type search struct {
	points []point
	all    int // rows
	round  tillproof.FeeRounding
	again  []int64 // fees that at least two amounts show, most frequent first
	weight []int   // of each, in rows
	bent   int     // of all: no cap and minimum explain more
	rest   []int64 // of each point at the present rate: fee less its share
	votes  tally
	best   answer
}

// maxAgain is how many of the most frequent fees are tried as cap or minimum, and extremes how many of the
// highest and lowest.
const (
	maxAgain = 4
	extremes = 2
)

// searchRates finds the best lines of the ascending rates, among those that explain at least so many rows.
func searchRates(points []point, rates []int64, round tillproof.FeeRounding, least int) answer {
	s := &search{
		points: points, all: rowsOf(points), round: round, rest: make([]int64, len(points)),
		votes: newTally(len(points)), best: answer{hits: least, clamps: math.MaxInt},
	}
	s.findAgain()
	ends, able := s.ends(), s.all
	for _, rate := range rates {
		for len(ends) > 0 && ends[0].rate < rate {
			able -= ends[0].n
			ends = ends[1:]
		}
		if able+s.bent < s.best.hits {
			break // higher rates still less
		}
		s.try(rate)
	}
	slices.SortFunc(s.best.ways, compareLines)
	return s.best
}

// end is a rate above which the share of so many rows is more than their fee.
type end struct {
	rate int64
	n    int
}

// ends lists for each point a rate that is no lower than the last at which its fee may hold its share,
// however that is rounded.
func (s *search) ends() []end {
	out := make([]end, len(s.points))
	for i, p := range s.points {
		out[i] = end{(min(p.fee, maxGross) + 1) * million / p.gross, p.n}
	}
	slices.SortFunc(out, func(a, b end) int { return cmp.Compare(a.rate, b.rate) })
	return out
}

// findAgain lists the fees that different amounts share: at a cap or a minimum they do.
func (s *search) findAgain() {
	rows, amounts := map[int64]int{}, map[int64]int{}
	for _, p := range s.points {
		rows[p.fee] += p.n
		amounts[p.fee]++ // points are distinct: one of an amount
	}
	for fee, n := range amounts {
		if n > 1 && fee > 0 {
			s.again = append(s.again, fee)
		}
	}
	slices.Sort(s.again)
	ends := append(slices.Clone(s.again[:min(len(s.again), extremes)]),
		s.again[max(0, len(s.again)-extremes):]...)
	slices.SortFunc(s.again, func(a, b int64) int {
		return cmp.Or(cmp.Compare(rows[b], rows[a]), cmp.Compare(a, b))
	})
	s.again = s.again[:min(len(s.again), maxAgain)]
	for _, fee := range ends {
		if !slices.Contains(s.again, fee) {
			s.again = append(s.again, fee)
		}
	}
	for _, fee := range s.again {
		s.weight = append(s.weight, rows[fee])
		s.bent += rows[fee]
	}
}

func (s *search) try(rate int64) {
	top := s.vote(rate, s.best.hits-s.bent)
	if top == 0 || top+s.bent < s.best.hits {
		return
	}
	for i := range s.points {
		fixed := s.rest[i]
		if fixed < 0 || !s.votes.first(fixed) {
			continue
		}
		if n := s.votes.of(fixed); n == top || n*2 >= top && n+s.bent >= s.best.hits {
			s.best.offer(line{rate: rate, fixed: fixed, round: s.round}, n)
			s.bend(line{rate: rate, fixed: fixed, round: s.round}, n)
		}
	}
}

// vote counts which fixed part the points agree on at a rate, and answers for how many rows the most popular
// one stands; 0 as soon as the rows that are left cannot make it so many. It begins with the largest amounts:
// at a wrong rate they differ the most.
func (s *search) vote(rate int64, enough int) int {
	s.votes.reset()
	top, left := 0, s.all
	for i := len(s.points) - 1; i >= 0; i-- {
		p := s.points[i]
		s.rest[i] = p.fee - share(p.gross, rate, s.round)
		if s.rest[i] >= 0 {
			top = max(top, s.votes.add(s.rest[i], p.n))
		}
		if left -= p.n; top+left < enough {
			return 0
		}
	}
	return top
}

// bend tries a cap, a minimum and both upon a line.
func (s *search) bend(l line, straight int) {
	highest, least := int64(0), int64(0)
	nCap, nMin := 0, 0
	for i, fee := range s.again {
		if straight+s.weight[i]+bentMost(s.weight) < s.best.hits {
			continue
		}
		c, m := s.support(l, fee)
		if c > nCap {
			highest, nCap = fee, c
		}
		if m > nMin {
			least, nMin = fee, m
		}
	}
	for _, with := range [...][2]int64{{highest, 0}, {0, least}, {highest, least}} {
		if bent := with[0] + with[1]; bent == 0 || with[0] > 0 && with[1] >= with[0] {
			continue
		}
		b := l
		b.cap, b.min = with[0], with[1]
		hits := countPoints(s.points, b)
		if hits > straight {
			s.best.offer(b, hits)
		}
	}
}

func bentMost(weights []int) int {
	if len(weights) == 0 {
		return 0
	}
	return weights[0]
}

// support counts the rows that show a fee where the line is above it, and where the line is below it; 0 where
// only one amount does.
func (s *search) support(l line, fee int64) (asCap, asMin int) {
	capped, raised := 0, 0
	for i, p := range s.points {
		if p.fee != fee {
			continue
		}
		switch {
		case s.rest[i] < l.fixed:
			capped++
			asCap += p.n
		case s.rest[i] > l.fixed:
			raised++
			asMin += p.n
		}
	}
	if capped < 2 {
		asCap = 0
	}
	if raised < 2 {
		asMin = 0
	}
	return asCap, asMin
}

func countPoints(points []point, l line) int {
	hits := 0
	for _, p := range points {
		if l.fee(p.gross) == p.fee {
			hits += p.n
		}
	}
	return hits
}

func rowsOf(points []point) int {
	n := 0
	for _, p := range points {
		n += p.n
	}
	return n
}

// solve finds the lines that explain most of the points: on the coarse grid and rounded half up, unless
// another rounding, or else the finer grid, leaves at most half as many rows unexplained.
func solve(points []point) answer {
	all := rowsOf(points)
	rates := coarse
	best := searchRates(points, rates, tillproof.RoundHalfUp, 0)
	for range 2 {
		for _, round := range roundings {
			left := all - best.hits
			if left < fewestGained {
				return best
			}
			least := max(all-left/2, best.hits+fewestGained)
			if other := searchRates(points, rates, round, least); len(other.ways) > 0 {
				best = other
			}
		}
		rates = fineRates(points, best)
	}
	return best
}

// coarse lists the rates of the coarse grid.
var coarse = ratesBetween(0, maxRate, coarseGrid)

func ratesBetween(from, to, grid int64) []int64 {
	var all []int64
	for r := max(0, from-from%grid); r <= min(to, maxRate); r += grid {
		all = append(all, r)
	}
	return all
}

// around is how far about a likely rate the fine grid is searched, in parts per million.
const around = 300

// fineRates are rates about those that the coarse grid found, and about the slope that half of the points
// show.
func fineRates(points []point, best answer) []int64 {
	var all []int64
	centres := []int64{slope(points)}
	for _, l := range best.ways[:min(len(best.ways), maxAgain)] {
		centres = append(centres, l.rate)
	}
	for _, c := range centres {
		all = append(all, ratesBetween(c-around, c+around, fineGrid)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// slope is the median rise of the fee between points that lie half the list apart, in parts per million.
func slope(points []point) int64 {
	var all []int64
	half := len(points) / 2
	for i := 0; i+half < len(points) && half > 0; i++ {
		if rise := points[i+half].gross - points[i].gross; rise > 0 {
			all = append(all, (points[i+half].fee-points[i].fee)*million/rise)
		}
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}

var roundings = [...]tillproof.FeeRounding{
	tillproof.RoundHalfUp, tillproof.RoundHalfEven, tillproof.RoundDown, tillproof.RoundUp,
}

// fewestGained is how many rows a less common tariff must explain beyond a common one: one odd row proves
// nothing.
const fewestGained = 2
