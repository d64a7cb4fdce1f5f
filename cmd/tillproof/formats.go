package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/profile"
	"github.com/tillproof/tillproof/internal/locale"
)

// formatsSchema names the form of the list of formats; additive changes only.
const formatsSchema = "tillproof.formats/1"

// formatRow is a format as it is listed.
type formatRow struct {
	Name     string   `json:"name"`
	Title    string   `json:"title"`
	Where    string   `json:"where"`
	Sides    []string `json:"sides"`
	Dialects []string `json:"dialects"`
}

// layoutRow is a column layout as it is listed.
type layoutRow struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Where   string `json:"where"`
	Side    string `json:"side"`
	Generic bool   `json:"generic"`
	Source  string `json:"source"`
	File    string `json:"file"` // of a layout of the user, else empty
}

func (d *door) formatsCommand() *cobra.Command {
	var page bool
	cmd := d.command("formats", "[FLAGS]", "formats", "formats --json", "formats --lang zh")
	cmd.Args = noArgs
	cmd.Flags().BoolVar(&page, "markdown", false, "")
	_ = cmd.Flags().MarkHidden("markdown") // docs/formats.md is made with it
	d.configFlag(cmd)
	cmd.RunE = func(c *cobra.Command, _ []string) error {
		if page {
			return d.stdout(c.Context(), d.formatsPage)
		}
		return d.listFormats(c.Context())
	}
	return cmd
}

func (d *door) listFormats(ctx context.Context) error {
	d.tellBad(nil)
	rows, layouts := d.formatRows(d.lang), d.layoutRows(d.lang)
	return d.stdout(ctx, func(w io.Writer) error {
		if d.json {
			return encode(w, struct {
				Schema  string      `json:"schema"`
				Formats []formatRow `json:"formats"`
				Layouts []layoutRow `json:"profiles"`
			}{formatsSchema, rows, layouts})
		}
		d.listing(w, "cmd.formats.formats", len(rows), func(i int) [4]string {
			r := rows[i]
			return [4]string{r.Name, r.Title, d.sideNames(r.Sides), withDialects(r)}
		})
		d.listing(w, "cmd.formats.profiles", len(layouts), func(i int) [4]string {
			r := layouts[i]
			return [4]string{r.Name, r.Title, d.sideNames([]string{r.Side}), r.Where}
		})
		_, err := fmt.Fprintf(w, "\n%s\n", d.text("cmd.formats.more", nil))
		return err
	})
}

func withDialects(r formatRow) string {
	if len(r.Dialects) == 0 {
		return r.Where
	}
	return strings.TrimSpace(r.Where + " (" + strings.Join(r.Dialects, "; ") + ")")
}

// listing writes entries of a name, a title, sides, and a sentence on a line of its own.
func (d *door) listing(w io.Writer, head string, n int, row func(int) [4]string) {
	fmt.Fprintf(w, "\n%s\n", d.paint(w, bold, d.text(head, number(n))))
	width := 0
	for i := range n {
		width = max(width, len(row(i)[0]))
	}
	for i := range n {
		r := row(i)
		line := d.text("cmd.formats.line", tillproof.Params{"title": r[1], "sides": r[2]})
		fmt.Fprintf(w, "  %-*s  %s\n", width, r[0], harmless(line))
		if r[3] != "" {
			fmt.Fprintf(w, "  %-*s    %s\n", width, "", harmless(r[3]))
		}
	}
}

// sideNames are sides as people call them.
func (d *door) sideNames(sides []string) string {
	names := make([]string, 0, len(sides))
	for _, s := range sides {
		if s != "" {
			names = append(names, d.text("side."+s, nil))
		}
	}
	return strings.Join(names, d.text("cmd.formats.comma", nil))
}

// formatRows are the formats in the order of their names. The layouts of tables have a list of their own, so
// they are no dialects.
func (d *door) formatRows(lang locale.Lang) []formatRow {
	book := d.shelf().book
	rows := make([]formatRow, 0)
	for _, f := range d.formats() {
		dialects := slices.DeleteFunc(slices.Clone(f.Dialects), func(name string) bool {
			_, layout := book.Named(name)
			return layout
		})
		if dialects == nil {
			dialects = []string{}
		}
		rows = append(rows, formatRow{
			Name: f.Name, Title: sayOr(lang, "formats."+f.Name+".title", f.Name),
			Where: sayOr(lang, "formats."+f.Name+".where", ""), Sides: sidesOf(f), Dialects: dialects,
		})
	}
	slices.SortFunc(rows, func(a, b formatRow) int { return strings.Compare(a.Name, b.Name) })
	return rows
}

func sidesOf(f format.Format) []string {
	names := make([]string, len(f.Sides))
	for i, s := range f.Sides {
		names[i] = s.String()
	}
	return names
}

// sayOr is a text of the catalogue, or what stands for it where there is none.
func sayOr(lang locale.Lang, code, otherwise string) string {
	if !locale.Has(lang, code) {
		return otherwise
	}
	return locale.Text(lang, code, nil)
}

// layoutRows are the layouts in the order of their names.
func (d *door) layoutRows(lang locale.Lang) []layoutRow {
	rows := make([]layoutRow, 0)
	for _, p := range d.shelf().book.All() {
		rows = append(rows, d.layoutRow(&p, lang))
	}
	slices.SortFunc(rows, func(a, b layoutRow) int { return strings.Compare(a.Name, b.Name) })
	return rows
}

func (d *door) layoutRow(p *profile.Profile, lang locale.Lang) layoutRow {
	title, where := p.Title.EN, p.Where.EN
	if lang == locale.ZH {
		title, where = p.Title.ZH, p.Where.ZH
	}
	row := layoutRow{
		Name: p.Name, Title: title, Where: where, Side: p.Side.String(), Generic: p.Generic, Source: p.Source,
	}
	if row.Title == "" {
		row.Title = sayOr(lang, "report.layout."+p.Name, p.Name)
	}
	if own, ok := d.shelf().ownFile(p.Name); ok {
		row.File = mask(own.path)
	}
	return row
}
