package profile

import (
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// CodeUnitLayout is the note on a table whose amounts are whole numbers, all of them: it may count in yuan
// or in fen, and nothing but a layout that the program ships says which.
const CodeUnitLayout = "format.table.unit_layout"

// minWhole is how many rows without decimals make a file that may be in minor units.
const minWhole = 5

// doubtUnit says so, with the first amount and both its readings as evidence. The layout of one bank knows
// how that bank writes, and a layout of the user's own knows its files.
func (t *table) doubtUnit() {
	known := t.lay.Side == tillproof.Bank && !t.lay.Generic
	if known || !t.lay.shipped || t.lay.unit != unitUnsaid || t.inMinor() ||
		t.total.entries < minWhole || t.seen.decimals || !t.seen.minor {
		return
	}
	is, found := t.firstWhole()
	if !found {
		return
	}
	is.Params["profile"], is.Params["n"] = t.lay.Name, strconv.Itoa(t.total.entries)
	t.issues = append(t.issues, is)
}

// firstWhole is the note about the first amount that is not 0.
func (t *table) firstWhole() (tillproof.Issue, bool) {
	scout := &table{src: t.src, opt: t.opt, lay: t.lay, header: t.header, style: t.style}
	rows, err := scout.openAfterHeader()
	for err == nil {
		if err = rows.Next(&scout.row); err != nil {
			break
		}
		if scout.cleanRow(); !scout.counts() {
			continue
		}
		if is, found := scout.wholeIn(); found {
			return is, true
		}
	}
	return tillproof.Issue{}, false // it was read to its end before, so this is the end
}

// wholeIn is the note about the first amount of the row.
func (t *table) wholeIn() (tillproof.Issue, bool) {
	cur, _, _ := t.rowCurrency()
	for _, f := range amountFields {
		text := t.cell(f)
		if text == "" || f == Balance {
			continue
		}
		a, code := t.readAmount(text, t.isNumber(f), cur)
		if a.Currency.Known() {
			cur = a.Currency
		}
		read, err := a.Value.Money(cur)
		if code != "" || err != nil || read.IsZero() {
			continue
		}
		is := t.cellIssue(CodeUnitLayout, f, strings.Clone(text))
		other := tillproof.NewMoney(a.Value.Unscaled, cur)
		is.Params["amount"], is.Params["other"] = read.Param(), other.Param()
		return is, true
	}
	return tillproof.Issue{}, false
}
