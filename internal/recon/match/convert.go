package match

import (
	"github.com/tillproof/tillproof"
)

// converted are the rows that are compared in the payer's currency, by side and rank, with what they show
// in their own.
type converted map[at]line

// comparePayers lets free rows that were converted stand for what the payer was charged, where the other
// side has rows in that currency, and runs the steps once more: a terminal takes 20.00 USD, the report
// settles 142.36 CNY and names the 20.00 USD. Rows that find a partner so keep that currency until their
// amounts were compared.
func (e *engine) comparePayers() {
	rows := converted{}
	for _, side := range [...]tillproof.Side{tillproof.Terminal, tillproof.Acquirer} {
		v := &e.views[side]
		var used map[tillproof.Currency]bool
		for rank := range v.lines {
			l, paid := &v.lines[rank], v.rec(int32(rank)).Original
			if !paid.Currency().Known() || paid.Currency() == l.cur || !v.free(int32(rank)) {
				continue
			}
			if used == nil {
				used = e.currenciesOf(otherSide(side))
			}
			if used[paid.Currency()] {
				rows[at{side, int32(rank)}] = *l
				l.amount, l.cur = paid.Minor(), paid.Currency()
			}
		}
	}
	if len(rows) == 0 {
		return
	}
	e.runSteps()
	e.converted = rows
	e.ownCurrency(func(row at) bool { return e.views[row.side].mate[row.rank] == alone })
}

func (e *engine) currenciesOf(side tillproof.Side) map[tillproof.Currency]bool {
	out := map[tillproof.Currency]bool{}
	for i := range e.views[side].lines {
		out[e.views[side].lines[i].cur] = true
	}
	return out
}

// ownCurrency gives the rows their own currency back.
func (e *engine) ownCurrency(which func(at) bool) {
	for row, was := range e.converted {
		if which(row) {
			l := &e.views[row.side].lines[row.rank]
			l.amount, l.cur = was.amount, was.cur
			delete(e.converted, row)
		}
	}
}
