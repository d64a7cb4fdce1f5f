package deposit

import (
	"cmp"
	"slices"
)

// carve takes the rows out of a group and makes a group of their own of them; its number is the answer. The
// order of both stays the total one. Where the rows are the whole group it is the group itself.
func (e *engine) carve(g int32, rows []int32) int32 {
	at := e.groups[g]
	if int(at.n) == len(rows) {
		return g
	}
	out := make(map[int32]bool, len(rows))
	for _, row := range rows {
		out[row] = true
	}
	all := slices.Clone(e.groupRows(g))
	kept := slices.DeleteFunc(slices.Clone(all), func(row int32) bool { return out[row] })
	gone := slices.DeleteFunc(all, func(row int32) bool { return !out[row] })
	copy(e.groupRows(g), slices.Concat(kept, gone))
	part := at
	at.n = int32(len(kept))
	part.first, part.n = at.first+at.n, int32(len(gone))
	e.sumGroup(&at)
	e.sumGroup(&part)
	e.groups[g] = at
	e.groups = append(e.groups, part)
	return int32(len(e.groups) - 1)
}

// sumGroup adds up the rows of a group anew.
func (e *engine) sumGroup(g *group) {
	v := &e.Views[e.ledger]
	g.net = 0
	for i, row := range e.rows[g.first : g.first+g.n] {
		g.net += e.due[row]
		day := v.Lines[row].Day
		if i == 0 {
			g.from, g.to = day, day
		}
		g.from, g.to = min(g.from, day), max(g.to, day)
	}
}

// leaveOut carves the rows that a deposit does not hold out of its group. They stay open: a later deposit may
// hold them, else they are what is missing.
func (e *engine) leaveOut(g int32, rows []int32) int32 {
	rest := e.carve(g, rows)
	e.groups[rest].rest = true
	e.rests = append(e.rests, rest)
	return rest
}

// byExpected sorts groups by the day on which they are due.
func (e *engine) byExpected(groups []int32) {
	slices.SortFunc(groups, func(a, b int32) int {
		return cmp.Or(cmp.Compare(e.groups[a].expected, e.groups[b].expected), cmp.Compare(a, b))
	})
}
