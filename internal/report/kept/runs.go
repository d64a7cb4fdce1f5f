package kept

import (
	"io"
	"maps"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/report"
)

// The schemas of runs; additive changes only.
const (
	schemaKeep = "tillproof.recon_run/1"
	schemaRun  = "tillproof.kept_run/1"
	schemaRuns = "tillproof.kept_runs/1"
)

// Kept is a run that was made now, or made again with the same result.
type Kept struct {
	Run  *tillproof.KeptRun
	Last *tillproof.KeptRun // the one before it; nil: it is the first
	Same bool               // nothing has changed since Run was kept
}

// Changes writes what a run shows that the one before did not.
func Changes(w io.Writer, k Kept, opt Options) error {
	p := newPage(w, opt)
	p.Section(p.Text("kept.changes.title"))
	for _, s := range p.changes(k) {
		p.Say(2, "", s, report.Plain)
	}
	return p.Flush()
}

func (p *page) changes(k Kept) []string {
	switch {
	case k.Same:
		when := p.moment(k.Run.Time)
		return []string{p.Text("kept.changes.same", "when", when, "id", short(k.Run.ID.String()))}
	case k.Last == nil:
		return []string{p.Text("kept.changes.first", "id", short(k.Run.ID.String()))}
	}
	c := k.Run.Changes
	var parts []string
	for _, x := range [...]struct {
		code string
		n    int
	}{
		{"kept.changes.fresh", c.Fresh},
		{"kept.changes.returned", c.Returned},
		{"kept.changes.changed", c.Changed},
		{"kept.changes.cleared", c.Cleared},
		{"kept.changes.arrived", c.Arrived},
		{"kept.changes.overdue", c.Overdue},
	} {
		if x.n > 0 {
			parts = append(parts, p.Text(x.code, "n", n(x.n)))
		}
	}
	since := p.Text("kept.changes.since", "when", p.moment(k.Last.Time), "id", short(k.Last.ID.String()))
	if len(parts) == 0 {
		parts = []string{p.Text("kept.changes.none")}
	}
	return append([]string{since}, parts...)
}

// ChangesJSON writes a run that was kept as tillproof.recon_run/1: what it adds to the workspace, then the
// result itself in the form of check.
func ChangesJSON(w io.Writer, k Kept, result func(io.Writer) error, opt Options) error {
	p := newPage(io.Discard, opt)
	last := ""
	if k.Last != nil {
		last = k.Last.ID.String()
	}
	return writeJSON(w, field{"schema", schemaKeep}, field{"same", k.Same}, field{"last", last},
		field{"run", p.runOut(k.Run)}, field{"result", trimmed(result)})
}

// Run writes a kept run: its sums, what changed, and what was not obeyed. What it lists one by one stands
// among the exceptions.
func Run(w io.Writer, run *tillproof.KeptRun, opt Options) error {
	p := newPage(w, opt)
	p.Headline(p.Text("kept.run.title", "id", run.ID.String()))
	p.Say(2, "", p.person(run.By, run.Time), report.Faint)
	p.Say(2, "", p.period(run), report.Plain)
	p.Say(2, "", p.Text("kept.run.made_of", "n", n(len(run.Sources)), "decisions", n(len(run.Decisions))),
		report.Plain)
	if c := run.Basis.Checkpoint; c != "" {
		p.Say(2, "", p.Text("report.basis.checkpoint", "checkpoint", c), report.Faint)
	}
	for _, note := range run.Warnings {
		p.Say(2, "", p.Note(note), report.Warn)
	}
	p.Matching(run.Completeness)
	p.Section(p.Text("kept.run.exceptions", "n", n(run.Counts.Exceptions)))
	for _, kind := range tillproof.BreakKinds {
		if c := run.Counts.Breaks[kind]; c > 0 {
			term := p.Text("break." + string(kind))
			p.Say(2, "", p.Text("kept.run.kind", "term", term, "n", n(c)), report.Plain)
		}
	}
	if run.Counts.Findings > 0 {
		p.Say(2, "", p.Text("kept.run.findings", "n", n(run.Counts.Findings)), report.Plain)
	}
	if run.Counts.Waiting > 0 {
		p.Say(2, "", p.Text("kept.run.waiting", "n", n(run.Counts.Waiting)), report.Plain)
	}
	for _, m := range run.Misfits {
		p.Say(2, "", p.Text("kept.run.misfit", "id", short(m.Decision.String()), "why", p.Note(m.Why)),
			report.Warn)
	}
	p.Loss(run.Losses)
	if c := run.Changes; c != (tillproof.RunChanges{}) {
		p.Section(p.Text("kept.changes.title"))
		for _, s := range p.changes(Kept{Run: run, Last: run})[1:] {
			p.Say(2, "", s, report.Plain)
		}
	}
	return p.Flush()
}

