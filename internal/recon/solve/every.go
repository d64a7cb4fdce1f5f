package solve

import (
	"cmp"
	"slices"
	"sort"
)

// halves splits the kinds into two of few enough sets each; false where there are too many.
func halves(kinds []kind) (left, right []int, ok bool) {
	l, r := 1, 1
	for i, k := range kinds {
		n := len(k.items) + 1
		switch {
		case l <= r && l <= halfSets/n:
			left = append(left, i)
			l *= n
		case r <= halfSets/n:
			right = append(right, i)
			r *= n
		default:
			return nil, nil, false
		}
	}
	return left, right, true
}

// half is a set of one half: which one tells how many of each kind it holds, as the digits of a number whose
// bases are one more than there are items.
type half struct {
	sum  int64
	size int32
	code int32
}

// every looks at the sets of every size up to most: each set of one half against those of the other that make
// the rest.
func (f *finder) every(left, right []int, most int) {
	a, b := f.halfSets(left), f.halfSets(right)
	f.size = most + 1
	eachMeeting(a, b, f.target, func(a, b []half) {
		// Both blocks stand by size: their first are the fewest.
		f.size = min(f.size, int(a[0].size)+int(b[0].size))
	})
	if f.size > most {
		return
	}
	eachMeeting(a, b, f.target, func(as, bs []half) {
		for _, x := range as {
			rest := int32(f.size) - x.size
			from := sort.Search(len(bs), func(i int) bool { return bs[i].size >= rest })
			for _, y := range bs[from:] {
				if y.size != rest || f.count == MaxCount {
					break
				}
				places := append(f.unpack(left, x.code), f.unpack(right, y.code)...)
				slices.Sort(places)
				f.add(places...)
			}
		}
	})
	f.nearHalves(a, b)
}

// halfSets lists the sets of a half by sum, size and code.
func (f *finder) halfSets(places []int) []half {
	out := []half{{}}
	base := int32(1)
	for _, p := range places {
		k := f.kinds[p]
		n := len(out)
		for take := 1; take <= len(k.items); take++ {
			for _, h := range out[:n] {
				out = append(out, half{
					h.sum + int64(take)*k.amount, h.size + int32(take), h.code + int32(take)*base,
				})
			}
		}
		base *= int32(len(k.items) + 1)
	}
	slices.SortFunc(out, func(a, b half) int {
		return cmp.Or(cmp.Compare(a.sum, b.sum), cmp.Compare(a.size, b.size), cmp.Compare(a.code, b.code))
	})
	return out
}

func (f *finder) unpack(places []int, code int32) []int {
	var out []int
	for _, p := range places {
		base := int32(len(f.kinds[p].items) + 1)
		for range code % base {
			out = append(out, p)
		}
		code /= base
	}
	return out
}

// eachMeeting visits the sets of a of one sum with those of b that make the rest of the target.
func eachMeeting(a, b []half, target int64, visit func(a, b []half)) {
	j := len(b)
	for i := 0; i < len(a); {
		n := i
		for n < len(a) && a[n].sum == a[i].sum {
			n++
		}
		rest := target - a[i].sum
		for j > 0 && b[j-1].sum > rest {
			j--
		}
		from := j
		for from > 0 && b[from-1].sum == rest {
			from--
		}
		if from < j {
			visit(a[i:n], b[from:j])
		}
		i = n
	}
}

// nearHalves counts the sets of at most f.size items that come near the target without making it.
func (f *finder) nearHalves(a, b []half) {
	larger := func(h half) bool { return int(h.size) > f.size }
	a, b = slices.DeleteFunc(a, larger), slices.DeleteFunc(b, larger)
	for _, x := range a {
		least := f.target - f.window - x.sum
		from := sort.Search(len(b), func(i int) bool { return b[i].sum >= least })
		for _, y := range b[from:] {
			sum := x.sum + y.sum
			size := int(x.size + y.size)
			if sum > f.target+f.window || f.near > MaxNear || !f.step(1) {
				break
			}
			if size > 0 && size <= f.size && sum != f.target {
				f.near++
			}
		}
	}
}
