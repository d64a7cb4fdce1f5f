package kept

import (
	"io"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/report"
	"github.com/tillproof/tillproof/internal/workspace"
)

// schemaException names the form of one exception for programs; additive changes only.
const schemaException = "tillproof.exception/1"

// Exception writes all that is known of one exception: what it says with its rows and what came close, what
// people said about it, and what it said before.
func Exception(w io.Writer, s *workspace.Shown, opt Options) error {
	run, subject, err := subjectOf(&s.Exception)
	if err != nil {
		return err
	}
	if err := report.Explanation(w, run, subject, opt.Options); err != nil {
		return err
	}
	p := newPage(w, opt)
	p.Section(p.Text("kept.exception.standing"))
	e := &s.Exception
	p.Say(2, "", p.Text("kept.exception.severity", "severity", severity(e).String()), report.Plain)
	if !e.Amount.IsZero() {
		p.Say(2, "", p.at(e), report.Strong)
	}
	state := p.state(e)
	if state == "" {
		state = p.Text("kept.state.new")
	}
	p.Say(2, "", state, report.Plain)
	p.Say(2, "", p.Text("kept.exception.seen", "first", short(e.First.String()), "last",
		short(e.Last.String())), report.Faint)
	p.history(s)
	return p.Flush()
}

// subjectOf makes what an exception shows a run that reports can explain. Where there were too many to
// explain each row, the rows are shown with how they ended.
func subjectOf(e *tillproof.KeptException) (*tillproof.Run, *report.Subject, error) {
	run, x, err := workspace.Content(e)
	if err != nil {
		return nil, nil, err
	}
	rows := x.Explained
	if len(rows) == 0 {
		rows = plainRows(run, x)
	}
	return run, &report.Subject{Break: x.Break, Finding: x.Finding, Rows: rows, All: x.All}, nil
}

func plainRows(run *tillproof.Run, x *tillproof.ExceptionContent) []tillproof.Explanation {
	var refs []tillproof.RowRef
	switch {
	case x.Break != nil:
		refs = x.Break.Records
	case x.Finding != nil:
		refs = x.Finding.Records
	}
	var out []tillproof.Explanation
	for _, ref := range refs[:min(len(refs), textFiles)] {
		out = append(out, tillproof.Explanation{Ref: ref, Status: run.States[ref.Side][ref.N].Status})
	}
	return out
}

// history is what the exception said before, and what people said about it.
func (p *page) history(s *workspace.Shown) {
	if said := p.earlier(s); len(said) > 0 {
		p.Section(p.Text("kept.exception.versions"))
		from := max(0, len(said)-textJudged)
		for i, text := range said[from:] {
			p.Say(2, n(from+i+1)+". ", text, report.Plain)
		}
	}
	if len(s.Judgements) > 0 {
		p.Section(p.Text("kept.exception.judgements"))
		for _, j := range s.Judgements[max(0, len(s.Judgements)-textJudged):] {
			p.Say(2, "- ", p.judgement(&j), report.Plain)
		}
	}
}

// earlier are the sentences that an exception does not say any more, each once, with the run that first wrote
// it. A version may differ from the one before in more than its sentence.
func (p *page) earlier(s *workspace.Shown) []string {
	if len(s.Versions) == 0 {
		return nil
	}
	last := len(s.Versions) - 1
	told := map[string]bool{p.said(&s.Exception, s.Versions[last]): true}
	var out []string
	for _, v := range s.Versions[:last] {
		if said := p.said(&s.Exception, v); !told[said] {
			told[said] = true
			out = append(out, p.version(&s.Exception, v))
		}
	}
	return out
}

// version is what an exception said, with the run that wrote it.
func (p *page) version(e *tillproof.KeptException, v tillproof.ExceptionVersion) string {
	return p.Text("kept.exception.version", "run", short(v.Run.String()), "said", p.said(e, v))
}

// said is what an exception said when a run wrote it.
func (p *page) said(e *tillproof.KeptException, v tillproof.ExceptionVersion) string {
	old := *e
	old.Content = v.Content
	said := p.term(e)
	if _, x, err := workspace.Content(&old); err == nil {
		switch {
		case x.Break != nil && x.Break.Reason.Code != "":
			said = p.Note(x.Break.Reason)
		case x.Finding != nil:
			var parts []string
			for _, note := range x.Finding.Reasons {
				parts = append(parts, p.Note(note))
			}
			said = p.Join(parts...)
		}
	}
	return said
}

func (p *page) judgement(j *tillproof.Judgement) string {
	state := p.Text("kept.state." + string(j.State))
	if j.State == tillproof.ExceptionSnoozed {
		state = p.Text("kept.state.snoozed_until", "day", j.Until.String())
	}
	if j.Reason == "" {
		return p.Text("kept.exception.judgement", "state", state, "who", p.person(j.By, j.Time))
	}
	return p.Text("kept.exception.judgement_why", "state", state, "who", p.person(j.By, j.Time), "reason",
		report.Clean(j.Reason))
}

// ExceptionJSON writes one exception as tillproof.exception/1, with what it shows in the form of explain.
func ExceptionJSON(w io.Writer, s *workspace.Shown, opt Options) error {
	run, subject, err := subjectOf(&s.Exception)
	if err != nil {
		return err
	}
	p := newPage(io.Discard, opt)
	explained := func(w io.Writer) error { return report.ExplanationJSON(w, run, subject, opt.Options) }
	type versionOut struct {
		Run  string `json:"run"`
		Said string `json:"said"`
	}
	versions, judgements := []versionOut{}, []judgementOut{}
	for _, v := range s.Versions {
		versions = append(versions, versionOut{v.Run.String(), p.version(&s.Exception, v)})
	}
	for i := range s.Judgements {
		judgements = append(judgements, *judgementOf(&s.Judgements[i]))
	}
	return writeJSON(w, field{"schema", schemaException}, field{"lang", p.opt.Lang},
		field{"exception", p.exceptionOut(&s.Exception)}, field{"explanation", trimmed(explained)},
		field{"versions", listOf(versions)}, field{"judgements", listOf(judgements)})
}
