package profile

import (
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/cell"
)

// byDates takes columns of dates that no name explained: the first is the day on which such a file books,
// the second the value day.
func (g *guesser) byDates() {
	first := Day
	switch g.draft.Side {
	case tillproof.Bank:
		first = BookingDay
	case tillproof.Acquirer:
		first = SettleDay
	}
	for i := range g.facts {
		c := &g.facts[i]
		if c.most(c.clocks) {
			g.set(i, Clock, WhyTimes, share(c.clocks, c.filled))
		}
		if !c.most(c.dates) || g.draft.Columns[i].Field != NoField {
			continue
		}
		if !g.taken[Day] && !g.taken[BookingDay] && !g.taken[SettleDay] {
			g.set(i, first, WhyDates, share(c.dates, c.filled))
		} else {
			g.set(i, ValueDay, WhyDates, share(c.dates, c.filled))
		}
	}
}

// byWords takes columns whose cells are words of the shared vocabulary.
func (g *guesser) byWords() {
	for i := range g.facts {
		c := &g.facts[i]
		switch {
		case c.most(c.currencies):
			g.set(i, CurrencyCode, WhyWords, share(c.currencies, c.filled))
		case c.most(c.kinds) && g.draft.Side != tillproof.Bank:
			g.set(i, Type, WhyWords, share(c.kinds, c.filled))
		case c.most(c.flags):
			g.set(i, Flag, WhyWords, share(c.flags, c.filled))
		case c.most(c.statuses):
			g.set(i, Status, WhyWords, share(c.statuses, c.filled))
		case c.most(c.cards):
			g.set(i, Card, WhyCards, share(c.cards, c.filled))
		}
	}
}

// byAmounts takes columns of amounts that no name explained. Amounts show a decimal mark or a sign
// somewhere; a column of bare whole numbers may be anything.
func (g *guesser) byAmounts() {
	var open []int
	for i := range g.facts {
		c := &g.facts[i]
		if g.draft.Columns[i].Field == NoField && c.most(c.amounts) && c.marked+c.negative > 0 {
			open = append(open, i)
		}
	}
	if g.taken[Amount] || g.taken[Debit] || g.taken[Credit] {
		g.balance(open)
		return
	}
	for n := 0; n+1 < len(open); n++ {
		if a, b := open[n], open[n+1]; g.complementary(a, b) {
			g.sides(a, b, slices.Delete(slices.Clone(open), n, n+2))
			return
		}
	}
	if len(open) > 0 {
		c := &g.facts[open[0]]
		g.set(open[0], Amount, WhyAmounts, share(c.amounts, c.filled))
		g.balance(open[1:])
	}
}

// complementary reports two columns of which each row fills one.
func (g *guesser) complementary(a, b int) bool {
	both, one := 0, 0
	for _, r := range g.rows {
		x, y := g.amountAt(r, a), g.amountAt(r, b)
		switch {
		case x != nil && y != nil && x.Unscaled != 0 && y.Unscaled != 0:
			both++
		case x != nil && x.Unscaled != 0 || y != nil && y.Unscaled != 0:
			one++
		}
	}
	return one > 0 && both*10 <= one
}

// sides takes two columns as debit and credit: as the balance shows them, else in the order that nearly all
// banks write.
func (g *guesser) sides(a, b int, rest []int) {
	debit, credit := a, b
	for _, bal := range rest {
		if g.chained(bal, b, a) > g.chained(bal, a, b) {
			debit, credit = b, a
		}
	}
	out, in := g.facts[debit].amounts, g.facts[credit].amounts
	g.set(debit, Debit, WhySides, share(out, out+in))
	g.set(credit, Credit, WhySides, share(in, out+in))
	for _, i := range rest {
		if n := g.chained(i, debit, credit); n > 0 {
			g.set(i, Balance, WhyBalance, share(n, len(g.rows)-1))
		}
	}
}

// balance takes the column that follows the amounts as their running balance.
func (g *guesser) balance(open []int) {
	at := [numFields]int{}
	for i, c := range g.draft.Columns {
		at[c.Field] = i
	}
	for _, i := range open {
		n := 0
		switch {
		case g.taken[Amount]:
			n = g.chained(i, -1, at[Amount])
		case g.taken[Debit] && g.taken[Credit]:
			n = g.chained(i, at[Debit], at[Credit])
		}
		if n > 0 {
			g.set(i, Balance, WhyBalance, share(n, len(g.rows)-1))
		}
	}
}

