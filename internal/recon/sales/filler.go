package sales

import (
	"math/bits"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// maxRepeats is how often a number may come again on one day of one terminal and still be a reference: a
// sale, its void, the rows of an acquirer that lists a sale in parts, doubled lines. A counter that starts
// anew each day repeats on other days only.
const maxRepeats = 8

// numberFields are the references of which each transaction has its own.
var numberFields = [...]field{rrnField, traceField, authField, orderField}

// findFillers finds the values that a file repeats where it has no number ("999999"): they name nothing, are
// no key, and contradict nothing.
func (e *engine) findFillers() {
	e.fillers = map[uint64]bool{}
	for _, side := range [...]tillproof.Side{tillproof.Terminal, tillproof.Acquirer} {
		v := &e.Views[side]
		for _, f := range numberFields {
			rows := e.repeated(v, f)
			for rest := rows; len(rest) > 0; {
				n := runLength(rest)
				if n > maxRepeats && onOneDay(v, rest[:n]) > maxRepeats {
					e.fillers[rest[0].hash] = true
				}
				rest = rest[n:]
			}
		}
	}
	if n := len(e.fillers); n > 0 {
		e.Warn("match.warning.fillers", tillproof.Params{"n": book.Count(n)})
	}
}

// repeated lists the rows whose value of the field may stand in more than maxRepeats rows, by value. Counting
// first in buckets of hashes leaves few rows to sort.
func (e *engine) repeated(v *book.View, f field) []keyed {
	rows := e.scratchOf(v)
	buckets := make([]uint8, 1<<bits.Len(uint(2*len(v.Lines))))
	bucket := func(hash uint64) *uint8 { return &buckets[hash>>32&uint64(len(buckets)-1)] }
	for rank := range v.Lines {
		if s := f.of(v.Rec(int32(rank))); s != "" {
			hash := f.hash(s)
			rows = append(rows, keyed{hash, int32(rank)})
			if n := bucket(hash); *n <= maxRepeats {
				*n++
			}
		}
	}
	rows = slices.DeleteFunc(rows, func(k keyed) bool { return *bucket(k.hash) <= maxRepeats })
	sortKeyed(rows)
	return rows
}

// onOneDay is how many of the rows stand on a day of a terminal that another of them has.
func onOneDay(v *book.View, rows []keyed) int {
	days := make([]uint64, len(rows))
	for i, row := range rows {
		r := v.Rec(row.row)
		days[i] = uint64(hashSeed.text(string(r.Refs.Terminal)).text(r.Refs.Batch).
			number(int64(v.Lines[row.row].Day)))
	}
	slices.Sort(days)
	return len(rows) - len(slices.Compact(days))
}

func (f field) hash(s string) uint64 { return uint64(hashSeed.number(int64(f)).text(s)) }

// value is the field's value where it names something.
func (e *engine) value(f field, r *tillproof.Record) string {
	s := f.of(r)
	if s != "" && len(e.fillers) > 0 && e.fillers[f.hash(s)] {
		return ""
	}
	return s
}
