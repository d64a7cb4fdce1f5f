package match

import (
	"github.com/tillproof/tillproof"
)

// expectedSlack is how many minor units the fee of the report may differ from the one that the terminal
// expects, where the policy names no slack: the two sides round one rate each in its own way.
const expectedSlack = 1

// checkExpected compares the fee of a report row with the one that its terminal record shows; it answers
// false where there is none. Of a pair with two amounts the fee says nothing: it follows from the amount.
func (e *engine) checkExpected(row int32, charged int64) bool {
	term, acq := &e.views[tillproof.Terminal], &e.views[tillproof.Acquirer]
	left := acq.mate[row]
	if left == alone {
		return false
	}
	expected, known := chargedFee(term.rec(left))
	if !known || !oneCurrency(term.money(left), acq.money(row)) {
		return false
	}
	slack := e.policy.FeeSlack
	if slack == 0 {
		slack = expectedSlack
	}
	diff := charged - expected
	if term.lines[left].amount == acq.lines[row].amount && max(diff, -diff) > slack {
		e.breakExpected(left, row, expected, charged)
	}
	return true
}

func (e *engine) breakExpected(left, row int32, expected, charged int64) {
	term, acq := &e.views[tillproof.Terminal], &e.views[tillproof.Acquirer]
	cur := acq.lines[row].cur
	over := tillproof.NewMoney(charged-expected, cur)
	p := acq.describe(row)
	p["expected"] = tillproof.NewMoney(expected, cur).Param()
	p["charged"] = tillproof.NewMoney(charged, cur).Param()
	p["difference"] = unsigned(over)
	code := "match.fee_expected.over"
	if over.Minor() < 0 {
		code = "match.fee_expected.under"
	}
	e.except(tillproof.Terminal, left, tillproof.FeeMismatch)
	e.except(tillproof.Acquirer, row, tillproof.FeeMismatch)
	e.report(tillproof.Break{
		Kind: tillproof.FeeMismatch, Leg: tillproof.TerminalAcquirer, Side: tillproof.Acquirer,
		Amount: tillproof.NewMoney(-charged, cur), Residual: over,
		Records: []tillproof.RowRef{term.ref(left), acq.ref(row)},
		Reason:  tillproof.Note{Code: code, Params: p},
	}, at{tillproof.Acquirer, row})
}
