package book

import (
	"github.com/tillproof/tillproof"
)

// Beyond is what a part of the rows has to know of all the others, where a reconciliation is too large to be
// held at once: what the steps learn from rows that need no further look.
type Beyond struct {
	Leg     tillproof.Leg // the only one to compare, the other is compared elsewhere; NoLeg: both are here
	Clocks  *Clocks       // of the pairs matched elsewhere
	Wallets *Clocks       // of those by wallet, apart from the others
	// Apart are the seconds by which the report's clock was later in pairs matched elsewhere, by terminal.
	Apart  map[tillproof.TerminalID][]int64
	Fields []string // the references by which pairs were matched elsewhere, by the names of the layouts
	// Days are the settlement days of all rows of the report, by merchant.
	Days map[tillproof.MerchantID]Days
	// Reports are the files that show the merchant's rows in the report; nil: all share one.
	Reports map[tillproof.MerchantID][]int32
	// Merchant and Terminal say whether any row of a side has the number.
	Merchant, Terminal func(side tillproof.Side, number string) bool
	Logged             bool // some row of the log names a terminal
	OneMerchant        bool // no side names two
	Clips              map[tillproof.MerchantID]Days
	// Merchants are those that the log names, where leg 2 has the report alone.
	Merchants []tillproof.MerchantID
	Terms     *Terms // leg 2: how many days after its own a deposit comes
	Owing     Owing  // leg 2: the negative nets that came elsewhere
}

// Owing counts the negative nets of a statement.
type Owing struct {
	Debits  int // came as debits of their own on their day, to the cent
	Carried int // made a later deposit smaller, to the cent
	Asked   int // did not come: what the others did says whether they are missing
}

// Terms is a settlement that no policy names and that the deposits of all merchants showed: how many banking
// days after its own a settlement day is paid, and whether the days that share a pay day come as one deposit.
type Terms struct {
	Days     int
	Together bool
}

// Compares reports whether a leg is to be compared here.
func (bk *Book) Compares(l tillproof.Leg) bool {
	return bk.Beyond == nil || bk.Beyond.Leg == tillproof.NoLeg || bk.Beyond.Leg == l
}

// knowBeyond takes over what the rows that are not here have taught.
func (bk *Book) knowBeyond() {
	if bk.Beyond == nil {
		return
	}
	if bk.Beyond.Clips != nil {
		bk.Clips = map[tillproof.MerchantID]Days{}
		for m, d := range bk.Beyond.Clips {
			bk.Clips[m] = d
		}
	}
}
