package format

import (
	"github.com/tillproof/tillproof"
)

// Tally counts entries and sums what they move: credits and debits apart, both positive, at the scale of the
// file.
type Tally struct {
	Entries int
	Credit  tillproof.Exact
	Debit   tillproof.Exact
}

// Add counts an entry and adds what it moves; nil moves nothing. The error is that of an overflow.
func (t *Tally) Add(amount *tillproof.Exact) error {
	t.Entries++
	if amount == nil {
		return nil
	}
	sum, x := &t.Credit, *amount
	if x.Unscaled < 0 {
		sum, x = &t.Debit, x.Neg()
	}
	next, err := sum.Add(x)
	if err != nil {
		return ErrorSum(err)
	}
	*sum = next
	return nil
}

// Fill puts the tally into a statement and works out what its balances leave unexplained.
func (t *Tally) Fill(s *tillproof.Statement) {
	s.Entries, s.SumCredit, s.SumDebit = t.Entries, t.Credit, t.Debit
}

// balanceGap is closing − (opening + credits − debits); nil where a balance is missing or a sum overflows.
func balanceGap(s *tillproof.Statement) *tillproof.Exact {
	if s.Opening == nil || s.Closing == nil {
		return nil
	}
	x := *s.Closing
	for _, part := range [...]tillproof.Exact{s.Opening.Neg(), s.SumCredit.Neg(), s.SumDebit} {
		sum, err := x.Add(part)
		if err != nil {
			return nil
		}
		x = sum
	}
	return &x
}

// moved is what a line moves, nil for one that moves nothing: declined, not known, cancelled, pending,
// neutral. A neutral line may move something all the same in the file's own totals: a sale for cash.
func moved(l *Line) *tillproof.Exact {
	switch s := l.Record.Status; {
	case s == tillproof.Posted && l.Moves == nil:
	case s == tillproof.Posted, s == tillproof.Neutral:
		return l.Moves
	default:
		return nil
	}
	x := l.Record.Amount.Exact()
	return &x
}
