package tariff

import "slices"

// Numbers that tell a change from a run of luck. Rows without a card kind follow the tariffs of several kinds
// in turn, and among thousands of them some stand in a row by chance.
const (
	nearRows    = 2_000 // rows on each side that a stretch is compared with
	shownBefore = 50    // a line that fewer than one row in so many shows is new, not one of a mix
	luck        = 24    // misses expected of a mix that none of a million stretches escapes by chance
	luckPerMiss = 3     // further ones for each miss that the stretch has
	fewBeside   = 10    // a stretch in a mix of more than so many times its rows says nothing
)

// mixed reports whether no line explains nine in ten rows of the stretch.
func (s *stretch) mixed() bool {
	rows := s.to - s.from
	return rows >= fewestRows && (rows-s.hits)*ninetenths > rows
}

// poolMixes joins neighbours that both mix tariffs: a change from one mix to another is not to be seen in
// rows. The line is the best for the whole.
func poolMixes(sales []sale, cut []stretch, agreed *line) []stretch {
	var out []stretch
	for _, s := range cut {
		if n := len(out); n > 0 && out[n-1].mixed() && s.mixed() {
			last := &out[n-1]
			if s.hits > last.hits {
				last.line, last.hits = s.line, s.hits
			}
			last.to, last.ways = s.to, nil
			continue
		}
		out = append(out, s)
	}
	for i := range out {
		if out[i].ways == nil {
			refit(sales, &out[i], agreed)
		}
	}
	return out
}

// calm gives back to the mix around it what is a run of luck, so that no change is told of it.
func calm(sales []sale, cut []stretch, agreed *line) []stretch {
	cut = poolMixes(sales, cut, agreed)
	for i := 0; i < len(cut); {
		if len(cut) == 1 || cut[i].mixed() || !lucky(sales, cut, i) {
			i++
			continue
		}
		from, to := bedOf(cut, i)
		cut = slices.Replace(cut, from, to+1, joined(cut[from:to+1]))
		i = max(0, from-1)
	}
	return poolMixes(sales, cut, agreed)
}

// lucky reports whether a stretch may be chance: the rows beside it show its line too, and so often that as
// many rows in a row are to be expected; or it is an islet in a mix.
func lucky(sales []sale, cut []stretch, i int) bool {
	s := &cut[i]
	rows := s.to - s.from
	beside, shown, mixes, wide := 0, 0, 0, 0
	look := func(n *stretch, from, to int) {
		beside += to - from
		for _, row := range sales[from:to] {
			other := n.line != s.line && !n.mixed() && n.line.fee(row.gross) == row.fee
			if s.line.fee(row.gross) == row.fee && !other {
				shown++
			}
		}
		if n.mixed() {
			mixes++
			wide += n.to - n.from
		}
	}
	if i > 0 {
		look(&cut[i-1], max(cut[i-1].from, s.from-nearRows), s.from)
	}
	if i+1 < len(cut) {
		look(&cut[i+1], s.to, min(cut[i+1].to, s.to+nearRows))
	}
	if mixes == 2 && rows*fewBeside < wide {
		return true
	}
	expected := rows * (beside - shown) / beside
	return shown*shownBefore >= beside && expected < luck+luckPerMiss*(rows-s.hits)
}

// joined is one stretch in place of several, with the line of the longest.
func joined(cut []stretch) stretch {
	long := cut[0]
	for _, s := range cut {
		if s.to-s.from > long.to-long.from {
			long = s
		}
	}
	both := stretch{line: long.line, from: cut[0].from, to: cut[len(cut)-1].to}
	for _, s := range cut {
		if s.line == both.line {
			both.hits += s.hits
		}
	}
	return both
}

// bedOf names the stretches that a run of luck is joined with, its own among them: the mixes beside it, else
// the same tariff on both sides, else the longer neighbour.
func bedOf(cut []stretch, i int) (from, to int) {
	first, last := i == 0, i+1 == len(cut)
	left, right := !first && cut[i-1].mixed(), !last && cut[i+1].mixed()
	if !left && !right {
		switch {
		case !first && !last && cut[i-1].line == cut[i+1].line:
			left, right = true, true
		case last || !first && cut[i-1].to-cut[i-1].from >= cut[i+1].to-cut[i+1].from:
			left = true
		default:
			right = true
		}
	}
	from, to = i, i
	if left {
		from--
	}
	if right {
		to++
	}
	return from, to
}
