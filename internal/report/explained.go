package report

import (
	"io"
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
)

// Subject is what is to be explained: records, alone or as those of a break or a finding.
type Subject struct {
	Break   *tillproof.Break
	Finding *tillproof.Finding
	Rows    []tillproof.Explanation
	All     int // of its records, those that Rows leaves out among them
}

// Explanation writes why a subject is what it is, for a person.
func Explanation(w io.Writer, run *tillproof.Run, s *Subject, opt Options) error {
	v := newView(run, opt)
	p := newPrinter(w, v.opt)
	v.textSubject(p, s)
	for i := range s.Rows {
		if i > 0 || s.Break != nil || s.Finding != nil {
			p.gap()
		}
		v.textExplained(p, &s.Rows[i])
	}
	if more := s.All - len(s.Rows); more > 0 {
		p.gap()
		p.para(0, "", v.text("report.more_rows", "n", strconv.Itoa(more)), faintStyle)
	}
	p.gap()
	v.textBasis(p)
	return p.w.Flush()
}

// textSubject is the break or the finding itself.
func (v *view) textSubject(p *printer, s *Subject) {
	switch {
	case s.Break != nil:
		b := s.Break
		p.para(0, "", v.termWithID("break."+string(b.Kind), b.ID.String()), titleStyle)
		p.para(2, "", v.breakSentence(b), plainStyle)
		p.para(2, "", v.text("explain.residual", "amount", v.money(b.Residual)), plainStyle)
		if b.Doubt.Code != "" {
			p.para(2, "", v.note(b.Doubt), warnStyle)
		}
		for _, f := range v.explanations(b.ID) {
			p.para(2, "", v.reasons(&v.run.Findings[f]), faintStyle)
		}
	case s.Finding != nil:
		f := s.Finding
		p.para(0, "", v.rule(f.Rule)+v.blank()+v.text("explain.id", "id", f.ID.String()), titleStyle)
		p.para(2, "", v.reasons(f), plainStyle)
	}
}

// termWithID is a term and the id of what it names.
func (v *view) termWithID(term, id string) string {
	return v.text(term) + v.blank() + v.text("explain.id", "id", id)
}

func (v *view) textExplained(p *printer, x *tillproof.Explanation) {
	r := v.run.Record(x.Ref)
	p.para(0, "", v.text("explain.record", "side", v.side(x.Ref.Side), "kind",
		v.text("kind."+r.Kind.String()), "amount", v.money(r.Amount), "when", v.moment(r)), titleStyle)
	p.para(2, "", v.place(r.Origin)+"  "+r.ID.String(), faintStyle)
	p.para(2, "", v.statusSentence(x), boldStyle)
	if x.Partner.Side != tillproof.NoSide {
		o := v.run.Record(x.Partner)
		p.para(2, "", v.text("explain.partner", "side", v.side(x.Partner.Side), "place",
			v.place(o.Origin), "id", o.ID.String()), plainStyle)
		if len(x.Along) > 0 {
			p.para(2, "", v.text("explain.along", "places", v.trace(x.Along)), plainStyle)
		}
	}
	if len(x.Fields) > 0 {
		p.gap()
		p.grid(2, v.comparedGrid(x))
	}
	if len(x.Second) > 0 {
		p.gap()
		p.para(2, "", v.text("explain.second"), boldStyle)
		for _, s := range v.closest(x.Second) {
			p.para(4, "- ", s, plainStyle)
		}
	}
	v.textSaid(p, x)
}

// textSaid is what breaks, deposits and decisions say about the record.
func (v *view) textSaid(p *printer, x *tillproof.Explanation) {
	for _, n := range v.notesOf(x) {
		p.para(2, "- ", n, plainStyle)
	}
	for i := range v.run.Waterfalls {
		w := &v.run.Waterfalls[i]
		if slices.Contains(w.Rows, x.Ref) || slices.Contains(w.Deposit, x.Ref) {
			p.gap()
			p.para(2, "", v.fallTitle(w), boldStyle)
			p.para(4, "", v.text("explain.method", "method", v.text("method."+string(w.Method))), plainStyle)
			p.para(4, "", v.equation(w), plainStyle)
			p.para(4, "", v.fallTrace(w), faintStyle)
		}
	}
	for i := range v.run.Decisions {
		if d := &v.run.Decisions[i]; slices.Contains(d.Records, x.Ref) {
			p.gap()
			p.para(2, "", v.text("report.section.decisions"), boldStyle)
			p.para(4, "- ", v.decisionSentence(d), plainStyle)
			if s := v.misfitSentence(d); s != "" {
				p.para(6, "", s, warnStyle)
			}
		}
	}
}

// notesOf are the sentences about the record without the reason of its status, which stands by it.
func (v *view) notesOf(x *tillproof.Explanation) []string {
	var out []string
	reason := v.run.States[x.Ref.Side][x.Ref.N].Reason
	for _, n := range x.Notes {
		if n.Code != reason {
			out = append(out, v.note(n))
		}
	}
	return out
}

