package kept

import (
	"io"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/report"
)

// The schemas of decisions; additive changes only.
const (
	schemaDecision  = "tillproof.kept_decision/1"
	schemaDecisions = "tillproof.kept_decisions/1"
)

// Decisions writes the decisions of a workspace, the oldest first; misfits are those that the newest run did
// not obey.
func Decisions(
	w io.Writer, all []tillproof.KeptDecision, misfits []tillproof.Misfit, opt Options,
) error {
	p := newPage(w, opt)
	if len(all) == 0 {
		p.Say(0, "", p.Text("kept.decision.none"), report.Plain)
	}
	for i := range all[:min(len(all), textItems)] {
		p.decision(&all[i], misfits)
	}
	p.more(len(all), textItems)
	return p.Flush()
}

func (p *page) decision(d *tillproof.KeptDecision, misfits []tillproof.Misfit) {
	tone := report.Plain
	if d.Undone != nil {
		tone = report.Faint
	}
	p.Facts(0, []string{short(d.ID.String()), p.person(d.By, d.Time)}, report.Strong)
	p.Say(2, "", p.Text("kept.decision.said", "ruling", p.Text("report.ruling."+d.Ruling.String()), "records",
		p.named(d.Records), "reason", report.Clean(d.Reason)), tone)
	if why := misfitOf(d.ID, misfits); why.Code != "" {
		p.Say(2, "", p.Text("kept.decision.misfit", "why", p.Note(why)), report.Warn)
	}
	p.undone(2, d.Undone)
}

// named lists the records of a decision as far as a line holds them.
func (p *page) named(records []string) string {
	var parts []string
	for i, r := range records {
		if i == textFew {
			parts = append(parts, p.Text("kept.decision.more", "n", n(len(records)-textFew)))
			break
		}
		if strings.HasPrefix(r, "rec_") {
			r = short(r)
		}
		parts = append(parts, report.Clean(r))
	}
	return p.List(parts)
}

func misfitOf(id tillproof.RulingID, all []tillproof.Misfit) tillproof.Note {
	for _, m := range all {
		if m.Decision == id {
			return m.Why
		}
	}
	return tillproof.Note{}
}

// Decided writes that a decision was made or taken back, and what the run that followed it changed. The run
// is nil where there was nothing left to compare.
func Decided(w io.Writer, d *tillproof.KeptDecision, k *Kept, opt Options) error {
	p := newPage(w, opt)
	code := "kept.decision.made"
	if d.Undone != nil {
		code = "kept.decision.undone"
	}
	p.Say(0, "", p.Text(code, "id", short(d.ID.String()), "ruling",
		p.Text("report.ruling."+d.Ruling.String()), "records", p.named(d.Records)), report.Good)
	if k != nil {
		for _, s := range p.changes(*k) {
			p.Say(2, "", s, report.Plain)
		}
	}
	return p.Flush()
}

// decisionOut is a decision for programs.
type decisionOut struct {
	ID      string     `json:"id"`
	Time    string     `json:"time"`
	By      string     `json:"by"`
	Ruling  string     `json:"ruling"`
	Records []string   `json:"records"`
	Reason  string     `json:"reason"`
	Undone  *undoneOut `json:"undone"`
	Misfit  *noteOut   `json:"misfit"`
}

func (p *page) decisionOut(d *tillproof.KeptDecision, misfits []tillproof.Misfit) decisionOut {
	out := decisionOut{
		ID: d.ID.String(), Time: stamp(d.Time), By: d.By, Ruling: d.Ruling.String(),
		Records: append([]string{}, d.Records...), Reason: d.Reason, Undone: undoneOf(d.Undone),
	}
	if why := misfitOf(d.ID, misfits); why.Code != "" {
		note := p.noteOf(why)
		out.Misfit = &note
	}
	return out
}

// DecisionsJSON writes the decisions as tillproof.kept_decisions/1.
func DecisionsJSON(
	w io.Writer, all []tillproof.KeptDecision, misfits []tillproof.Misfit, opt Options,
) error {
	p := newPage(io.Discard, opt)
	out := make([]decisionOut, len(all))
	for i := range all {
		out[i] = p.decisionOut(&all[i], misfits)
	}
	return writeJSON(w, field{"schema", schemaDecisions}, field{"decisions", listOf(out)})
}

// DecidedJSON writes a decision and the run that followed it as tillproof.kept_decision/1.
func DecidedJSON(w io.Writer, d *tillproof.KeptDecision, k *Kept, opt Options) error {
	p := newPage(io.Discard, opt)
	var run *runOut
	if k != nil {
		made := p.runOut(k.Run)
		run = &made
	}
	return writeJSON(w, field{"schema", schemaDecision}, field{"decision", p.decisionOut(d, nil)},
		field{"run", run})
}
