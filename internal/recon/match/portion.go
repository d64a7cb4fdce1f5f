package match

import (
	"cmp"
	"maps"
	"slices"

	"github.com/tillproof/tillproof"
)

// absentDays is on how many settlement days with sales in the log a merchant must be without a row, while the
// report goes on for others, before its part of the report counts as cut off. One day may be one batch that
// was never sent: that is missing money.
const absentDays = 2

// portion are the days from the first to the last row that the report has of a merchant of the log; no days
// where it has none.
type portion struct {
	span
	begins, ends bool // the log has sales before or after them, and the report has rows of others
	unsettled    int  // rows of the log that are called not settled outside them
}

// findPortions finds the merchants whose part of the report begins later or ends earlier than that of the
// others in the same files, although the log has sales of theirs there. Nothing tells whether those were left
// out of the report or out of the file: they stay breaks, and carry the doubt.
func (e *engine) findPortions() {
	e.portions = map[tillproof.MerchantID]*portion{}
	e.clips = map[tillproof.MerchantID]span{}
	days := e.unreportedDays()
	if len(days) == 0 {
		return
	}
	rep := e.reported()
	for _, m := range slices.Sorted(maps.Keys(days)) {
		own, others := rep.of(m)
		p := &portion{span: own}
		var early, late int
		for _, d := range days[m] {
			switch {
			case d < others.from || d > others.to:
			case own.from.Known() && d < own.from:
				early++
			case d > own.to:
				late++
			}
		}
		p.begins, p.ends = early >= absentDays, late >= absentDays
		if !others.from.Known() || !p.begins && !p.ends {
			continue
		}
		e.portions[m] = p
		for _, number := range rep.numbers(m) {
			e.clips[number] = p.clip()
		}
	}
}

// clip is the portion as bounds of the days that the report covers.
func (p *portion) clip() span {
	out := span{tillproof.NoDate, tillproof.NoDate}
	if p.begins {
		out.from = p.from
	}
	if p.ends {
		out.to = p.to
	}
	return out
}

// unreportedDays are the settlement days of each merchant's sales that the report ought to have and has not.
// Merchants with too few are left out.
func (e *engine) unreportedDays() map[tillproof.MerchantID][]tillproof.Date {
	term, acq := &e.views[tillproof.Terminal], &e.views[tillproof.Acquirer]
	out := map[tillproof.MerchantID][]tillproof.Date{}
	for rank := range term.lines {
		row, l := int32(rank), &term.lines[rank]
		r := term.rec(row)
		m := r.Refs.Merchant
		if m == "" || l.class != saleClass || !term.free(row) || r.Status != tillproof.Posted ||
			!l.day.Known() || acq.cover.place(l.day) != within {
			continue
		}
		if days := out[m]; len(days) == 0 || days[len(days)-1] != l.day { // the lines stand by day
			out[m] = append(days, l.day)
		}
	}
	maps.DeleteFunc(out, func(_ tillproof.MerchantID, days []tillproof.Date) bool {
		return len(days) < absentDays
	})
	return out
}

// reported are the days of the report's rows by the number that the report gives the merchant.
type reported struct {
	days    map[tillproof.MerchantID]span
	byFirst []tillproof.MerchantID                          // by their first day
	byLast  []tillproof.MerchantID                          // by their last day, the last one first
	aliases map[tillproof.MerchantID][]tillproof.MerchantID // of a merchant of the log, by matched rows
	series  map[tillproof.MerchantID]int32                  // as in engine
}

func (e *engine) reported() *reported {
	term, acq := &e.views[tillproof.Terminal], &e.views[tillproof.Acquirer]
	rep := &reported{
		days:    map[tillproof.MerchantID]span{},
		aliases: map[tillproof.MerchantID][]tillproof.MerchantID{}, series: e.series,
	}
	for rank := range acq.lines {
		number, day := acq.rec(int32(rank)).Refs.Merchant, acq.lines[rank].day
		if mate := acq.mate[rank]; mate != alone {
			m := term.rec(mate).Refs.Merchant
			if m != number && !slices.Contains(rep.aliases[m], number) {
				rep.aliases[m] = append(rep.aliases[m], number)
			}
		}
		if !day.Known() {
			continue
		}
		s, seen := rep.days[number]
		if !seen {
			s.from = day // the lines stand by day
			rep.byFirst = append(rep.byFirst, number)
		}
		s.to = day
		rep.days[number] = s
	}
	e.reportedBeyond(rep)
	rep.byLast = slices.Clone(rep.byFirst)
	slices.SortStableFunc(rep.byLast, func(a, b tillproof.MerchantID) int {
		return cmp.Compare(rep.days[b].to, rep.days[a].to)
	})
	return rep
}

