package report

import (
	"strconv"

	"github.com/tillproof/tillproof"
)

// lossLine is a line of the statement of loss. A part that does not exist for the bucket is nil.
type lossLine struct {
	code            string
	principal, fees *int64
	total           int64
	broken          bool // the sum leaves the range of an amount
}

// lossLines are the lines of one currency in the order people read them.
func lossLines(l tillproof.Loss) []lossLine {
	parts := func(code string, p tillproof.LossParts) lossLine {
		sum, err := tillproof.AddMinor(p.Principal, p.Fees)
		return lossLine{code: code, principal: &p.Principal, fees: &p.Fees, total: sum, broken: err != nil}
	}
	return []lossLine{
		parts("bucket.confirmed", l.Confirmed),
		parts("bucket.at_risk", l.AtRisk),
		{code: "bucket.timing", total: l.Timing},
		{code: "bucket.owed", total: l.Owed},
		{code: "report.loss.recovered", total: l.Recovered},
	}
}

// lossCells are a line's cells: term, principal, fees, total.
func (v *view) lossCells(l lossLine, c tillproof.Currency) []string {
	cell := func(n *int64) string {
		if n == nil {
			return ""
		}
		return v.minor(*n, c)
	}
	total := v.minor(l.total, c)
	if l.broken {
		total = "?"
	}
	return []string{v.text(l.code), cell(l.principal), cell(l.fees), total}
}

// verdict is the answer in one or two sentences: how many exceptions, and what they cost.
func (v *view) verdict() []string {
	n := v.run.Exceptions()
	switch {
	case n == 0 && !v.compared():
		return []string{v.text("report.verdict.not_compared")}
	case n == 0 && v.partly():
		return []string{v.text("report.verdict.clean_partly")}
	case n == 0:
		return []string{v.text("report.verdict.clean")}
	}
	out := []string{v.text("report.verdict.exceptions", "n", strconv.Itoa(n))}
	for _, l := range v.run.Losses {
		if parts := v.costs(l); len(parts) > 0 {
			out = append(out, v.text("report.verdict.loss", "parts", v.list(parts)))
		}
	}
	if len(out) == 1 {
		out = append(out, v.text("report.verdict.no_loss"))
	}
	if v.partly() {
		out = append(out, v.text("report.verdict.partly"))
	}
	return out
}

// partly reports whether something in the files could not be read: then nothing can be said of all of it.
func (v *view) partly() bool {
	for i := range v.run.Sources {
		if v.run.Sources[i].Partly() {
			return true
		}
	}
	return false
}

// compared reports whether any record was held against another: with one side alone, none is.
func (v *view) compared() bool {
	for _, c := range v.run.Completeness {
		if c.Counts[tillproof.Excluded] < c.Records {
			return true
		}
	}
	return false
}

// costs are the figures of a loss that are not zero; money that is merely under way is none.
func (v *view) costs(l tillproof.Loss) []string {
	var parts []string
	for _, line := range lossLines(l) {
		if line.total == 0 || line.code == "bucket.timing" {
			continue
		}
		parts = append(parts, v.text("report.verdict.part", "term", v.text(line.code),
			"amount", tillproof.NewMoney(line.total, l.Currency).Param()))
	}
	return parts
}
