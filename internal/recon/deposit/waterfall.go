package deposit

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// waterfall shows how the rows of the groups make the lines. The pointer holds until the next one.
func (e *engine) waterfall(
	m tillproof.Method, groups, lines []int32, status tillproof.Status,
) *tillproof.Waterfall {
	ledger, bank := &e.Views[e.ledger], &e.Views[tillproof.Bank]
	last := &e.groups[groups[len(groups)-1]]
	w := tillproof.Waterfall{
		Leg: e.Leg, Method: m, Merchant: last.merchant, From: last.from, To: last.to,
		Expected: last.expected, Arrived: tillproof.NoDate, Status: status,
	}
	var net, paid int64
	rows := 0
	for _, g := range groups {
		rows += int(e.groups[g].n)
	}
	w.Rows = make([]tillproof.RowRef, 0, rows)
	for _, g := range groups {
		at := &e.groups[g]
		net += at.net
		w.From, w.To = min(w.From, at.from), max(w.To, at.to)
		if at.merchant != w.Merchant {
			w.Merchant = ""
		}
		for _, row := range e.groupRows(g) {
			w.Rows = append(w.Rows, ledger.Ref(row))
		}
	}
	for _, rank := range lines {
		paid += bank.Lines[rank].Amount
		w.Deposit = append(w.Deposit, bank.Ref(rank))
		arrived := bank.Lines[rank].Day
		if e.on(rank, w.Expected) {
			arrived = w.Expected
		}
		w.Arrived = max(w.Arrived, arrived)
	}
	w.Steps = e.steps(groups, last.cur)
	w.Net, w.Paid = tillproof.NewMoney(net, last.cur), tillproof.NewMoney(paid, last.cur)
	w.Residual = tillproof.NewMoney(net-paid, last.cur)
	w.Notes = e.notes(&w, groups)
	e.Run.Waterfalls = append(e.Run.Waterfalls, w)
	return &e.Run.Waterfalls[len(e.Run.Waterfalls)-1]
}

// steps sums the rows by stage. What a stated net has beyond amount and fee goes to the last stage, so that
// the stages always make the net.
func (e *engine) steps(groups []int32, cur tillproof.Currency) []tillproof.Step {
	var counts [len(tillproof.Steps)]int
	var sums [len(tillproof.Steps)]int64
	add := func(step int, amount int64) {
		if amount != 0 {
			counts[step]++
			sums[step] += amount
		}
	}
	v := &e.Views[e.ledger]
	for _, g := range groups {
		for _, row := range e.groupRows(g) {
			amount := v.Lines[row].Amount
			add(stepOf(v.Rec(row).Kind), amount)
			add(feesStep, e.fee[row])
			add(otherStep, e.due[row]-amount-e.fee[row])
		}
	}
	var out []tillproof.Step
	for i, kind := range tillproof.Steps {
		if counts[i] > 0 {
			out = append(out, tillproof.Step{
				Kind: kind, Count: counts[i], Amount: tillproof.NewMoney(sums[i], cur),
			})
		}
	}
	return out
}

// Places of the stages in tillproof.Steps.
const (
	grossStep = iota
	refundsStep
	feesStep
	chargebacksStep
	reserveStep
	otherStep
)

func stepOf(k tillproof.RecordKind) int {
	switch k {
	case tillproof.Sale, tillproof.Completion:
		return grossStep
	case tillproof.Refund, tillproof.Void, tillproof.Reversal:
		return refundsStep
	case tillproof.Fee:
		return feesStep
	case tillproof.Chargeback, tillproof.ChargebackReversal:
		return chargebacksStep
	case tillproof.Reserve, tillproof.ReserveRelease:
		return reserveStep
	}
	return otherStep
}

// notes tells what explains the day of a deposit: a holiday between, or that it came with others.
func (e *engine) notes(w *tillproof.Waterfall, groups []int32) []tillproof.Note {
	var out []tillproof.Note
	cal := e.Policy.Settlement.Calendar
	weekdays := tillproof.Calendar{}.AddBanking(w.From, e.Policy.Settlement.Days)
	if name := cal.HolidayBetween(w.From, w.Expected); name != "" && weekdays < w.Expected {
		out = append(out, tillproof.Note{Code: "match.note.holiday", Params: tillproof.Params{
			"holiday": name, "from": book.DateParam(w.From), "to": book.DateParam(w.To),
			"without": book.DateParam(weekdays), "expected": book.DateParam(w.Expected),
		}})
	}
	if len(groups) > 1 {
		out = append(out, tillproof.Note{Code: "match.note.together", Params: tillproof.Params{
			"n": book.Count(len(groups)), "first": book.DateParam(e.groups[groups[0]].expected),
			"last": book.DateParam(w.Expected),
		}})
	}
	if w.Arrived.Known() && w.Arrived < w.Expected {
		out = append(out, tillproof.Note{Code: "match.note.early", Params: tillproof.Params{
			"arrived": book.DateParam(w.Arrived), "expected": book.DateParam(w.Expected),
		}})
	}
	if e.assumed && w.Arrived.Known() && w.Arrived > w.Expected {
		out = append(out, tillproof.Note{Code: "match.note.assumed", Params: tillproof.Params{
			"arrived": book.DateParam(w.Arrived), "expected": book.DateParam(w.Expected),
		}})
	}
	return out
}

// StepOf is the stage of a waterfall in which rows of a kind stand.
func StepOf(k tillproof.RecordKind) tillproof.StepKind { return tillproof.Steps[stepOf(k)] }
