package report

import (
	_ "embed"
	"io"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

//go:embed style.css
var style string

// policyOfPage forbids the page every request and every script, whatever a file's text may try.
const policyOfPage = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

// HTML writes the result as one page that needs nothing else: no script, no font, no request. It prints,
// follows the reader's dark or light setting, and every chart has its figures as a table.
func HTML(w io.Writer, run *tillproof.Run, opt Options) error { return newView(run, opt).writeHTML(w) }

func (v *view) writeHTML(w io.Writer) error {
	m := newMarkup(w)
	v.htmlHead(m)
	v.htmlVerdict(m)
	v.htmlNext(m)
	v.htmlExceptions(m)
	v.htmlInnocent(m)
	v.htmlDecisions(m)
	v.htmlLoss(m)
	v.htmlDays(m)
	v.htmlFees(m)
	v.htmlFalls(m)
	v.htmlMatching(m)
	v.htmlFiles(m)
	m.raw("<footer><p>")
	m.text(v.text("report.html.foot"))
	m.raw("</p></footer></main></body></html>\n")
	return m.w.Flush()
}

func (v *view) title() string {
	if v.run.Policy.Merchant == "" {
		return v.text("report.title")
	}
	return v.text("report.title_of", "merchant", v.run.Policy.Merchant)
}

func (v *view) htmlHead(m *markup) {
	lang := "en"
	if v.opt.Lang == locale.ZH {
		lang = "zh-CN"
	}
	m.raw("<!doctype html>\n")
	m.open("html", "lang", lang)
	m.raw("<head><meta charset=\"utf-8\">\n",
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
		"<meta name=\"color-scheme\" content=\"light dark\">\n",
		"<meta http-equiv=\"Content-Security-Policy\" content=\"", policyOfPage, "\">\n",
		"<link rel=\"icon\" href=\"data:,\">\n")
	m.el("title", v.title())
	m.raw("\n<style>\n", style, "</style></head>\n<body><main>\n<header>")
	m.el("h1", v.title())
	if v.opt.Demo {
		m.el("p", v.text("report.demo"), "class", "demo")
	}
	m.raw("</header>\n")
}

func (v *view) htmlVerdict(m *markup) {
	class := "verdict bad"
	if v.run.Exceptions() == 0 {
		class = "verdict good"
	}
	m.el("p", v.verdict()[0], "class", class)
	for _, l := range v.run.Losses {
		m.raw("<dl class=\"tiles\">\n")
		for _, line := range lossLines(l)[:4] {
			v.htmlTile(m, line, l.Currency)
		}
		m.raw("</dl>\n")
	}
	if len(v.run.Warnings) > 0 {
		m.raw("<ul class=\"notes\">\n")
		for _, n := range v.run.Warnings {
			m.el("li", v.traced(v.note(n), n.Rows))
		}
		m.raw("</ul>\n")
	}
}

func (v *view) htmlTile(m *markup, l lossLine, c tillproof.Currency) {
	some := ""
	if l.total != 0 {
		some = " some"
	}
	m.open("div", "class", l.code[len("bucket."):]+some)
	m.el("dt", v.text(l.code))
	m.raw("<dd>")
	m.text(v.money(tillproof.NewMoney(l.total, c)))
	if l.principal != nil && *l.fees != 0 {
		m.el("small", v.list([]string{
			v.text("part.principal") + " " + v.minor(*l.principal, c),
			v.text("part.fees") + " " + v.minor(*l.fees, c),
		}))
	}
	m.raw("</dd></div>\n")
}

func (v *view) section(m *markup, code string) {
	m.el("h2", v.text(code))
	m.raw("\n")
}

func (v *view) htmlNext(m *markup) {
	notes := v.next()
	if len(notes) == 0 {
		return
	}
	v.section(m, "report.section.next")
	m.raw("<ol>\n")
	for _, n := range notes {
		m.el("li", v.note(n))
		m.raw("\n")
	}
	m.raw("</ol>\n")
}

func (v *view) htmlExceptions(m *markup) {
	groups := v.groups()
	if len(groups) == 0 {
		return
	}
	v.section(m, "report.section.exceptions")
	for _, g := range groups {
		m.raw("<h3>")
		m.el("span", v.text("severity."+g.severity.String()), "class", "badge "+g.severity.String())
		m.text(v.text("report.group", "term", v.term(g.code), "n", strconv.Itoa(g.len())))
		m.raw("</h3>\n")
		for _, it := range v.items(g, htmlItems) {
			v.htmlItem(m, it)
		}
		if more := g.beyond(htmlItems); more > 0 {
			m.el("p", v.text(v.moreCode(g), "n", strconv.Itoa(more)), "class", "more")
		}
	}
}

func (v *view) htmlItem(m *markup, it item) {
	m.open("article", "class", it.severity.String(), "id", it.id)
	if len(it.facts) > 0 {
		m.raw("<p class=\"facts\">")
		for _, f := range it.facts {
			m.el("span", f)
		}
		m.raw("</p>\n")
	}
	m.el("p", it.sentence)
	if it.fall != nil {
		m.el("p", v.equation(it.fall), "class", "muted")
	} else if len(it.rows) > 1 {
		v.htmlRows(m, it.rows)
	}
	for _, s := range it.more {
		m.el("p", s, "class", "more")
	}
	m.el("p", v.trace(it.rows), "class", "trace")
	m.raw("</article>\n")
}

// htmlRows lists the rows of an exception; a long list stays folded.
func (v *view) htmlRows(m *markup, all []tillproof.RowRef) {
	rows := all[:min(len(all), htmlRows)]
	folded := len(rows) > textRows
	if folded {
		m.raw("<details>")
		m.el("summary", v.text("report.html.show_rows", "n", strconv.Itoa(len(all))))
	}
	m.table(v.text("report.html.rows"), v.rowGrid(rows, all), nil)
	if more := len(all) - len(rows); more > 0 {
		m.el("p", v.text("report.more_rows", "n", strconv.Itoa(more)), "class", "more")
	}
	if folded {
		m.raw("</details>\n")
	}
}

func (v *view) htmlInnocent(m *markup) {
	all := v.innocent()
	if len(all) == 0 {
		return
	}
	v.section(m, "report.section.innocent")
	m.raw("<ul>\n")
	for _, s := range all[:min(len(all), htmlItems)] {
		m.el("li", s)
		m.raw("\n")
	}
	m.raw("</ul>\n")
}

func (v *view) htmlLoss(m *markup) {
	v.section(m, "report.section.loss")
	if len(v.run.Losses) == 0 {
		m.el("p", v.text("report.loss.none"))
		return
	}
	for _, l := range v.run.Losses {
		m.table(v.text("report.html.loss", "currency", l.Currency.String()), v.lossGrid(l), nil)
	}
	m.el("p", v.text("report.loss.how"), "class", "muted")
}

func (v *view) htmlMatching(m *markup) {
	if len(v.run.Completeness) == 0 {
		return
	}
	v.section(m, "report.section.matching")
	m.table(v.text("report.html.counts"), v.countGrid(), nil)
	for _, g := range v.sumGrids() {
		m.table(v.text("report.html.sums"), g, nil)
	}
	m.raw("<p>")
	m.text(v.proof())
	m.raw("</p>\n")
	v.htmlDayProof(m)
	if s := v.methods(); s != "" {
		m.el("p", s, "class", "muted")
	}
	for _, c := range v.run.Completeness {
		if s := v.excludedPhrase(c.Side); s != "" {
			m.el("p", s, "class", "muted")
		}
	}
}

func (v *view) htmlFiles(m *markup) {
	v.section(m, "report.section.files")
	v.htmlBasis(m)
	for i := range v.run.Sources {
		s := &v.run.Sources[i]
		m.raw("<h3>")
		m.text(v.side(s.Side))
		m.el("span", s.File, "class", "trace")
		m.raw("</h3>\n")
		m.el("p", v.list(v.sourceFacts(s)))
		if s.Unread > 0 {
			m.el("p", v.text("report.unread_sums", "n", strconv.Itoa(s.Unread)))
		}
		m.el("p", "SHA-256 "+s.Digest.String(), "class", "trace")
		if len(s.Issues) == 0 {
			continue
		}
		m.raw("<ul class=\"notes\">\n")
		for _, is := range s.Issues[:min(len(s.Issues), htmlItems)] {
			m.raw("<li>")
			m.text(v.placeOf(is) + v.issue(is))
			if hint := v.hint(is); hint != "" {
				m.el("div", hint, "class", "muted")
			}
			m.raw("</li>\n")
		}
		if more := s.IssueCount - min(len(s.Issues), htmlItems); more > 0 {
			m.el("li", v.moreIssues(more, s))
		}
		m.raw("</ul>\n")
	}
}
