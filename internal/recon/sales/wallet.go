package sales

import (
	"fmt"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// fewWallets is how many payments by wallet after the cut-off of cards it takes to say that they have
// another one.
const fewWallets = 3

// learnWallets reads off the matched pairs that payments by wallet after the cut-off are settled on their
// own day: their day ends at midnight, whatever that of cards does.
func (e *engine) learnWallets(c *book.Clocks) {
	cut := e.Policy.CutOff
	if cut == 0 {
		return
	}
	same, next := c.From(cut * 60)
	if same < fewWallets || same <= 2*next {
		return
	}
	e.WalletDay = true
	e.dayAgain()
	clock := fmt.Sprintf("%02d:%02d", cut/60, cut%60)
	if e.Beyond != nil && e.Beyond.Wallets != nil {
		elsewhere, _ := e.Beyond.Wallets.From(cut * 60)
		same -= elsewhere // a part counts its own: whoever puts the parts together counts the others
	}
	e.Warn("match.warning.wallets_midnight", tillproof.Params{"n": book.Count(same), "time": clock})
}

// dayAgain places the rows of leg 1 on their days by what was learned.
func (e *engine) dayAgain() {
	for _, side := range [...]tillproof.Side{tillproof.Terminal, tillproof.Acquirer} {
		v := &e.Views[side]
		for rank := range v.Lines {
			v.Lines[rank].Day = e.DayOf(side, v.Rec(int32(rank)))
		}
	}
}
