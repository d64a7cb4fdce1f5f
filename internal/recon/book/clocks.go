package book

import (
	"maps"
	"slices"

	"github.com/tillproof/tillproof"
)

// SecondsPerDay is the length of a day on a clock that never shifts.
const SecondsPerDay = 86400

// Clocks count the matched sales by the second of the day: those settled on their own day, and those settled
// on the next.
type Clocks struct{ same, next seconds }

// Add counts a matched sale.
func (c *Clocks) Add(t tillproof.LocalTime, settled tillproof.Date) {
	if !t.Known() || !settled.Known() {
		return
	}
	switch settled - t.Date() {
	case 0:
		c.same.add(t.SecondOfDay(), 1)
	case 1:
		c.next.add(t.SecondOfDay(), 1)
	}
}

// Empty reports whether nothing was counted.
func (c *Clocks) Empty() bool { return total(c.same.all())+total(c.next.all()) == 0 }

// Merge adds what another count has.
func (c *Clocks) Merge(o *Clocks) {
	for _, s := range o.same.all() {
		c.same.add(s.second, s.n)
	}
	for _, s := range o.next.all() {
		c.next.add(s.second, s.n)
	}
}

// AroundCutOff is the last sale before the best cut-off and the first after it: the one that the fewest sales
// contradict. It answers false where the sales show none: each side needs twice as many sales that speak for
// the moment as there are against it, since one that was uploaded late is settled a day later whatever the
// cut-off is.
func (c *Clocks) AroundCutOff() (last, first int, ok bool) {
	sames, nexts := c.same.all(), c.next.all()
	same, next := total(sames), total(nexts)
	best := same + next + 1
	n, before, latest := 0, 0, 0 // sales earlier than the moment; the last of them
	for _, after := range nexts {
		for len(sames) > 0 && sames[0].second < after.second {
			latest, n = sames[0].second, n+int(sames[0].n)
			sames = sames[1:]
		}
		against := before + same - n
		if against < best && n > 2*against && next-before > 2*against {
			best, last, first, ok = against, latest, after.second, true
		}
		before += int(after.n)
	}
	return last, first, ok
}

// LastSame is the second of the last sale that was settled on its own day, -1 where there is none.
func (c *Clocks) LastSame() int {
	list := c.same.all()
	if len(list) == 0 {
		return -1
	}
	return list[len(list)-1].second
}

// From counts the sales of each kind from a second of the day on.
func (c *Clocks) From(second int) (same, next int) {
	return total(c.same.from(second)), total(c.next.from(second))
}

// seconds counts by the second of the day: a few in a map, many in a list of all seconds.
type seconds struct {
	few  map[int]int32
	many []int32
}

// fewSeconds is where a map becomes slower than a list.
const fewSeconds = 1024

// secondCount is how often a second was met.
type secondCount struct {
	second int
	n      int32
}

func (s *seconds) add(second int, n int32) {
	switch {
	case s.many != nil:
		s.many[second] += n
		return
	case s.few == nil:
		s.few = map[int]int32{}
	}
	s.few[second] += n
	if len(s.few) > fewSeconds {
		s.many = make([]int32, SecondsPerDay)
		for second, n := range s.few {
			s.many[second] = n
		}
		s.few = nil
	}
}

// all are the counts in the order of the day.
func (s *seconds) all() []secondCount {
	var out []secondCount
	for _, second := range slices.Sorted(maps.Keys(s.few)) {
		out = append(out, secondCount{second, s.few[second]})
	}
	for second, n := range s.many {
		if n > 0 {
			out = append(out, secondCount{second, n})
		}
	}
	return out
}

// from are the counts of the day from a second on.
func (s *seconds) from(second int) []secondCount {
	return slices.DeleteFunc(s.all(), func(c secondCount) bool { return c.second < second })
}

func total(counts []secondCount) int {
	n := 0
	for _, c := range counts {
		n += int(c.n)
	}
	return n
}
