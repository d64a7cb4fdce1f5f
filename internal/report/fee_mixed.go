package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// shownMixed is how many merchants the sentence about fees without a rate names.
const shownMixed = 5

// feeView is what is shown of the fees: the rows of the table, and the sentences before it.
type feeView struct {
	rows      []feeRow
	sentences []string
}

// feeView tells the spans that no single rate explains in one sentence for all merchants, where there are
// several: as rows of the table they would say the same of each. JSON and the workbook have them all.
func (v *view) feeView() feeView {
	var out feeView
	var mixed []feeRow
	for _, r := range v.feeRows() {
		if r.span.Certainty == tillproof.FeeMixed {
			mixed = append(mixed, r)
		}
	}
	several := slices.ContainsFunc(mixed, func(r feeRow) bool {
		return r.fit.Merchant != mixed[0].fit.Merchant
	})
	for _, r := range v.feeRows() {
		if several && r.span.Certainty == tillproof.FeeMixed {
			continue
		}
		out.rows = append(out.rows, r)
		if r.span.Note.Code != "" {
			out.sentences = append(out.sentences, v.note(r.span.Note))
		}
	}
	if several {
		for _, one := range feesByCurrency(mixed) {
			out.sentences = append(out.sentences, v.mixedSentence(one))
		}
	}
	for i := range v.run.Charges {
		if n := v.run.Charges[i].Note; n.Code != "" {
			out.sentences = append(out.sentences, v.note(n))
		}
	}
	return out
}

// mixedSentence sums up the rows of one currency.
func (v *view) mixedSentence(rows []feeRow) string {
	var names []string
	var n int
	var gross, charged, over int64
	for _, r := range rows {
		if name := clean(string(r.fit.Merchant)); !slices.Contains(names, name) {
			names = append(names, name)
		}
		n += r.span.Rows
		gross, charged, over = gross+r.span.Gross, charged+r.span.Charged, over+r.span.Over
	}
	list := strings.Join(names[:min(len(names), shownMixed)], v.text("report.fee.comma"))
	if len(names) > shownMixed {
		list += "…"
	}
	code := "report.fee.no_rate"
	if over > 0 {
		code = "report.fee.no_rate_over"
	}
	amount := func(minor int64) string { return tillproof.NewMoney(minor, rows[0].fit.Currency).Param() }
	return v.text(code, "n", strconv.Itoa(len(names)), "merchants", list, "rows", strconv.Itoa(n),
		"gross", amount(gross), "charged", amount(charged), "over", amount(over))
}
