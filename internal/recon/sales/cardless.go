package sales

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// byAmountAndTime joins rows of which neither shows a card, as wallets show none, by place, amount and the
// time between the two clocks. The nearest wins where it is the nearest for both. The place is the terminal,
// else the merchant; where each side knows one merchant at most, they are taken for the same.
func (e *engine) byAmountAndTime() {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	near := search{step: amountTimeStep, place: timeOf, inOrder: true, weigh: e.weighCardless}
	e.shiftClocks(1)
	defer e.shiftClocks(-1)
	for _, place := range [...]field{terminalField, merchantField, fieldCount} {
		if place == fieldCount && !e.oneMerchant() {
			return
		}
		lefts := e.cardlessRows(term, place)
		if len(lefts) == 0 {
			continue
		}
		merge(lefts, e.cardlessRows(acq, place), func(ls, rs []keyed) {
			e.spread(&near, ls, rs, e.window())
		})
	}
}

// fewRows is how many rows it takes to say that a file never shows a card.
const fewRows = 20

// findCardless notes the files that show no card at all: a web shop knows its orders, and the report's
// cards say nothing against them.
func (e *engine) findCardless() {
	for _, side := range [...]tillproof.Side{tillproof.Terminal, tillproof.Acquirer} {
		rows, shown := map[int32]int{}, map[int32]bool{}
		for i := range e.Run.Records[side] {
			r := &e.Run.Records[side][i]
			rows[r.Origin.Source]++
			shown[r.Origin.Source] = shown[r.Origin.Source] || r.Card.Known()
		}
		e.cardless[side] = map[int32]bool{}
		for source, n := range rows {
			if n >= fewRows && !shown[source] {
				e.cardless[side][source] = true
			}
		}
	}
}

// cardsApart reports a card that one row shows and the other should: its file shows those of other rows.
func (e *engine) cardsApart(a, b *tillproof.Record) bool {
	switch {
	case a.Card.Known() && b.Card.Known():
		return true // such rows have been compared by their cards
	case a.Card.Known():
		return !e.cardless[tillproof.Acquirer][b.Origin.Source]
	case b.Card.Known():
		return !e.cardless[tillproof.Terminal][a.Origin.Source]
	}
	return false
}

// oneMerchant reports whether no side names two merchants.
func (e *engine) oneMerchant() bool {
	if e.Beyond != nil && !e.Beyond.OneMerchant {
		return false
	}
	for _, side := range [...]tillproof.Side{tillproof.Terminal, tillproof.Acquirer} {
		n := len(e.names[side][merchantField])
		if e.names[side][merchantField][""] {
			n--
		}
		if n > 1 {
			return false
		}
	}
	return true
}

// cardlessRows lists the free rows without a card by place and amount and then by time; fieldCount is any
// place.
func (e *engine) cardlessRows(v *book.View, place field) []keyed {
	out := e.scratchOf(v)
	for rank := range v.Lines {
		row, l := int32(rank), &v.Lines[rank]
		r := v.Rec(row)
		if !v.Free(row) || !l.At.Known() || l.Amount == 0 ||
			r.Card.Known() && len(e.cardless[otherSide(v.Side)]) == 0 {
			continue
		}
		h := hashSeed.class(l).number(l.Amount)
		if place != fieldCount {
			name := e.value(place, r)
			if name == "" {
				continue
			}
			h = h.text(name)
		}
		out = append(out, keyed{uint64(h), row})
	}
	sortByHashAndTime(v, out)
	return out
}

func (e *engine) weighCardless(l, r int32) (uint64, bool) {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	a, b := &term.Lines[l], &acq.Lines[r]
	ra, rb := term.Rec(l), acq.Rec(r)
	if a.Amount != b.Amount || a.Class != b.Class || a.Cur != b.Cur || e.otherNumber(ra, rb) ||
		e.otherPlace(ra, rb) || e.otherShared(ra, rb) || e.cardsApart(ra, rb) {
		return 0, false
	}
	return secondsBetween(a.At, b.At) + e.unlikely(l), true
}

// otherShared reports any number of which both sides use the same and these rows do not: without a card it
// takes no more to tell two transactions apart.
func (e *engine) otherShared(a, b *tillproof.Record) bool {
	for _, f := range numberFields {
		if e.shared.same[f] && e.otherValue(f, a, b) {
			return true
		}
	}
	return false
}
