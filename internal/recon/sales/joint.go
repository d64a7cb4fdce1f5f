package sales

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// jointTime joins several sales of one card with the one line in which the acquirer settled them: the mirror
// of one sale that several slips paid.
const jointTime tillproof.Method = "joint.time"

// jointHead is a line of the report that may settle several sales; by its number it may have the first of
// them already, of less than its amount.
type jointHead struct{ row, sale int32 }

// joinSales looks for each line that is more than any one sale for the two or three sales of its card around
// it that make its amount to the cent, where no others do. Two lines that want one sale both stay alone.
func (e *engine) joinSales() {
	e.shiftClocks(1)
	defer e.shiftClocks(-1)
	tied := e.tied()
	byCard := e.freeByCard(tied)
	if len(byCard) == 0 {
		return
	}
	found, wanted := map[jointHead][]int32{}, map[int32]int{}
	for _, h := range e.jointHeads(tied) {
		card := e.Views[tillproof.Acquirer].Rec(h.row).Card
		set := e.onlySales(h, e.salesAround(h, byCard[string(card.Last[:])]))
		for _, l := range set {
			wanted[l]++
		}
		if set != nil {
			found[h] = set
		}
	}
	for h, sales := range found {
		if slices.ContainsFunc(sales, func(l int32) bool { return wanted[l] > 1 }) {
			continue
		}
		if h.sale != book.Alone {
			sales = append(sales, h.sale)
		}
		e.takeJoint(jointStep, sales, h.row)
	}
}

// freeByCard lists the free sales that show a card and a time, by the card's last digits, in order of time. A
// sale that may be one of several others is none of them.
func (e *engine) freeByCard(tied map[book.At]bool) map[string][]int32 {
	v := &e.Views[tillproof.Terminal]
	out := map[string][]int32{}
	for rank := range v.Lines {
		row, card := int32(rank), v.Rec(int32(rank)).Card
		if card.Known() && v.Lines[rank].At.Known() && e.divisible(row) &&
			!tied[book.At{Side: tillproof.Terminal, Rank: row}] {
			out[string(card.Last[:])] = append(out[string(card.Last[:])], row)
		}
	}
	for _, rows := range out {
		slices.SortFunc(rows, func(a, b int32) int {
			return cmp.Or(cmp.Compare(v.Lines[a].At, v.Lines[b].At), cmp.Compare(a, b))
		})
	}
	return out
}

// jointHeads lists the sales of the report that are free, and those that have a smaller sale by its number.
func (e *engine) jointHeads(tied map[book.At]bool) []jointHead {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	var out []jointHead
	for rank := range acq.Lines {
		row, l, sale := int32(rank), &acq.Lines[rank], acq.Mate[rank]
		if l.Class != book.SaleClass || l.Amount <= 0 || !l.At.Known() || !acq.Rec(row).Card.Known() ||
			tied[book.At{Side: tillproof.Acquirer, Rank: row}] {
			continue
		}
		if sale != book.Alone && (int(e.method[row]) >= len(keys) || e.bundled(sale, row) ||
			term.Lines[sale].Amount <= 0 || term.Lines[sale].Amount >= l.Amount ||
			e.unlikely(sale) > 0 || e.allowedAbove(sale, row)) {
			continue
		}
		out = append(out, jointHead{row, sale})
	}
	return out
}

// salesAround are the sales within the window that may be a part of the line; nil where they are too many.
func (e *engine) salesAround(h jointHead, sales []int32) []int32 {
	term, at := &e.Views[tillproof.Terminal], e.Views[tillproof.Acquirer].Lines[h.row].At
	first, _ := slices.BinarySearchFunc(sales, at-tillproof.LocalTime(e.window()),
		func(l int32, t tillproof.LocalTime) int { return cmp.Compare(term.Lines[l].At, t) })
	var out []int32
	for i, l := range sales[first:] {
		if term.Lines[l].At > at+tillproof.LocalTime(e.window()) {
			break
		}
		if i >= mostAround {
			return nil
		}
		if e.mayJoin(h, l) {
			out = append(out, l)
		}
	}
	return out
}

// mayJoin reports a sale of the line's card and place.
func (e *engine) mayJoin(h jointHead, l int32) bool {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	a, b := term.Rec(l), acq.Rec(h.row)
	return term.Lines[l].Cur == acq.Lines[h.row].Cur && tillproof.SameCard(a.Card, b.Card) &&
		samePlace(a, b) && !e.otherPlace(a, b) && !e.partedPair(l, h.row)
}

// numbersAllow reports sales whose numbers do not speak against the line. A line that bears the number of one
// of them cannot bear those of the others.
func (e *engine) numbersAllow(h jointHead, set []int32) bool {
	term, b := &e.Views[tillproof.Terminal], e.Views[tillproof.Acquirer].Rec(h.row)
	bears := func(l int32) bool {
		number := e.value(rrnField, term.Rec(l))
		return number != "" && number == e.value(rrnField, b)
	}
	other := func(l int32) bool { return e.otherNumber(term.Rec(l), b) }
	return h.sale != book.Alone || slices.ContainsFunc(set, bears) || !slices.ContainsFunc(set, other)
}

// onlySales are the sales that make the line together with the one that it has, nil where none or several do.
// Together they are two or three.
func (e *engine) onlySales(h jointHead, sales []int32) []int32 {
	term := &e.Views[tillproof.Terminal]
	rest := e.Views[tillproof.Acquirer].Lines[h.row].Amount
	if h.sale != book.Alone {
		rest -= term.Lines[h.sale].Amount
	}
	var only []int32
	n := 0
	try := func(set ...int32) {
		sum := int64(0)
		for _, l := range set {
			sum += term.Lines[l].Amount
		}
		if sum == rest && e.numbersAllow(h, set) {
			only, n = set, n+1
		}
	}
	for i := range sales {
		if h.sale != book.Alone {
			try(sales[i])
		}
		for j := i + 1; j < len(sales); j++ {
			try(sales[i], sales[j])
			for k := j + 1; k < len(sales) && h.sale == book.Alone; k++ {
				try(sales[i], sales[j], sales[k])
			}
		}
	}
	if n != 1 {
		return nil
	}
	return only
}
