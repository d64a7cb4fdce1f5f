package sales

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// converted are the rows that are compared in the payer's currency, by side and rank, with what they show
// in their own.
type converted map[book.At]book.Line

// comparePayers lets free rows that were converted stand for what the payer was charged, where the other
// side has rows in that currency, and runs the steps once more: a terminal takes 20.00 USD, the report
// settles 142.36 CNY and names the 20.00 USD. Rows that find a partner so keep that currency until their
// amounts were compared.
func (e *engine) comparePayers() {
	rows := converted{}
	for _, side := range [...]tillproof.Side{tillproof.Terminal, tillproof.Acquirer} {
		v := &e.Views[side]
		var used map[tillproof.Currency]bool
		for rank := range v.Lines {
			l, paid := &v.Lines[rank], v.Rec(int32(rank)).Original
			if !paid.Currency().Known() || paid.Currency() == l.Cur || !v.Free(int32(rank)) {
				continue
			}
			if used == nil {
				used = e.currenciesOf(otherSide(side))
			}
			if used[paid.Currency()] {
				rows[book.At{Side: side, Rank: int32(rank)}] = *l
				l.Amount, l.Cur = paid.Minor(), paid.Currency()
			}
		}
	}
	if len(rows) == 0 {
		return
	}
	e.runSteps()
	e.converted = rows
	e.ownCurrency(func(row book.At) bool { return e.Views[row.Side].Mate[row.Rank] == book.Alone })
}

func (e *engine) currenciesOf(side tillproof.Side) map[tillproof.Currency]bool {
	out := map[tillproof.Currency]bool{}
	for i := range e.Views[side].Lines {
		out[e.Views[side].Lines[i].Cur] = true
	}
	return out
}

// ownCurrency gives the rows their own currency back.
func (e *engine) ownCurrency(which func(book.At) bool) {
	for row, was := range e.converted {
		if which(row) {
			l := &e.Views[row.Side].Lines[row.Rank]
			l.Amount, l.Cur = was.Amount, was.Cur
			delete(e.converted, row)
		}
	}
}

// otherSide is the side with which leg 1 compares, NoSide for the bank.
func otherSide(s tillproof.Side) tillproof.Side {
	switch s {
	case tillproof.Terminal:
		return tillproof.Acquirer
	case tillproof.Acquirer:
		return tillproof.Terminal
	}
	return tillproof.NoSide
}
