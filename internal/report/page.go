package report

import (
	"io"

	"charm.land/lipgloss/v2"

	"github.com/tillproof/tillproof"
)

// Page writes what another room says for a terminal in the manner of the reports: measured in columns,
// wrapped where Unicode allows it, coloured only where the options do.
type Page struct {
	v *view
	p *printer
}

// NewPage begins a page. Nothing is written for sure before Flush.
func NewPage(w io.Writer, opt Options) *Page {
	v := newView(&tillproof.Run{}, opt)
	return &Page{v, newPrinter(w, v.opt)}
}

// Tone is how a line is meant. Nothing is said by it alone.
type Tone uint8

// The tones.
const (
	Plain Tone = iota
	Strong
	Faint
	Good
	Bad
	Warn
)

var toneStyles = [...]lipgloss.Style{plainStyle, boldStyle, faintStyle, goodStyle, badStyle, warnStyle}

// Text is the catalogue's text of a code; pairs are names and values of its places.
func (p *Page) Text(code string, pairs ...string) string { return p.v.text(code, pairs...) }

// Note is the sentence of a note.
func (p *Page) Note(n tillproof.Note) string { return p.v.note(n) }

// Join puts sentences one after the other as the language does.
func (p *Page) Join(sentences ...string) string {
	out := ""
	for _, s := range sentences {
		if s != "" && out != "" {
			out += p.v.blank()
		}
		out += s
	}
	return out
}

// List joins parts as the language does.
func (p *Page) List(parts []string) string { return p.v.list(parts) }

// Headline writes what the page is about.
func (p *Page) Headline(text string) { p.p.para(0, "", text, titleStyle) }

// Section starts a part of the page.
func (p *Page) Section(text string) { p.p.title(text) }

// Gap writes an empty line.
func (p *Page) Gap() { p.p.gap() }

// Say writes a text behind a lead ("- "), its further lines set in as far as the lead.
func (p *Page) Say(indent int, lead, text string, tone Tone) {
	p.p.para(indent, lead, text, toneStyles[tone])
}

// Facts writes phrases side by side and starts a new line between two, never within one that fits.
func (p *Page) Facts(indent int, facts []string, tone Tone) {
	if len(facts) > 0 {
		p.p.pieces(indent, "", facts, toneStyles[tone])
	}
}

// Severe writes facts behind the mark of a severity, which alone is in its colour.
func (p *Page) Severe(s tillproof.Severity, text string) {
	p.p.head("["+p.v.text("severity."+s.String())+"] ", severityStyle(s), text)
}

// Table is a table of a page: the first column and those in Left are set to the left, the others to the
// right.
type Table struct {
	Head []string
	Rows [][]string
	Left []int
}

// Table writes a table; where it is wider than the terminal, each row becomes lines of "head: cell".
func (p *Page) Table(indent int, t Table) {
	g := grid{head: t.Head, rows: t.Rows, left: map[int]bool{}}
	for _, i := range t.Left {
		g.left[i] = true
	}
	p.p.grid(indent, g)
}

// Source writes what a file is and what is wrong with it, under the name.
func (p *Page) Source(s *tillproof.Source, name string) { p.v.textSource(p.p, s, clean(name)) }

// Loss writes the statement of loss.
func (p *Page) Loss(losses []tillproof.Loss) {
	v := *p.v
	v.run = &tillproof.Run{Losses: losses}
	v.textLoss(p.p)
}

// Matching writes how the records of a run ended, with the proof that each ended once.
func (p *Page) Matching(sides []tillproof.Completeness) {
	v := *p.v
	v.run = &tillproof.Run{Completeness: sides}
	v.textMatching(p.p)
}

// Flush writes what is left and answers the first error of the writer.
func (p *Page) Flush() error { return p.p.w.Flush() }

// SumsJSON writes the completeness and the losses of a kept run as one object, in the form that they have in
// tillproof.check/1.
func SumsJSON(w io.Writer, sides []tillproof.Completeness, losses []tillproof.Loss) error {
	v := newView(&tillproof.Run{Completeness: sides, Losses: losses}, Options{})
	j := newJSONWriter(w)
	j.open("{")
	v.jsonCompleteness(j)
	v.jsonLoss(j)
	j.close("}")
	return j.w.Flush()
}

// SeverityOf says how soon a person should look at a break of the kind.
func SeverityOf(kind tillproof.BreakKind) tillproof.Severity { return breakSeverity[kind] }
