package report

import (
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

// Limits of what is shown of fees; JSON and the workbook have all of it.
const (
	textFees   = 20 // rows of the table, and sentences, on a terminal
	htmlFees   = 400
	drawnFees  = 12 // charts
	chargeRows = 50
)

// feeRow is a row of the table of tariffs.
type feeRow struct {
	fit  *tillproof.FeeFit
	span *tillproof.FeeSpan
}

// feeRows are the spans of all fits.
func (v *view) feeRows() []feeRow {
	var all []feeRow
	for i := range v.run.Fees {
		f := &v.run.Fees[i]
		for j := range f.Spans {
			all = append(all, feeRow{f, &f.Spans[j]})
		}
	}
	return all
}

// tariff writes a tariff in words: 0.50%, at most CNY 20.00.
func (v *view) tariff(t tillproof.TariffLine, c tillproof.Currency) string {
	return v.text("report.fee.tariff", "tariff", t.Param(c))
}

func (v *view) cardKind(k tillproof.CardKind) string {
	if k == tillproof.CardUnknown {
		return v.text("report.fee.any")
	}
	return v.text("report.fee." + k.String())
}

// rateCell is the rate of a span, a range where the rows leave it open, or why there is none.
func (v *view) rateCell(s *tillproof.FeeSpan) string {
	rate := func(ppm int64) string { return locale.Rate(v.opt.Lang, ppm) }
	switch s.Certainty {
	case tillproof.FeeFew:
		return v.text("report.fee.few")
	case tillproof.FeeMixed:
		return v.text("report.fee.mixed")
	case tillproof.FeeOpen:
		if s.RateLeast == s.RateMost {
			return v.text("report.fee.open", "rate", rate(s.RateLeast))
		}
		return v.text("report.fee.range", "least", rate(s.RateLeast), "most", rate(s.RateMost))
	}
	return rate(s.Tariff.RatePPM)
}

// partCell is a part of a fitted tariff in money, empty where there is none or where it is not known.
func (v *view) partCell(r feeRow, minor int64) string {
	if minor == 0 || r.span.Certainty == tillproof.FeeMixed || r.span.Certainty == tillproof.FeeFew {
		return ""
	}
	return v.minor(minor, r.fit.Currency)
}

func (v *view) fixedCell(r feeRow) string {
	if s := r.span; s.Certainty == tillproof.FeeOpen && s.FixedLeast != s.FixedMost {
		return v.text("report.fee.range", "least", v.minor(s.FixedLeast, r.fit.Currency),
			"most", v.minor(s.FixedMost, r.fit.Currency))
	}
	return v.partCell(r, r.span.Tariff.Fixed)
}

// baseCell is what the excess is measured against.
func (v *view) baseCell(r feeRow) string {
	switch r.span.Against {
	case tillproof.AgainstAgreed:
		return v.tariff(r.span.Base, r.fit.Currency)
	case tillproof.AgainstFirst:
		return v.text("report.fee.before", "tariff", r.span.Base.Param(r.fit.Currency))
	}
	return v.text("report.fee.nothing")
}

// feeColumns are the parts that at least one row has; the others have no column.
type feeColumns struct{ merchant, fixed, least, most bool }

func (v *view) feeColumns(rows []feeRow) feeColumns {
	var c feeColumns
	for _, r := range rows {
		c.merchant = c.merchant || r.fit.Merchant != rows[0].fit.Merchant
		c.fixed = c.fixed || v.fixedCell(r) != ""
		c.least = c.least || v.partCell(r, r.span.Tariff.Min) != ""
		c.most = c.most || v.partCell(r, r.span.Tariff.Cap) != ""
	}
	return c
}

// feeGrid is the table of tariffs of one currency.
func (v *view) feeGrid(rows []feeRow) grid {
	has := v.feeColumns(rows)
	g := grid{left: map[int]bool{}, bold: map[int]bool{}, head: []string{v.text("report.col.card_kind")}}
	add := func(some bool, code string) {
		if some {
			g.head = append(g.head, v.text(code))
		}
	}
	add(has.merchant, "report.col.merchant")
	g.left[1], g.left[len(g.head)] = true, true
	add(true, "report.col.span")
	add(true, "report.col.rate")
	add(has.fixed, "report.col.fixed")
	add(has.least, "report.col.least")
	add(has.most, "report.col.most")
	add(true, "report.col.explained")
	g.left[len(g.head)] = true
	add(true, "report.col.base")
	add(true, "report.col.over")
	for i, r := range rows {
		g.rows = append(g.rows, v.feeCells(r, has))
		g.bold[i] = r.span.Over > 0
	}
	return g
}

func (v *view) feeCells(r feeRow, has feeColumns) []string {
	cells := []string{v.cardKind(r.fit.Kind)}
	add := func(some bool, cell string) {
		if some {
			cells = append(cells, cell)
		}
	}
	over := ""
	if r.span.Against != tillproof.AgainstNothing {
		over = v.minor(r.span.Over, r.fit.Currency)
	}
	add(has.merchant, clean(string(r.fit.Merchant)))
	add(true, v.days(r.span.From, r.span.To))
	add(true, v.rateCell(r.span))
	add(has.fixed, v.fixedCell(r))
	add(has.least, v.partCell(r, r.span.Tariff.Min))
	add(has.most, v.partCell(r, r.span.Tariff.Cap))
	add(true, v.text("report.fee.explained", "n", strconv.Itoa(r.span.Explained),
		"all", strconv.Itoa(r.span.Rows)))
	add(true, v.baseCell(r))
	add(true, over)
	return cells
}

// feesByCurrency keeps the rows of each currency together, in the order in which they stand.
func feesByCurrency(rows []feeRow) [][]feeRow {
	var all [][]feeRow
	for _, r := range rows {
		i := slices.IndexFunc(all, func(l []feeRow) bool { return l[0].fit.Currency == r.fit.Currency })
		if i < 0 {
			i = len(all)
			all = append(all, nil)
		}
		all[i] = append(all[i], r)
	}
	return all
}

func (v *view) chargeGrid() grid {
	g := grid{left: map[int]bool{1: true, 2: true}, bold: map[int]bool{}, head: []string{
		v.text("report.col.charge"), v.text("report.col.every"), v.text("report.col.span"),
		v.text("report.col.n"), v.text("report.col.each"), v.text("report.col.total"),
	}}
	for i := range v.run.Charges[:min(len(v.run.Charges), chargeRows)] {
		c := &v.run.Charges[i]
		label := clean(c.Label)
		if label == "" {
			label = v.text("report.fee.unnamed")
		}
		each := ""
		if c.Each != 0 {
			each = v.money(tillproof.NewMoney(c.Each, c.Currency))
		}
		g.rows = append(g.rows, []string{
			label, v.text("report.every." + string(c.Every)), v.days(c.First, c.Last),
			v.count(c.Count()), each, v.money(tillproof.NewMoney(c.Total, c.Currency)),
		})
		g.bold[i] = c.New
	}
	return g
}

func (v *view) feesShown() bool { return len(v.run.Fees)+len(v.run.Charges) > 0 }

func (v *view) feeLead(rows []feeRow) string {
	if !rows[0].fit.Currency.Known() {
		return v.text("report.fee.lead_bare")
	}
	return v.text("report.fee.lead", "currency", rows[0].fit.Currency.String())
}

func (v *view) textFees(p *printer) {
	if !v.feesShown() {
		return
	}
	p.title(v.text("report.section.fees"))
	fees := v.feeView()
	rows, all := fees.rows, fees.sentences
	for _, s := range all[:min(len(all), textFees)] {
		p.para(2, "- ", s, plainStyle)
	}
	for _, one := range feesByCurrency(rows[:min(len(rows), textFees)]) {
		p.para(2, "", v.feeLead(one), faintStyle)
		p.grid(2, v.feeGrid(one))
	}
	if more := max(len(rows), len(all)) - textFees; more > 0 {
		p.para(2, "", v.text("report.more", "n", strconv.Itoa(more)), warnStyle)
	}
	if len(v.run.Charges) > 0 {
		p.gap()
		p.grid(2, v.chargeGrid())
	}
	if more := len(v.run.Charges) - chargeRows; more > 0 {
		p.para(2, "", v.text("report.more", "n", strconv.Itoa(more)), warnStyle)
	}
	p.para(2, "", v.text("report.fee.how"), faintStyle)
}

func (v *view) htmlFees(m *markup) {
	if !v.feesShown() {
		return
	}
	v.section(m, "report.section.fees")
	fees := v.feeView()
	if all := fees.sentences; len(all) > 0 {
		m.raw("<ul class=\"notes\">\n")
		for _, s := range all[:min(len(all), htmlFees)] {
			m.el("li", s)
			m.raw("\n")
		}
		m.raw("</ul>\n")
	}
	rows := fees.rows
	for _, one := range feesByCurrency(rows[:min(len(rows), htmlFees)]) {
		m.table(v.feeLead(one), v.feeGrid(one), nil)
	}
	if more := len(rows) - htmlFees; more > 0 {
		m.el("p", v.text("report.more", "n", strconv.Itoa(more)), "class", "more")
	}
	v.htmlFeeCharts(m)
	if len(v.run.Charges) > 0 {
		m.table(v.text("report.fee.charges"), v.chargeGrid(), nil)
	}
	m.el("p", v.text("report.fee.how"), "class", "muted")
}
