package match

import (
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// Complete counts the records of each side that is present by their status and sums their amounts, as a whole
// and by day: the gross of terminal and acquirer rows, the booked amount of bank lines. Each answer can be
// checked with Holds. It needs a run that Reconcile has filled, whose sums are known to be in range.
func Complete(run *tillproof.Run) []tillproof.Completeness {
	var out []tillproof.Completeness
	for _, side := range tillproof.Sides {
		if book.Has(run, side) {
			out = append(out, completeSide(run, side))
		}
	}
	return out
}

func completeSide(run *tillproof.Run, side tillproof.Side) tillproof.Completeness {
	c := tillproof.Completeness{Side: side, Records: len(run.Records[side])}
	at := map[tillproof.Currency]int{}
	for i := range run.Records[side] {
		r := &run.Records[side][i]
		status := tillproof.Open
		if i < len(run.States[side]) {
			status = run.States[side][i].Status
		}
		c.Counts[status]++
		cur := r.Amount.Currency()
		n, ok := at[cur]
		if !ok {
			n = len(c.Sums)
			at[cur] = n
			c.Sums = append(c.Sums, tillproof.CompletenessSum{Currency: cur})
		}
		c.Sums[n].Total += r.Amount.Minor()
		c.Sums[n].ByStatus[status] += r.Amount.Minor()
	}
	slices.SortFunc(c.Sums, func(a, b tillproof.CompletenessSum) int {
		return slices.Compare(a.Currency[:], b.Currency[:])
	})
	c.Days = daysOf(run, side)
	return c
}

// daysOf is the proof of a side by day. It adds up the records anew, so that the two can be held against each
// other.
func daysOf(run *tillproof.Run, side tillproof.Side) []tillproof.CompletenessDay {
	type key struct {
		day tillproof.Date
		cur tillproof.Currency
	}
	at := map[key]int{}
	var days []tillproof.CompletenessDay
	for i := range run.Records[side] {
		r := &run.Records[side][i]
		k := key{r.Day(), r.Amount.Currency()}
		n, ok := at[k]
		if !ok {
			n = len(days)
			at[k] = n
			days = append(days, tillproof.CompletenessDay{Day: k.day, Currency: k.cur})
		}
		status := tillproof.Open
		if i < len(run.States[side]) {
			status = run.States[side][i].Status
		}
		days[n].Counts[status]++
		days[n].ByStatus[status] += r.Amount.Minor()
	}
	slices.SortFunc(days, func(a, b tillproof.CompletenessDay) int { return a.Before(&b) })
	return days
}
