package choose

import (
	"cmp"
	"slices"
)

// Pair is a possible match; the lower the score the better.
type Pair struct {
	Score uint64
	L, R  int32
	Held  bool // a better step left one of its rows in a tie
}

// ComparePairs orders pairs by score, then by their rows.
func ComparePairs(a, b Pair) int {
	return cmp.Or(cmp.Compare(a.Score, b.Score), cmp.Compare(a.L, b.L), cmp.Compare(a.R, b.R))
}

// Tie is a set of rows that several assignments would fit equally well: refused.
type Tie struct {
	Lefts, Rights []int32
	Waits         bool // a row of it would rather have a row of another tie
}

// MaxPairs bounds the pairs that are weighed under one key. A reference or a card and amount that 64 × 64
// rows share names nothing any more; weighing them would take quadratic time.
const MaxPairs = 64 * 64

// Chooser decides among pairs. SameL and SameR report rows that nothing tells apart, so that it does not
// matter which of them is taken; Take is told each decision.
type Chooser struct {
	SameL, SameR func(a, b int32) bool
	Take         func(l, r int32)
}

// Decide takes the pairs from the best score on, so that each taken pair was the strictly best of both its
// rows; rows with several equally best partners are refused, unless the partners cannot be told apart. A row
// that would rather have one of the refused waits, in a tie of its own: nobody knows which stays free.
func (c Chooser) Decide(pairs []Pair) []Tie {
	if len(pairs) == 1 && !pairs[0].Held {
		c.Take(pairs[0].L, pairs[0].R)
		return nil
	}
	slices.SortFunc(pairs, ComparePairs)
	outL, outR, tied := map[int32]bool{}, map[int32]bool{}, tiedRows{}
	var ties []Tie
	for len(pairs) > 0 {
		n := 1
		for n < len(pairs) && pairs[n].Score == pairs[0].Score {
			n++
		}
		var live []Pair
		for _, p := range pairs[:n] {
			if !outL[p.L] && !outR[p.R] {
				live = append(live, p)
			}
		}
		pairs = pairs[n:]
		for _, part := range Components(live) {
			k, decided := c.immaterial(part)
			if part.Waits = part.Waits || tied.touch(part.Tie); part.Waits || !decided {
				tied.add(part.Tie)
				ties = append(ties, part.Tie)
				continue
			}
			for i := range k {
				c.Take(part.Lefts[i], part.Rights[i])
			}
			markOut(outL, part.Lefts, k)
			markOut(outR, part.Rights, k)
		}
	}
	return ties
}

// Merged joins ties that have a row in common.
func Merged(ties []Tie) []Component {
	var pairs []Pair
	for _, t := range ties {
		for _, l := range t.Lefts {
			pairs = append(pairs, Pair{L: l, R: t.Rights[0]})
		}
		for _, r := range t.Rights {
			pairs = append(pairs, Pair{L: t.Lefts[0], R: r})
		}
	}
	return Components(pairs)
}

// tiedRows are the rows for which no answer was found; a row of the right is kept as −1 − row.
type tiedRows map[int64]bool

func (rows tiedRows) touch(t Tie) bool {
	return slices.ContainsFunc(t.Lefts, func(l int32) bool { return rows[int64(l)] }) ||
		slices.ContainsFunc(t.Rights, func(r int32) bool { return rows[-1-int64(r)] })
}

func (rows tiedRows) add(t Tie) {
	for _, l := range t.Lefts {
		rows[int64(l)] = true
	}
	for _, r := range t.Rights {
		rows[-1-int64(r)] = true
	}
}

func markOut(out map[int32]bool, rows []int32, n int) {
	for i := range min(n, len(rows)) {
		out[rows[i]] = true
	}
}

// immaterial says how many pairs of a component can be taken in order because no choice in it matters, and
// false where one does.
func (c Chooser) immaterial(p Component) (int, bool) {
	nl, nr := len(p.Lefts), len(p.Rights)
	if nl == 1 && nr == 1 {
		return 1, true
	}
	if p.pairs != nl*nr {
		return 0, false
	}
	sameL, sameR := Alike(p.Lefts, c.SameL), Alike(p.Rights, c.SameR)
	if sameR && (nl <= nr || sameL) || sameL && nr <= nl {
		return min(nl, nr), true
	}
	return 0, false
}

// Alike reports rows of which each is the same as the first.
func Alike(rows []int32, same func(a, b int32) bool) bool {
	for _, r := range rows[1:] {
		if !same(rows[0], r) {
			return false
		}
	}
	return true
}

// Component is a set of rows joined by pairs of one score.
type Component struct {
	Tie
	pairs int
}

// Components splits pairs of one score into sets that share no row; rows stand in rank order.
func Components(pairs []Pair) []Component {
	root := map[int64]int64{}
	var find func(int64) int64
	find = func(x int64) int64 {
		up, ok := root[x]
		if !ok || up == x {
			return x
		}
		top := find(up)
		root[x] = top
		return top
	}
	for _, p := range pairs {
		a, b := find(int64(p.L)), find(-1-int64(p.R))
		if a != b {
			root[max(a, b)], root[min(a, b)] = max(a, b), max(a, b)
		}
	}
	at := map[int64]int{}
	var out []Component
	for _, p := range pairs {
		top := find(int64(p.L))
		i, ok := at[top]
		if !ok {
			i = len(out)
			at[top] = i
			out = append(out, Component{})
		}
		out[i].pairs++
		out[i].Waits = out[i].Waits || p.Held
		out[i].Lefts = append(out[i].Lefts, p.L)
		out[i].Rights = append(out[i].Rights, p.R)
	}
	for i := range out {
		slices.Sort(out[i].Lefts)
		slices.Sort(out[i].Rights)
		out[i].Lefts, out[i].Rights = slices.Compact(out[i].Lefts), slices.Compact(out[i].Rights)
	}
	return out
}
