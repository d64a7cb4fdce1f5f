package match

import (
	"slices"

	"github.com/tillproof/tillproof"
)

// reportsOf gives the days that each merchant's reports cover, and the first of its files, where merchants
// have reports of their own; nil where all share theirs. Files that have a merchant in common are one series;
// a file without a row, or with rows that name no merchant, may be anybody's.
func (e *engine) reportsOf() (
	days map[tillproof.MerchantID]cover, file map[tillproof.MerchantID]int32,
) {
	run := e.run
	if e.beyond != nil {
		return coversOfFiles(run, e.beyond.Reports)
	}
	files := map[tillproof.MerchantID][]int32{}
	last := tillproof.Origin{Source: alone}
	name := tillproof.MerchantID("")
	for i := range run.Records[tillproof.Acquirer] {
		r := &run.Records[tillproof.Acquirer][i]
		m, src := r.Refs.Merchant, r.Origin.Source
		if m == "" {
			return nil, nil
		}
		if m == name && src == last.Source {
			continue
		}
		name, last = m, r.Origin
		if !slices.Contains(files[m], src) {
			files[m] = append(files[m], src)
		}
	}
	return coversOfFiles(run, files)
}

// coversOfFiles is reportsOf for the files that show each merchant.
func coversOfFiles(run *tillproof.Run, files map[tillproof.MerchantID][]int32) (
	map[tillproof.MerchantID]cover, map[tillproof.MerchantID]int32,
) {
	series := map[int32]int32{} // file → the first file of its series, through others
	first := map[tillproof.MerchantID]int32{}
	for m, sources := range files {
		for _, src := range sources {
			if _, seen := series[src]; !seen {
				series[src] = src
			}
			joinSeries(series, sources[0], src)
		}
		first[m] = sources[0]
	}
	if oneSeries(series) {
		return nil, nil
	}
	out := make(map[tillproof.MerchantID]cover, len(first))
	of := map[int32]cover{}
	for m, src := range first {
		top := seriesOf(series, src)
		if _, done := of[top]; !done {
			of[top] = coverOfSources(run, tillproof.Acquirer, func(s int32) bool {
				_, rows := series[s]
				return !rows || seriesOf(series, s) == top
			})
		}
		out[m] = of[top]
		first[m] = top
	}
	return out, first
}

func seriesOf(series map[int32]int32, s int32) int32 {
	for series[s] != s {
		s = series[s]
	}
	return s
}

func joinSeries(series map[int32]int32, a, b int32) {
	a, b = seriesOf(series, a), seriesOf(series, b)
	series[max(a, b)] = min(a, b)
}

func oneSeries(series map[int32]int32) bool {
	tops := 0
	for s, up := range series {
		if s == up {
			tops++
		}
	}
	return tops < 2
}

// leaveUnreported says what became of terminal rows on days that the reports of their own merchant do not
// cover, although those of another merchant do.
func (e *engine) leaveUnreported() {
	if e.reports == nil {
		return
	}
	term := &e.views[tillproof.Terminal]
	for rank := range term.lines {
		row := int32(rank)
		if !term.free(row) {
			continue
		}
		m, day := term.rec(row).Refs.Merchant, term.lines[rank].day
		days, known := e.reports[m]
		where := days.place(day)
		switch {
		case m == "" || where == after && term.rec(row).Status == tillproof.UnknownOutcome:
			continue
		case !known:
			e.exclude(tillproof.Terminal, row, excludedPlace[between])
		case where == after:
			e.raise(tillproof.Terminal, row, tillproof.RowState{
				Status: tillproof.Timing, Reason: "match.timing.report", Expected: day,
			})
		case where != within:
			e.exclude(tillproof.Terminal, row, excludedPlace[where])
		default:
			continue
		}
		term.lines[rank].class = noClass
	}
}

// leaveUnlogged leaves out report rows of terminals that no log names: a log is missing, not a sale. A number
// that the policy does not list among the shop's terminals stays: it may be a stranger's.
func (e *engine) leaveUnlogged() {
	logged := e.loggedTerminals()
	if len(logged) == 0 {
		return
	}
	acq := &e.views[tillproof.Acquirer]
	left := map[tillproof.TerminalID]int{}
	for rank := range acq.lines {
		row := int32(rank)
		t := acq.rec(row).Refs.Terminal
		if t == "" || logged[t] || !acq.free(row) || e.stranger(t) {
			continue
		}
		left[t]++
		e.exclude(tillproof.Acquirer, row, "match.excluded.not_logged")
		acq.lines[rank].class = noClass // until the leftovers are known: its fee is checked as any
		e.unlogged = append(e.unlogged, row)
	}
	names := make([]tillproof.TerminalID, 0, len(left))
	for t := range left {
		names = append(names, t)
	}
	slices.Sort(names)
	for _, t := range names {
		e.warn("match.warning.not_logged", tillproof.Params{"terminal": string(t), "n": count(left[t])})
	}
}

// keepUnlogged gives the rows of leaveUnlogged back to the steps that need no terminal record.
func (e *engine) keepUnlogged() {
	acq := &e.views[tillproof.Acquirer]
	for _, row := range e.unlogged {
		acq.lines[row].class = classOf(acq.rec(row).Kind)
	}
}

// loggedTerminals are the numbers that the log names, and those of report rows that it has all the same:
// the two sides may write one terminal in two ways.
func (e *engine) loggedTerminals() map[tillproof.TerminalID]bool {
	term, acq := &e.views[tillproof.Terminal], &e.views[tillproof.Acquirer]
	out := map[tillproof.TerminalID]bool{}
	if e.beyond != nil && e.beyond.Terminal != nil {
		out[""] = e.beyond.Logged // rows elsewhere name terminals, even if none here does
		for rank := range acq.lines {
			t := acq.rec(int32(rank)).Refs.Terminal
			if e.beyond.Terminal(tillproof.Terminal, string(t)) {
				out[t] = true
			}
		}
	}
	for i := range term.recs {
		if t := term.recs[i].Refs.Terminal; t != "" {
			out[t] = true
		}
	}
	if !out[""] {
		delete(out, "")
	}
	if len(out) == 0 {
		return nil
	}
	for rank, m := range acq.mate {
		if m != alone {
			out[acq.rec(int32(rank)).Refs.Terminal] = true
		}
	}
	return out
}

// stranger reports whether the policy lists the shop's terminals, and not this one.
func (e *engine) stranger(t tillproof.TerminalID) bool {
	own := e.policy.Terminals
	return len(own) > 0 && !slices.Contains(own, t)
}
