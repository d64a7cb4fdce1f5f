package deposit

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// The steps for an acquirer that pays the sales whole and takes its fees apart, by the day or the month.
const (
	grossDay    tillproof.Method = "gross_day"
	feesDebited tillproof.Method = "fees_debited"
)

// feesOf are the fees of a group that came gross, still to be debited.
type feesOf struct {
	group int32
	sum   int64
	rows  int
	taken bool
}

// grossDays joins a group with the acquirer's line of its exact gross: its fees are charged apart. From then
// on nothing but the gross is due for its rows, and the fees are looked for as a debit.
func (e *engine) grossDays() {
	for i := range e.groups {
		g := &e.groups[i]
		if g.done || g.rest || g.apart != "" {
			continue
		}
		fees := feesOf{group: int32(i)}
		for _, row := range e.groupRows(int32(i)) {
			if fee := e.fee[row]; fee != 0 {
				fees.sum += fee
				fees.rows++
			}
		}
		gross := g.net - fees.sum
		if fees.sum >= 0 || gross == 0 {
			continue
		}
		rank, ok := e.lineOf(int32(i), gross, g.expected, nil)
		if !ok || e.speaks(rank, g.merchant) < learned {
			continue
		}
		for _, row := range e.groupRows(int32(i)) {
			e.due[row] -= e.fee[row]
			e.fee[row] = 0
		}
		g.net = gross
		e.settle(grossDay, []int32{int32(i)}, []int32{rank})
		e.feesDue = append(e.feesDue, fees)
	}
}

// debitFees joins the fees of gross deposits with the debits that took them: of one day, or of days up to the
// debit that follow each other, the month's. Only one run of days may make the debit.
func (e *engine) debitFees() {
	for _, rank := range e.free {
		l := &e.Views[tillproof.Bank].Lines[rank]
		if e.entries[rank].used || l.Amount >= 0 {
			continue
		}
		if run, ok := e.feeRun(rank); ok {
			e.takeFees(run, rank)
		}
	}
	n, pending := map[tillproof.Currency]int{}, map[tillproof.Currency]int64{}
	var order []tillproof.Currency
	for _, f := range e.feesDue {
		if cur := e.groups[f.group].cur; !f.taken {
			if n[cur] == 0 {
				order = append(order, cur)
			}
			n[cur]++
			pending[cur] -= f.sum
		}
	}
	for _, cur := range order {
		e.Warn("match.warning.fees_pending", tillproof.Params{
			"n": book.Count(n[cur]), "amount": tillproof.NewMoney(pending[cur], cur).Param(),
		})
	}
}

// feeRun finds the only run of days whose fees make the debit.
func (e *engine) feeRun(rank int32) (run []int, ok bool) {
	l := &e.Views[tillproof.Bank].Lines[rank]
	found := 0
	for i := range e.feesDue {
		var sum int64
		var some []int
		owner := e.groups[e.feesDue[i].group].merchant
		for j := i; j < len(e.feesDue); j++ {
			f := &e.feesDue[j]
			g := &e.groups[f.group]
			if g.merchant != owner || g.cur != l.Cur {
				continue
			}
			if f.taken || g.expected > l.Day || e.speaks(rank, owner) < learned {
				break
			}
			sum += f.sum
			some = append(some, j)
			if sum == l.Amount {
				run = some
				found++
			}
			if sum <= l.Amount {
				break
			}
		}
	}
	return run, found == 1
}

// takeFees shows the debit with the fees that it takes. The rows stand in the deposits that paid them whole.
func (e *engine) takeFees(run []int, rank int32) {
	first, last := e.groups[e.feesDue[run[0]].group], e.groups[e.feesDue[run[len(run)-1]].group]
	sum, rows := int64(0), 0
	for _, i := range run {
		e.feesDue[i].taken = true
		sum += e.feesDue[i].sum
		rows += e.feesDue[i].rows
	}
	of := last
	of.from, of.n, of.net, of.expected = first.from, 0, sum, e.Views[tillproof.Bank].Lines[rank].Day
	e.groups = append(e.groups, of)
	e.settle(feesDebited, []int32{int32(len(e.groups) - 1)}, []int32{rank})
	e.Run.Waterfalls[len(e.Run.Waterfalls)-1].Steps = []tillproof.Step{
		{Kind: tillproof.StepFees, Count: rows, Amount: tillproof.NewMoney(sum, last.cur)},
	}
}
