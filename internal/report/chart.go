package report

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

// dayBucket is what became of money up to the bank.
type dayBucket uint8

const (
	dayMatched dayBucket = iota
	dayTiming
	dayException
	dayUndeposited // announced or taken, and never credited
	dayBuckets
)

// bucketNames are the codes of the terms and the classes of the bars, from the foot of a bar upwards.
var bucketNames = [dayBuckets]struct{ code, class string }{
	{"status.matched", "fill-matched"},
	{"status.timing", "fill-timing"},
	{"status.exception", "fill-exception"},
	{"report.bucket.undeposited", "fill-undeposited"},
}

// bar is the money of one day, or of one month where there are too many days.
type bar struct {
	name string // "2026-09-16", or "2026-09"
	sums [dayBuckets]int64
	hits map[int]bool // exceptions by their position, breaks first: those with a record or a due day here
}

func (b *bar) total() int64 {
	var t int64
	for _, n := range b.sums {
		t += n
	}
	return t
}

const (
	chartDays       = 100 // more days than this are shown by month
	chartCurrencies = 3
	chartWidth      = 920.0
	chartHeight     = 240.0
	chartLeft       = 78.0
	chartTop        = 22.0
	chartFoot       = 24.0
	thinnest        = 3.0 // height of an exception that would be too small to see
)

// chartSide is whose days are shown: the terminal's if there are any, else the acquirer's, else the bank's.
// A run in passes holds too few rows for a picture of the days.
func (v *view) chartSide() tillproof.Side {
	if v.run.Basis.Passes {
		return tillproof.NoSide
	}
	for _, side := range tillproof.Sides {
		if len(v.run.Records[side]) > 0 {
			return side
		}
	}
	return tillproof.NoSide
}

// bars sums what came in by day and bucket, one list for each currency. Excluded rows and what goes out are
// left out.
func (v *view) bars(side tillproof.Side) map[tillproof.Currency][]bar {
	days := map[tillproof.Currency]map[tillproof.Date]*bar{}
	fates := v.fates(side)
	for i := range v.run.Records[side] {
		r := &v.run.Records[side][i]
		if i >= len(v.run.States[side]) || r.Amount.Minor() <= 0 || !r.Day().Known() {
			continue
		}
		status := v.run.States[side][i].Status
		if status == tillproof.Excluded || status == tillproof.Open {
			continue
		}
		c := r.Amount.Currency()
		if days[c] == nil {
			days[c] = map[tillproof.Date]*bar{}
		}
		barOf(days[c], r.Day()).sums[fates.of(int32(i), status)] += r.Amount.Minor()
	}
	v.mark(days)
	out := map[tillproof.Currency][]bar{}
	for c, of := range days {
		out[c] = inOrder(of)
	}
	return out
}

func barOf(days map[tillproof.Date]*bar, day tillproof.Date) *bar {
	b := days[day]
	if b == nil {
		b = &bar{hits: map[int]bool{}}
		days[day] = b
	}
	return b
}

// mark notes each exception on every day on which one of its records lies, of whichever side, and on the day
// by which money should have come.
func (v *view) mark(days map[tillproof.Currency]map[tillproof.Date]*bar) {
	put := func(n int, c tillproof.Currency, day tillproof.Date) {
		if days[c] != nil && day.Known() {
			barOf(days[c], day).hits[n] = true
		}
	}
	putAll := func(n int, rows []tillproof.RowRef) {
		for _, ref := range rows {
			r := v.run.Record(ref)
			put(n, r.Amount.Currency(), r.Day())
		}
	}
	for i := range v.run.Breaks {
		b := &v.run.Breaks[i]
		putAll(i, b.Records)
		put(i, b.Amount.Currency(), b.ExpectedBy)
	}
	for i := range v.run.Findings {
		if f := &v.run.Findings[i]; f.About == nil { // else its break is marked
			putAll(len(v.run.Breaks)+i, f.Records)
		}
	}
}

// inOrder lists every day from the first to the last, also those without money, or every month that has any.
func inOrder(of map[tillproof.Date]*bar) []bar {
	var dates []tillproof.Date
	for d := range of {
		dates = append(dates, d)
	}
	slices.Sort(dates)
	first, last := dates[0], dates[len(dates)-1]
	var all []bar
	if int(last-first) < chartDays {
		for d := first; d <= last; d++ {
			b := bar{name: d.String()}
			if of[d] != nil {
				b.sums, b.hits = of[d].sums, of[d].hits
			}
			all = append(all, b)
		}
		return all
	}
	for _, d := range dates {
		month := d.String()[:len("2006-01")]
		if len(all) == 0 || all[len(all)-1].name != month {
			all = append(all, bar{name: month, hits: map[int]bool{}})
		}
		b := &all[len(all)-1]
		for s := range b.sums {
			b.sums[s] += of[d].sums[s]
		}
		maps.Copy(b.hits, of[d].hits)
	}
	return all
}