// statusSentence is the status with its reason, the day it waits for, and the step that led to it.
func (v *view) statusSentence(x *tillproof.Explanation) string {
	st := v.run.States[x.Ref.Side][x.Ref.N]
	s := v.text("status." + x.Status.String())
	if st.Reason != "" {
		s = v.text("explain.because", "status", s, "reason", v.text(st.Reason))
	}
	if st.Expected.Known() {
		s = v.text("explain.expected", "status", s, "day", v.day(st.Expected))
	}
	if x.Method != "" {
		s += v.semicolon() + v.text("explain.method", "method", v.text("method."+string(x.Method)))
	}
	return s
}

// comparedGrid has a row for each compared field: both values, and whether they are taken for one.
func (v *view) comparedGrid(x *tillproof.Explanation) grid {
	left, right := tillproof.Terminal, tillproof.Acquirer
	if x.Fields[0].Field == "net" {
		left, right = tillproof.Acquirer, tillproof.Bank
	}
	g := grid{left: map[int]bool{1: true, 2: true, 3: true}, head: []string{
		v.text("explain.col.field"), v.side(left), v.side(right), v.text("explain.col.same"),
	}}
	for _, f := range x.Fields {
		same := v.text("explain.differ")
		switch {
		case f.Same:
			same = v.text("explain.same")
		case f.Near:
			same = v.text("explain.near")
		case f.Left == "" || f.Right == "":
			same = "–" // nothing to agree with
		}
		g.rows = append(g.rows, []string{
			v.text("profile.field." + f.Field), v.valueOf(f.Field, f.Left), v.valueOf(f.Field, f.Right), same,
		})
	}
	return g
}

// comparedForms say how the values of fields are written for people.
var comparedForms = map[string]string{
	"amount": "explain.value.money", "net": "explain.value.money", "fee": "explain.value.money",
	"clock": "explain.value.time", "settle_day": "explain.value.date", "value_day": "explain.value.date",
}

func (v *view) valueOf(field, value string) string {
	switch form := comparedForms[field]; {
	case value == "":
		return "–"
	case form != "":
		return v.text(form, "v", value)
	case field == "type":
		return v.text("kind." + value)
	}
	return clean(value)
}

// schemaExplain names the form of an explanation for programs; additive changes only.
const schemaExplain = "tillproof.explain/1"

// ExplanationJSON writes why a subject is what it is as tillproof.explain/1.
func ExplanationJSON(w io.Writer, run *tillproof.Run, s *Subject, opt Options) error {
	v := newView(run, opt)
	j := newJSONWriter(w)
	j.open("{")
	j.str("schema", schemaExplain)
	j.str("lang", string(v.opt.Lang))
	if s.Break != nil {
		j.object("break", func() { v.jsonBreak(j, s.Break) })
	}
	if s.Finding != nil {
		j.object("finding", func() { v.jsonFinding(j, s.Finding) })
	}
	j.num("record_count", s.All)
	j.list("records", len(s.Rows), func(i int) { v.jsonExplained(j, &s.Rows[i]) })
	v.jsonBasis(j)
	j.close("}")
	j.raw("\n")
	return j.w.Flush()
}

func (v *view) jsonExplained(j *jsonWriter, x *tillproof.Explanation) {
	st := v.run.States[x.Ref.Side][x.Ref.N]
	j.str("file", v.run.Source(v.run.Record(x.Ref)).File)
	j.str("side", x.Ref.Side.String())
	j.object("record", func() { recordFields(j, v.run.Record(x.Ref)) })
	j.str("status", x.Status.String())
	j.some("reason_code", st.Reason)
	if st.Reason != "" {
		j.str("reason", v.text(st.Reason))
	}
	j.date("expected_by", st.Expected)
	j.some("method", string(x.Method))
	if x.Method != "" {
		j.str("method_text", v.text("method."+string(x.Method)))
	}
	if x.Partner.Side != tillproof.NoSide {
		j.object("partner", func() { v.jsonRow(j, x.Partner) })
	}
	if len(x.Along) > 0 {
		v.jsonRows(j, "along", x.Along)
	}
	j.list("fields", len(x.Fields), func(i int) {
		f := x.Fields[i]
		j.str("field", f.Field)
		j.str("left", f.Left)
		j.str("right", f.Right)
		j.flag("same", f.Same)
		if f.Near {
			j.flag("near", true)
		}
	})
	j.list("second", len(x.Second), func(i int) { v.jsonCandidate(j, &x.Second[i]) })
	v.jsonNotes(j, "notes", x.Notes)
	v.jsonAround(j, x.Ref)
}

// jsonAround writes the deposits and the decisions that a record is part of.
func (v *view) jsonAround(j *jsonWriter, ref tillproof.RowRef) {
	var falls []*tillproof.Waterfall
	for i := range v.run.Waterfalls {
		w := &v.run.Waterfalls[i]
		if slices.Contains(w.Rows, ref) || slices.Contains(w.Deposit, ref) {
			falls = append(falls, w)
		}
	}
	j.list("waterfalls", len(falls), func(i int) { v.jsonFall(j, falls[i]) })
	var decisions []*tillproof.Decision
	for i := range v.run.Decisions {
		if d := &v.run.Decisions[i]; slices.Contains(d.Records, ref) {
			decisions = append(decisions, d)
		}
	}
	j.list("decisions", len(decisions), func(i int) { v.jsonDecision(j, decisions[i]) })
}
