package report

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// shown lists the statuses in the order of the tables.
var shown = [...]tillproof.Status{
	tillproof.Matched, tillproof.Timing, tillproof.Exception, tillproof.Excluded,
}

func (v *view) textMatching(p *printer) {
	if len(v.run.Completeness) == 0 {
		return
	}
	p.title(v.text("report.section.matching"))
	p.grid(2, v.countGrid())
	for _, g := range v.sumGrids() {
		p.gap()
		p.grid(2, g)
	}
	p.gap()
	if s := v.methods(); s != "" {
		p.para(2, "", s, plainStyle)
	}
	v.textProof(p)
	for _, c := range v.run.Completeness {
		if reasons := v.excludedPhrase(c.Side); reasons != "" {
			p.para(2, "", reasons, faintStyle)
		}
	}
}

func (v *view) textProof(p *printer) {
	style := goodStyle
	if v.unproven() != tillproof.NoSide {
		style = badStyle
	}
	p.para(2, "", v.proof(), style)
}

// proof says whether every record ended in exactly one status.
func (v *view) proof() string {
	if side := v.unproven(); side != tillproof.NoSide {
		return v.text("report.proof.fails", "side", v.side(side))
	}
	if days := v.provenDays(); days > 0 {
		return v.text("report.proof.holds_daily", "n", strconv.Itoa(days))
	}
	return v.text("report.proof.holds")
}

