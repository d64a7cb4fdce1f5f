package profile

import (
	"sort"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// findDirection finds out which way the money went in a table whose amounts bear no sign at all. A column of
// words tells it, or the running balances; where they contradict each other or the amounts, no row is read.
func (t *table) findDirection() {
	columns := t.flagColumns()
	best, agree := t.bestFlag(columns)
	if best.holds() {
		t.takeFlag(best.column, FlagByBalance, best.checks)
		return
	}
	signs := &balanceSigns{}
	s := t.asItStands()
	s.watch = signs
	var plain trial
	if t.lay.has(Balance) {
		plain = t.try(s)
	}
	params := tillproof.Params{"column": shown(t.heading(Amount)), "n": strconv.Itoa(plain.checks)}
	switch {
	case plain.holds():
		t.decided(SignsConfirmed, params)
	case best.checks > 0 && best.fails*2 <= best.checks && best.fails < plain.fails,
		plain.checks == 0 && len(columns) > 0 && agree:
		t.takeFlag(best.column, FlagByWords, t.signs.rows) // a balance that does not follow is listed
	case len(columns) == 0 && plain.checks > 0 && signs.settle(plain.opening):
		t.style.signs = signs
		params["n"] = strconv.Itoa(signs.known())
		t.decided(SignsByBalance, params)
	case plain.checks > 0 && plain.fails*2 > plain.checks, len(columns) > 0:
		t.style.unsigned = true
	default:
		t.decided(SignsNone, params)
	}
}

// flagTrial is a trial with a column as the direction.
type flagTrial struct {
	trial
	column int
}

// bestFlag is the column under which most balances follow. It also answers whether all of them give each
// entry the same direction.
func (t *table) bestFlag(columns []int) (best flagTrial, agree bool) {
	agree = true
	for n, c := range columns {
		r := t.try(t.flaggedBy(c))
		agree = agree && (n == 0 || r.sides == best.sides)
		if n == 0 || r.fails < best.fails {
			best = flagTrial{r, c}
		}
	}
	return best, agree
}

// takeFlag reads the direction from a column.
func (t *table) takeFlag(column int, code string, n int) {
	t.lay = t.flaggedBy(column).lay
	params := paramsOf(t.signs.columns[column].at)
	params["column"], params["n"] = shown(t.lay.header[column]), strconv.Itoa(n)
	t.decided(code, params)
}

// balanceSigns are the directions that the running balances give the amounts of one account.
type balanceSigns struct {
	rows       []rowSign
	first, end balanceRow // the first and the last row
	shown      bool       // the row before the current one showed its balance
	broken     bool       // several accounts: the balances are not followed
	newest     bool       // the rows run from new to old
}

// balanceRow is an entry with its balance.
type balanceRow struct {
	account         string
	currency        tillproof.Currency
	day             tillproof.Date
	amount, balance tillproof.Exact
	shown           bool
}

// rowSign is the direction of a row, if the rows run from old to new and if they run from new to old; 0 where
// the balances do not tell.
type rowSign struct {
	line     int
	old, new int8
}

// add takes the next entry.
func (b *balanceSigns) add(line int, r *tillproof.Record, balance *tillproof.Exact) {
	now := balanceRow{
		account: r.Refs.Account, currency: r.Amount.Currency(), day: r.Day(), amount: r.Amount.Exact(),
		shown: balance != nil,
	}
	if balance != nil {
		now.balance = *balance
	}
	n := len(b.rows)
	if n == 0 {
		b.first = now
	}
	b.broken = b.broken || now.account != b.first.account || now.currency != b.first.currency
	b.rows = append(b.rows, rowSign{line: line})
	if n > 0 && b.shown && now.shown {
		b.rows[n].old = side(b.end.balance, now.balance, now.amount)
		b.rows[n-1].new = side(now.balance, b.end.balance, b.end.amount)
	}
	b.end, b.shown = now, now.shown
}

// side is the sign with which an amount leads from one balance to another, 0 where it does not.
func side(before, after, amount tillproof.Exact) int8 {
	moved, err := after.Add(before.Neg())
	switch {
	case err != nil:
		return 0
	case moved.Same(amount):
		return 1
	case moved.Same(amount.Neg()):
		return -1
	}
	return 0
}

// settle decides the order of the rows, by their days or else by the balances, and reports whether the
// balances then explain most of them.
func (b *balanceSigns) settle(opening *tillproof.Exact) bool {
	if b.broken || len(b.rows) < 2 {
		return false
	}
	if opening != nil && b.first.shown {
		b.rows[0].old = side(*opening, b.first.balance, b.first.amount)
	}
	if opening != nil && b.end.shown {
		b.rows[len(b.rows)-1].new = side(*opening, b.end.balance, b.end.amount)
	}
	old, recent := b.count(false), b.count(true)
	switch {
	case b.first.day.Known() && b.end.day.Known() && b.first.day != b.end.day:
		b.newest = b.first.day > b.end.day
	case old == recent:
		return false
	default:
		b.newest = recent > old
	}
	return b.known()*2 >= len(b.rows)
}

func (b *balanceSigns) count(newest bool) (n int) {
	for _, r := range b.rows {
		if s := r.of(newest); s != 0 {
			n++
		}
	}
	return n
}

func (r rowSign) of(newest bool) int8 {
	if newest {
		return r.new
	}
	return r.old
}

// known counts the rows whose direction the balances tell.
func (b *balanceSigns) known() int { return b.count(b.newest) }

// at is the direction of the row on a line.
func (b *balanceSigns) at(line int) int8 {
	i := sort.Search(len(b.rows), func(i int) bool { return b.rows[i].line >= line })
	if i == len(b.rows) || b.rows[i].line != line {
		return 0
	}
	return b.rows[i].of(b.newest)
}

// bySigns gives an amount without a sign the direction that the balances show.
func (t *table) bySigns(out *amounts, x *tillproof.Exact) *amountFault {
	switch {
	case x.Unscaled == 0:
		out.amount = x
	case t.style.unsigned:
		return &amountFault{CodeUnsigned, Amount}
	default:
		s := t.style.signs.at(t.row.Line)
		if s == 0 {
			return &amountFault{CodeUnsigned, Amount}
		}
		out.amount = x
		if s < 0 {
			out.amount = negated(x)
		}
	}
	return nil
}

// lacksSide reports a table of debits and credits of which only one column is known.
func (t *table) lacksSide() bool {
	return t.lay.Generic && !t.lay.has(Amount) && t.lay.has(Debit) != t.lay.has(Credit)
}

// otherSides are the headers of the columns without a meaning that hold an amount in this row: one of them
// may be the other side.
func (t *table) otherSides() string {
	var names []string
	for i, f := range t.lay.field {
		if f == NoField && i < len(t.row.Cells) && t.lay.header[i] != "" && isAmountText(t.row.Cells[i]) {
			names = append(names, shown(t.lay.header[i]))
		}
	}
	return strings.Join(names, ", ")
}
