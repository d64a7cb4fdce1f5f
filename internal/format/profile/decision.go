package profile

import (
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/cell"
)

// The codes of what a file decides by itself. Those of dates end with the order and with what showed it: a
// cell that fits no other order, days that only so lie close together, a year that nothing shows to stand
// first, or the user's word.
const (
	DecimalPoint  = "format.decision.decimal.point"
	DecimalComma  = "format.decision.decimal.comma"
	DebitNegative = "format.decision.debit.negative"
	UnitMajor     = "format.decision.unit.major"
	UnitMinor     = "format.decision.unit.minor"
	RowsNewest    = "format.decision.rows.newest"
	Positions     = "format.decision.positions"
	CurrencyTaken = "format.decision.currency.layout"
	DatesYMDShown = "format.decision.dates.ymd.shown"
	DatesDMYShown = "format.decision.dates.dmy.shown"
	DatesMDYShown = "format.decision.dates.mdy.shown"
	DatesYMDNear  = "format.decision.dates.ymd.near"
	DatesDMYNear  = "format.decision.dates.dmy.near"
	DatesMDYNear  = "format.decision.dates.mdy.near"
	DatesDMYLast  = "format.decision.dates.dmy.last"
	DatesYMDTold  = "format.decision.dates.ymd.told"
	DatesDMYTold  = "format.decision.dates.dmy.told"
	DatesMDYTold  = "format.decision.dates.mdy.told"
)

// dateCodes are the codes of dates in the order of Orders: shown, near, told.
var dateCodes = [len(cell.Orders)][3]string{
	{DatesYMDShown, DatesYMDNear, DatesYMDTold},
	{DatesDMYShown, DatesDMYNear, DatesDMYTold},
	{DatesMDYShown, DatesMDYNear, DatesMDYTold},
}

// decided keeps a decision with its evidence.
func (t *table) decided(code string, params tillproof.Params) {
	t.settled = append(t.settled, tillproof.Note{Code: code, Params: params})
}

// paramsOf are the cell and its line, as a text may show them.
func paramsOf(w cell.Witness) tillproof.Params {
	return tillproof.Params{"value": shown(w.Value), "line": strconv.Itoa(w.Line)}
}

// decideLayout keeps what the header, or its absence, decides.
func (t *table) decideLayout() {
	if t.placed {
		t.decided(Positions, tillproof.Params{
			"profile": t.lay.Name, "n": strconv.Itoa(len(t.lay.positions)),
		})
		t.decideCurrency()
	}
	for _, i := range t.lay.twice {
		t.issues = append(t.issues, tillproof.Issue{
			Code:  CodeColumnTwice,
			Place: tillproof.Place{Line: t.header, Column: i + 1, Field: t.lay.header[i]},
			Params: tillproof.Params{
				"column": shown(t.lay.header[i]), "line": strconv.Itoa(t.header), "at": strconv.Itoa(i + 1),
			},
		})
	}
	for i, f := range t.lay.field {
		h := newHeaderCell(t.lay.header[i])
		if !f.isAmount() || h.unit != t.lay.unit {
			continue
		}
		switch h.unit {
		case unitMajor:
			t.decided(UnitMajor, tillproof.Params{"column": shown(t.lay.header[i])})
			return
		case unitMinor:
			t.decided(UnitMinor, tillproof.Params{"column": shown(t.lay.header[i])})
			return
		}
	}
}

// decideCurrency tells of the currency that nothing but a layout without header names. Tables of other banks
// may have such columns too.
func (t *table) decideCurrency() {
	cur, said, _ := t.rowCurrency()
	if t.lay.has(CurrencyCode) || said || t.opt.Currency.Known() || !cur.Known() {
		return
	}
	t.decided(CurrencyTaken, tillproof.Params{"currency": cur.String(), "profile": t.lay.Name})
}

// decisions are what the table decided; complete at its end.
func (t *table) decisions() []tillproof.Note {
	out := t.settled
	for _, a := range t.chain.accounts {
		if w, newest := a.better(); newest && w.fails == 0 {
			return append(out[:len(out):len(out)], tillproof.Note{
				Code: RowsNewest, Params: tillproof.Params{"n": strconv.Itoa(a.checks)},
			})
		}
	}
	return out
}

// noteAt is an issue of the whole file that one cell shows.
func (t *table) noteAt(code string, f Field, w cell.Witness) {
	is := t.cellIssue(code, f, w.Value)
	is.Place.Line = w.Line
	is.Params["line"], is.Params["profile"] = strconv.Itoa(w.Line), t.lay.Name
	t.issues = append(t.issues, is)
}
