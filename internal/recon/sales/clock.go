package sales

import (
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

const (
	// fewClockPairs is how many pairs with a reference it takes to read off them that a clock is wrong.
	fewClockPairs = 5
	// clockSpread is how many seconds around the offset nine in ten of those pairs must lie: the two sides
	// stamp before and after the line, and not when the batch was booked.
	clockSpread = 60
	// clockSlack is an offset that nobody needs to know of; it is within what a line takes.
	clockSlack = 30
)

// learnClocks reads off the pairs that share a reference by how many seconds the report's clock is later
// than that of each terminal. A terminal with few such pairs, or whose pairs do not agree, is taken to be
// right. Only terminals with rows that are still free are looked at.
func (e *engine) learnClocks() {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	e.clocks = map[tillproof.TerminalID]int64{}
	apart := map[tillproof.TerminalID][]int64{}
	for rank := range term.Lines {
		if row := int32(rank); term.Free(row) && term.Lines[rank].At.Known() {
			apart[term.Rec(row).Refs.Terminal] = nil
		}
	}
	for rank, m := range term.Mate {
		if m == book.Alone || !term.Lines[rank].At.Known() || !acq.Lines[m].At.Known() ||
			int(e.method[m]) >= cardTimeStep {
			continue
		}
		t := term.Rec(int32(rank)).Refs.Terminal
		if list, wanted := apart[t]; wanted {
			apart[t] = append(list, int64(acq.Lines[m].At-term.Lines[rank].At))
		}
	}
	for t, list := range apart {
		if e.Beyond != nil {
			list = append(list, e.Beyond.Apart[t]...)
		}
		if off, ok := steady(list); ok && off != 0 {
			e.clocks[t] = off
		}
	}
}

// steady is the median of the distances where nine in ten lie around it.
func steady(apart []int64) (int64, bool) {
	if len(apart) < fewClockPairs {
		return 0, false
	}
	slices.Sort(apart)
	median := apart[len(apart)/2]
	near := 0
	for _, d := range apart {
		if max(d-median, median-d) <= clockSpread {
			near++
		}
	}
	return median, near*10 >= len(apart)*9
}

// shiftClocks moves the free rows of the terminals to the report's clock, and back with the sign −1.
func (e *engine) shiftClocks(sign int64) {
	if len(e.clocks) == 0 {
		return
	}
	term := &e.Views[tillproof.Terminal]
	for rank := range term.Lines {
		l := &term.Lines[rank]
		if l.At.Known() && l.Class != book.NoClass {
			l.At += tillproof.LocalTime(sign * e.clocks[term.Rec(int32(rank)).Refs.Terminal])
		}
	}
}

// warnClocks says that the clocks of terminals are off.
func (e *engine) warnClocks() {
	n, most := 0, int64(0)
	for _, off := range e.clocks {
		if abs := max(off, -off); abs > clockSlack {
			n, most = n+1, max(most, abs)
		}
	}
	if n > 0 {
		e.Warn("match.warning.clocks", tillproof.Params{
			"n": book.Count(n), "seconds": strconv.FormatInt(most, 10),
		})
	}
}
