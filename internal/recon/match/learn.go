package match

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
)

// clocks are the seconds of the day of the matched sales, by whether they were settled on their own day or on
// the next.
type clocks struct{ same, next []int }

func (e *engine) settledClocks() clocks {
	term, acq := &e.views[tillproof.Terminal], &e.views[tillproof.Acquirer]
	var c clocks
	for rank, m := range term.mate {
		t := term.lines[rank].at
		if m == alone || !t.Known() || !acq.lines[m].day.Known() {
			continue
		}
		switch acq.lines[m].day - t.Date() {
		case 0:
			c.same = append(c.same, t.SecondOfDay())
		case 1:
			c.next = append(c.next, t.SecondOfDay())
		}
	}
	slices.Sort(c.same)
	slices.Sort(c.next)
	return c
}

// span is the last sale before the best cut-off and the first after it: the one that the fewest sales
// contradict. It answers false where the sales show none: each side needs twice as many sales that speak for
// the moment as there are against it, since one that was uploaded late is settled a day later whatever the
// cut-off is.
func (c clocks) span() (last, first int, ok bool) {
	best := len(c.same) + len(c.next) + 1
	for i, after := range c.next {
		n, _ := slices.BinarySearch(c.same, after)
		against := i + len(c.same) - n
		if against < best && n > 2*against && len(c.next)-i > 2*against {
			best, last, first, ok = against, c.same[n-1], after, true
		}
	}
	return last, first, ok
}

// learnCutOff reads the end of the acquirer's day off the matched pairs where the policy names none: the
// report says on which day each sale was settled. Where it shows none, mayBeNextDay keeps apart what may
// belong to the day after the report.
func (e *engine) learnCutOff() {
	e.lastSame = secondsPerDay
	if e.policy.CutOff != 0 {
		return
	}
	c := e.settledClocks()
	last, first, ok := c.span()
	minute := 0
	if ok {
		minute = roundMinute(last, first)
	}
	if minute == 0 {
		e.lastSame = -1
		if len(c.same) > 0 {
			e.lastSame = c.same[len(c.same)-1]
		}
		return
	}
	e.policy.CutOff = minute
	for _, side := range [...]tillproof.Side{tillproof.Terminal, tillproof.Acquirer} {
		v := &e.views[side]
		for rank := range v.lines {
			v.lines[rank].day = e.dayOf(side, v.rec(int32(rank)))
		}
	}
	clock := fmt.Sprintf("%02d:%02d", minute/60, minute%60)
	e.warn("match.warning.cut_off_learned", tillproof.Params{"time": clock})
}

// mayBeNextDay reports a sale of the report's last day that is later than every sale known to be settled on
// its own day, where nobody knows the cut-off: it may be settled the day after.
func (e *engine) mayBeNextDay(row int32) bool {
	l := &e.views[tillproof.Terminal].lines[row]
	return l.at.Known() && l.day == e.views[tillproof.Acquirer].cover.last() && l.at.Date() == l.day &&
		l.at.SecondOfDay() > e.lastSame
}

const secondsPerDay = 86400

// roundMinute is the roundest minute after the one second and not after the other, 0 where there is none.
func roundMinute(after, upTo int) int {
	for _, step := range [...]int{60, 30, 15, 5, 1} {
		if m := upTo / 60 / step * step; m*60 > after {
			return m
		}
	}
	return 0
}

// nameMerchants finds the merchant of report rows that do not name it: the terminal record's, else that of
// the terminal number, else the only merchant of the log.
func (e *engine) nameMerchants() {
	acq, term := &e.views[tillproof.Acquirer], &e.views[tillproof.Terminal]
	nameless := false
	for i := range acq.recs {
		nameless = nameless || acq.recs[i].Refs.Merchant == ""
	}
	if e.ledger != tillproof.Acquirer || len(term.lines) == 0 || !nameless {
		return
	}
	byTerminal := map[tillproof.TerminalID]tillproof.MerchantID{}
	only, several := tillproof.MerchantID(""), false
	for rank := range term.lines {
		refs := &term.rec(int32(rank)).Refs
		several = several || only != "" && refs.Merchant != only
		only = refs.Merchant
		if known, seen := byTerminal[refs.Terminal]; seen && known != refs.Merchant {
			byTerminal[refs.Terminal] = "" // one number at two merchants says nothing
			continue
		}
		byTerminal[refs.Terminal] = refs.Merchant
	}
	if several {
		only = ""
	}
	e.merchants = make([]tillproof.MerchantID, len(acq.lines))
	for rank := range acq.lines {
		refs := &acq.rec(int32(rank)).Refs
		name := refs.Merchant
		if name == "" && acq.mate[rank] != alone {
			name = term.rec(acq.mate[rank]).Refs.Merchant
		}
		if name == "" && strings.TrimSpace(string(refs.Terminal)) != "" {
			name = byTerminal[refs.Terminal]
		}
		if name == "" {
			name = only
		}
		e.merchants[rank] = name
	}
}

// merchantOf is the merchant of a row of the ledger, as stated or as found.
func (e *engine) merchantOf(rank int32) tillproof.MerchantID {
	if len(e.merchants) > 0 {
		return e.merchants[rank]
	}
	return e.views[e.ledger].rec(rank).Refs.Merchant
}
