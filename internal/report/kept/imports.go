package kept

import (
	"io"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/report"
)

// Imports writes the list of imports, the newest first.
func Imports(w io.Writer, all []tillproof.Import, opt Options) error {
	p := newPage(w, opt)
	if len(all) == 0 {
		p.Say(0, "", p.Text("kept.import.none"), report.Plain)
	}
	for i := range all {
		if i == textItems {
			p.more(len(all), textItems)
			break
		}
		p.importLine(&all[i])
	}
	return p.Flush()
}

// importLine says of an import what it is known by: its id, its files, when and by whom.
func (p *page) importLine(in *tillproof.Import) {
	tone := report.Plain
	if in.Undone != nil {
		tone = report.Faint
	}
	rows, fresh := 0, 0
	for i := range in.Sources {
		rows, fresh = rows+in.Sources[i].Rows, fresh+in.Sources[i].Fresh
	}
	p.Facts(0, []string{short(in.ID.String()), p.person(in.By, in.Time)}, report.Strong)
	for i := range in.Sources {
		if i == textFew {
			p.Say(2, "", p.Text("kept.import.files_more", "n", n(len(in.Sources)-textFew)), report.Faint)
			break
		}
		k := &in.Sources[i]
		p.Facts(2, []string{
			report.Clean(k.Source.File), p.Text("side." + k.Source.Side.String()),
			days(k.Source.From, k.Source.To),
		}, tone)
	}
	p.Say(2, "", p.Text("kept.import.rows", "n", n(rows), "fresh", n(fresh)), tone)
	p.undone(2, in.Undone)
}

// undone says who took something back, and why; nothing where it counts.
func (p *page) undone(indent int, u *tillproof.Undone) {
	if u != nil {
		p.Say(indent, "", p.Text("kept.undone", "who", p.person(u.By, u.Time), "reason",
			report.Clean(u.Reason)), report.Warn)
	}
}

// Import writes one import with all that is known of its files.
func Import(w io.Writer, in *tillproof.Import, opt Options) error {
	p := newPage(w, opt)
	p.Headline(p.Text("kept.import.title", "id", in.ID.String()))
	p.Say(2, "", p.person(in.By, in.Time), report.Faint)
	p.undone(2, in.Undone)
	for i := range in.Sources {
		if i == textFiles {
			p.more(len(in.Sources), textFiles)
			break
		}
		p.Gap()
		p.keptSource(&in.Sources[i])
	}
	return p.Flush()
}

// keptSource is one file of the workspace.
func (p *page) keptSource(k *tillproof.KeptSource) {
	p.Source(&k.Source, k.Source.File)
	p.Say(4, "", p.figures(k), report.Strong)
	if k.Alike > 0 {
		p.Say(4, "", p.Text("kept.import.alike", "n", n(k.Alike)), report.Warn)
	}
	if k.Redacted > 0 {
		p.Say(4, "", p.Text("kept.import.redacted", "n", n(k.Redacted)), report.Faint)
	}
	if k.KeptOriginal {
		p.Say(4, "", p.Text("kept.import.original"), report.Warn)
	}
	if k.Reading != (tillproof.Reading{}) {
		p.Say(4, "", p.Text("kept.import.reading", "reading", p.reading(k.Reading)), report.Faint)
	}
	p.Say(4, "", k.ID.String(), report.Faint)
	p.Say(4, "", p.Text("kept.import.digest", "digest", k.Original.String()), report.Faint)
}

// Source writes one file of the workspace, with the import that brought it.
func Source(w io.Writer, k *tillproof.KeptSource, in *tillproof.Import, opt Options) error {
	p := newPage(w, opt)
	p.keptSource(k)
	p.Say(4, "", p.Text("kept.import.title", "id", in.ID.String()), report.Faint)
	p.Say(4, "", p.person(in.By, in.Time), report.Faint)
	p.undone(4, in.Undone)
	return p.Flush()
}

// Undone writes that an import counts no more.
func Undone(w io.Writer, in *tillproof.Import, opt Options) error {
	p := newPage(w, opt)
	rows := 0
	for i := range in.Sources {
		rows += in.Sources[i].Rows
	}
	p.Say(0, "", p.Text("kept.import.undone", "id", short(in.ID.String()), "n", n(len(in.Sources)), "rows",
		n(rows)), report.Good)
	p.Say(0, "", p.Text("kept.import.undone_next"), report.Plain)
	return p.Flush()
}

// importOut is an import for programs.
type importOut struct {
	ID     string     `json:"id"`
	Time   string     `json:"time"`
	By     string     `json:"by"`
	Undone *undoneOut `json:"undone"`
	Files  []fileOut  `json:"files"`
}

func (p *page) importOut(in *tillproof.Import) importOut {
	out := importOut{in.ID.String(), stamp(in.Time), in.By, undoneOf(in.Undone), []fileOut{}}
	for i := range in.Sources {
		out.Files = append(out.Files, p.fileOut(&in.Sources[i]))
	}
	return out
}

// ImportsJSON writes the list of imports as tillproof.imports/1.
func ImportsJSON(w io.Writer, all []tillproof.Import, opt Options) error {
	p := newPage(io.Discard, opt)
	out := make([]importOut, len(all))
	for i := range all {
		out[i] = p.importOut(&all[i])
	}
	return writeJSON(w, field{"schema", schemaImports}, field{"imports", listOf(out)})
}

// ImportJSON writes one import as tillproof.import/1.
func ImportJSON(w io.Writer, in *tillproof.Import, opt Options) error {
	p := newPage(io.Discard, opt)
	out := p.importOut(in)
	return writeJSON(w, field{"schema", schemaImport}, field{"id", out.ID}, field{"time", out.Time},
		field{"by", out.By}, field{"undone", out.Undone}, field{"files", listOf(out.Files)})
}

// Readings writes what was said about files of each name, so that nobody has to say it again.
func Readings(w io.Writer, all []tillproof.KeptSource, opt Options) error {
	p := newPage(w, opt)
	if len(all) == 0 {
		p.Say(0, "", p.Text("kept.reading.none"), report.Plain)
	}
	for i := range all {
		k := &all[i]
		p.Say(0, "", report.Clean(k.Source.File), report.Strong)
		p.Say(2, "", p.reading(k.Reading), report.Plain)
	}
	return p.Flush()
}

// ReadingsJSON is Readings as tillproof.readings/1.
func ReadingsJSON(w io.Writer, all []tillproof.KeptSource, _ Options) error {
	type readingRow struct {
		File    string         `json:"file"`
		Source  string         `json:"source"`
		Reading map[string]any `json:"reading"`
	}
	out := make([]readingRow, len(all))
	for i := range all {
		out[i] = readingRow{all[i].Source.File, all[i].ID.String(), readingOut(all[i].Reading)}
	}
	return writeJSON(w, field{"schema", schemaReading}, field{"readings", listOf(out)})
}
