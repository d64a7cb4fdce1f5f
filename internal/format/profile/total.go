package profile

import (
	"strconv"

	"github.com/tillproof/tillproof"
)

func widths(got, want int) tillproof.Params {
	return tillproof.Params{"got": strconv.Itoa(got), "want": strconv.Itoa(want)}
}

// tally sums the amount columns as the file writes them, to hold them against its own totals.
type tally struct {
	entries, sinceEntries int
	sum, since            [numFields]tillproof.Exact // since the last line of totals
	broken                bool                       // a sum left the range of numbers
}

func (a *tally) add(f Field, x tillproof.Exact) {
	var e1, e2 error
	a.sum[f], e1 = exactAdd(a.sum[f], x)
	a.since[f], e2 = exactAdd(a.since[f], x)
	a.broken = a.broken || e1 != nil || e2 != nil
}

func (a *tally) count() { a.entries++; a.sinceEntries++ }

func (a *tally) lost() { a.count() }

// checkFooter holds the sums and the count of a line of totals against the rows above it. A line may total
// the whole table or the part since the line of totals before it; it is right if either agrees.
func (t *table) checkFooter() {
	for _, f := range amountFields {
		cell := t.cell(f)
		if cell == "" || !f.isAmount() {
			continue
		}
		a, code := t.readAmount(cell, t.isNumber(f), t.lay.currencyOr(t.preset.currency))
		if code != "" {
			t.issues = append(t.issues, t.cellIssue(code, f, cell))
			continue
		}
		if t.total.broken || counted(a, f).Same(t.total.sum[f]) || counted(a, f).Same(t.total.since[f]) {
			continue
		}
		is := t.cellIssue(CodeFooterTotal, f, cell)
		is.Params["stated"], is.Params["computed"] = counted(a, f).String(), t.total.sum[f].String()
		t.issues = append(t.issues, is)
	}
	t.checkCount()
	t.total.since = [numFields]tillproof.Exact{}
	t.total.sinceEntries = 0
}

// maxCountDigits tells a number of rows from a reference in the footer.
const maxCountDigits = 7

func (t *table) checkCount() {
	cell := t.cell(STAN)
	n, err := strconv.Atoi(cell)
	if err != nil || len(cell) > maxCountDigits || n == t.total.entries || n == t.total.sinceEntries {
		return
	}
	is := t.cellIssue(CodeFooterCount, STAN, cell)
	is.Params["stated"], is.Params["computed"] = cell, strconv.Itoa(t.total.entries)
	t.issues = append(t.issues, is)
}

// finish adds what only the end of the table can tell.
func (t *table) finish() {
	if t.total.entries == 0 {
		t.issues = append(t.issues, tillproof.Issue{
			Code: CodeNoRows, Place: tillproof.Place{Line: t.header},
			Params: tillproof.Params{"line": strconv.Itoa(t.header), "profile": t.lay.Name},
		})
	}
	t.decideColumns()
	t.doubtUnit()
	t.issues = append(t.issues, t.claims.issues()...)
	t.issues = append(t.issues, t.tail.issues()...)
	t.issues = append(t.issues, t.notedIssues()...)
	t.issues = append(t.issues, t.chain.issues(t)...)
	t.issues = append(t.issues, t.payouts.issues(t.lay.rules.payouts)...)
	if t.style.debitBoth && t.shape() == bySides && !t.chain.holds() {
		t.noteAt(CodeDebitSigns, Debit, t.style.debitAt)
	}
}
