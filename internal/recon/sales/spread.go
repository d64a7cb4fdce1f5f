package sales

import (
	"cmp"
	"math"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
	"github.com/tillproof/tillproof/internal/recon/choose"
)

// search is how a step pairs rows that share a hash: place orders them on a scale, weigh says whether two can
// be one transaction, and how well they fit.
type search struct {
	step    int
	place   func(*book.Line) int64 // nil: no scale, every pair is weighed
	weigh   func(l, r int32) (uint64, bool)
	inOrder bool // the rows that were taken pair up in the order of the scale
}

func timeOf(l *book.Line) int64 { return int64(l.At) }

func dayOf(l *book.Line) int64 { return int64(l.Day) }

// anyDistance is for rows that no scale orders.
const anyDistance = math.MaxInt64

// boundPairs is the warning that rows were refused because too many of them could be one another.
const boundPairs = "match.warning.bound_pairs"

// spot is a row of either side on the scale.
type spot struct {
	keyed
	acquirer bool
	place    int64
}

// spread pairs rows that lie at most the distance apart on the scale.
func (e *engine) spread(s *search, ls, rs []keyed, distance int64) {
	spots := make([]spot, 0, len(ls)+len(rs))
	for _, l := range ls {
		spots = append(spots, spot{l, false, s.place(&e.Views[tillproof.Terminal].Lines[l.row])})
	}
	for _, r := range rs {
		spots = append(spots, spot{r, true, s.place(&e.Views[tillproof.Acquirer].Lines[r.row])})
	}
	slices.SortStableFunc(spots, func(a, b spot) int { return cmp.Compare(a.place, b.place) })
	e.narrow(s, spots, distance)
}

// narrow cuts the rows where more than the distance lies between two: what is on the two sides of such a gap
// has nothing to do with each other. A part with too many pairs is searched with half the distance first;
// what is decided there has no part in the wider search, so that rows which pair up one to one cost no more
// than their number. Rows of unknown outcome come after the others only within one search.
func (e *engine) narrow(s *search, spots []spot, distance int64) {
	for rest := spots; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].place-rest[n-1].place <= distance {
			n++
		}
		part := rest[:n]
		rest = rest[n:]
		if ls, rs := sides(part); len(ls) == 0 || len(rs) == 0 || e.pairUp(s, ls, rs, distance) {
			continue
		}
		from := len(e.ties.list)
		if distance > 0 {
			e.narrow(s, part, distance/2)
			part = e.undecided(part, e.ties.list[from:])
		}
		if ls, rs := sides(part); len(ls) > 0 && len(rs) > 0 && !e.pairUp(s, ls, rs, distance) {
			e.refuseAll(s, ls, rs)
		}
	}
}

func sides(spots []spot) (ls, rs []keyed) {
	for _, x := range spots {
		if x.acquirer {
			rs = append(rs, x.keyed)
		} else {
			ls = append(ls, x.keyed)
		}
	}
	return ls, rs
}

// undecided are the spots that are neither taken nor tied.
func (e *engine) undecided(spots []spot, ties []choose.Tie) []spot {
	tied := [2]map[int32]bool{{}, {}}
	for _, t := range ties {
		for _, l := range t.Lefts {
			tied[0][l] = true
		}
		for _, r := range t.Rights {
			tied[1][r] = true
		}
	}
	var out []spot
	for _, x := range spots {
		side, names := tillproof.Terminal, tied[0]
		if x.acquirer {
			side, names = tillproof.Acquirer, tied[1]
		}
		if e.Views[side].Free(x.row) && !names[x.row] {
			out = append(out, x)
		}
	}
	return out
}

