package report

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

// Text writes the result for a person at a terminal: what was read, how the money matched, what is wrong,
// what looked wrong and is not, what it costs, what to do.
func Text(w io.Writer, run *tillproof.Run, opt Options) error { return newView(run, opt).writeText(w) }

func (v *view) writeText(w io.Writer) error {
	p := newPrinter(w, v.opt)
	v.textHead(p)
	v.textSources(p)
	v.textMatching(p)
	v.textExceptions(p)
	v.textInnocent(p)
	v.textDecisions(p)
	v.textFalls(p)
	v.textFees(p)
	v.textLoss(p)
	v.textNext(p)
	return p.w.Flush()
}

func (v *view) textHead(p *printer) {
	p.para(0, "", v.title(), titleStyle)
	if v.opt.Demo {
		p.para(0, "", v.text("report.demo"), faintStyle)
	}
	p.gap()
	style := badStyle
	if v.run.Exceptions() == 0 {
		style = goodStyle
	}
	for _, s := range v.verdict() {
		p.para(0, "", s, style)
		style = boldStyle
	}
	for _, n := range v.run.Warnings {
		p.para(0, v.lead("report.warning"), v.traced(v.note(n), n.Rows), warnStyle)
	}
}

func (v *view) textSources(p *printer) {
	p.title(v.text("report.section.files"))
	for i := range v.run.Sources {
		v.textSource(p, &v.run.Sources[i], v.names[i])
	}
	v.textBasis(p)
}

func (v *view) textSource(p *printer, s *tillproof.Source, name string) {
	p.line("  " + p.paint(v.side(s.Side), boldStyle) + "  " + name)
	p.para(4, "", v.list(v.sourceFacts(s)), faintStyle)
	shown := shownIssues(s.Issues)
	for _, i := range shown {
		issue := s.Issues[i]
		lead, said := v.placeOf(issue), v.issue(issue)
		if columns(lead) > leadColumns {
			lead, said = "", lead+said // a long name of a sheet would leave no room beside it
		}
		p.para(4, lead, said, warnStyle)
		if hint := v.hint(issue); hint != "" {
			p.para(6, "", hint, faintStyle)
		}
	}
	if more := s.IssueCount - len(shown); more > 0 {
		p.para(4, "", v.moreIssues(more, s), warnStyle)
	}
	if s.Unread > 0 {
		p.para(4, "", v.text("report.unread_sums", "n", strconv.Itoa(s.Unread)), faintStyle)
	}
}

// shownIssues are the problems of a file that a terminal shows: one of each kind, so that a thousand bad rows
// do not hide that ids lost their digits, and the first ones beside them; in the order of the file.
func shownIssues(issues []tillproof.Issue) []int {
	var first, rest []int
	seen := map[string]bool{}
	for i := range issues {
		if code := issues[i].Code; !seen[code] && len(first) < textKinds {
			seen[code] = true
			first = append(first, i)
		} else {
			rest = append(rest, i)
		}
	}
	first = append(first, rest[:max(0, min(textIssues-len(first), len(rest)))]...)
	slices.Sort(first)
	return first
}

// moreIssues says how many issues are not shown and where they are: JSON lists all of most files, and of the
// others the first; a workbook is written of a reconciliation only.
func (v *view) moreIssues(more int, s *tillproof.Source) string {
	code := "report.more_issues"
	if v.read {
		code = "report.more_issues_read"
	}
	text := v.text(code, "n", strconv.Itoa(more))
	if s.IssueCount > len(s.Issues) {
		text += v.blank() + v.text("report.issues_cut", "n", strconv.Itoa(len(s.Issues)))
	}
	return text
}

// leadColumns is how wide the place of an issue may be to stand beside what it is about.
const leadColumns = 24

// side is the term of a side, or that it is not known.
func (v *view) side(s tillproof.Side) string {
	if s == tillproof.NoSide {
		return v.text("report.side_unknown")
	}
	return v.text("side." + s.String())
}

// sourceFacts are what a file is and holds, one phrase each.
func (v *view) sourceFacts(s *tillproof.Source) []string {
	facts := []string{v.formatName(s)}
	if s.Charset != "" {
		facts = append(facts, clean(s.Charset))
	}
	if s.From.Known() && s.To.Known() {
		facts = append(facts, v.text("report.file.period", "from", s.From.String(), "to", s.To.String()))
	}
	facts = append(facts, v.text("report.file.rows", "n", strconv.Itoa(s.Totals.Entries)))
	for _, still := range [...]tillproof.RecordStatus{tillproof.Pending, tillproof.Neutral} {
		if n := s.Totals.ByStatus[still]; n > 0 {
			facts = append(facts, v.text("report.file."+still.String(), "n", strconv.Itoa(n)))
		}
	}
	sums := s.Totals.ByCurrency
	if len(sums) == 0 {
		sums = []tillproof.CurrencyTotals{{SumCredit: s.Totals.SumCredit, SumDebit: s.Totals.SumDebit}}
	}
	for _, c := range sums {
		if len(sums) > 1 && c.SumCredit.Unscaled == 0 && c.SumDebit.Unscaled == 0 {
			continue // lines of which not even the currency could be read
		}
		facts = append(facts,
			v.text("report.file.credit", "amount", locale.Exact(v.opt.Lang, c.SumCredit, c.Currency)))
		if c.SumDebit.Unscaled != 0 {
			facts = append(facts,
				v.text("report.file.debit", "amount", locale.Exact(v.opt.Lang, c.SumDebit, c.Currency)))
		}
	}
	if s.Unread > 0 {
		facts = append(facts, v.text("report.file.unread", "n", strconv.Itoa(s.Unread)))
	}
	if s.Masked > 0 {
		facts = append(facts, v.text("report.file.masked", "n", strconv.Itoa(s.Masked)))
	}
	return facts
}

