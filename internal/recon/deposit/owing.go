package deposit

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// A merchant whose refunds outweigh its sales owes the acquirer money. Some acquirers debit it on the day, as
// they would pay it; others take it off the next deposits. Which one does it shows in the statement.

// owing is what became of negative nets, and since when merchants were paid in full.
type owing struct {
	book.Owing
	paid map[owner]tillproof.Date
}

// manyDebits is how many negative nets must have come as debits until that alone is the acquirer's way: it is
// a term of its contracts, one line may be a correction, and two to the cent are no chance.
const manyDebits = 2

// learnOwing notes a negative net that came, or the last day of a merchant whose deposit came to the cent.
func (e *engine) learnOwing(m tillproof.Method, w *tillproof.Waterfall, groups []int32) {
	o := &e.owing
	if !w.Residual.IsZero() {
		return
	}
	if w.Net.Minor() < 0 {
		if m == netDay {
			o.Debits++
		}
		return
	}
	if w.Paid.IsZero() {
		return
	}
	for _, g := range groups {
		at := &e.groups[g]
		if at.net < 0 {
			o.Carried++
		}
		if o.paid == nil {
			o.paid = map[owner]tillproof.Date{}
		}
		who := owner{at.merchant, at.cur}
		o.paid[who] = max(o.paid[who], at.expected)
	}
}

// debited reports whether a negative net that did not come is missing, and not merely carried on: this
// acquirer carries none and debited others on their day, either so many that it is its habit, or it has paid
// the merchant a later day in full where it could have taken the money off.
func (e *engine) debited(g int32) bool {
	e.owing.Asked++
	debits, carried := e.owing.Debits, e.owing.Carried
	if e.Beyond != nil {
		debits, carried = debits+e.Beyond.Owing.Debits, carried+e.Beyond.Owing.Carried
	}
	if carried > 0 || debits == 0 {
		return false
	}
	at := &e.groups[g]
	return debits >= manyDebits || e.owing.paid[owner{at.merchant, at.cur}] > at.expected
}
