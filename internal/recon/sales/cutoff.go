package sales

import (
	"fmt"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// settledClocks counts the matched sales by card, and apart from them those by wallet. Where there are no
// others, the wallets are the rule.
func (e *engine) settledClocks() (cards, wallets *book.Clocks) {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	cards, wallets = &book.Clocks{}, &book.Clocks{}
	others := false
	if e.Beyond != nil && e.Beyond.Clocks != nil {
		cards.Merge(e.Beyond.Clocks)
		others = !e.Beyond.Clocks.Empty()
	}
	if e.Beyond != nil && e.Beyond.Wallets != nil {
		wallets.Merge(e.Beyond.Wallets)
	}
	for rank, m := range term.Mate {
		switch {
		case m == book.Alone:
		case book.ByWallet(term.Rec(int32(rank))) || book.ByWallet(acq.Rec(m)):
			wallets.Add(term.Lines[rank].At, acq.Lines[m].Day)
		default:
			others = true
			cards.Add(term.Lines[rank].At, acq.Lines[m].Day)
		}
	}
	if !others {
		return wallets, &book.Clocks{}
	}
	return cards, wallets
}

// learnCutOff reads the end of the acquirer's day off the matched pairs where the policy names none: the
// report says on which day each sale was settled. Where it shows none, mayBeNextDay keeps apart what may
// belong to the day after the report.
func (e *engine) learnCutOff() {
	e.lastSame = book.SecondsPerDay
	c, wallets := e.settledClocks()
	defer e.learnWallets(wallets)
	if e.Policy.CutOff != 0 {
		return
	}
	last, first, ok := c.AroundCutOff()
	minute := 0
	if ok {
		minute = roundMinute(last, first)
	}
	if minute == 0 {
		e.lastSame = c.LastSame()
		return
	}
	e.Policy.CutOff = minute
	e.dayAgain()
	clock := fmt.Sprintf("%02d:%02d", minute/60, minute%60)
	e.Warn("match.warning.cut_off_learned", tillproof.Params{"time": clock})
}

// mayBeNextDay reports a sale of the report's last day that is later than every sale known to be settled on
// its own day, where nobody knows the cut-off: it may be settled the day after.
func (e *engine) mayBeNextDay(row int32) bool {
	l := &e.Views[tillproof.Terminal].Lines[row]
	return l.At.Known() && l.Day == e.Views[tillproof.Acquirer].Cover.Last() && l.At.Date() == l.Day &&
		l.At.SecondOfDay() > e.lastSame
}

// roundMinute is the roundest minute after the one second and not after the other, 0 where there is none.
func roundMinute(after, upTo int) int {
	for _, step := range [...]int{60, 30, 15, 5, 1} {
		if m := upTo / 60 / step * step; m*60 > after {
			return m
		}
	}
	return 0
}
