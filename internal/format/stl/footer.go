package stl

import (
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// totals are the codes of the sums of a footer, in its order.
var totals = [...]string{
	"format.stl.gross_credit", "format.stl.gross_debit", "format.stl.fee_credit", "format.stl.fee_debit",
}

// footer reads the totals of one currency and holds them against the rows. Behind the totals stand pairs of
// balances, each with its mark: the account as a whole, what is available of it, what is payable. Their order
// differs between versions, so the pair that the rows explain is taken; where none is explained, the first.
func (r *reader) footer(row *row) {
	r.current().totalled = true
	currency, err := tillproof.ParseCurrency(row.at(0))
	if err != nil {
		r.note("format.stl.footer", row, row.col(0), format.Value(row.at(0)))
		return
	}
	sh := r.sheet(currency)
	if r.compare(row, currency, sumsOf(&sh.tallies)) {
		r.balances(row, sh)
	}
}

// reportFooter does so for the whole report, whose footer sums up those of its sections.
func (r *reader) reportFooter(row *row) {
	currency, err := tillproof.ParseCurrency(row.at(0))
	if err != nil {
		r.note("format.stl.footer", row, row.col(0), format.Value(row.at(0)))
		return
	}
	all := r.report[currency]
	if all == nil {
		all = &tallies{}
	}
	r.compare(row, currency, sumsOf(all))
}

// sums are what the rows add up to, in the order of totals.
type sums [len(totals)]tillproof.Exact

func sumsOf(t *tallies) sums {
	return sums{t.gross.Credit, t.gross.Debit, t.fee.Credit, t.fee.Debit}
}

// compare holds the totals of a footer against the rows. It answers false for a footer that is none.
func (r *reader) compare(row *row, currency tillproof.Currency, got sums) bool {
	account := "-"
	if row.mark == "SF" {
		account = named(r.current().account)
	}
	for i, code := range totals {
		stated, ok := minor(row.at(1+i), currency)
		switch {
		case !ok:
			r.note("format.stl.footer", row, row.col(1+i), format.Value(row.at(1+i)))
			return false
		case !stated.Same(got[i]) && !r.part:
			r.note(code, row, row.col(1+i), tillproof.Params{
				"stated": stated.Param(currency), "sum": got[i].Param(currency), "account": account,
			})
		}
	}
	return true
}

// balances finds the pair of balances that the rows lead from and to.
func (r *reader) balances(row *row, sh *sheet) {
	marked := r.marked(row, sh.Currency)
	for i := 0; i+1 < len(marked); i += 2 {
		opening, closing := marked[i], marked[i+1]
		if i == 0 || explained(opening, closing, &sh.net) {
			sh.Opening, sh.Closing = &opening, &closing
		}
		if explained(opening, closing, &sh.net) {
			return
		}
	}
}

// marked are the balances: a mark and an amount each. What stands behind them is a count.
func (r *reader) marked(row *row, c tillproof.Currency) []tillproof.Exact {
	var out []tillproof.Exact
	for i := 1 + len(totals); i+1 < len(row.cells); i += 2 {
		sign, ok := signOf(row.at(i))
		x, whole := minor(row.at(i+1), c)
		if !ok || !whole {
			break
		}
		if sign < 0 {
			x = x.Neg()
		}
		out = append(out, x)
	}
	return out
}

// explained reports whether the rows lead from one balance to the other.
func explained(opening, closing tillproof.Exact, net *format.Tally) bool {
	x := opening
	for _, part := range [...]tillproof.Exact{net.Credit, net.Debit.Neg()} {
		sum, err := x.Add(part)
		if err != nil {
			return false
		}
		x = sum
	}
	return x.Same(closing)
}

// count holds the announced number of transactions against the rows. In a later file of a report the number
// counts rows of the files before, so it says nothing here.
func (r *reader) count(row *row, n int) {
	stated, err := strconv.Atoi(row.at(0))
	if r.part || err == nil && stated == n {
		return
	}
	r.mismatch(row, n)
}

// fileCount does so for the file. Whether the number counts transactions or all rows the specification leaves
// open, and both are seen; so is the number of the file.
func (r *reader) fileCount(row *row) {
	stated, err := strconv.Atoi(row.at(0))
	if err == nil && (stated == r.entries || stated == r.lines || stated == 1 && !r.part) || r.part {
		return
	}
	r.mismatch(row, r.entries)
}

func (r *reader) mismatch(row *row, n int) {
	r.note("format.stl.count", row, row.col(0), tillproof.Params{
		"stated": format.Shown(row.at(0)), "n": strconv.Itoa(n),
	})
}
