package tariff

import (
	"slices"

	"github.com/tillproof/tillproof"
)

// Numbers of the search for changes. They are small enough for a shop with two card sales a day to see a
// change within a week.
const (
	chunkRows  = 64 // unexplained rows that are looked at together
	fewestRows = 4  // a tariff needs at least as many rows: two for its numbers, two that confirm them
	changeCost = 3  // rows that a further tariff must explain beyond the others before it counts as a change
	maxLines   = 24 // tariffs that are held against each other; a bit of a uint32 each
	maxIdle    = 4  // chunks without a tariff before the rest is left alone
	fitPoints  = 256
	maxRounds  = 3
	ninetenths = 10 // one row in ten may be odd
)

// stretch is a run of sales that one line explains.
type stretch struct {
	line     line
	from, to int // positions in the sales; to is behind the last
	hits     int
	ways     []line // equally good, line the plainest of them
}

// divide cuts the sales into stretches of one tariff each.
func divide(sales []sale, agreed *line) []stretch {
	var pool []line
	if agreed != nil {
		pool = append(pool, *agreed)
	}
	pool = propose(sales, pool)
	if len(pool) == 0 {
		return nil
	}
	var cut []stretch
	found := map[[2]int][]line{} // most stretches of a round stand in the next one too
	for range maxRounds {
		cut = shortest(sales, pool)
		before := len(pool)
		for i := range cut {
			at := [2]int{cut[i].from, cut[i].to}
			if _, known := found[at]; !known {
				found[at] = linesOf(pointsOf(sales[at[0]:at[1]]))
			}
			choose(sales, &cut[i], agreed, found[at])
			if !slices.Contains(pool, cut[i].line) && len(pool) < 32 {
				pool = append(pool, cut[i].line)
			}
		}
		if len(pool) == before {
			break
		}
	}
	return calm(sales, settle(sales, poolMixes(sales, cut, agreed), agreed), agreed)
}

// propose finds lines by looking at the rows that no line explains so far, in order of time.
func propose(sales []sale, pool []line) []line {
	open := make([]int, len(sales))
	for i := range open {
		open[i] = i
	}
	idle := 0
	for len(pool) < maxLines && idle < maxIdle {
		open = slices.DeleteFunc(open, func(i int) bool {
			fits := func(l line) bool { return l.fee(sales[i].gross) == sales[i].fee }
			return slices.ContainsFunc(pool, fits)
		})
		if len(open) < fewestRows {
			break
		}
		chunk := make([]sale, min(chunkRows, len(open)))
		for i := range chunk {
			chunk[i] = sales[open[i]]
		}
		found := solve(pointsOf(chunk))
		if found.hits < fewestRows || found.hits*4 < len(chunk) {
			open = open[(len(chunk)+1)/2:]
			idle++
			continue
		}
		pool = append(pool, found.ways[0])
	}
	return pool
}

// shortest chooses a line for each sale such that as few rows as can be stay unexplained, each change
// counting as much as changeCost rows. A change stands as late as it can: at the first row that the line
// before does not explain.
func shortest(sales []sale, pool []line) []stretch {
	cost := make([]int32, len(pool))
	best := make([]uint8, len(sales))    // the cheapest line up to each sale
	turned := make([]uint32, len(sales)) // by line: whether it was taken up at this sale
	cheapest := 0
	for i, s := range sales {
		before, from := cost[cheapest]+changeCost, cheapest
		if i > 0 {
			best[i-1] = uint8(cheapest)
		}
		cheapest = 0
		for k, l := range pool {
			if i > 0 && k != from && before <= cost[k] {
				cost[k] = before
				turned[i] |= 1 << k
			}
			if l.fee(s.gross) != s.fee {
				cost[k]++
			}
			if cost[k] < cost[cheapest] {
				cheapest = k
			}
		}
	}
	var out []stretch
	at := cheapest
	for end, i := len(sales), len(sales)-1; i >= 0; i-- {
		if turned[i]>>at&1 == 1 || i == 0 {
			out = append(out, stretch{line: pool[at], from: i, to: end})
			end = i
			if i > 0 {
				at = int(best[i-1])
			}
		}
	}
	slices.Reverse(out)
	return out
}

// refit finds every line that explains the stretch as well as can be, and takes the plainest.
func refit(sales []sale, s *stretch, agreed *line) {
	choose(sales, s, agreed, linesOf(pointsOf(sales[s.from:s.to])))
}

func linesOf(points []point) []line { return solve(thin(points, fitPoints)).ways }

// choose takes the plainest of the lines that explain the stretch best: those that were found, its own, and
// the agreed one, which is as plain as can be.
func choose(sales []sale, s *stretch, agreed *line, found []line) {
	points := pointsOf(sales[s.from:s.to])
	candidates := append([]line{s.line}, found...)
	if agreed != nil {
		candidates = append(candidates, *agreed)
	}
	var best answer
	for _, l := range candidates {
		best.offer(l, countPoints(points, l))
	}
	slices.SortFunc(best.ways, compareLines)
	s.hits, s.ways, s.line = best.hits, best.ways, best.ways[0]
	if agreed != nil && countPoints(points, *agreed) == s.hits {
		s.line = *agreed
	}
}

// settle joins neighbours that one line explains as well as two do, and lets a stretch whose rows leave its
// line open take that of another stretch or the agreed one where it explains as much.
func settle(sales []sale, cut []stretch, agreed *line) []stretch {
	for i := 0; i+1 < len(cut); {
		both := stretch{line: cut[i].line, from: cut[i].from, to: cut[i+1].to}
		refit(sales, &both, agreed)
		if both.hits+changeCost < cut[i].hits+cut[i+1].hits {
			i++
			continue
		}
		cut[i] = both
		cut = slices.Delete(cut, i+1, i+2)
		i = max(0, i-1)
	}
	for i := range cut {
		for j := range cut {
			if len(cut[i].ways) > 1 && len(cut[j].ways) == 1 && slices.Contains(cut[i].ways, cut[j].line) {
				cut[i].line, cut[i].ways = cut[j].line, cut[j].ways
			}
		}
	}
	return cut
}

// certainty says how far the rows of a stretch determine its line.
func (s *stretch) certainty(sales []sale, agreed *line) tillproof.FeeCertainty {
	rows := sales[s.from:s.to]
	switch {
	case len(rows) < fewestRows:
		return tillproof.FeeFew
	case (len(rows)-s.hits)*ninetenths > len(rows):
		return tillproof.FeeMixed
	case agreed != nil && s.line == *agreed:
		return tillproof.FeeFitted // known from the contract, and the rows agree
	case len(s.ways) > 1 || amounts(rows, s.line) < fewestAmounts:
		return tillproof.FeeOpen
	}
	return tillproof.FeeFitted
}

// fewestAmounts is how many different amounts must show the line itself: two give its numbers, the third
// confirms them.
const fewestAmounts = 3

// amounts counts the different amounts that show the line away from its cap and minimum.
func amounts(rows []sale, l line) int {
	seen := map[int64]bool{}
	straight := line{rate: l.rate, fixed: l.fixed, round: l.round}
	for _, s := range rows {
		if l.fee(s.gross) == s.fee && straight.fee(s.gross) == s.fee {
			seen[s.gross] = true
		}
	}
	return len(seen)
}