// chained counts how often a balance is the one before it plus the entry, read from the top or from the
// bottom. out is the column of debits, -1 where the other is signed.
func (g *guesser) chained(balance, out, in int) int {
	down, up := 0, 0
	var before, moved *tillproof.Exact
	for _, r := range g.rows {
		now, move := g.amountAt(r, balance), g.amountAt(r, in)
		if out >= 0 {
			if d := g.amountAt(r, out); d != nil && d.Unscaled != 0 {
				neg := d.Neg()
				move = &neg
			}
		}
		if now == nil || move == nil {
			before, moved = nil, nil
			continue
		}
		if before != nil {
			if sum, err := before.Add(*move); err == nil && sum.Same(*now) {
				down++
			}
			if sum, err := before.Add(moved.Neg()); err == nil && sum.Same(*now) {
				up++
			}
		}
		before, moved = now, move
	}
	return max(down, up)
}

// amountAt reads a cell under the mark that it shows.
func (g *guesser) amountAt(r Row, column int) *tillproof.Exact {
	if column >= len(r.Cells) || r.Cells[column] == "" {
		return nil
	}
	for _, m := range [...]cell.Mark{cell.MarkMixed, cell.MarkPoint} {
		if a, err := cell.ParseAmount(r.Cells[column], m); err == nil {
			return &a.Value
		}
	}
	return nil
}

// byText takes the column with the longest texts as the narrative.
func (g *guesser) byText() {
	best := -1
	for i := range g.facts {
		c := &g.facts[i]
		if g.draft.Columns[i].Field == NoField && c.text*2 > c.filled &&
			(best < 0 || c.letters > g.facts[best].letters) {
			best = i
		}
	}
	if best >= 0 && !g.taken[Narrative] {
		g.set(best, Narrative, WhyText, nil)
	}
}

// style decides the shape, the decimal mark and the order of dates as reading the rows would.
func (g *guesser) style() {
	d := &g.draft
	d.Unit, d.Shape = "major", "sign"
	negative := 0
	for i, c := range d.Columns {
		if c.Field == Amount {
			negative = g.facts[i].negative
		}
	}
	switch {
	case !g.taken[Amount] && (g.taken[Debit] || g.taken[Credit]):
		d.Shape = "sides"
	case g.taken[Flag]:
		d.Shape = "flag"
	case g.taken[Type] && negative == 0 && d.Side != tillproof.Bank:
		d.Shape = "type"
	}
	d.FeeOut = g.feeOut()
	var e evidence
	t := &table{lay: g.layout()}
	for _, r := range g.rows {
		t.row = r
		t.observe(&e)
	}
	switch {
	case e.point && !e.comma:
		d.Decimal = "point"
	case e.comma && !e.point:
		d.Decimal = "comma"
	}
	if o, mixed := e.dates.Decide(cell.OrderAuto); !mixed {
		d.Dates = orderNames[o]
	}
}

// feeOut reports that a fee that is charged is written positive: as amount, fee and net of the rows show it,
// else because most fees are.
func (g *guesser) feeOut() bool {
	if !g.taken[Fee] {
		return false
	}
	at := [numFields]int{}
	for i, c := range g.draft.Columns {
		at[c.Field] = i
	}
	less, more := 0, 0
	for _, r := range g.rows {
		if !g.taken[Amount] || !g.taken[Net] {
			break
		}
		amount, fee, net := g.amountAt(r, at[Amount]), g.amountAt(r, at[Fee]), g.amountAt(r, at[Net])
		if amount == nil || fee == nil || net == nil || fee.Unscaled == 0 {
			continue
		}
		if x, err := amount.Add(fee.Neg()); err == nil && x.Same(*net) {
			less++
		}
		if x, err := amount.Add(*fee); err == nil && x.Same(*net) {
			more++
		}
	}
	if less != more {
		return less > more
	}
	c := &g.facts[at[Fee]]
	return c.negative*2 < c.amounts
}

// orderNames are the orders that a layout may state.
var orderNames = map[cell.Order]string{cell.OrderYMD: "ymd", cell.OrderDMY: "dmy", cell.OrderMDY: "mdy"}

// layout binds the columns of the draft as they are.
func (g *guesser) layout() *Layout {
	l := &Layout{Profile: &Profile{}}
	for i, c := range g.draft.Columns {
		l.field, l.header = append(l.field, c.Field), append(l.header, c.Header)
		l.at[c.Field] = append(l.at[c.Field], i)
	}
	return l
}