// numbers are those under which the report may show the merchant. Rows without a number may be anybody's.
func (r *reported) numbers(m tillproof.MerchantID) []tillproof.MerchantID {
	return append([]tillproof.MerchantID{m, ""}, r.aliases[m]...)
}

// of are the days of the merchant's rows and of those of others in the same files.
func (r *reported) of(m tillproof.MerchantID) (own, others span) {
	own, others = span{tillproof.NoDate, tillproof.NoDate}, span{tillproof.NoDate, tillproof.NoDate}
	series, numbers := int32(alone), r.numbers(m)
	for _, n := range numbers {
		s, seen := r.days[n]
		if !seen {
			continue
		}
		if !own.from.Known() || s.from < own.from {
			own.from = s.from
		}
		own.to = max(own.to, s.to)
		series = r.series[n]
	}
	other := func(n tillproof.MerchantID) bool {
		return !slices.Contains(numbers, n) && (r.series == nil || r.series[n] == series)
	}
	if i := slices.IndexFunc(r.byFirst, other); i >= 0 {
		others.from = r.days[r.byFirst[i]].from
	}
	if i := slices.IndexFunc(r.byLast, other); i >= 0 {
		others.to = r.days[r.byLast[i]].to
	}
	return own, others
}

// doubtPortion says why the report may not prove that the terminal row was never settled.
func (e *engine) doubtPortion(row int32) tillproof.Note {
	term := &e.views[tillproof.Terminal]
	m, day := term.rec(row).Refs.Merchant, term.lines[row].day
	p := e.portions[m]
	switch {
	case p == nil:
		return tillproof.Note{}
	case !p.from.Known():
		p.unsettled++
		return tillproof.Note{Code: "match.doubt.report_none", Params: p.describe(m, p.from)}
	case p.ends && day > p.to:
		p.unsettled++
		return tillproof.Note{Code: "match.doubt.report_ends", Params: p.describe(m, p.to)}
	case p.begins && day < p.from:
		p.unsettled++
		return tillproof.Note{Code: "match.doubt.report_begins", Params: p.describe(m, p.from)}
	}
	return tillproof.Note{}
}

func (p *portion) describe(m tillproof.MerchantID, day tillproof.Date) tillproof.Params {
	return tillproof.Params{"merchant": string(m), "day": dateParam(day)}
}

// warnPortions says once for each merchant which part of the report may be missing.
func (e *engine) warnPortions() {
	for _, m := range slices.Sorted(maps.Keys(e.portions)) {
		p := e.portions[m]
		params := tillproof.Params{
			"merchant": string(m), "from": dateParam(p.from), "to": dateParam(p.to), "n": count(p.unsettled),
		}
		code := "match.warning.report_ends"
		switch {
		case !p.from.Known():
			code = "match.warning.report_none"
		case p.begins && p.ends:
			code = "match.warning.report_both"
		case p.begins:
			code = "match.warning.report_begins"
		}
		e.warn(code, params)
	}
}

// clipped is the cover without the days outside of the merchant's part of the report.
func (c cover) clipped(to span) cover {
	out := make(cover, 0, len(c))
	for _, s := range c {
		if to.from.Known() {
			s.from = max(s.from, to.from)
		}
		if to.to.Known() {
			s.to = min(s.to, to.to)
		}
		if s.from <= s.to {
			out = append(out, s)
		}
	}
	return out
}

// unreported reports whether the report may lack the merchant's part altogether.
func (e *engine) unreported(m tillproof.MerchantID) bool {
	p := e.portions[m]
	return p != nil && !p.from.Known()
}
