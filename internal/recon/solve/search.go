package solve

import (
	"cmp"
	"slices"
)

// Item may be in a set or not.
type Item struct {
	Amount int64
	Class  uint64 // what tells items of one amount apart
}

// Search asks which of the items make the target.
type Search struct {
	Items  []Item
	Target int64
	Most   int // the largest set that may be an answer
}

// Verdict says what was found.
type Verdict uint8

// The verdicts.
const (
	None    Verdict = iota // no set within the bounds makes the sum
	Unique                 // exactly one of the fewest items
	Several                // more than one of the fewest items
	Limited                // a bound was hit: there may be sets that were not looked at
)

// Answer is what a search found.
type Answer struct {
	Verdict Verdict
	Size    int     // items in each set
	Sets    [][]int // the first Shown, as ascending places in Search.Items
	Count   int     // sets of that size; MaxCount stands for as many or more
	Near    int     // other sets of at most that size near the target, at most one more than MaxNear
	Crowded bool    // they are so many that chance may have made it
	Alike   bool    // a set holds some, and not all, of items that are alike: which of them is open
}

// The bounds.
const (
	// Shown is how many sets are listed: a person compares a few, not hundreds.
	Shown = 3
	// MaxCount ends the counting: more answers than that are all the same to a reader.
	MaxCount = 1000
	// MaxItems bounds the items: a day of the largest shop, and sums of pairs that still fit in memory.
	MaxItems = 20000
	// halfSets bounds the sets of either half where sets of every size are looked at: two times 15 items.
	halfSets = 1 << 15
	// maxLarge is the largest set that is looked for among many items: above it every sum is hit by chance.
	maxLarge = 4
	// pairSums bounds the sums of two that are kept for sets of four: 32 MB.
	pairSums = 1 << 21
	// maxWork bounds the steps of a search: a second at most.
	maxWork = 1 << 24
	// Window is how many steps to each side of the target other sums are counted.
	Window = 500
	// MaxNear is how many other sets may lie there.
	MaxNear = 5
	// leastForGrain is how many different amounts show that all are multiples of a step: of a few it is
	// chance.
	leastForGrain = 8
	// maxAmount bounds the amounts, so that no sum of MaxItems leaves the range.
	maxAmount = 1 << 47
)

// kind are the items of one amount and class.
type kind struct {
	amount int64
	class  uint64
	items  []int
}

// Find looks for the sets of the fewest items that make the target. The empty set makes zero.
func (s Search) Find() Answer {
	switch {
	case s.Target == 0:
		return Answer{Verdict: Unique, Sets: [][]int{{}}, Count: 1}
	case s.Most < 1 || len(s.Items) == 0:
		return Answer{}
	case len(s.Items) > MaxItems:
		return Answer{Verdict: Limited}
	}
	kinds, ok := s.kinds()
	if !ok {
		return Answer{Verdict: Limited}
	}
	f := finder{kinds: kinds, target: s.Target, window: Window * grain(kinds)}
	if left, right, ok := halves(kinds); ok {
		f.every(left, right, s.Most)
	} else {
		f.few(s.Most)
	}
	return f.answer()
}

// kinds sorts the items by amount and class; amounts of zero change no sum and are left out. It answers false
// for amounts that are no one's money.
func (s Search) kinds() ([]kind, bool) {
	var order []int
	for i, it := range s.Items {
		if it.Amount > maxAmount || it.Amount < -maxAmount {
			return nil, false
		}
		if it.Amount != 0 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		x, y := s.Items[a], s.Items[b]
		return cmp.Or(cmp.Compare(x.Amount, y.Amount), cmp.Compare(x.Class, y.Class), cmp.Compare(a, b))
	})
	var out []kind
	for _, i := range order {
		it := s.Items[i]
		if n := len(out); n > 0 && out[n-1].amount == it.Amount && out[n-1].class == it.Class {
			out[n-1].items = append(out[n-1].items, i)
			continue
		}
		out = append(out, kind{it.Amount, it.Class, []int{i}})
	}
	return out, true
}

// grain is the step of which all amounts are multiples, where they are enough to show one.
func grain(kinds []kind) int64 {
	if len(kinds) < leastForGrain {
		return 1
	}
	g := int64(0)
	for _, k := range kinds {
		for a := max(k.amount, -k.amount); a != 0; {
			g, a = a, g%a
		}
	}
	return g
}

// finder is one search under way. A set is written as places in kinds, ascending, with repeats.
type finder struct {
	kinds  []kind
	target int64
	window int64

	work    int
	limited bool
	size    int
	sets    [][]int
	count   int
	near    int
}

// add counts a set that makes the target, and keeps the first.
func (f *finder) add(places ...int) {
	if f.count < MaxCount {
		f.count++
	}
	if len(f.sets) < Shown {
		f.sets = append(f.sets, slices.Clone(places))
	}
}

// step counts a step of work; false where the bound is hit.
func (f *finder) step(n int) bool {
	f.work += n
	f.limited = f.limited || f.work > maxWork
	return !f.limited
}

func (f *finder) answer() Answer {
	near := min(f.near, MaxNear+1)
	a := Answer{Size: f.size, Count: f.count, Near: near, Crowded: near > MaxNear}
	switch {
	case f.limited:
		return Answer{Verdict: Limited}
	case f.count == 0:
		return Answer{}
	case f.count == 1:
		a.Verdict = Unique
	default:
		a.Verdict = Several
	}
	for _, places := range f.sets {
		set := make([]int, 0, len(places))
		for i := 0; i < len(places); {
			n := i
			for n < len(places) && places[n] == places[i] {
				n++
			}
			k := f.kinds[places[i]]
			set = append(set, k.items[:n-i]...)
			a.Alike = a.Alike || n-i < len(k.items)
			i = n
		}
		slices.Sort(set)
		a.Sets = append(a.Sets, set)
	}
	return a
}
