package kept

import (
	"io"
	"path"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/report"
	"github.com/tillproof/tillproof/internal/workspace"
)

// The schemas of this room; additive changes only.
const (
	schemaPreview = "tillproof.import_preview/1"
	schemaImports = "tillproof.imports/1"
	schemaImport  = "tillproof.import/1"
	schemaReading = "tillproof.readings/1"
)

// Looked is a preview and what became of it.
type Looked struct {
	*workspace.Preview
	Import *tillproof.Import // that was made of it; nil: none was
	Wrong  []any             // the errors of files that cannot be read, as the caller shows errors
}

// Preview writes what an import would add, and whether it was made.
func Preview(w io.Writer, pre Looked, opt Options) error {
	p := newPage(w, opt)
	done := pre.Import
	for i, c := range pre.Files {
		if i == textFiles {
			p.more(len(pre.Files), textFiles)
			break
		}
		if i > 0 {
			p.Gap()
		}
		p.candidate(c)
		p.original(c, pre)
	}
	for _, note := range pre.Notes {
		p.Say(0, "", p.Note(note), report.Faint)
	}
	if len(pre.Files) > 1 {
		p.Gap()
		p.Table(0, p.previewTable(pre.Files))
	}
	p.Gap()
	switch {
	case done != nil:
		p.Say(0, "", p.Text("kept.import.done", "id", done.ID.String(), "n", n(len(done.Sources)), "rows",
			n(pre.Fresh())), report.Good)
		p.Say(0, "", p.Text("kept.import.next"), report.Plain)
	case len(pre.Files) > 0 && !pre.New():
		p.Say(0, "", p.Text("kept.import.nothing_new"), report.Good)
	case len(pre.Files) > 0:
		p.Say(0, "", p.Text("kept.import.dry", "n", n(pre.Fresh())), report.Strong)
	}
	return p.Flush()
}

// candidate is one file of a preview.
func (p *page) candidate(c *workspace.Candidate) {
	k := &c.Kept
	if c.Same != nil {
		s := c.Same.Source
		s.Issues, s.IssueCount = nil, 0 // they were told when it was imported
		p.Source(&s, c.File.Name)
		p.Say(4, "", p.Text("kept.import.same", "file", report.Clean(c.Same.Source.File), "id",
			short(c.Same.Import.String())), report.Strong)
		if told := c.File.Reading; told != (tillproof.Reading{}) && told != c.Same.Reading {
			p.Say(4, "", p.Text("kept.import.same_otherwise", "reading", p.reading(c.Same.Reading), "id",
				short(c.Same.Import.String())), report.Warn)
		}
		return
	}
	p.Source(&k.Source, c.File.Name)
	p.Say(4, "", p.figures(k), report.Strong)
	if k.Alike > 0 {
		p.Say(4, "", p.Text("kept.import.alike", "n", n(k.Alike)), report.Warn)
	}
	for i, o := range c.Overlaps {
		if i == textFew {
			p.Say(4, "", p.Text("kept.import.overlaps_more", "n", n(len(c.Overlaps)-textFew)), report.Faint)
			break
		}
		p.Say(4, "", p.overlap(o), report.Faint)
	}
	if k.Source.Masked > 0 {
		p.Say(4, "", p.Text("kept.import.masked", "n", n(k.Source.Masked)), report.Warn)
	}
	if c.Recalled != "" {
		p.Say(4, "", p.Text("kept.import.recalled", "file", report.Clean(c.Recalled), "reading",
			p.reading(c.File.Reading)), report.Faint)
	}
}

// original says what becomes of a file with card numbers where its original was asked for.
func (p *page) original(c *workspace.Candidate, pre Looked) {
	switch {
	case !pre.Originals:
	case c.Same != nil && c.Same.Source.Masked > 0 && !c.Same.KeptOriginal:
		id := short(c.Same.Import.String())
		p.Say(4, "", p.Text("kept.import.original_not", "id", id), report.Warn)
	case c.Same != nil && c.Same.KeptOriginal, pre.keptOriginal(c):
		p.Say(4, "", p.Text("kept.import.original"), report.Warn)
	case c.Same == nil && pre.Import == nil && c.Kept.Source.Masked > 0:
		p.Say(4, "", p.Text("kept.import.original_will"), report.Warn)
	}
}

// keptOriginal reports whether the import that was made kept the file as it was.
func (l Looked) keptOriginal(c *workspace.Candidate) bool {
	return c.Same == nil && l.Import != nil && slices.ContainsFunc(l.Import.Sources,
		func(k tillproof.KeptSource) bool { return k.ID == c.Kept.ID && k.KeptOriginal })
}

// textFew is how many overlaps of a file are listed.
const textFew = 3

func (p *page) overlap(o workspace.Overlap) string {
	if !o.From.Known() {
		return p.Text("kept.import.overlap_undated", "file", report.Clean(o.File))
	}
	return p.Text("kept.import.overlap", "file", report.Clean(o.File), "from", o.From.String(), "to",
		o.To.String())
}

// figures says how many rows of a source were new when it came.
func (p *page) figures(k *tillproof.KeptSource) string {
	return p.Text("kept.import.figures", "fresh", n(k.Fresh), "known", n(k.Known))
}

// reading is what the user said about a file, in words.
func (p *page) reading(r tillproof.Reading) string {
	var parts []string
	if r.Side != tillproof.NoSide {
		parts = append(parts, p.Text("side."+r.Side.String()))
	}
	if r.Profile != "" {
		parts = append(parts, p.Text("kept.reading.profile", "name", r.Profile))
	}
	if r.Dates != "" {
		parts = append(parts, p.Text("kept.reading.dates", "order", r.Dates))
	}
	if r.Year != 0 {
		parts = append(parts, p.Text("kept.reading.year", "year", n(r.Year)))
	}
	if len(parts) == 0 {
		return p.Text("kept.reading.itself")
	}
	return p.List(parts)
}

