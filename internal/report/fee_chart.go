package report

import (
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

const (
	feeHeight = 170.0
	feeTop    = 34.0 // room for the dates of changes
	feeClip   = 4    // a day whose rate is above so many times the usual one is drawn at the top
	feeRight  = 14.0
	labelRoom = 86.0 // a date in bold, also as large as on a small screen
)

// htmlFeeCharts draws the rate of each card kind over the days: first those whose tariff changed or is above
// its base.
func (v *view) htmlFeeCharts(m *markup) {
	var first, rest []*tillproof.FeeFit
	for i := range v.run.Fees {
		f := &v.run.Fees[i]
		if len(ratedDays(f)) < 2 {
			continue
		}
		if over, _ := f.Excess(); over > 0 || f.Changes() {
			first = append(first, f)
		} else {
			rest = append(rest, f)
		}
	}
	all := append(first, rest...)
	for _, f := range all[:min(len(all), drawnFees)] {
		v.htmlFeeChart(m, f)
	}
	if more := len(all) - drawnFees; more > 0 {
		m.el("p", v.text("report.more", "n", strconv.Itoa(more)), "class", "more")
	}
}

// ratedDays are the days that have a rate: more sold than given back.
func ratedDays(f *tillproof.FeeFit) []tillproof.FeeDay {
	return slices.DeleteFunc(slices.Clone(f.Days), func(d tillproof.FeeDay) bool {
		return d.Gross <= 0 || d.Charged < 0
	})
}

// feeScale places days and rates.
type feeScale struct {
	from tillproof.Date
	days float64
	top  float64 // the rate at the top, in parts per million
}

func (s feeScale) x(d tillproof.Date) float64 {
	return chartLeft + (chartWidth-chartLeft-feeRight)*(float64(d-s.from)+0.5)/s.days
}

func (s feeScale) y(ppm float64) float64 { return feeTop + feeHeight*(1-min(ppm, s.top)/s.top) }

// ppmOf is a part of an amount in parts per million, for drawing only.
func ppmOf(part, gross int64) float64 { return float64(part) * 1e6 / float64(gross) }

func scaleOf(f *tillproof.FeeFit, days []tillproof.FeeDay) (feeScale, int64) {
	var rates []float64
	for _, d := range days {
		rates = append(rates, ppmOf(d.Charged, d.Gross), ppmOf(d.Agreed, d.Gross))
	}
	slices.Sort(rates)
	usual := rates[len(rates)/2]
	for _, s := range f.Spans { // the rate of each span stays in sight
		if s.Gross > 0 {
			usual = max(usual, ppmOf(s.Charged, s.Gross))
		}
	}
	most := min(rates[len(rates)-1], feeClip*usual)
	step := niceStep(int64(most) + 1)
	top := step * ((int64(most) + step) / step)
	last := days[len(days)-1].Day
	return feeScale{days[0].Day, float64(last-days[0].Day) + 1, float64(top)}, step
}

func (v *view) htmlFeeChart(m *markup, f *tillproof.FeeFit) {
	days := ratedDays(f)
	scale, step := scaleOf(f, days)
	code := "report.fee.chart"
	if f.HasAgreed {
		code = "report.fee.chart_agreed"
	}
	caption := v.text(code, "kind", v.cardKind(f.Kind), "merchant", string(f.Merchant),
		"currency", f.Currency.String())
	m.raw("<figure>")
	v.feeLegend(m, f.HasAgreed)
	m.open("div", "class", "scroll", "role", "region", "tabindex", "0", "aria-label", caption)
	m.open("svg", "class", "days", "role", "img", "aria-label", caption,
		"viewBox", "0 0 "+num(chartWidth)+" "+num(feeTop+feeHeight+chartFoot))
	for ppm := int64(0); ppm <= int64(scale.top); ppm += step {
		y := scale.y(float64(ppm))
		m.line(point{chartLeft, y}, point{chartWidth, y})
		m.label(point{chartLeft - 8, y + 4}, "end", "", locale.Rate(v.opt.Lang, ppm))
	}
	v.feeDates(m, scale)
	v.feeMarks(m, f, scale)
	if f.HasAgreed {
		m.open("path", "class", "line-agreed", "d", feePath(days, scale, true))
		m.raw("</path>\n")
	}
	m.open("path", "class", "line-charged", "d", feePath(days, scale, false))
	m.raw("</path>\n")
	for _, d := range days {
		v.feeDot(m, f, d, scale)
	}
	m.raw("</svg></div>\n")
	m.el("figcaption", caption)
	m.raw("<details>")
	m.el("summary", v.text("report.html.as_table"))
	m.table(caption, v.feeDayGrid(f), nil)
	m.raw("</details></figure>\n")
}

func (v *view) feeLegend(m *markup, agreed bool) {
	m.raw("<ul class=\"legend\"><li><svg viewBox=\"0 0 20 10\" class=\"wide\" aria-hidden=\"true\">",
		"<path class=\"line-charged\" d=\"M0 5h20\"></path></svg>")
	m.text(v.text("report.col.charged"))
	m.raw("</li>")
	if agreed {
		m.raw("<li><svg viewBox=\"0 0 20 10\" class=\"wide\" aria-hidden=\"true\">",
			"<path class=\"line-agreed\" d=\"M0 5h20\"></path></svg>")
		m.text(v.text("report.col.agreed"))
		m.raw("</li>")
	}
	m.raw("</ul>\n")
}

// feePath joins the days.
func feePath(days []tillproof.FeeDay, scale feeScale, agreed bool) string {
	path := ""
	for i, d := range days {
		part := d.Charged
		if agreed {
			part = d.Agreed
		}
		mark := "L"
		if i == 0 {
			mark = "M"
		}
		path += mark + num(scale.x(d.Day)) + " " + num(scale.y(max(0, ppmOf(part, d.Gross))))
	}
	return path
}

func (v *view) feeDot(m *markup, f *tillproof.FeeFit, d tillproof.FeeDay, scale feeScale) {
	money := func(n int64) string { return v.money(tillproof.NewMoney(n, f.Currency)) }
	m.open("circle", "class", "dot", "cx", num(scale.x(d.Day)),
		"cy", num(scale.y(ppmOf(d.Charged, d.Gross))), "r", "3")
	m.el("title", d.Day.String()+" "+v.rateOf(d.Charged, d.Gross)+" "+money(d.Charged)+" / "+money(d.Gross))
	m.raw("</circle>\n")
}

// feeDates labels at most eight days, the first among them.
func (v *view) feeDates(m *markup, scale feeScale) {
	const most = 8
	every := max(1, (int(scale.days)+most-1)/most)
	for n := 0; n < int(scale.days); n += every {
		d := scale.from + tillproof.Date(n)
		m.label(point{scale.x(d), feeTop + feeHeight + 16}, "middle", "", d.String()[len("2006-"):])
	}
}

// feeMarks draws a line where another tariff begins, with its day.
func (v *view) feeMarks(m *markup, f *tillproof.FeeFit, scale feeScale) {
	last := -1e9
	for i := range f.Spans {
		if i == 0 || f.Spans[i].From == f.Spans[i-1].From {
			continue
		}
		x := scale.x(f.Spans[i].From) - (scale.x(1)-scale.x(0))/2
		m.open("path", "class", "mark", "d", "M"+num(x)+" "+num(feeTop-8)+"V"+num(feeTop+feeHeight))
		m.raw("</path>\n")
		if x-last < labelRoom { // its label would lie upon the one before
			continue
		}
		last = x
		at, anchor := point{x, feeTop - 14}, "middle"
		if x > chartWidth-50 {
			at.x, anchor = chartWidth, "end"
		}
		m.label(at, anchor, "strong", f.Spans[i].From.String())
	}
}

func (v *view) rateOf(part, gross int64) string {
	if gross <= 0 || part < 0 || part > gross {
		return ""
	}
	return locale.Rate(v.opt.Lang, int64(ppmOf(part, gross)/100+0.5)*100)
}

func (v *view) feeDayGrid(f *tillproof.FeeFit) grid {
	g := grid{head: []string{
		v.text("report.col.day"), v.text("report.col.n"), v.text("report.col.amount"),
		v.text("report.col.charged"), v.text("report.col.rate"),
	}}
	if f.HasAgreed {
		g.head = append(g.head, v.text("report.col.agreed"))
	}
	for _, d := range f.Days {
		row := []string{
			d.Day.String(), v.count(d.Rows), v.minor(d.Gross, f.Currency), v.minor(d.Charged, f.Currency),
			v.rateOf(d.Charged, d.Gross),
		}
		if f.HasAgreed {
			row = append(row, v.minor(d.Agreed, f.Currency))
		}
		g.rows = append(g.rows, row)
	}
	return g
}
