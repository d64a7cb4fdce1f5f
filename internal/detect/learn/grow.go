package learn

// grower grows one tree after the other over the same rows.
type grower struct {
	data *binned
	rule rule
	step int64 // of a leaf: Unit times the shrinkage
	cap  int64 // of a leaf, either way
	deep int
	crew crew

	facts  []int   // that this tree may ask
	rows   []int32 // of this tree, those of one node side by side
	pulls  []pull  // of rows, in the same order
	spare  []int32
	spares []pull

	above, below []histogram // of the nodes of the level above, and of this: node by node, fact by fact
	found        []split     // the best of each fact, node by node
}

// branch is a node while its tree grows.
type branch struct {
	from, to int // of grower.rows
	sum      heap
	split    split // gain 0: a leaf
}

// newGrower has room for the widest level that is split.
func newGrower(data *binned, p Params, r rule) *grower {
	n, wide := len(data.columns), 1<<(p.Depth-1)
	g := &grower{data: data, rule: r, deep: p.Depth, crew: crew(p.Workers)}
	g.step = int64(Unit) * int64(p.Shrink) / 1000
	g.cap = min(maxStep*g.step, maxMargin/int64(p.Trees))
	g.above, g.below = make([]histogram, wide*n), make([]histogram, wide*n)
	g.found = make([]split, wide*n)
	return g
}

// grow makes a tree over g.rows and g.pulls. Its branches stand level by level, the children of i at 2i+1 and
// 2i+2; where none grew, to is 0.
func (g *grower) grow() []branch {
	tree := make([]branch, 1<<(g.deep+1)-1)
	tree[0] = branch{to: len(g.rows)}
	for _, p := range g.pulls {
		one := p.halves()
		tree[0].sum.g += one.g
		tree[0].sum.h += one.h
	}
	for level := range g.deep {
		first := 1<<level - 1
		g.ask(tree, first, 1<<level)
		for i := first; i < 2*first+1; i++ {
			if b := &tree[i]; b.to > 0 {
				g.choose(b, i-first)
			}
			if b := &tree[i]; b.split.gain > 0 {
				g.part(tree, i)
			}
		}
		g.above, g.below = g.below, g.above
	}
	return tree
}

// ask fills the histograms of a level and finds each fact's best split of each of its branches.
func (g *grower) ask(tree []branch, first, wide int) {
	n := len(g.facts)
	g.crew.each(n, func(k int) {
		column, places := g.data.columns[g.facts[k]], len(g.data.edges[g.facts[k]])
		if first == 0 {
			g.below[k].fill(column, g.rows, g.pulls)
		}
		for at := 0; at+1 < wide; at += 2 {
			if tree[first+at].to > 0 {
				g.fillPair(tree[first+at:first+at+2], at, k)
			}
		}
		for at := range wide {
			if b := &tree[first+at]; b.to > 0 {
				g.found[at*n+k] = g.below[at*n+k].best(places, b.sum, g.rule)
			}
		}
	})
}

// fillPair counts the one of two children that has fewer rows; the other is what is left of their parent.
func (g *grower) fillPair(pair []branch, at, k int) {
	n := len(g.facts)
	small, large := &pair[0], &g.below[(at+1)*n+k]
	counted := &g.below[at*n+k]
	if pair[1].to-pair[1].from < small.to-small.from {
		small, counted, large = &pair[1], large, counted
	}
	counted.fill(g.data.columns[g.facts[k]], g.rows[small.from:small.to], g.pulls[small.from:small.to])
	large.differ(&g.above[at/2*n+k], counted)
}

// choose takes the best split over all facts; of equal ones, that of the first fact.
func (g *grower) choose(b *branch, at int) {
	n := len(g.facts)
	for k, s := range g.found[at*n : (at+1)*n] {
		if s.gain > b.split.gain {
			b.split = s
			b.split.fact = g.facts[k]
		}
	}
}

// part brings the rows of a branch to its two children, each in the order in which they were.
func (g *grower) part(tree []branch, i int) {
	b := &tree[i]
	column, s := g.data.columns[b.split.fact], b.split
	at, aside := b.from, 0
	for j := b.from; j < b.to; j++ {
		row, p := g.rows[j], g.pulls[j]
		if s.right(column[row]) {
			g.spare[aside], g.spares[aside] = row, p
			aside++
		} else {
			g.rows[at], g.pulls[at] = row, p
			at++
		}
	}
	copy(g.rows[at:], g.spare[:aside])
	copy(g.pulls[at:], g.spares[:aside])
	rest := heap{b.sum.g - s.left.g, b.sum.h - s.left.h}
	tree[2*i+1] = branch{from: b.from, to: at, sum: s.left}
	tree[2*i+2] = branch{from: at, to: b.to, sum: rest}
}

func (s *split) right(place uint8) bool {
	if place == 0 {
		return s.missRight
	}
	return int(place) > s.place
}

// value is where a branch wants the margin to go if the tree ended there.
func (g *grower) value(b *branch) int32 {
	v := mulDiv(-b.sum.g, g.step, b.sum.h+g.rule.ridge)
	return int32(min(max(v, -g.cap), g.cap))
}