// provenDays is the largest number of days of a side whose sums add up one by one.
func (v *view) provenDays() int {
	most := 0
	for _, c := range v.run.Completeness {
		n := 0
		for i := range c.Days {
			if i == 0 || c.Days[i].Day != c.Days[i-1].Day {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// unproven is the first side whose proof does not add up, NoSide where all do.
func (v *view) unproven() tillproof.Side {
	for _, c := range v.run.Completeness {
		if !c.Holds() {
			return c.Side
		}
	}
	return tillproof.NoSide
}

func (v *view) statusHead(first string) []string {
	head := []string{v.text(first), v.text("report.col.total")}
	for _, s := range shown {
		head = append(head, v.text("status."+s.String()))
	}
	return head
}

// methodCounts counts the pairs by the step that found them, most frequent first.
func (v *view) methodCounts() ([]tillproof.Method, map[tillproof.Method]int) {
	var names []tillproof.Method
	n := maps.Clone(v.run.Pairs)
	if n == nil {
		n = map[tillproof.Method]int{}
	}
	for m := range n {
		names = append(names, m)
	}
	for _, m := range v.run.Matches {
		if n[m.Method] == 0 {
			names = append(names, m.Method)
		}
		n[m.Method]++
	}
	slices.SortFunc(names, func(a, b tillproof.Method) int {
		return cmp.Or(cmp.Compare(n[b], n[a]), cmp.Compare(a, b))
	})
	return names, n
}

// methods says how pairs were found, "" where none was.
func (v *view) methods() string {
	names, n := v.methodCounts()
	if len(names) == 0 {
		return ""
	}
	var parts []string
	for _, m := range names {
		parts = append(parts, v.text("report.method", "method", v.text("method."+string(m)), "n",
			strconv.Itoa(n[m])))
	}
	return v.text("report.methods", "parts", v.series(parts))
}

// countGrid counts the records of each side by status.
func (v *view) countGrid() grid {
	g := grid{head: v.statusHead("report.col.rows")}
	for _, c := range v.run.Completeness {
		row := []string{v.text("report.side." + c.Side.String()), v.count(c.Records)}
		for _, s := range shown {
			row = append(row, v.count(c.Counts[s]))
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// sumGrids sums the amounts of each side by status, one table for each currency.
func (v *view) sumGrids() []grid {
	var grids []grid
	at := map[tillproof.Currency]int{}
	for _, c := range v.run.Completeness {
		for _, s := range c.Sums {
			i, ok := at[s.Currency]
			if !ok {
				i = len(grids)
				at[s.Currency] = i
				g := grid{head: v.statusHead("report.col.rows")}
				g.head[0] = v.text("report.col.sums", "currency", s.Currency.String())
				grids = append(grids, g)
			}
			row := []string{v.text("report.side." + c.Side.String()), v.minor(s.Total, s.Currency)}
			for _, st := range shown {
				row = append(row, v.minor(s.ByStatus[st], s.Currency))
			}
			grids[i].rows = append(grids[i].rows, row)
		}
	}
	return grids
}

// excludedPhrase says why records of a side were left out, "" where none was.
func (v *view) excludedPhrase(side tillproof.Side) string {
	var parts []string
	for _, e := range v.excluded(side) {
		reason := v.text("report.reason_unknown")
		if e.code != "" {
			reason = v.text(e.code)
		}
		parts = append(parts, v.text("report.excluded.part", "reason", reason, "n", strconv.Itoa(e.n)))
	}
	if len(parts) == 0 {
		return ""
	}
	return v.text("report.excluded", "side", v.text("report.side."+side.String()), "parts", v.series(parts))
}

func (v *view) textLoss(p *printer) {
	p.title(v.text("report.section.loss"))
	if len(v.run.Losses) == 0 {
		p.para(2, "", v.text("report.loss.none"), goodStyle)
		return
	}
	for i, l := range v.run.Losses {
		if i > 0 {
			p.gap()
		}
		p.grid(2, v.lossGrid(l))
	}
	p.gap()
	p.para(2, "", v.text("report.loss.how"), faintStyle)
}

func (v *view) lossGrid(l tillproof.Loss) grid {
	g := grid{bold: map[int]bool{0: true}, head: []string{
		v.text("report.col.loss", "currency", l.Currency.String()), v.text("part.principal"),
		v.text("part.fees"), v.text("part.total"),
	}}
	for _, line := range lossLines(l) {
		g.rows = append(g.rows, v.lossCells(line, l.Currency))
	}
	return g
}

func (v *view) textFalls(p *printer) {
	if !v.opt.Waterfalls || len(v.run.Waterfalls) == 0 {
		return
	}
	p.title(v.text("report.section.falls"))
	falls := v.run.Waterfalls[:min(len(v.run.Waterfalls), textFalls)]
	if !v.textFallTable(p, falls) {
		for i := range falls {
			v.textFall(p, &falls[i])
		}
	}
	if more := len(v.run.Waterfalls) - textFalls; more > 0 {
		p.para(2, "", v.text("report.more", "n", strconv.Itoa(more)), warnStyle)
	}
}

// textFallTable writes one table for each currency, with as many columns as the terminal has room for; it
// answers false, and writes nothing, where not even the leanest fits.
func (v *view) textFallTable(p *printer, falls []tillproof.Waterfall) bool {
	var grids []grid
	for _, one := range byCurrency(falls) {
		g := v.fallGrid(one, 2)
		for extra := 1; extra >= 0 && g.width()+2 > p.width; extra-- {
			g = v.fallGrid(one, extra)
		}
		if g.width()+2 > p.width {
			return false
		}
		grids = append(grids, g)
	}
	for i, g := range grids {
		if i > 0 {
			p.gap()
		}
		p.para(2, "", v.fallLead(byCurrency(falls)[i]), faintStyle)
		p.grid(2, g)
	}
	return true
}

// fallLead says what the amounts and short days of a table are.
func (v *view) fallLead(falls []tillproof.Waterfall) string {
	currency := falls[0].Net.Currency().String()
	if year := years(falls); year != "" {
		return v.text("report.falls.lead_year", "currency", currency, "year", year)
	}
	return v.text("report.falls.lead", "currency", currency)
}

func byCurrency(falls []tillproof.Waterfall) [][]tillproof.Waterfall {
	var all [][]tillproof.Waterfall
	at := map[tillproof.Currency]int{}
	for _, w := range falls {
		c := w.Net.Currency()
		i, ok := at[c]
		if !ok {
			i = len(all)
			at[c] = i
			all = append(all, nil)
		}
		all[i] = append(all[i], w)
	}
	return all
}

// fallGrid has a row for each deposit: its days, the steps that any of them has, what was due, paid and is
// missing; with extra 1 also the day it came, with extra 2 also the line of the statement, with extra 3 also
// the lines it is made of.
func (v *view) fallGrid(falls []tillproof.Waterfall, extra int) grid {
	g := grid{left: map[int]bool{}, bold: map[int]bool{}}
	kinds := stepsOf(falls)
	g.head = []string{v.text("report.col.settled")}
	short := func(days string) string {
		if year := years(falls); year != "" {
			return strings.ReplaceAll(days, year+"-", "")
		}
		return days
	}
	for _, k := range kinds {
		g.head = append(g.head, v.text("step."+string(k)))
	}
	g.head = append(g.head, v.text("report.fall.net"), v.text("report.fall.paid"),
		v.text("report.fall.residual"))
	for n, code := range [...]string{"report.col.arrived", "report.col.place"} {
		if extra > n {
			g.left[len(g.head)] = true
			g.head = append(g.head, v.text(code))
		}
	}
	for i := range falls {
		w := &falls[i]
		row := []string{short(v.days(w.From, w.To))}
		for _, k := range kinds {
			row = append(row, v.bare(stepOf(w, k).Amount))
		}
		row = append(row, v.bare(w.Net), v.bare(w.Paid), v.bare(w.Residual), short(v.day(w.Arrived)),
			v.placesOf(w, extra))
		g.rows = append(g.rows, row[:len(g.head)])
		g.bold[i] = w.Status == tillproof.Exception
	}
	return g
}

func (v *view) placesOf(w *tillproof.Waterfall, extra int) string {
	if extra > 2 {
		return v.fallTrace(w)
	}
	return v.trace(w.Deposit)
}

// stepsOf are the stages that at least one waterfall has, and always the gross.
func stepsOf(falls []tillproof.Waterfall) []tillproof.StepKind {
	var kinds []tillproof.StepKind
	for _, k := range tillproof.Steps {
		some := slices.ContainsFunc(falls, func(w tillproof.Waterfall) bool {
			return !stepOf(&w,
				k).Amount.IsZero()
		})
		if some || k == tillproof.StepGross {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

func stepOf(w *tillproof.Waterfall, k tillproof.StepKind) tillproof.Step {
	for _, s := range w.Steps {
		if s.Kind == k {
			return s
		}
	}
	return tillproof.Step{Kind: k, Amount: tillproof.NewMoney(0, w.Net.Currency())}
}

// textFall writes one waterfall: its days and status, then the steps from gross to what is missing.
func (v *view) textFall(p *printer, w *tillproof.Waterfall) {
	style := boldStyle
	if w.Status == tillproof.Exception {
		style = badStyle
	}
	p.para(2, "", v.fallTitle(w), style)
	g := grid{head: []string{w.Net.Currency().String(), v.text("report.col.n"), v.text("report.col.amount")}}
	for _, s := range w.Steps {
		g.rows = append(g.rows, []string{
			v.text("step." + string(s.Kind)), v.count(s.Count),
			v.bare(s.Amount),
		})
	}
	g.bold = map[int]bool{len(g.rows): true}
	g.rows = append(g.rows,
		[]string{v.text("report.fall.net"), "", v.bare(w.Net)},
		[]string{v.text("report.fall.paid"), "", v.bare(w.Paid)},
		[]string{v.text("report.fall.residual"), "", v.bare(w.Residual)})
	p.grid(4, g)
	for _, n := range w.Notes {
		p.para(4, "", v.note(n), faintStyle)
	}
	if len(w.Deposit) > 0 {
		p.para(4, "", v.trace(w.Deposit), faintStyle)
	}
}

// fallTitle says which days a deposit is for, when it was due and when it came.
func (v *view) fallTitle(w *tillproof.Waterfall) string {
	code := "report.fall.title"
	if !w.Arrived.Known() {
		code = "report.fall.title_absent"
	}
	return v.text(code, "days", v.days(w.From, w.To), "due", v.day(w.Expected), "arrived", v.day(w.Arrived),
		"status", v.text("status."+w.Status.String()))
}
