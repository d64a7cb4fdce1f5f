package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
)

// The schemas of one layout and of the list of them; additive changes only.
const (
	profileSchema  = "tillproof.profile/1"
	profilesSchema = "tillproof.profiles/1"
)

// profileFlags are what the commands about layouts were told.
type profileFlags struct {
	name, out, side string
	force, answers  bool
}

func (d *door) profileCommand() *cobra.Command {
	group := d.command("profile", "COMMAND")
	group.Args = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(c, args)
		}
		return nil
	}
	group.RunE = func(c *cobra.Command, _ []string) error { d.writeHelp(d.std.out, c); return nil }
	group.AddCommand(d.profileNew(), d.profileList(), d.profileShow(), d.profileTest(), d.profileExport(),
		d.profileImport())
	return group
}

// profilePart is one of the commands about layouts: its arguments are as many as args has words.
func (d *door) profilePart(name, args string, calls ...string) *cobra.Command {
	for i := range calls {
		calls[i] = "profile " + calls[i]
	}
	cmd := d.command(name, args, calls...)
	cmd.Short, cmd.Long = d.text("cmd.about.profile."+name, nil), d.text("cmd.long.profile."+name, nil)
	words := strings.Fields(strings.TrimSuffix(args, "[FLAGS]"))
	cmd.Args = func(_ *cobra.Command, given []string) error {
		switch {
		case len(given) < len(words):
			p := tillproof.Params{"word": words[len(given)], "call": "tillproof profile " + cmd.Use}
			return usage("cmd.usage.argument_missing", p)
		case len(given) > len(words):
			return usage("cmd.usage.argument", tillproof.Params{"word": mask(given[len(words)])})
		}
		return nil
	}
	if len(words) > 0 && words[0] == "NAME" {
		type shell = cobra.ShellCompDirective
		cmd.ValidArgsFunction = func(_ *cobra.Command, given []string, _ string) ([]string, shell) {
			if len(given) > 0 {
				return nil, cobra.ShellCompDirectiveDefault
			}
			return d.profileNames(), cobra.ShellCompDirectiveDefault
		}
	}
	d.configFlag(cmd)
	return cmd
}

func (d *door) profileList() *cobra.Command {
	cmd := d.profilePart("list", "", "list", "list --json")
	cmd.RunE = func(c *cobra.Command, _ []string) error {
		d.tellBad(nil)
		rows := d.layoutRows(d.lang)
		return d.stdout(c.Context(), func(w io.Writer) error {
			if d.json {
				return encode(w, struct {
					Schema   string      `json:"schema"`
					Profiles []layoutRow `json:"profiles"`
				}{profilesSchema, rows})
			}
			width := 0
			for _, r := range rows {
				width = max(width, len(r.Name))
			}
			for _, r := range rows {
				line := d.text("cmd.formats.line", tillproof.Params{
					"title": r.Title, "sides": d.sideNames([]string{r.Side}),
				})
				if r.File != "" {
					line += d.text("profile.own", tillproof.Params{"file": r.File})
				}
				fmt.Fprintf(w, "%-*s  %s\n", width, r.Name, harmless(line))
			}
			return nil
		})
	}
	return cmd
}

// shownLayout is a layout with its file.
type shownLayout struct {
	Schema string `json:"schema"`
	layoutRow
	YAML string `json:"yaml"`
}

func (d *door) profileShow() *cobra.Command {
	cmd := d.profilePart("show", "NAME", "show terminal_en", "show terminal_en --json")
	cmd.RunE = func(c *cobra.Command, args []string) error {
		row, raw, err := d.layoutNamed(args[0])
		if err != nil {
			return err
		}
		return d.stdout(c.Context(), func(w io.Writer) error {
			if d.json {
				return encode(w, shownLayout{profileSchema, row, string(raw)})
			}
			about := d.text("cmd.formats.line", tillproof.Params{
				"title": row.Title, "sides": d.sideNames([]string{row.Side}),
			})
			for _, line := range []string{about, row.Where, row.File} {
				if line != "" {
					fmt.Fprintf(w, "# %s\n", harmless(line))
				}
			}
			return writeLayout(w, raw)
		})
	}
	return cmd
}

// writeLayout writes a layout file as it is, but for what a console would obey.
func writeLayout(w io.Writer, raw []byte) error {
	for line := range strings.Lines(string(raw)) {
		if _, err := fmt.Fprintln(w, harmless(strings.TrimRight(line, "\r\n"))); err != nil {
			return err
		}
	}
	return nil
}

// layoutNamed finds a layout by its name, or by its file.
func (d *door) layoutNamed(given string) (layoutRow, []byte, error) {
	l := d.shelf()
	name, err := l.name(given)
	d.tellBad(err)
	if err != nil {
		return layoutRow{}, nil, err
	}
	p, ok := l.book.Named(name)
	raw, _, found := l.raw(name)
	if !ok || !found {
		return layoutRow{}, nil, noSuchLayout(name, l.book.Names())
	}
	return d.layoutRow(p, d.lang), raw, nil
}

