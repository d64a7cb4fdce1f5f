package solve

import (
	"cmp"
	"slices"
	"sort"
)

// few looks at sets of one, two, three and four of many items, in this order.
func (f *finder) few(most int) {
	for f.size = 1; f.size <= min(most, maxLarge); f.size++ {
		switch f.size {
		case 1:
			f.singles()
		case 2:
			f.pairs()
		case 3:
			f.triples()
		case 4:
			f.quadruples()
		}
		if f.count > 0 || f.limited {
			return
		}
	}
	f.limited = most > maxLarge
}

// from is the first kind whose amount is at least so much.
func (f *finder) from(amount int64) int {
	return sort.Search(len(f.kinds), func(i int) bool { return f.kinds[i].amount >= amount })
}

// close visits the kinds from place on whose amount lies near the rest; once enough came near, those that are
// the rest.
func (f *finder) close(place int, rest int64, visit func(k int)) {
	reach := f.reach()
	for k := max(place, f.from(rest-reach)); k < len(f.kinds) && f.kinds[k].amount <= rest+reach; k++ {
		if !f.step(1) {
			return
		}
		visit(k)
	}
}

// reach is how far from the target sets are looked at.
func (f *finder) reach() int64 {
	if f.near > MaxNear {
		return 0
	}
	return f.window
}

// weigh takes a set that makes the target, or that comes near it.
func (f *finder) weigh(sum int64, places ...int) {
	if !f.within(places) {
		return
	}
	if sum == f.target {
		f.add(places...)
		return
	}
	f.near++
}

// within reports whether there are as many items of each kind as the ascending places name.
func (f *finder) within(places []int) bool {
	n := 1
	for i := 1; i < len(places); i++ {
		if places[i] != places[i-1] {
			n = 0
		}
		n++
		if n > len(f.kinds[places[i]].items) {
			return false
		}
	}
	return true
}

func (f *finder) singles() {
	f.close(0, f.target, func(k int) { f.weigh(f.kinds[k].amount, k) })
}

func (f *finder) pairs() {
	for i := range f.kinds {
		a := f.kinds[i].amount
		if f.close(i, f.target-a, func(k int) { f.weigh(a+f.kinds[k].amount, i, k) }); !f.step(1) {
			return
		}
	}
}

func (f *finder) triples() {
	for i := range f.kinds {
		for j := i; j < len(f.kinds); j++ {
			sum := f.kinds[i].amount + f.kinds[j].amount
			f.close(j, f.target-sum, func(k int) { f.weigh(sum+f.kinds[k].amount, i, j, k) })
			if !f.step(1) {
				return
			}
		}
	}
}

// two is the sum of two kinds.
type two struct {
	sum  int64
	i, j int32
}

// quadruples meets the sums of two with each other. A set of four is taken once, as its two least and its two
// largest.
func (f *finder) quadruples() {
	n := len(f.kinds)
	if n*(n+1)/2 > pairSums {
		f.limited = true
		return
	}
	sums := make([]two, 0, n*(n+1)/2)
	for i := range f.kinds {
		for j := i; j < n; j++ {
			sums = append(sums, two{f.kinds[i].amount + f.kinds[j].amount, int32(i), int32(j)})
		}
	}
	slices.SortFunc(sums, func(a, b two) int {
		return cmp.Or(cmp.Compare(a.sum, b.sum), cmp.Compare(a.i, b.i), cmp.Compare(a.j, b.j))
	})
	high := len(sums)
	for _, x := range sums {
		rest, reach := f.target-x.sum, f.reach()
		for high > 0 && sums[high-1].sum > rest+reach {
			high--
		}
		for k := high - 1; k >= 0 && sums[k].sum >= rest-reach; k-- {
			y := sums[k]
			if !f.step(1) {
				return
			}
			if x.j <= y.i {
				f.weigh(x.sum+y.sum, int(x.i), int(x.j), int(y.i), int(y.j))
			}
		}
	}
}
