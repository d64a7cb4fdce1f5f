package sales

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// expectedSlack is how many minor units the fee of the report may differ from the one that the terminal
// expects, where the policy names no slack: the two sides round one rate each in its own way.
const expectedSlack = 1

// checkExpected compares the fee of a report row with the one that its terminal record shows; it answers
// false where there is none. Of a pair with two amounts the fee says nothing: it follows from the amount.
func (e *engine) checkExpected(row int32, charged int64) bool {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	left := acq.Mate[row]
	if left == book.Alone {
		return false
	}
	expected, known := chargedFee(term.Rec(left))
	if !known || !oneCurrency(term.Money(left), acq.Money(row)) {
		return false
	}
	slack := e.Policy.FeeSlack
	if slack == 0 {
		slack = expectedSlack
	}
	diff := charged - expected
	if term.Lines[left].Amount == acq.Lines[row].Amount && max(diff, -diff) > slack {
		e.breakExpected(left, row, expected, charged)
	}
	return true
}

func (e *engine) breakExpected(left, row int32, expected, charged int64) {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	cur := acq.Lines[row].Cur
	over := tillproof.NewMoney(charged-expected, cur)
	p := acq.Describe(row)
	p["expected"] = tillproof.NewMoney(expected, cur).Param()
	p["charged"] = tillproof.NewMoney(charged, cur).Param()
	p["difference"] = book.Unsigned(over)
	code := "match.fee_expected.over"
	if over.Minor() < 0 {
		code = "match.fee_expected.under"
	}
	e.Except(tillproof.Terminal, left, tillproof.FeeMismatch)
	e.Except(tillproof.Acquirer, row, tillproof.FeeMismatch)
	e.Report(tillproof.Break{
		Kind: tillproof.FeeMismatch, Leg: tillproof.TerminalAcquirer, Side: tillproof.Acquirer,
		Amount: tillproof.NewMoney(-charged, cur), Residual: over,
		Records: []tillproof.RowRef{term.Ref(left), acq.Ref(row)},
		Reason:  tillproof.Note{Code: code, Params: p},
	}, book.At{Side: tillproof.Acquirer, Rank: row})
}

// ExpectedSlack is how far the fee may differ from the one that the terminal expects, where the policy names
// no slack.
const ExpectedSlack = expectedSlack
