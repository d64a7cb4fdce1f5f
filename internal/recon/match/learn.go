package match

import (
	"fmt"
	"strings"

	"github.com/tillproof/tillproof"
)

// settledClocks counts the matched sales by card, and apart from them those by wallet. Where there are no
// others, the wallets are the rule.
func (e *engine) settledClocks() (cards, wallets *Clocks) {
	term, acq := &e.views[tillproof.Terminal], &e.views[tillproof.Acquirer]
	cards, wallets = &Clocks{}, &Clocks{}
	others := false
	if e.beyond != nil && e.beyond.Clocks != nil {
		cards.Merge(e.beyond.Clocks)
		others = true
	}
	for rank, m := range term.mate {
		switch {
		case m == alone:
		case byWallet(term.rec(int32(rank))) || byWallet(acq.rec(m)):
			wallets.Add(term.lines[rank].at, acq.lines[m].day)
		default:
			others = true
			cards.Add(term.lines[rank].at, acq.lines[m].day)
		}
	}
	if !others {
		return wallets, &Clocks{}
	}
	return cards, wallets
}

// learnCutOff reads the end of the acquirer's day off the matched pairs where the policy names none: the
// report says on which day each sale was settled. Where it shows none, mayBeNextDay keeps apart what may
// belong to the day after the report.
func (e *engine) learnCutOff() {
	e.lastSame = secondsPerDay
	c, wallets := e.settledClocks()
	defer e.learnWallets(wallets)
	if e.policy.CutOff != 0 {
		return
	}
	last, first, ok := c.span()
	minute := 0
	if ok {
		minute = roundMinute(last, first)
	}
	if minute == 0 {
		e.lastSame = c.lastSame()
		return
	}
	e.policy.CutOff = minute
	e.dayAgain()
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
		return e.spell(e.merchants[rank])
	}
	return e.spell(e.views[e.ledger].rec(rank).Refs.Merchant)
}
