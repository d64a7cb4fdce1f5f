package deposit

import (
	"github.com/tillproof/tillproof/internal/recon/book"
)

// Exact counts deposits by the number of banking days after which they came: those of single settlement days,
// and those of all that share a pay day.
type Exact = [2][maxLearnedDays + 1]int

// ExactDays counts, for each number of banking days after the settlement, the groups of the ledger whose net
// was booked on that day. It is what the settlement is learned from where no policy names it.
func ExactDays(bk *book.Book) (Exact, error) {
	var out Exact
	e := newEngine(bk)
	if err := e.Begin(); err != nil || !e.chooseLedger() || e.Policy.Settlement.Known {
		return out, err
	}
	e.Policy.Settlement.Days = assumedDays
	e.assumed = true
	if err := e.computeDue(); err != nil {
		return out, err
	}
	e.readEntries()
	return e.countExact(), nil
}

// BestTerms are the terms that explain the most deposits; the usual ones win an equal count.
func BestTerms(exact Exact) book.Terms {
	best := assumedDays
	for days, n := range exact[0] {
		if n > exact[0][best] {
			best = days
		}
	}
	return book.Terms{Days: best, Together: exact[1][best] > exact[0][best]}
}

// countExact counts the exact deposits for each number of days that is tried, those of single settlement days
// and those of all settlement days that share a pay day.
func (e *engine) countExact() (out Exact) {
	for days := range out[0] {
		for i, together := range [...]bool{false, true} {
			e.together = together
			e.useDays(days)
			out[i][days] = e.exactDays()
		}
	}
	return out
}

// exactDays counts the groups whose net was booked on their day.
func (e *engine) exactDays() int {
	n := 0
	for i := range e.groups {
		g := &e.groups[i]
		for _, rank := range e.ofAmount(g.cur, g.net) {
			if g.net != 0 && !e.entries[rank].used && e.on(rank, g.expected) {
				n++
				break
			}
		}
	}
	return n
}
