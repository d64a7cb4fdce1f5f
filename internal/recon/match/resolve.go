package match

import (
	"cmp"
	"slices"
)

// pair is a possible match; the lower the score the better.
type pair struct {
	score uint64
	l, r  int32
	held  bool // a better step left one of its rows in a tie
}

func comparePairs(a, b pair) int {
	return cmp.Or(cmp.Compare(a.score, b.score), cmp.Compare(a.l, b.l), cmp.Compare(a.r, b.r))
}

// tie is a set of rows that several assignments would fit equally well: refused.
type tie struct {
	lefts, rights []int32
	waits         bool // a row of it would rather have a row of another tie
}

// maxPairs bounds the pairs that are weighed under one key. A reference or a card and amount that 64 × 64
// rows share names nothing any more; weighing them would take quadratic time.
const maxPairs = 64 * 64

// chooser decides among pairs. sameL and sameR report rows that nothing tells apart, so that it does not
// matter which of them is taken; take is told each decision.
type chooser struct {
	sameL, sameR func(a, b int32) bool
	take         func(l, r int32)
}

// decide takes the pairs from the best score on, so that each taken pair was the strictly best of both its
// rows; rows with several equally best partners are refused, unless the partners cannot be told apart. A row
// that would rather have one of the refused waits, in a tie of its own: nobody knows which stays free.
func (c chooser) decide(pairs []pair) []tie {
	if len(pairs) == 1 && !pairs[0].held {
		c.take(pairs[0].l, pairs[0].r)
		return nil
	}
	slices.SortFunc(pairs, comparePairs)
	outL, outR, tied := map[int32]bool{}, map[int32]bool{}, tiedRows{}
	var ties []tie
	for len(pairs) > 0 {
		n := 1
		for n < len(pairs) && pairs[n].score == pairs[0].score {
			n++
		}
		var live []pair
		for _, p := range pairs[:n] {
			if !outL[p.l] && !outR[p.r] {
				live = append(live, p)
			}
		}
		pairs = pairs[n:]
		for _, part := range components(live) {
			k, decided := c.immaterial(part)
			if part.waits = part.waits || tied.touch(part.tie); part.waits || !decided {
				tied.add(part.tie)
				ties = append(ties, part.tie)
				continue
			}
			for i := range k {
				c.take(part.lefts[i], part.rights[i])
			}
			markOut(outL, part.lefts, k)
			markOut(outR, part.rights, k)
		}
	}
	return ties
}

// merged joins ties that have a row in common.
func merged(ties []tie) []component {
	var pairs []pair
	for _, t := range ties {
		for _, l := range t.lefts {
			pairs = append(pairs, pair{l: l, r: t.rights[0]})
		}
		for _, r := range t.rights {
			pairs = append(pairs, pair{l: t.lefts[0], r: r})
		}
	}
	return components(pairs)
}

// tiedRows are the rows for which no answer was found; a row of the right is kept as −1 − row.
type tiedRows map[int64]bool

func (rows tiedRows) touch(t tie) bool {
	return slices.ContainsFunc(t.lefts, func(l int32) bool { return rows[int64(l)] }) ||
		slices.ContainsFunc(t.rights, func(r int32) bool { return rows[-1-int64(r)] })
}

func (rows tiedRows) add(t tie) {
	for _, l := range t.lefts {
		rows[int64(l)] = true
	}
	for _, r := range t.rights {
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
func (c chooser) immaterial(p component) (int, bool) {
	nl, nr := len(p.lefts), len(p.rights)
	if nl == 1 && nr == 1 {
		return 1, true
	}
	if p.pairs != nl*nr {
		return 0, false
	}
	sameL, sameR := alike(p.lefts, c.sameL), alike(p.rights, c.sameR)
	if sameR && (nl <= nr || sameL) || sameL && nr <= nl {
		return min(nl, nr), true
	}
	return 0, false
}

func alike(rows []int32, same func(a, b int32) bool) bool {
	for _, r := range rows[1:] {
		if !same(rows[0], r) {
			return false
		}
	}
	return true
}

// component is a set of rows joined by pairs of one score.
type component struct {
	tie
	pairs int
}

// components splits pairs of one score into sets that share no row; rows stand in rank order.
func components(pairs []pair) []component {
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
		a, b := find(int64(p.l)), find(-1-int64(p.r))
		if a != b {
			root[max(a, b)], root[min(a, b)] = max(a, b), max(a, b)
		}
	}
	at := map[int64]int{}
	var out []component
	for _, p := range pairs {
		top := find(int64(p.l))
		i, ok := at[top]
		if !ok {
			i = len(out)
			at[top] = i
			out = append(out, component{})
		}
		out[i].pairs++
		out[i].waits = out[i].waits || p.held
		out[i].lefts = append(out[i].lefts, p.l)
		out[i].rights = append(out[i].rights, p.r)
	}
	for i := range out {
		slices.Sort(out[i].lefts)
		slices.Sort(out[i].rights)
		out[i].lefts, out[i].rights = slices.Compact(out[i].lefts), slices.Compact(out[i].rights)
	}
	return out
}
