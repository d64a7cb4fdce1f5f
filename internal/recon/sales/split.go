package sales

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// The steps that join one sale of the till with the slips that paid it: two cards for one bill, a card and a
// wallet. The sale is one record and used once; each slip is used once.
const (
	splitOrder tillproof.Method = "split.order"
	splitTime  tillproof.Method = "split.time"
	// orderAlone is for the one sale and the one report row that are left of an order.
	orderAlone tillproof.Method = "reference.order"
)

const (
	// maxSlips is how many slips may pay one sale: a table that shares the bill.
	maxSlips = 12
	// mostAround is how many free slips around a sale may be tried in twos and threes: among more, three
	// that make the amount are found by chance.
	mostAround = 8
)

// splitSales joins sales that no single report row settles with several that make their amount to the cent:
// those that name the same order, else two or three of the same terminal within the window, where no others
// make it.
func (e *engine) splitSales() {
	e.splitByOrder()
	e.splitByTime()
	e.byOrder()
}

// divisible reports a free sale that may have been paid in parts.
func (e *engine) divisible(row int32) bool {
	v := &e.Views[tillproof.Terminal]
	return v.Free(row) && v.Lines[row].Class == book.SaleClass && v.Lines[row].Amount > 0 &&
		e.unlikely(row) == 0
}

func (e *engine) splitByOrder() {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	name := func(v *book.View, row int32) uint64 {
		order := e.value(orderField, v.Rec(row))
		if order == "" || v.Lines[row].Class != book.SaleClass {
			return 0
		}
		return uint64(hashSeed.class(&v.Lines[row]).text(order))
	}
	sales := map[uint64][]int32{}
	for rank := range term.Lines {
		if row := int32(rank); e.divisible(row) {
			if h := name(term, row); h != 0 {
				sales[h] = append(sales[h], row)
			}
		}
	}
	slips := map[uint64][]int32{}
	for rank := range acq.Lines {
		row := int32(rank)
		if !acq.Free(row) {
			continue
		}
		if h := name(acq, row); len(sales[h]) == 1 {
			slips[h] = append(slips[h], row)
		}
	}
	for h, rows := range slips {
		sale := sales[h][0]
		if len(rows) > 1 && len(rows) <= maxSlips && e.makes(sale, rows) &&
			!slices.ContainsFunc(rows, func(r int32) bool { return !e.maySplit(sale, r) }) {
			e.takeParts(splitOrderStep, sale, rows)
		}
	}
}

// makes reports rows of the report that add up to the sale.
func (e *engine) makes(sale int32, rows []int32) bool {
	sum := int64(0)
	for _, r := range rows {
		sum += e.Views[tillproof.Acquirer].Lines[r].Amount
	}
	return sum == e.Views[tillproof.Terminal].Lines[sale].Amount
}

// byOrder joins two rows that alone are left of one order, with two amounts.
func (e *engine) byOrder() {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	ordered := func(v *book.View) []keyed {
		var out []keyed
		for rank := range v.Lines {
			row := int32(rank)
			if s := e.value(orderField, v.Rec(row)); s != "" && v.Free(row) {
				out = append(out, keyed{uint64(hashSeed.class(&v.Lines[rank]).text(s)), row})
			}
		}
		sortKeyed(out)
		return out
	}
	k := key{method: orderAlone, fields: []field{orderField}}
	merge(ordered(term), ordered(acq), func(ls, rs []keyed) {
		if len(ls) > 1 || len(rs) > 1 {
			return
		}
		name := e.value(orderField, term.Rec(ls[0].row))
		apart := secondsBetween(term.Lines[ls[0].row].At, acq.Lines[rs[0].row].At)
		if len(name) < distinctive && apart > uint64(e.window()) {
			return // a counter of the day
		}
		if _, fits := e.weigh(k, ls[0].row, rs[0].row); fits {
			term.Mate[ls[0].row], acq.Mate[rs[0].row] = rs[0].row, ls[0].row
			e.method[rs[0].row] = uint8(orderStep)
		}
	})
}

// maySplit reports a slip that nothing forbids to be a part of the sale.
func (e *engine) maySplit(sale, row int32) bool {
	a, b := e.Views[tillproof.Terminal].Rec(sale), e.Views[tillproof.Acquirer].Rec(row)
	l, r := &e.Views[tillproof.Terminal].Lines[sale], &e.Views[tillproof.Acquirer].Lines[row]
	return r.Amount > 0 && l.Cur == r.Cur && !e.otherPlace(a, b) && !e.otherNumber(a, b)
}

// splitByTime looks for slips of the same terminal around the sale. Two sales that want one slip both stay.
func (e *engine) splitByTime() {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	byPlace := map[string][]int32{}
	for rank := range acq.Lines {
		row := int32(rank)
		if t := terminalField.of(acq.Rec(row)); t != "" && acq.Free(row) && acq.Lines[rank].At.Known() &&
			acq.Lines[rank].Class == book.SaleClass {
			byPlace[t] = append(byPlace[t], row)
		}
	}
	for _, rows := range byPlace {
		slices.SortFunc(rows, func(a, b int32) int {
			return cmp.Or(cmp.Compare(acq.Lines[a].At, acq.Lines[b].At), cmp.Compare(a, b))
		})
	}
	found, wanted := map[int32][]int32{}, map[int32]int{}
	for rank := range term.Lines {
		sale := int32(rank)
		rows := byPlace[terminalField.of(term.Rec(sale))]
		if len(rows) < 2 || !e.divisible(sale) || !term.Lines[rank].At.Known() {
			continue
		}
		if set := e.onlySet(sale, e.slipsAround(sale, rows)); set != nil {
			found[sale] = set
			for _, r := range set {
				wanted[r]++
			}
		}
	}
	for sale, rows := range found {
		if !slices.ContainsFunc(rows, func(r int32) bool { return wanted[r] > 1 }) {
			e.takeParts(splitTimeStep, sale, rows)
		}
	}
}

// slipsAround are the slips within the window that may be a part of the sale.
func (e *engine) slipsAround(sale int32, rows []int32) []int32 {
	acq, at := &e.Views[tillproof.Acquirer], e.Views[tillproof.Terminal].Lines[sale].At
	first, _ := slices.BinarySearchFunc(rows, at-tillproof.LocalTime(e.window()),
		func(r int32, t tillproof.LocalTime) int { return cmp.Compare(acq.Lines[r].At, t) })
	var out []int32
	for _, r := range rows[first:] {
		if acq.Lines[r].At > at+tillproof.LocalTime(e.window()) {
			break
		}
		if e.maySplit(sale, r) {
			out = append(out, r)
		}
	}
	return out
}

// onlySet are the two or three slips that make the sale, nil where none or several do.
func (e *engine) onlySet(sale int32, rows []int32) []int32 {
	if len(rows) < 2 || len(rows) > mostAround {
		return nil
	}
	var only []int32
	n := 0
	try := func(set ...int32) {
		if e.makes(sale, set) {
			only, n = set, n+1
		}
	}
	for i := range rows {
		for j := i + 1; j < len(rows); j++ {
			try(rows[i], rows[j])
			for k := j + 1; k < len(rows); k++ {
				try(rows[i], rows[j], rows[k])
			}
		}
	}
	if n != 1 {
		return nil
	}
	return only
}
