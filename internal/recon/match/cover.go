package match

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
)

// span is a run of days, both ends included.
type span struct{ from, to tillproof.Date }

// cover are the days that the files of a side speak about, in order and without overlap. What lies outside
// is a missing file, never missing money.
type cover []span

// place is where a day lies against the covered days.
type place uint8

const (
	within place = iota
	before
	after
	between // in a gap: no file covers the day
)

// coverOf merges the periods of the side's files; where no file has one, the span of the rows counts.
func coverOf(run *tillproof.Run, side tillproof.Side) cover {
	return coverOfSources(run, side, func(int32) bool { return true })
}

// coverOfSources is coverOf for the files that count.
func coverOfSources(run *tillproof.Run, side tillproof.Side, counts func(source int32) bool) cover {
	var spans []span
	for i := range run.Sources {
		s := &run.Sources[i]
		if s.Side == side && counts(int32(i)) && s.From.Known() && s.To.Known() && s.From <= s.To {
			spans = append(spans, span{s.From, s.To})
		}
	}
	if len(spans) == 0 {
		spans = append(spans, spanOfRows(run.Records[side], counts)...)
	}
	return mergeSpans(spans)
}

// mergeSpans sorts the spans and joins those that meet.
func mergeSpans(spans []span) cover {
	slices.SortFunc(spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	var out cover
	for _, s := range spans {
		if n := len(out); n > 0 && s.from <= out[n-1].to+1 {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}

func spanOfRows(recs []tillproof.Record, counts func(source int32) bool) []span {
	s := span{tillproof.NoDate, tillproof.NoDate}
	for i := range recs {
		day := recs[i].Day()
		if !day.Known() || !counts(recs[i].Origin.Source) {
			continue
		}
		if !s.from.Known() || day < s.from {
			s.from = day
		}
		s.to = max(s.to, day)
	}
	if !s.from.Known() {
		return nil
	}
	return []span{s}
}

// place says where the day lies; a day that is not known, or days that are not known, count as within.
func (c cover) place(day tillproof.Date) place {
	if len(c) == 0 || !day.Known() {
		return within
	}
	if day < c[0].from {
		return before
	}
	for _, s := range c {
		if day < s.from {
			return between
		}
		if day <= s.to {
			return within
		}
	}
	return after
}

// last is the last covered day.
func (c cover) last() tillproof.Date {
	if len(c) == 0 {
		return tillproof.NoDate
	}
	return c[len(c)-1].to
}

// excludedPlace says why a row without a partner is left out because of its day.
var excludedPlace = [...]string{
	before: "match.excluded.before", after: "match.excluded.after", between: "match.excluded.not_covered",
}
