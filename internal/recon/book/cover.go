package book

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
)

// Days is a run of days, both ends included.
type Days struct{ From, To tillproof.Date }

// Cover are the days that the files of a side speak about, in order and without overlap. What lies outside
// is a missing file, never missing money.
type Cover []Days

// Place is where a day lies against the covered days.
type Place uint8

// The places.
const (
	Within Place = iota
	Before
	After
	Between // in a gap: no file covers the day
)

// coverOf merges the periods of the side's files; where no file has one, the span of the rows counts.
func coverOf(run *tillproof.Run, side tillproof.Side) Cover {
	return coverOfSources(run, side, func(int32) bool { return true })
}

// coverOfSources is coverOf for the files that count.
func coverOfSources(run *tillproof.Run, side tillproof.Side, counts func(source int32) bool) Cover {
	var spans []Days
	for i := range run.Sources {
		s := &run.Sources[i]
		if s.Side == side && counts(int32(i)) && s.From.Known() && s.To.Known() && s.From <= s.To {
			spans = append(spans, Days{s.From, s.To})
		}
	}
	if len(spans) == 0 {
		spans = append(spans, spanOfRows(run.Records[side], counts)...)
	}
	return MergeSpans(spans)
}

// MergeSpans sorts the spans and joins those that meet.
func MergeSpans(spans []Days) Cover {
	slices.SortFunc(spans, func(a, b Days) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	var out Cover
	for _, s := range spans {
		if n := len(out); n > 0 && s.From <= out[n-1].To+1 {
			out[n-1].To = max(out[n-1].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}

func spanOfRows(recs []tillproof.Record, counts func(source int32) bool) []Days {
	s := Days{tillproof.NoDate, tillproof.NoDate}
	for i := range recs {
		day := recs[i].Day()
		if !day.Known() || !counts(recs[i].Origin.Source) {
			continue
		}
		if !s.From.Known() || day < s.From {
			s.From = day
		}
		s.To = max(s.To, day)
	}
	if !s.From.Known() {
		return nil
	}
	return []Days{s}
}

// Place says where the day lies; a day that is not known, or days that are not known, count as within.
func (c Cover) Place(day tillproof.Date) Place {
	if len(c) == 0 || !day.Known() {
		return Within
	}
	if day < c[0].From {
		return Before
	}
	for _, s := range c {
		if day < s.From {
			return Between
		}
		if day <= s.To {
			return Within
		}
	}
	return After
}

// Last is the last covered day.
func (c Cover) Last() tillproof.Date {
	if len(c) == 0 {
		return tillproof.NoDate
	}
	return c[len(c)-1].To
}

// ExcludedPlace says why a row without a partner is left out because of its day.
var ExcludedPlace = [...]string{
	Before: "match.excluded.before", After: "match.excluded.after", Between: "match.excluded.not_covered",
}

// Known reports whether the span is of days; a statement that gives none may hold zeros.
func (s Days) Known() bool { return s.From.Known() && s.To.Known() && s.From <= s.To && s.To > 0 }

// Clipped is the cover without the days outside of the merchant's part of the report.
func (c Cover) Clipped(to Days) Cover {
	out := make(Cover, 0, len(c))
	for _, s := range c {
		if to.From.Known() {
			s.From = max(s.From, to.From)
		}
		if to.To.Known() {
			s.To = min(s.To, to.To)
		}
		if s.From <= s.To {
			out = append(out, s)
		}
	}
	return out
}
