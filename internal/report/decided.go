package report

import (
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// decisions are the run's decisions in the order of showing: those that were not obeyed come first, since
// somebody must look at them.
func (v *view) decisions() []*tillproof.Decision {
	var refused, obeyed []*tillproof.Decision
	for i := range v.run.Decisions {
		d := &v.run.Decisions[i]
		if d.Obeyed() {
			obeyed = append(obeyed, d)
		} else {
			refused = append(refused, d)
		}
	}
	return append(refused, obeyed...)
}

// decisionSentence is a decision in words: what, about which lines, why, who and when.
func (v *view) decisionSentence(d *tillproof.Decision) string {
	places := strings.Join(d.Named, ", ")
	if len(d.Records) > 0 {
		places = v.trace(d.Records)
	}
	s := v.text("report.decision", "ruling", v.text("report.ruling."+d.Ruling.String()), "places", places,
		"reason", d.Reason)
	var who []string
	for _, w := range [...]string{d.By, d.At} {
		if w != "" {
			who = append(who, w)
		}
	}
	if len(who) > 0 {
		s = v.text("report.decision.by", "decision", s, "who", v.list(who))
	}
	return s
}

// misfitSentence says where a decision stands and why it was not obeyed, "" where it was.
func (v *view) misfitSentence(d *tillproof.Decision) string {
	if d.Obeyed() {
		return ""
	}
	return v.text("report.decision.misfit", "line", strconv.Itoa(d.Place.Line), "why", v.note(d.Misfit))
}

func (v *view) textDecisions(p *printer) {
	all := v.decisions()
	if len(all) == 0 {
		return
	}
	p.title(v.text("report.section.decisions"))
	for i, d := range all {
		if i == textItems {
			p.para(2, "", v.text("report.more", "n", strconv.Itoa(len(all)-textItems)), faintStyle)
			return
		}
		p.para(2, "- ", v.decisionSentence(d), plainStyle)
		if s := v.misfitSentence(d); s != "" {
			p.para(4, "", s, warnStyle)
		}
	}
}

func (v *view) htmlDecisions(m *markup) {
	all := v.decisions()
	if len(all) == 0 {
		return
	}
	v.section(m, "report.section.decisions")
	m.raw("<ul class=\"notes\">\n")
	for _, d := range all[:min(len(all), htmlItems)] {
		m.raw("<li>")
		m.text(v.decisionSentence(d))
		if s := v.misfitSentence(d); s != "" {
			m.el("div", s, "class", "muted")
		}
		m.raw("</li>\n")
	}
	if more := len(all) - htmlItems; more > 0 {
		m.el("li", v.text("report.more", "n", strconv.Itoa(more)))
	}
	m.raw("</ul>\n")
}

func (v *view) jsonDecisions(j *jsonWriter) {
	j.list("decisions", len(v.run.Decisions), func(i int) { v.jsonDecision(j, &v.run.Decisions[i]) })
}

func (v *view) jsonDecision(j *jsonWriter, d *tillproof.Decision) {
	j.str("ruling", d.Ruling.String())
	j.num("line", d.Place.Line)
	j.str("reason", d.Reason)
	j.some("by", d.By)
	j.some("at", d.At)
	j.flag("obeyed", d.Obeyed())
	if !d.Obeyed() {
		j.str("misfit", v.note(d.Misfit))
		j.str("misfit_code", d.Misfit.Code)
		j.params("misfit_params", d.Misfit.Params)
	}
	j.texts("named", d.Named)
	v.jsonRows(j, "records", d.Records)
}

// texts writes a list of texts.
func (j *jsonWriter) texts(name string, all []string) {
	j.name(name)
	j.open("[")
	for _, s := range all {
		j.next()
		j.quote(s)
	}
	j.close("]")
}