// Title is what a layout, a dialect or a format is called, its name where it has no title.
func Title(name string, opt Options) string {
	v := newView(&tillproof.Run{}, opt)
	if title := v.layoutName("", name); title != name {
		return title
	}
	return v.formatTitle(name)
}

// formatName is what a file is, in words: its format, and the layout of its columns or the version of the
// format. JSON has the names by which programs know them.
func (v *view) formatName(s *tillproof.Source) string {
	name := v.formatTitle(s.Format)
	if s.Dialect == "" {
		return clean(name)
	}
	return v.text("report.format_of", "format", name, "layout", v.layoutName(s.Format, s.Dialect))
}

func (v *view) formatTitle(name string) string {
	return v.firstOf(name, "report.format."+name, "formats."+name+".title")
}

// layoutName is the title of a layout, or of a dialect of a format; one that has none, such as a layout of
// the user, is called by its name.
func (v *view) layoutName(format, name string) string {
	title := v.firstOf("", "report.layout."+format+"."+name, "report.layout."+name)
	if title == "" && v.opt.Layout != nil {
		title = v.opt.Layout(name)
	}
	return cmp.Or(title, name)
}

// firstOf is the text of the first code that has one.
func (v *view) firstOf(otherwise string, codes ...string) string {
	for _, code := range codes {
		if locale.Has(v.opt.Lang, code) {
			return v.text(code)
		}
	}
	return otherwise
}

func (v *view) textExceptions(p *printer) {
	groups := v.groups()
	if len(groups) == 0 {
		return
	}
	p.title(v.text("report.section.exceptions"))
	for i, g := range groups {
		if i > 0 {
			p.gap()
		}
		lead := "[" + v.text("severity."+g.severity.String()) + "] "
		p.head(lead, severityStyle(g.severity), v.text("report.group", "term", v.term(g.code), "n",
			strconv.Itoa(g.len())))
		for j, it := range v.items(g, textItems) {
			lead := ""
			if g.len() > 1 {
				lead = strconv.Itoa(j+1) + ". "
			}
			v.textItem(p, it, lead)
		}
		if more := g.beyond(textItems); more > 0 {
			p.para(2, "", v.text(v.moreCode(g), "n", strconv.Itoa(more)), warnStyle)
		}
	}
}

func (v *view) textItem(p *printer, it item, lead string) {
	in := 2 + columns(lead)
	if len(it.facts) > 1 {
		p.pieces(2, lead, it.facts, boldStyle)
		lead = pad("", columns(lead))
	}
	p.para(2, lead, v.itemText(it), plainStyle)
	if it.fall != nil {
		p.para(in, "", v.equation(it.fall), faintStyle)
	} else if len(it.rows) > 1 {
		v.textRows(p, in, it.rows)
	}
	for _, s := range it.more {
		p.para(in, "", s, faintStyle)
	}
	if strings.HasPrefix(it.id, "fnd_") { // explain takes it; what else it takes stands in the lines above
		p.para(in, "", it.id, faintStyle)
	}
}

// itemText is the sentence with its lines, and with a fact that has no line of its own.
func (v *view) itemText(it item) string {
	trace := v.trace(it.rows)
	if len(it.facts) == 1 {
		trace = v.list([]string{it.facts[0], trace})
	}
	return v.text("report.traced", "sentence", it.sentence, "trace", trace)
}

// textRows lists the rows of an exception.
func (v *view) textRows(p *printer, indent int, rows []tillproof.RowRef) {
	show := len(rows)
	if show > textRows {
		show = textFew
	}
	p.grid(indent, v.rowGrid(rows[:show], rows))
	if more := len(rows) - show; more > 0 {
		p.para(indent, "", v.text("report.more_rows", "n", strconv.Itoa(more)), faintStyle)
	}
}

// rowGrid lists rows; where one of all of them shows a fee, the fee stands in place of the terminal.
func (v *view) rowGrid(rows, all []tillproof.RowRef) grid {
	fees := slices.ContainsFunc(all,
		func(ref tillproof.RowRef) bool { return !v.run.Record(ref).Fee.IsZero() })
	second := "report.col.terminal"
	if fees {
		second = "part.fees"
	}
	g := grid{left: map[int]bool{3: true, 4: true}, head: []string{
		v.text("report.col.time"), v.text("report.col.amount"), v.text(second), v.text("report.col.rrn"),
		v.text("report.col.place"),
	}}
	for _, ref := range rows {
		r := v.run.Record(ref)
		cell := clean(string(r.Refs.Terminal))
		if fees && r.Fee.Currency().Known() {
			cell = v.bare(r.Fee)
		} else if fees {
			cell = ""
		}
		g.rows = append(g.rows, []string{
			v.moment(r), v.money(r.Amount), cell, clean(r.Refs.RRN), v.place(r.Origin),
		})
	}
	return g
}

func (v *view) textInnocent(p *printer) {
	all := v.innocent()
	if len(all) == 0 {
		return
	}
	p.title(v.text("report.section.innocent"))
	for i, s := range all {
		if i == textItems {
			p.para(2, "", v.text("report.more", "n", strconv.Itoa(len(all)-textItems)), faintStyle)
			break
		}
		p.para(2, "- ", s, plainStyle)
	}
}

func (v *view) textNext(p *printer) {
	notes := v.next()
	if len(notes) == 0 {
		return
	}
	p.title(v.text("report.section.next"))
	for i, n := range notes {
		p.para(2, strconv.Itoa(i+1)+". ", v.note(n), plainStyle)
	}
}