func (p *page) previewTable(files []*workspace.Candidate) report.Table {
	t := report.Table{Head: []string{
		p.Text("kept.col.file"), p.Text("kept.col.rows"), p.Text("kept.col.fresh"), p.Text("kept.col.known"),
		p.Text("kept.col.alike"),
	}}
	var sum tillproof.KeptSource
	for _, c := range files {
		k := &c.Kept
		sum.Rows, sum.Fresh = sum.Rows+k.Rows, sum.Fresh+k.Fresh
		sum.Known, sum.Alike = sum.Known+k.Known, sum.Alike+k.Alike
		t.Rows = append(t.Rows, append([]string{base(c.File.Name)}, p.counts(k)...))
	}
	t.Rows = append(t.Rows, append([]string{p.Text("kept.col.all")}, p.counts(&sum)...))
	return t
}

// base is a file's name without its folder, for tables.
func base(name string) string { return report.Clean(path.Base(strings.ReplaceAll(name, `\`, "/"))) }

func (p *page) counts(k *tillproof.KeptSource) []string {
	return []string{p.count(k.Rows), p.count(k.Fresh), p.count(k.Known), p.count(k.Alike)}
}

// PreviewJSON writes a preview as tillproof.import_preview/1.
func PreviewJSON(w io.Writer, pre Looked, opt Options) error {
	p := newPage(io.Discard, opt)
	files := make([]fileOut, len(pre.Files))
	for i, c := range pre.Files {
		files[i] = p.fileOut(&c.Kept)
		files[i].File = c.File.Name
		files[i].Recalled = c.Recalled
		files[i].Original = files[i].Original || pre.keptOriginal(c)
		if c.Same != nil {
			files[i].Same = c.Same.Import.String()
			files[i].Original = c.Same.KeptOriginal
		}
		for _, o := range c.Overlaps {
			files[i].Overlaps = append(files[i].Overlaps, overlapOut{
				o.Source.String(), o.File, day(o.From), day(o.To),
			})
		}
	}
	id := ""
	if pre.Import != nil {
		id = pre.Import.ID.String()
	}
	return writeJSON(w, field{"schema", schemaPreview}, field{"lang", p.opt.Lang}, field{"import", id},
		field{"new", pre.New()}, field{"fresh", pre.Fresh()}, field{"files", listOf(files)},
		field{"notes", listOf(p.notesOf(pre.Notes))}, field{"failed", listOf(pre.Wrong)})
}

// fileOut is a file of a workspace, or of a preview, for programs.
type fileOut struct {
	ID       string         `json:"id"`
	File     string         `json:"file"`
	Side     string         `json:"side"`
	Format   string         `json:"format"`
	Dialect  string         `json:"dialect"`
	Charset  string         `json:"charset"`
	From     *string        `json:"from"`
	To       *string        `json:"to"`
	SHA256   string         `json:"sha256"`
	Bytes    int64          `json:"bytes"`
	Rows     int            `json:"rows"`
	Fresh    int            `json:"fresh"`
	Known    int            `json:"known"`
	Alike    int            `json:"alike"`
	Masked   int            `json:"masked"`
	Original bool           `json:"kept_original"` // the bytes with their card numbers are kept too
	Issues   int            `json:"issue_count"`
	Skipped  int            `json:"skipped"`
	Totals   []totalsOut    `json:"totals"`
	Reading  map[string]any `json:"reading"`
	Senders  []string       `json:"senders"`
	Same     string         `json:"same,omitempty"` // the import that brought the same bytes
	Recalled string         `json:"recalled,omitempty"`
	Overlaps []overlapOut   `json:"overlaps,omitempty"`
}

type totalsOut struct {
	Currency string `json:"currency"`
	Entries  int    `json:"entries"`
	Credit   string `json:"sum_credit"`
	Debit    string `json:"sum_debit"`
}

type overlapOut struct {
	Source string  `json:"source"`
	File   string  `json:"file"`
	From   *string `json:"from"`
	To     *string `json:"to"`
}

func (p *page) fileOut(k *tillproof.KeptSource) fileOut {
	s := &k.Source
	out := fileOut{
		ID: k.ID.String(), File: s.File, Side: s.Side.String(), Format: s.Format, Dialect: s.Dialect,
		Charset: s.Charset, From: day(s.From), To: day(s.To), SHA256: k.Original.String(), Bytes: s.Bytes,
		Rows: k.Rows, Fresh: k.Fresh, Known: k.Known, Alike: k.Alike, Masked: s.Masked,
		Original: k.KeptOriginal, Issues: s.IssueCount, Skipped: s.Skipped, Totals: []totalsOut{},
		Reading: readingOut(k.Reading), Senders: append([]string{}, k.Senders...),
	}
	for _, c := range s.Totals.ByCurrency {
		out.Totals = append(out.Totals, totalsOut{
			c.Currency.String(), c.Entries, c.SumCredit.String(), c.SumDebit.String(),
		})
	}
	return out
}

// readingOut has a key for each thing that the user said.
func readingOut(r tillproof.Reading) map[string]any {
	out := map[string]any{}
	if r.Side != tillproof.NoSide {
		out["side"] = r.Side.String()
	}
	if r.Profile != "" {
		out["profile"] = r.Profile
	}
	if r.Dates != "" {
		out["date_order"] = r.Dates
	}
	if r.Year != 0 {
		out["year"] = r.Year
	}
	return out
}
