package report

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
)

// Limits of drawn waterfalls; all of them stand in the table.
const (
	drawnFalls = 60 // 2.5 KB each
	openFalls  = 4  // those are unfolded at first
)

func (v *view) htmlFalls(m *markup) {
	if len(v.run.Waterfalls) == 0 {
		return
	}
	v.section(m, "report.section.falls")
	worth := v.fallsWorthDrawing()
	for n, i := range worth[:min(len(worth), drawnFalls)] {
		v.htmlFallFold(m, &v.run.Waterfalls[i], n < openFalls)
	}
	if more := len(worth) - drawnFalls; more > 0 {
		m.el("p", v.text("report.html.fall_more", "n", strconv.Itoa(more)), "class", "more")
	}
	falls := v.run.Waterfalls[:min(len(v.run.Waterfalls), htmlFalls)]
	for _, one := range byCurrency(falls) {
		bad := map[int]bool{}
		for i := range one {
			bad[i] = one[i].Status == tillproof.Exception
		}
		m.table(v.fallLead(one), v.fallGrid(one, 3), bad)
	}
	if more := len(v.run.Waterfalls) - len(falls); more > 0 {
		m.el("p", v.text("report.more", "n", strconv.Itoa(more)), "class", "more")
	}
}

// fallsWorthDrawing are the deposits with an exception, then those with something to explain, then the
// others that more than one line makes; each kind in the order of the run. There is always one, to show how
// it works.
func (v *view) fallsWorthDrawing() []int {
	var classes [3][]int
	for i := range v.run.Waterfalls {
		w := &v.run.Waterfalls[i]
		switch {
		case w.Status == tillproof.Exception:
			classes[0] = append(classes[0], i)
		case !w.Residual.IsZero() || len(w.Notes) > 0:
			classes[1] = append(classes[1], i)
		case len(w.Rows) > 1 || i == 0:
			classes[2] = append(classes[2], i)
		}
	}
	return slices.Concat(classes[:]...)
}

// htmlFallFold draws a deposit beneath a line that folds it; the line says what it is about.
func (v *view) htmlFallFold(m *markup, w *tillproof.Waterfall, unfolded bool) {
	m.raw("<details class=\"fall\"")
	if unfolded {
		m.raw(` open=""`)
	}
	m.raw(">")
	class := ""
	if w.Status == tillproof.Exception {
		class = "bad"
	}
	m.open("summary", "class", class)
	m.text(v.fallTitle(w))
	m.raw("<span class=\"amount\">")
	m.text(v.money(w.Paid) + " / " + v.money(w.Net))
	m.raw("</span></summary>\n")
	v.htmlFall(m, w)
	m.raw("</details>\n")
}

// level is one row of a drawn waterfall: from where to where the money goes.
type level struct {
	label, class string
	from, to     int64
	amount       tillproof.Money
	whole        bool // begins at nothing
}

// levels are the rows: the steps down from the gross, what was due, what came, what is missing.
func (v *view) levels(w *tillproof.Waterfall) []level {
	var all []level
	var sum int64
	for i, s := range w.Steps {
		if s.Amount.IsZero() && s.Kind != tillproof.StepGross {
			continue
		}
		next := sum + s.Amount.Minor()
		class := "fill-step"
		if i == 0 {
			class = "fill-total"
		}
		all = append(all, level{v.text("step." + string(s.Kind)), class, sum, next, s.Amount, i == 0})
		sum = next
	}
	all = append(all,
		level{v.text("report.fall.net"), "fill-total", 0, w.Net.Minor(), w.Net, true},
		level{v.text("report.fall.paid"), "fill-total", 0, w.Paid.Minor(), w.Paid, true})
	if !w.Residual.IsZero() {
		class := "fill-missing"
		if w.Status == tillproof.Timing {
			class = "fill-timing"
		}
		all = append(all, level{
			v.text("report.fall.residual"), class, w.Paid.Minor(), w.Net.Minor(),
			w.Residual, false,
		})
	}
	return all
}

const (
	fallWidth = 440.0
	fallRow   = 26.0
	fallLeft  = 84.0
	fallRight = 88.0
	barHeight = 16.0
	cutBelow  = 0.7 // the axis is cut where everything happens above this share of the largest amount
)

// span is the part of the axis that is shown; cut says that it does not begin at nothing.
func span(all []level) (lo, hi float64, cut bool) {
	first := true
	var least float64
	for _, l := range all {
		for i, x := range [...]int64{l.from, l.to} {
			f := float64(x)
			if i == 0 && l.whole {
				continue
			}
			hi, lo = max(hi, f), min(lo, f)
			if first || f < least {
				least, first = f, false
			}
		}
	}
	if hi > 0 && least > hi*cutBelow {
		return least - (hi-least)/3 - hi*0.001, hi, true
	}
	return lo, max(hi, lo+1), false
}

func (v *view) htmlFall(m *markup, w *tillproof.Waterfall) {
	all := v.levels(w)
	lo, hi, cut := span(all)
	scale := func(x int64) float64 {
		return fallLeft + (fallWidth-fallLeft-fallRight)*(max(float64(x), lo)-lo)/(hi-lo)
	}
	m.raw("<figure>")
	title := v.fallTitle(w)
	m.open("svg", "class", "fall", "role", "img", "aria-label", title+" "+v.equation(w),
		"viewBox", "0 0 "+num(fallWidth)+" "+num(fallRow*float64(len(all))+4))
	for i, l := range all {
		y := float64(i)*fallRow + 4
		from, to := scale(l.from), scale(l.to)
		if l.whole {
			from = fallLeft
			if !cut {
				from = scale(0)
			}
		}
		if from > to {
			from, to = to, from
		}
		strong := ""
		if l.whole {
			strong = "strong"
		}
		m.label(point{fallLeft - 8, y + 13}, "end", strong, l.label)
		m.bar(l.class, l.label+" "+v.money(l.amount), [4]float64{from, y, max(to-from, 1.5), barHeight})
		if cut && l.whole && to-fallLeft > 24 {
			m.open("path", "class", "cut", "d", "M"+num(fallLeft+10)+" "+num(y-1)+"l6 9l-6 9")
			m.raw("</path>\n")
		}
		m.label(point{fallWidth, y + 13}, "end", strong, v.bare(l.amount))
	}
	m.raw("</svg>\n")
	v.fallCaption(m, w, cut)
	m.raw("</figure>\n")
}

// fallTrace names the lines that a deposit is made of and those that paid it.
func (v *view) fallTrace(w *tillproof.Waterfall) string {
	rows := slices.Clone(w.Rows)
	slices.SortStableFunc(rows, func(a, b tillproof.RowRef) int {
		x, y := v.run.Record(a).Origin, v.run.Record(b).Origin
		return cmp.Or(cmp.Compare(x.Source, y.Source), cmp.Compare(x.Part, y.Part),
			cmp.Compare(x.Line, y.Line))
	})
	return v.trace(append(rows, w.Deposit...))
}

func (v *view) fallCaption(m *markup, w *tillproof.Waterfall, cut bool) {
	m.raw("<figcaption>")
	m.text(v.equation(w))
	for _, n := range w.Notes {
		m.raw("<br>")
		m.text(v.note(n))
	}
	if cut {
		m.raw("<br>")
		m.text(v.text("report.html.cut"))
	}
	m.raw("</figcaption>")
	m.el("p", v.fallTrace(w), "class", "trace")
}
