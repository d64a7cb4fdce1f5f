package sales

import (
	"cmp"
	"maps"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// absentDays is on how many settlement days with sales in the log a merchant must be without a row, while the
// report goes on for others, before its part of the report counts as cut off. One day may be one batch that
// was never sent: that is missing money.
const absentDays = 2

// portion are the days from the first to the last row that the report has of a merchant of the log; no days
// where it has none.
type portion struct {
	book.Days
	begins, ends bool // the log has sales before or after them, and the report has rows of others
	unsettled    int  // rows of the log that are called not settled outside them
}

// findPortions finds the merchants whose part of the report begins later or ends earlier than that of the
// others in the same files, although the log has sales of theirs there. Nothing tells whether those were left
// out of the report or out of the file: they stay breaks, and carry the doubt.
func (e *engine) findPortions() {
	e.portions = map[tillproof.MerchantID]*portion{}
	e.Clips = map[tillproof.MerchantID]book.Days{}
	e.Absent = map[tillproof.MerchantID]bool{}
	days := e.unreportedDays()
	if len(days) == 0 {
		return
	}
	rep := e.reported()
	for _, m := range slices.Sorted(maps.Keys(days)) {
		own, others := rep.of(m)
		p := &portion{Days: own}
		var early, late int
		for _, d := range days[m] {
			switch {
			case d < others.From || d > others.To:
			case own.From.Known() && d < own.From:
				early++
			case d > own.To:
				late++
			}
		}
		p.begins, p.ends = early >= absentDays, late >= absentDays
		if !others.From.Known() || !p.begins && !p.ends {
			continue
		}
		e.portions[m] = p
		if !own.From.Known() {
			e.Absent[m] = true
		}
		for _, number := range rep.numbers(m) {
			e.Clips[number] = p.clip()
		}
	}
}

// clip is the portion as bounds of the days that the report covers.
func (p *portion) clip() book.Days {
	out := book.Days{From: tillproof.NoDate, To: tillproof.NoDate}
	if p.begins {
		out.From = p.From
	}
	if p.ends {
		out.To = p.To
	}
	return out
}

// unreportedDays are the settlement days of each merchant's sales that the report ought to have and has not.
// Merchants with too few are left out.
func (e *engine) unreportedDays() map[tillproof.MerchantID][]tillproof.Date {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	out := map[tillproof.MerchantID][]tillproof.Date{}
	for rank := range term.Lines {
		row, l := int32(rank), &term.Lines[rank]
		r := term.Rec(row)
		m := r.Refs.Merchant
		if m == "" || l.Class != book.SaleClass || !term.Free(row) || r.Status != tillproof.Posted ||
			!l.Day.Known() || acq.Cover.Place(l.Day) != book.Within {
			continue
		}
		if days := out[m]; len(days) == 0 || days[len(days)-1] != l.Day { // the lines stand by day
			out[m] = append(days, l.Day)
		}
	}
	maps.DeleteFunc(out, func(_ tillproof.MerchantID, days []tillproof.Date) bool {
		return len(days) < absentDays
	})
	return out
}

// reported are the days of the report's rows by the number that the report gives the merchant.
type reported struct {
	days    map[tillproof.MerchantID]book.Days
	byFirst []tillproof.MerchantID                          // by their first day
	byLast  []tillproof.MerchantID                          // by their last day, the last one first
	aliases map[tillproof.MerchantID][]tillproof.MerchantID // of a merchant of the log, by matched rows
	series  map[tillproof.MerchantID]int32                  // as in Book
}

func (e *engine) reported() *reported {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	rep := &reported{
		days:    map[tillproof.MerchantID]book.Days{},
		aliases: map[tillproof.MerchantID][]tillproof.MerchantID{}, series: e.Series,
	}
	for rank := range acq.Lines {
		number, day := acq.Rec(int32(rank)).Refs.Merchant, acq.Lines[rank].Day
		if mate := acq.Mate[rank]; mate != book.Alone {
			m := term.Rec(mate).Refs.Merchant
			if m != number && !slices.Contains(rep.aliases[m], number) {
				rep.aliases[m] = append(rep.aliases[m], number)
			}
		}
		if !day.Known() {
			continue
		}
		s, seen := rep.days[number]
		if !seen {
			s.From = day // the lines stand by day
			rep.byFirst = append(rep.byFirst, number)
		}
		s.To = day
		rep.days[number] = s
	}
	e.reportedBeyond(rep)
	rep.byLast = slices.Clone(rep.byFirst)
	slices.SortStableFunc(rep.byLast, func(a, b tillproof.MerchantID) int {
		return cmp.Compare(rep.days[b].To, rep.days[a].To)
	})
	return rep
}

// numbers are those under which the report may show the merchant. Rows without a number may be anybody's.
func (r *reported) numbers(m tillproof.MerchantID) []tillproof.MerchantID {
	return append([]tillproof.MerchantID{m, ""}, r.aliases[m]...)
}

// of are the days of the merchant's rows and of those of others in the same files.
func (r *reported) of(m tillproof.MerchantID) (own, others book.Days) {
	own = book.Days{From: tillproof.NoDate, To: tillproof.NoDate}
	others = own
	series, numbers := int32(book.Alone), r.numbers(m)
	for _, n := range numbers {
		s, seen := r.days[n]
		if !seen {
			continue
		}
		if !own.From.Known() || s.From < own.From {
			own.From = s.From
		}
		own.To = max(own.To, s.To)
		series = r.series[n]
	}
	other := func(n tillproof.MerchantID) bool {
		return !slices.Contains(numbers, n) && (r.series == nil || r.series[n] == series)
	}
	if i := slices.IndexFunc(r.byFirst, other); i >= 0 {
		others.From = r.days[r.byFirst[i]].From
	}
	if i := slices.IndexFunc(r.byLast, other); i >= 0 {
		others.To = r.days[r.byLast[i]].To
	}
	return own, others
}

// doubtPortion says why the report may not prove that the terminal row was never settled.
func (e *engine) doubtPortion(row int32) tillproof.Note {
	term := &e.Views[tillproof.Terminal]
	m, day := term.Rec(row).Refs.Merchant, term.Lines[row].Day
	p := e.portions[m]
	switch {
	case p == nil:
		return tillproof.Note{}
	case !p.From.Known():
		p.unsettled++
		return tillproof.Note{Code: "match.doubt.report_none", Params: p.describe(m, p.From)}
	case p.ends && day > p.To:
		p.unsettled++
		return tillproof.Note{Code: "match.doubt.report_ends", Params: p.describe(m, p.To)}
	case p.begins && day < p.From:
		p.unsettled++
		return tillproof.Note{Code: "match.doubt.report_begins", Params: p.describe(m, p.From)}
	}
	return tillproof.Note{}
}

func (p *portion) describe(m tillproof.MerchantID, day tillproof.Date) tillproof.Params {
	return tillproof.Params{"merchant": string(m), "day": book.DateParam(day)}
}

// warnPortions says once for each merchant which part of the report may be missing.
func (e *engine) warnPortions() {
	for _, m := range slices.Sorted(maps.Keys(e.portions)) {
		p := e.portions[m]
		params := tillproof.Params{
			"merchant": string(m), "from": book.DateParam(p.From), "to": book.DateParam(p.To),
			"n": book.Count(p.unsettled),
		}
		code := "match.warning.report_ends"
		switch {
		case !p.From.Known():
			code = "match.warning.report_none"
		case p.begins && p.ends:
			code = "match.warning.report_both"
		case p.begins:
			code = "match.warning.report_begins"
		}
		e.Warn(code, params)
	}
}

// reportedBeyond replaces the days of the rows at hand by those of all rows.
func (e *engine) reportedBeyond(rep *reported) {
	if e.Beyond == nil || e.Beyond.Days == nil {
		return
	}
	rep.days = make(map[tillproof.MerchantID]book.Days, len(e.Beyond.Days))
	for m, d := range e.Beyond.Days {
		rep.days[m] = book.Days{From: d.From, To: d.To}
	}
	rep.byFirst = slices.Sorted(maps.Keys(rep.days))
	slices.SortStableFunc(rep.byFirst, func(a, b tillproof.MerchantID) int {
		return cmp.Compare(rep.days[a].From, rep.days[b].From)
	})
}