func noSuchLayout(name string, known []string) error {
	best, near := maxTypo+1, ""
	for _, k := range known {
		if n := distance(name, k); n < best {
			best, near = n, k
		}
	}
	if near != "" {
		return usage("profile.unknown_near", tillproof.Params{"name": mask(name), "near": near})
	}
	return usage("profile.unknown", tillproof.Params{"name": mask(name)})
}

func (d *door) profileExport() *cobra.Command {
	var f profileFlags
	cmd := d.profilePart("export", "NAME [FLAGS]",
		"export my_bank > my_bank.yaml", "export my_bank --out my_bank.yaml")
	cmd.Flags().StringVar(&f.out, "out", "", d.flagText("out"))
	cmd.Flags().BoolVar(&f.force, "force", false, d.flagText("force"))
	cmd.RunE = func(c *cobra.Command, args []string) error {
		row, raw, err := d.layoutNamed(args[0])
		if err != nil {
			return err
		}
		if line := cardLine(raw); line > 0 {
			return badLayout(args[0], "profile.card", nil)
		}
		return d.giveLayout(c.Context(), row, raw, &f)
	}
	return cmd
}

// giveLayout writes a layout to the file that was named, else to standard output.
func (d *door) giveLayout(ctx context.Context, row layoutRow, raw []byte, f *profileFlags) error {
	if f.out != "" {
		if err := d.writeNew(ctx, f.out, raw, f.force); err != nil {
			return err
		}
		row.File = mask(f.out)
	}
	return d.stdout(ctx, func(w io.Writer) error {
		switch {
		case d.json:
			return encode(w, shownLayout{profileSchema, row, string(raw)})
		case f.out != "":
			return nil
		}
		return writeLayout(w, raw)
	})
}

func (d *door) profileImport() *cobra.Command {
	var f profileFlags
	cmd := d.profilePart("import", "FILE [FLAGS]", "import my_bank.yaml")
	cmd.Flags().BoolVar(&f.force, "force", false, d.flagText("force"))
	cmd.RunE = func(c *cobra.Command, args []string) error {
		own, err := readLayout(args[0])
		if err != nil {
			return err
		}
		d.tellBad(nil)
		rivals := d.shelf().book.Rivals(&own.Profile)
		path, err := d.keepLayout(c.Context(), own, f.force)
		if err != nil {
			return err
		}
		if len(rivals) > 0 {
			d.note("profile.rivals", tillproof.Params{
				"name": own.Name, "others": strings.Join(rivals, d.text("cmd.formats.comma", nil)),
			})
		}
		row := d.layoutRow(&own.Profile, d.lang)
		row.File = mask(path)
		return d.stdout(c.Context(), func(w io.Writer) error {
			if !d.json {
				return nil
			}
			return encode(w, shownLayout{profileSchema, row, string(own.raw)})
		})
	}
	return cmd
}

func (d *door) profileTest() *cobra.Command {
	cmd := d.profilePart("test", "NAME FILE [FLAGS]",
		"test my_bank may.csv", "test my_bank.yaml may.csv --json")
	var f tableFlags
	cmd.Flags().StringArrayVar(&f.dates, "date-order", nil, d.flagText("date-order"))
	cmd.RunE = func(c *cobra.Command, args []string) error {
		f.profiles = args[:1]
		return d.testLayout(c.Context(), args[1], &f)
	}
	return cmd
}

// testLayout reads a file in a layout and says whether the program would have taken it for that by itself.
func (d *door) testLayout(ctx context.Context, path string, f *tableFlags) error {
	name, err := d.shelf().name(f.profiles[0])
	if err != nil {
		d.tellBad(err)
		return err
	}
	if known := d.shelf().book.Choices(); !slices.Contains(known, name) {
		return noSuchLayout(name, known)
	}
	if err := d.read(ctx, []string{path}, &readFlags{summary: true, tables: *f}); err != nil {
		return err
	}
	return d.tellRecognised(ctx, path, name)
}

// tellRecognised notes what the program makes of the file when nobody names a layout. The file can be read:
// what goes wrong now is that nothing is recognised.
func (d *door) tellRecognised(ctx context.Context, path, name string) error {
	if path == stdinName {
		return nil // it is read already
	}
	in, err := d.openAll(ctx, []input{{path: path}})
	if err != nil {
		return err
	}
	defer in.Close()
	var seen []string
	for _, file := range in.open {
		parts, _, err := unpack(file)
		if err != nil {
			return err
		}
		for _, p := range parts {
			loaded, err := d.load(ctx, p, tillproof.Policy{})
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err == nil && !slices.Contains(seen, loaded.source.Dialect) {
				seen = append(seen, loaded.source.Dialect)
			}
		}
	}
	switch {
	case len(seen) == 0:
		d.note("profile.not_recognised", tillproof.Params{"name": name})
	case slices.Contains(seen, name):
		d.note("profile.recognised", tillproof.Params{"name": name})
	default:
		d.note("profile.other", tillproof.Params{"name": name, "other": strings.Join(seen, ", ")})
	}
	return nil
}
