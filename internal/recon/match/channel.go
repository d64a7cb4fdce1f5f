package match

import (
	"fmt"

	"github.com/tillproof/tillproof"
)

// fewWallets is how many payments by wallet after the cut-off of cards it takes to say that they have
// another one.
const fewWallets = 3

// byWallet reports a payment from a wallet: its day ends at another hour than that of cards (UnionPay's at
// 23:00, a wallet's at midnight).
func byWallet(r *tillproof.Record) bool {
	return r.Card.Kind == tillproof.Wallet || r.Entry == tillproof.EntryQR && !r.Card.Known()
}

// learnWallets reads off the matched pairs that payments by wallet after the cut-off are settled on their
// own day: their day ends at midnight, whatever that of cards does.
func (e *engine) learnWallets(c *Clocks) {
	cut := e.policy.CutOff
	if cut == 0 {
		return
	}
	same, next := total(c.same.from(cut*60)), total(c.next.from(cut*60))
	if same < fewWallets || same <= 2*next {
		return
	}
	e.walletDay = true
	e.dayAgain()
	clock := fmt.Sprintf("%02d:%02d", cut/60, cut%60)
	e.warn("match.warning.wallets_midnight", tillproof.Params{"n": count(same), "time": clock})
}

// dayAgain places the rows of leg 1 on their days by what was learned.
func (e *engine) dayAgain() {
	for _, side := range [...]tillproof.Side{tillproof.Terminal, tillproof.Acquirer} {
		v := &e.views[side]
		for rank := range v.lines {
			v.lines[rank].day = e.dayOf(side, v.rec(int32(rank)))
		}
	}
}
