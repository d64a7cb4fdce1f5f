package match

import (
	"slices"

	"github.com/tillproof/tillproof"
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
		v := &e.views[side]
		for _, f := range numberFields {
			rows := e.scratchOf(v)
			for rank := range v.lines {
				if s := f.of(v.rec(int32(rank))); s != "" {
					rows = append(rows, keyed{f.hash(s), int32(rank)})
				}
			}
			sortKeyed(rows)
			for rest := rows; len(rest) > 0; {
				n := runLength(rest)
				if n > maxRepeats && v.repeats(rest[:n]) > maxRepeats {
					e.fillers[rest[0].hash] = true
				}
				rest = rest[n:]
			}
		}
	}
	if n := len(e.fillers); n > 0 {
		e.warn("match.warning.fillers", tillproof.Params{"n": count(n)})
	}
}

// repeats is how many of the rows stand on a day of a terminal that another of them has.
func (v *view) repeats(rows []keyed) int {
	days := make([]uint64, len(rows))
	for i, row := range rows {
		r := v.rec(row.row)
		days[i] = uint64(hashSeed.text(string(r.Refs.Terminal)).text(r.Refs.Batch).
			number(int64(v.lines[row.row].day)))
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
