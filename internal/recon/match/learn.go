package match

import (
	"fmt"
	"strings"

	"github.com/tillproof/tillproof"
)

// learnCutOff reads the end of the acquirer's day off the matched pairs where the policy names none: the
// report says on which day each sale was settled. It is taken only where one moment of the day explains every
// pair.
func (e *engine) learnCutOff() {
	if e.policy.CutOff != 0 {
		return
	}
	term, acq := &e.views[tillproof.Terminal], &e.views[tillproof.Acquirer]
	lastSame, firstNext := -1, secondsPerDay
	for rank, m := range term.mate {
		if m == alone {
			continue
		}
		settled, t := acq.rec(m).SettleDate, term.rec(int32(rank)).Time
		if !settled.Known() || !t.Known() {
			continue
		}
		switch settled - t.Date() {
		case 0:
			lastSame = max(lastSame, t.SecondOfDay())
		case 1:
			firstNext = min(firstNext, t.SecondOfDay())
		}
	}
	if lastSame < 0 || firstNext == secondsPerDay {
		return
	}
	minute := roundMinute(lastSame, firstNext)
	if minute == 0 {
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