func (v *view) htmlDays(m *markup) {
	side := v.chartSide()
	all := v.bars(side)
	if len(all) == 0 {
		return
	}
	v.section(m, "report.section.days")
	var currencies []tillproof.Currency
	for c := range all {
		currencies = append(currencies, c)
	}
	slices.SortFunc(currencies, func(a, b tillproof.Currency) int {
		return cmp.Compare(a.String(),
			b.String())
	})
	for _, c := range currencies[:min(len(currencies), chartCurrencies)] {
		v.htmlDayChart(m, all[c], c, v.text("report.html.days", "side", v.side(side), "currency", c.String()))
	}
}

func (v *view) htmlDayChart(m *markup, bars []bar, c tillproof.Currency, caption string) {
	m.raw("<figure><ul class=\"legend\">")
	for _, s := range bucketNames {
		m.raw("<li><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\">")
		m.open("rect", "class", s.class, "width", "10", "height", "10")
		m.raw("</rect></svg>")
		m.text(v.text(s.code))
		m.raw("</li>")
	}
	m.raw("</ul>\n")
	m.open("div", "class", "scroll", "role", "region", "tabindex", "0", "aria-label", caption)
	m.open("svg", "class", "days", "role", "img", "aria-label", caption,
		"viewBox", "0 0 "+num(chartWidth)+" "+num(chartTop+chartHeight+chartFoot))
	top := v.drawAxis(m, bars, c)
	v.drawBars(m, bars, c, top)
	m.raw("</svg></div>\n")
	m.el("figcaption", caption)
	m.raw("<details>")
	m.el("summary", v.text("report.html.as_table"))
	m.table(caption, v.dayGrid(bars, c), nil)
	m.raw("</details></figure>\n")
}

// drawAxis draws the lines of the amounts and answers the amount at the top.
func (v *view) drawAxis(m *markup, bars []bar, c tillproof.Currency) float64 {
	var most int64
	for i := range bars {
		most = max(most, bars[i].total())
	}
	step := niceStep(most)
	top := float64(step) * float64((most+step-1)/step)
	for n := int64(0); float64(n*step) <= top; n++ {
		y := chartTop + chartHeight*(1-float64(n*step)/top)
		m.line(point{chartLeft, y}, point{chartWidth, y})
		amount := locale.Decimal(v.opt.Lang, tillproof.NewMoney(n*step, c).Exact())
		if whole := amount[:max(0, len(amount)-3)]; whole != "" && amount[len(whole):] == ".00" {
			amount = whole
		}
		m.label(point{chartLeft - 8, y + 4}, "end", "", amount)
	}
	return top
}

// niceStep is 1, 2 or 5 times a power of ten such that 3 to 7 steps reach the largest amount.
func niceStep(most int64) int64 {
	for step := int64(1); step < 1<<59; step *= 10 {
		for _, k := range [...]int64{1, 2, 5} {
			if most/(step*k) < 5 {
				return step * k
			}
		}
	}
	return max(most, 1)
}

// drawBars draws the days; an exception is never thinner than can be seen, and has a mark above its day, so
// that it is told by its form too.
func (v *view) drawBars(m *markup, bars []bar, c tillproof.Currency, top float64) {
	slot := (chartWidth - chartLeft) / float64(len(bars))
	every := (len(bars)*64 + int(chartWidth) - 1) / int(chartWidth)
	for i := range bars {
		b := &bars[i]
		x, y := chartLeft+float64(i)*slot+slot*0.14, chartTop+chartHeight
		for s, name := range bucketNames {
			if b.sums[s] == 0 {
				continue
			}
			h := chartHeight * float64(b.sums[s]) / top
			if dayBucket(s) >= dayException {
				h = max(h, thinnest)
			}
			y -= h
			title := b.name + " " + v.text(name.code) + " " + v.money(tillproof.NewMoney(b.sums[s], c))
			m.bar(name.class, title, [4]float64{x, y, slot * 0.72, h})
		}
		middle := chartLeft + (float64(i)+0.5)*slot
		if len(b.hits) > 0 {
			m.open("path", "class", "fill-exception", "d", "M"+num(middle-4)+" "+num(y-12)+"h8l-4 7z")
			m.raw("</path>\n")
		}
		if i%max(every, 1) == 0 {
			m.label(point{middle, chartTop + chartHeight + 16}, "middle", "", b.name[len(b.name)-5:])
		}
	}
}

func (v *view) dayGrid(bars []bar, c tillproof.Currency) grid {
	g := grid{bold: map[int]bool{}, head: []string{v.text("report.col.day")}}
	for _, s := range bucketNames {
		g.head = append(g.head, v.text(s.code))
	}
	g.head = append(g.head, v.text("report.col.total"), v.text("report.html.exception_rows"))
	for i := range bars {
		b := &bars[i]
		row := []string{b.name}
		for _, n := range b.sums {
			row = append(row, v.minor(n, c))
		}
		g.rows = append(g.rows, append(row, v.minor(b.total(), c), strconv.Itoa(len(b.hits))))
		g.bold[i] = len(b.hits) > 0
	}
	return g
}
