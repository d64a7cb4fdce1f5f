package learn

// pull is how far a row wants its margin to go, and how firmly: gradient and curvature of the loss.
type pull struct{ g, h int32 }

// heap is the sum of the pulls of the rows at one place of a fact.
type heap struct{ g, h int64 }

// histogram is one fact over the rows of one node.
type histogram [MaxBins + 1]heap

// fill sums the pulls of rows by their place.
func (t *histogram) fill(column []uint8, rows []int32, pulls []pull) {
	*t = histogram{}
	pulls = pulls[:len(rows)]
	for i, r := range rows {
		c, p := &t[column[r]], pulls[i]
		c.g += int64(p.g)
		c.h += int64(p.h)
	}
}

// differ makes t what is left of whole without part.
func (t *histogram) differ(whole, part *histogram) {
	for i := range t {
		t[i] = heap{whole[i].g - part[i].g, whole[i].h - part[i].h}
	}
}

// split sends rows whose place is at most `place` to the left, the others to the right; rows without the fact
// go where missRight says.
type split struct {
	gain      uint64
	fact      int
	place     int
	missRight bool
	left      heap
}

// best looks for the split that takes most off the loss. Of equal ones the first counts: the lowest place,
// missing to the left.
func (t *histogram) best(places int, all heap, rule rule) split {
	best := split{gain: worth(all.g, all.h+rule.ridge)}
	found := false
	try := func(left heap, place int, missRight bool) {
		right := heap{all.g - left.g, all.h - left.h}
		if left.h < rule.minChild || right.h < rule.minChild {
			return
		}
		if gain := worth(left.g, left.h+rule.ridge) + worth(right.g, right.h+rule.ridge); gain > best.gain {
			best, found = split{gain: gain, place: place, missRight: missRight, left: left}, true
		}
	}
	miss := t[0]
	sum := miss
	for place := 1; place <= places; place++ {
		c := t[place]
		if c == (heap{}) {
			continue // the same split as one place before
		}
		sum.g, sum.h = sum.g+c.g, sum.h+c.h
		try(sum, place, false)
		if miss != (heap{}) {
			try(heap{sum.g - miss.g, sum.h - miss.h}, place, true)
		}
	}
	if !found {
		return split{}
	}
	best.gain -= worth(all.g, all.h+rule.ridge)
	return best
}

// rule is what a leaf must fulfil, in the scale of the pulls.
type rule struct{ ridge, minChild int64 }