// pairUp weighs the pairs within the distance and decides; it does nothing and answers false where there are
// too many. Rows stand in the order of the scale.
func (e *engine) pairUp(s *search, ls, rs []keyed, distance int64) bool {
	if s.place == nil && len(ls)*len(rs) > choose.MaxPairs {
		return false
	}
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	pairs := e.pairs[:0]
	from, weighed := 0, 0
	for _, l := range ls {
		end := len(rs)
		if s.place != nil {
			at := s.place(&term.Lines[l.row])
			for from < len(rs) && at-s.place(&acq.Lines[rs[from].row]) > distance {
				from++
			}
			for end = from; end < len(rs) && s.place(&acq.Lines[rs[end].row])-at <= distance; {
				end++
			}
		}
		if weighed += end - from; weighed > choose.MaxPairs {
			return false
		}
		for _, r := range rs[from:end] {
			if score, ok := s.weigh(l.row, r.row); ok {
				pairs = append(pairs, choose.Pair{Score: score, L: l.row, R: r.row})
			}
		}
	}
	e.pairs, e.taken = pairs, e.taken[:0]
	e.decide(s.step, pairs)
	if s.inOrder && len(e.taken) > 1 {
		e.uncross(s, e.taken, distance)
	}
	return true
}

// oneMoment is how many seconds apart two clocks may show one moment.
const oneMoment = 5

// uncross exchanges the partners of two taken pairs that cross on the scale, where the exchanged ones lie
// apart by the same. The nearest pair first is how rows that belong together are found; but where one clock
// is late by more than lies between two sales, it joins the second sale with the line of the first, and
// leaves the farthest two. A pair of one moment stays: it shows that the clocks agree.
func (e *engine) uncross(s *search, taken []choose.Pair, distance int64) {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	left := func(p choose.Pair) int64 { return s.place(&term.Lines[p.L]) }
	right := func(p choose.Pair) int64 { return s.place(&acq.Lines[p.R]) }
	slices.SortFunc(taken, func(a, b choose.Pair) int {
		return cmp.Or(cmp.Compare(left(a), left(b)), cmp.Compare(a.L, b.L))
	})
	fits := func(l, r choose.Pair) bool {
		apart := left(l) - right(r)
		_, ok := s.weigh(l.L, r.R)
		return ok && max(apart, -apart) <= distance && !e.partedPair(l.L, r.R)
	}
	moment := func(p choose.Pair) bool { return max(left(p)-right(p), right(p)-left(p)) <= oneMoment }
	for again := true; again; {
		again = false
		for i := range taken {
			a := &taken[i]
			for j := i + 1; j < len(taken) && left(taken[j])-left(*a) <= 2*distance; j++ {
				b := &taken[j]
				gap, clear := left(*b)-left(*a), moment(*a) || moment(*b)
				clear = clear || e.unlikely(a.L) != e.unlikely(b.L) // it got what was left
				if gap > 0 && right(*a)-right(*b) == gap && !clear && fits(*a, *b) && fits(*b, *a) {
					a.R, b.R, again = b.R, a.R, true
				}
			}
		}
	}
	for _, p := range taken {
		term.Mate[p.L], acq.Mate[p.R] = p.R, p.L
	}
}

// refuseAll is for rows of which too many could be one another: no answer is given for them, unless nothing
// tells the rows of a side apart.
func (e *engine) refuseAll(s *search, ls, rs []keyed) {
	t := choose.Tie{Lefts: rowsOf(ls), Rights: rowsOf(rs)}
	_, fits := s.weigh(t.Lefts[0], t.Rights[0])
	c := e.chooser(s.step)
	if fits && !e.anyParted(t) && choose.Alike(t.Lefts, c.SameL) && choose.Alike(t.Rights, c.SameR) {
		for i := range min(len(ls), len(rs)) {
			c.Take(t.Lefts[i], t.Rights[i])
		}
		return
	}
	e.Bound[boundPairs]++
	e.ties.add(t)
}

func rowsOf(rows []keyed) []int32 {
	out := make([]int32, len(rows))
	for i, row := range rows {
		out[i] = row.row
	}
	slices.Sort(out)
	return out
}
