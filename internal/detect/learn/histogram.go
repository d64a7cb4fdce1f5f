package learn

// pull is how far a row wants its margin to go, and how firmly: gradient and curvature of the loss, in one
// number, so that one addition sums both. The curvature is never negative and fills the lower half.
type pull int64

func newPull(g, h int64) pull { return pull(g<<32 + h) }

// halves takes a sum of at most 2·stretch pulls apart.
func (p pull) halves() heap {
	h := int64(uint32(p))
	return heap{(int64(p) - h) >> 32, h}
}

// stretch is how many pulls are summed in one number: twice so many of pullBits bits stay within its half.
const stretch = 1 << 12

// heap is the sum of the pulls of the rows at one place of a fact.
type heap struct{ g, h int64 }

// histogram is one fact over the rows of one node.
type histogram [MaxBins + 1]heap

// fill sums the pulls of rows by their place. Every other row has a table of its own: most rows of a fact lie
// at one place, and a sum that waits for the one before it costs half as much again.
func (t *histogram) fill(column []uint8, rows []int32, pulls []pull) {
	*t = histogram{}
	for len(rows) > 0 {
		var even, odd [MaxBins + 1]pull
		n := min(len(rows), 2*stretch)
		r, p := rows[:n], pulls[:n]
		for i := 1; i < len(r) && i < len(p); i += 2 {
			even[column[r[i-1]]] += p[i-1]
			odd[column[r[i]]] += p[i]
		}
		if n%2 == 1 {
			even[column[r[n-1]]] += p[n-1]
		}
		for place := range t {
			a, b := even[place].halves(), odd[place].halves()
			t[place].g += a.g + b.g
			t[place].h += a.h + b.h
		}
		rows, pulls = rows[n:], pulls[n:]
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
