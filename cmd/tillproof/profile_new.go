package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// draftSource is what a layout that was made here says about where it comes from.
const draftSource = "Made from a file with tillproof profile new."

func (d *door) profileNew() *cobra.Command {
	var f profileFlags
	cmd := d.profilePart("new", "FILE [FLAGS]",
		"new may.csv", "new may.csv --name my_bank --out my_bank.yaml",
		"new may.csv --no-input > my_bank.yaml")
	set := cmd.Flags()
	set.StringVar(&f.name, "name", "", d.flagText("name"))
	set.StringVar(&f.out, "out", "", d.flagText("out"))
	set.StringVar(&f.side, "side", "", d.flagText("side"))
	set.BoolVar(&f.force, "force", false, d.flagText("force"))
	set.BoolVar(&f.answers, "answers", false, d.flagText("answers"))
	_ = cmd.RegisterFlagCompletionFunc("side",
		cobra.FixedCompletions([]string{"terminal", "acquirer", "bank"}, noFiles))
	cmd.RunE = func(c *cobra.Command, args []string) error { return d.newLayout(c.Context(), args[0], &f) }
	return cmd
}

// drafted is a file and the layout that is proposed for it.
type drafted struct {
	file  part
	draft profile.Draft
}

func (d *door) newLayout(ctx context.Context, path string, f *profileFlags) error {
	if f.name != "" && !goodName(f.name) {
		return usage("profile.name", tillproof.Params{"name": mask(f.name)})
	}
	side, err := tillproof.ParseSide(f.side)
	if f.side != "" && err != nil {
		return usage("cmd.usage.side", tillproof.Params{"value": mask(f.side)})
	}
	if !d.noInput {
		if path == stdinName {
			return usage("profile.stdin", nil)
		}
		if !f.answers && !isConsole(d.std.in) {
			return usage("profile.no_console", nil)
		}
	}
	in, err := d.openAll(ctx, []input{{path: path, side: side}})
	if err != nil {
		return err
	}
	defer in.Close()
	if len(in.failed) > 0 {
		return errors.Join(in.failed...)
	}
	made, err := guess(in.open[0])
	if stop := errors.Join(ctx.Err(), in.unchanged()); stop != nil {
		return stop
	}
	if err != nil {
		return err
	}
	made.draft.Name, made.draft.Source = f.name, draftSource
	if f.name == "" {
		made.draft.Name = d.nameOf(path)
	}
	if d.noInput {
		return d.giveDraft(ctx, &made.draft, f)
	}
	return d.talk(ctx, made, f)
}

// named adds the file's name to an error that lacks it.
func named(err error, name string) error {
	var e *tillproof.Error
	if errors.As(err, &e) && e.Place.File == "" {
		e.Place.File = name
	}
	return err
}

// nameOf makes a name for a layout of the name of a file: its letters and what stands between them. Digits
// are left out, for they are most often a day or an account.
func (d *door) nameOf(path string) string {
	base := filepath.Base(path)
	var b strings.Builder
	for _, r := range strings.ToLower(strings.TrimSuffix(base, filepath.Ext(base))) {
		switch {
		case unicode.IsLetter(r):
			b.WriteRune(r)
		case !unicode.IsDigit(r) && b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	name := strings.Trim(b.String(), "_")
	if path == stdinName || !goodName(name) {
		name = "layout"
	}
	if _, taken := d.shelf().book.Named(name); taken {
		name = "my_" + name
	}
	return name
}

// draftColumn is a column of a draft as JSON shows it.
type draftColumn struct {
	Column  int      `json:"column"`
	Header  string   `json:"header"`
	Field   string   `json:"field"`
	Samples []string `json:"samples"`
	Why     string   `json:"why"`
	WhyCode string   `json:"why_code"`
}

// giveDraft writes the guess as a layout file.
func (d *door) giveDraft(ctx context.Context, draft *profile.Draft, f *profileFlags) error {
	raw := draft.YAML()
	p := profile.Profile{Name: draft.Name, Source: draft.Source, Side: draft.Side}
	if complete(draft) {
		var err error
		if p, err = parseLayout(draft.Name+layoutEnd, raw); err != nil {
			return err
		}
	} else {
		d.warn([]error{usage("profile.incomplete", nil)})
		d.exit = worst(d.exit, exitPartly)
	}
	if f.out != "" {
		if err := d.writeNew(ctx, f.out, raw, f.force); err != nil {
			return err
		}
	}
	return d.stdout(ctx, func(w io.Writer) error {
		switch {
		case d.json:
			row := d.layoutRow(&p, d.lang)
			row.File = mask(f.out)
			return encode(w, struct {
				shownLayout
				Columns []draftColumn `json:"columns"`
			}{shownLayout{profileSchema, row, string(raw)}, d.draftColumns(draft)})
		case f.out != "":
			return nil
		}
		return writeLayout(w, raw)
	})
}

// complete reports a draft that names a day and an amount: without them no row can be read.
func complete(draft *profile.Draft) bool {
	has := func(fields []profile.Field) bool {
		return slices.ContainsFunc(draft.Columns, func(c profile.DraftColumn) bool {
			return slices.Contains(fields, c.Field)
		})
	}
	return has(dayFields) && has(movedFields)
}

func (d *door) draftColumns(draft *profile.Draft) []draftColumn {
	columns := make([]draftColumn, len(draft.Columns))
	for i, c := range draft.Columns {
		columns[i] = draftColumn{
			Column: i + 1, Header: mask(c.Header), Field: c.Field.String(),
			Samples: append([]string{}, c.Samples...),
			Why:     d.text(c.Why.Code, c.Why.Params), WhyCode: c.Why.Code,
		}
	}
	return columns
}

// talk walks a person through the draft, shows what comes of the file, and keeps the layout.
func (d *door) talk(ctx context.Context, made *drafted, f *profileFlags) error {
	target := f.out
	if target == "" {
		if d.shelf().dir == "" {
			return usage("profile.no_home", nil)
		}
		target = filepath.Join(d.shelf().dir, made.draft.Name+layoutEnd)
	}
	if _, err := os.Stat(target); err == nil && !f.force {
		return alreadyThere("cmd.output.exists_force", target) // before anybody has answered a question
	}
	t := &dialogue{door: d, lines: bufio.NewScanner(d.std.in), draft: &made.draft, file: made.file.Name}
	raw, err := t.run()
	if err != nil {
		return err
	}
	p, err := parseLayout(target, raw)
	if err != nil {
		return err
	}
	own := ownLayout{p, target, raw}
	if err := d.tryLayout(ctx, own, made.file); err != nil {
		return err
	}
	keep, err := t.yes("profile.ask.keep", tillproof.Params{"file": mask(target)})
	if err != nil {
		return err
	}
	switch {
	case !keep:
		d.note("profile.dropped", nil)
		return nil
	case f.out != "":
		return d.writeNew(ctx, f.out, raw, f.force)
	}
	_, err = d.keepLayout(ctx, own, f.force)
	return err
}