func (p *page) period(run *tillproof.KeptRun) string {
	if !run.From.Known() {
		return p.Text("kept.run.everything")
	}
	return p.Text("kept.run.period", "from", run.From.String(), "to", run.To.String())
}

// Runs writes the list of kept runs, the newest first.
func Runs(w io.Writer, all []tillproof.KeptRun, opt Options) error {
	p := newPage(w, opt)
	if len(all) == 0 {
		p.Say(0, "", p.Text("kept.run.none"), report.Plain)
		return p.Flush()
	}
	t := report.Table{Left: []int{1, 2}, Head: []string{
		p.Text("kept.col.run"), p.Text("kept.col.when"), p.Text("kept.col.period"),
		p.Text("kept.col.exceptions"), p.Text("kept.col.fresh"),
	}}
	for i := range all[:min(len(all), textItems)] {
		r := &all[i]
		period := p.Text("kept.col.everything")
		if r.From.Known() {
			period = days(r.From, r.To)
		}
		t.Rows = append(t.Rows, []string{
			short(r.ID.String()), p.moment(r.Time), period, p.count(r.Counts.Exceptions),
			p.count(r.Changes.Fresh),
		})
	}
	p.Table(0, t)
	p.more(len(all), textItems)
	return p.Flush()
}

// runOut is a kept run for programs.
type runOut struct {
	ID         string         `json:"id"`
	Seq        int64          `json:"seq"`
	Time       string         `json:"time"`
	By         string         `json:"by"`
	From       *string        `json:"from"`
	To         *string        `json:"to"`
	Engine     string         `json:"engine"`
	Passes     bool           `json:"passes"`
	Sources    []string       `json:"sources"`
	Decisions  []string       `json:"decisions"`
	Matched    int            `json:"matched"`
	Deposits   int            `json:"deposits"`
	Exceptions int            `json:"exceptions"`
	Findings   int            `json:"findings"`
	Waiting    int            `json:"waiting"`
	Breaks     map[string]int `json:"breaks"`
	Unlisted   map[string]int `json:"unlisted"`
	Changes    changesOut     `json:"changes"`
	Misfits    []misfitOut    `json:"misfits"`
}

type changesOut struct {
	Fresh    int `json:"new"`
	Returned int `json:"returned"`
	Changed  int `json:"changed"`
	Cleared  int `json:"cleared"`
	Arrived  int `json:"arrived"`
	Overdue  int `json:"overdue"`
}

type misfitOut struct {
	Decision string  `json:"decision"`
	Why      noteOut `json:"why"`
}

func (p *page) runOut(r *tillproof.KeptRun) runOut {
	out := runOut{
		ID: r.ID.String(), Seq: r.Seq, Time: stamp(r.Time), By: r.By, From: day(r.From), To: day(r.To),
		Engine: r.Basis.Engine, Passes: r.Basis.Passes, Sources: []string{}, Decisions: []string{},
		Matched: r.Counts.Matched, Deposits: r.Counts.Deposits, Exceptions: r.Counts.Exceptions,
		Findings: r.Counts.Findings, Waiting: r.Counts.Waiting, Breaks: byKind(r.Counts.Breaks),
		Unlisted: byKind(r.Counts.Unlisted), Changes: changesOut(r.Changes), Misfits: []misfitOut{},
	}
	for _, id := range r.Sources {
		out.Sources = append(out.Sources, id.String())
	}
	for _, id := range r.Decisions {
		out.Decisions = append(out.Decisions, id.String())
	}
	for _, m := range r.Misfits {
		out.Misfits = append(out.Misfits, misfitOut{m.Decision.String(), p.noteOf(m.Why)})
	}
	return out
}

// byKind has the counts by the names of kinds; JSON sorts them.
func byKind(counts map[tillproof.BreakKind]int) map[string]int {
	out := map[string]int{}
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		out[string(kind)] = counts[kind]
	}
	return out
}

// RunJSON writes a kept run as tillproof.kept_run/1, its sums in the form of check.
func RunJSON(w io.Writer, run *tillproof.KeptRun, opt Options) error {
	p := newPage(io.Discard, opt)
	sums := func(w io.Writer) error { return report.SumsJSON(w, run.Completeness, run.Losses) }
	return writeJSON(w, field{"schema", schemaRun}, field{"lang", p.opt.Lang}, field{"run", p.runOut(run)},
		field{"checkpoint", run.Basis.Checkpoint}, field{"sums", trimmed(sums)},
		field{"warnings", listOf(p.notesOf(run.Warnings))}, field{"next", listOf(p.notesOf(run.Next))})
}

// RunsJSON writes the list of kept runs as tillproof.kept_runs/1.
func RunsJSON(w io.Writer, all []tillproof.KeptRun, opt Options) error {
	p := newPage(io.Discard, opt)
	out := make([]runOut, len(all))
	for i := range all {
		out[i] = p.runOut(&all[i])
	}
	return writeJSON(w, field{"schema", schemaRuns}, field{"runs", listOf(out)})
}
