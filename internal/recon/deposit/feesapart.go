package deposit

import (
	"github.com/tillproof/tillproof"
)

// onlyFees reports whether the groups hold nothing but rows that are fees.
func (e *engine) onlyFees(groups []int32) bool {
	v := &e.Views[e.ledger]
	for _, g := range groups {
		for _, row := range e.groupRows(g) {
			if v.Rec(row).Kind != tillproof.Fee {
				return false
			}
		}
	}
	return true
}

// setFeesApart takes the rows that are fees out of the open groups once a debit has shown that they are not
// taken off the deposits: the sales come whole, and the fees are due as a debit.
func (e *engine) setFeesApart() {
	if !e.feesApart {
		return
	}
	v := &e.Views[e.ledger]
	for i := range len(e.groups) {
		if e.groups[i].done || e.groups[i].rest {
			continue
		}
		var fees []int32
		for _, row := range e.groupRows(int32(i)) {
			if v.Rec(row).Kind == tillproof.Fee {
				fees = append(fees, row)
			}
		}
		if n := len(fees); n > 0 && n < int(e.groups[i].n) {
			e.leaveOut(int32(i), fees)
		}
	}
	e.netMerchants()
}
