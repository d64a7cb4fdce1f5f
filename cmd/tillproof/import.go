package main

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/report/kept"
	"github.com/tillproof/tillproof/internal/workspace"
)

// importFlags are what `import add` was told beside the files, which are named as for `check`.
type importFlags struct {
	files                checkFlags
	dryRun, keepOriginal bool
}

func (d *door) importCommand() *cobra.Command {
	return d.group("import", d.importAdd(), d.importList(), d.importShow(), d.importUndo(), d.importProfile())
}

// sideFlags name files by their sides.
func (d *door) sideFlags(cmd *cobra.Command, f *checkFlags) {
	set := cmd.Flags()
	set.StringArrayVar(&f.terminal, "terminal", nil, d.flagText("terminal"))
	set.StringArrayVar(&f.acquirer, "acquirer", nil, d.flagText("acquirer"))
	set.StringArrayVar(&f.bank, "bank", nil, d.flagText("bank"))
}

func (d *door) importAdd() *cobra.Command {
	var f importFlags
	cmd := d.subcommand("import", "add", "FILE... [FLAGS]",
		"add pos_06.csv settle_06.xlsx bank_06.xml", "add june.zip --dry-run",
		"add --acquirer report.csv --date-order dmy")
	cmd.Args = nil // files may be named by flags alone
	d.sideFlags(cmd, &f.files)
	d.tableFlags(cmd, &f.files.tables)
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, d.flagText("dry-run"))
	cmd.Flags().BoolVar(&f.keepOriginal, "keep-original", false, d.flagText("keep-original"))
	cmd.RunE = func(c *cobra.Command, args []string) error { return d.addImport(c, args, &f) }
	return cmd
}

func (d *door) addImport(c *cobra.Command, args []string, f *importFlags) error {
	ctx := c.Context()
	in, err := d.openNamed(ctx, args, &f.files)
	if err != nil {
		return err
	}
	defer in.Close()
	s, done, err := d.openWorkspace(ctx)
	if err != nil {
		return err
	}
	defer done()
	pre, err := s.Preview(ctx, workspaceFiles(in))
	if err != nil {
		return err
	}
	defer pre.Close()
	pre.Originals = f.keepOriginal
	failed := append(in.failed, pre.Failed...)
	if len(pre.Files) == 0 {
		return errors.Join(failed...)
	}
	var made *tillproof.Import
	if !f.dryRun {
		if made, err = d.keepFiles(ctx, s, in, pre); err != nil {
			return err
		}
	}
	d.warn(failed)
	for _, err := range failed {
		d.exit = worst(d.exit, skipped(err))
	}
	for _, file := range pre.Files {
		if file.Same == nil {
			d.exit = worst(d.exit, exitOfSource(&file.Kept.Source))
		}
	}
	looked := kept.Looked{Preview: pre, Import: made, Wrong: d.toldAll(failed)}
	return d.answer(c,
		func(w io.Writer) error { return kept.Preview(w, looked, d.keptOptions()) },
		func(w io.Writer) error { return kept.PreviewJSON(w, looked, d.keptOptions()) })
}

// keepFiles imports what a preview shows, unless a file has changed since it was looked at.
func (d *door) keepFiles(
	ctx context.Context, s *workspace.Service, in *inputs, pre *workspace.Preview,
) (*tillproof.Import, error) {
	if err := in.unchanged(); err != nil {
		return nil, err
	}
	made, err := s.Import(ctx, pre)
	if err != nil || len(made.Sources) == 0 {
		return nil, err
	}
	return &made, nil
}

// openNamed opens the files of a call and says of each how it is to be read.
func (d *door) openNamed(ctx context.Context, args []string, f *checkFlags) (*inputs, error) {
	wanted := f.inputs(args)
	if err := d.setTables(wanted, &f.tables); err != nil {
		return nil, err
	}
	return d.openAll(ctx, wanted)
}

// workspaceFiles are the open files as a workspace takes them.
func workspaceFiles(in *inputs) []workspace.File {
	files := make([]workspace.File, len(in.open))
	for i, f := range in.open {
		files[i] = workspace.File{Name: f.name, At: f.at, Size: f.size, Reading: tillproof.Reading{
			Side: f.side, Profile: f.profile, Dates: f.dates, Year: f.year,
		}}
	}
	return files
}

// toldAll are errors as programs are shown them.
func (d *door) toldAll(errs []error) []any {
	out := []any{}
	for _, err := range errs {
		out = append(out, d.told(err))
	}
	return out
}

func (d *door) importList() *cobra.Command {
	cmd := d.subcommand("import", "list", "", "list", "list --json")
	cmd.RunE = func(c *cobra.Command, _ []string) error {
		s, done, err := d.openWorkspace(c.Context())
		if err != nil {
			return err
		}
		defer done()
		all, err := s.Imports(c.Context())
		if err != nil {
			return err
		}
		return d.answer(c,
			func(w io.Writer) error { return kept.Imports(w, all, d.keptOptions()) },
			func(w io.Writer) error { return kept.ImportsJSON(w, all, d.keptOptions()) })
	}
	return cmd
}

func (d *door) importShow() *cobra.Command {
	cmd := d.subcommand("import", "show", "ID", "show imp_5v8k2m1q0z", "show imp_5v8k2m1q0z --json")
	cmd.RunE = func(c *cobra.Command, args []string) error {
		s, done, err := d.openWorkspace(c.Context())
		if err != nil {
			return err
		}
		defer done()
		return d.showImport(c, s, args[0])
	}
	return cmd
}

func (d *door) showImport(c *cobra.Command, s *workspace.Service, name string) error {
	in, err := s.FindImport(c.Context(), mask(name))
	if err != nil {
		return err
	}
	return d.answer(c,
		func(w io.Writer) error { return kept.Import(w, &in, d.keptOptions()) },
		func(w io.Writer) error { return kept.ImportJSON(w, &in, d.keptOptions()) })
}

func (d *door) importUndo() *cobra.Command {
	var reason string
	cmd := d.subcommand("import", "undo", "ID --reason TEXT",
		`undo imp_5v8k2m1q0z --reason "file of another shop"`)
	d.reasonFlag(cmd, &reason)
	cmd.RunE = func(c *cobra.Command, args []string) error {
		why, err := needReason(reason)
		if err != nil {
			return err
		}
		s, done, err := d.openWorkspace(c.Context())
		if err != nil {
			return err
		}
		defer done()
		in, err := s.FindImport(c.Context(), mask(args[0]))
		if err != nil {
			return err
		}
		if err := s.UndoImport(c.Context(), in, why); err != nil {
			return err
		}
		if in, err = s.FindImport(c.Context(), in.ID.String()); err != nil {
			return err
		}
		return d.answer(c,
			func(w io.Writer) error { return kept.Undone(w, &in, d.keptOptions()) },
			func(w io.Writer) error { return kept.ImportJSON(w, &in, d.keptOptions()) })
	}
	return cmd
}

func (d *door) importProfile() *cobra.Command {
	list := d.subcommand("import.profile", "list", "", "")
	list.Example = examples("import profile list", "import profile list --json")
	list.RunE = func(c *cobra.Command, _ []string) error {
		s, done, err := d.openWorkspace(c.Context())
		if err != nil {
			return err
		}
		defer done()
		all, err := s.Readings(c.Context())
		if err != nil {
			return err
		}
		return d.answer(c,
			func(w io.Writer) error { return kept.Readings(w, all, d.keptOptions()) },
			func(w io.Writer) error { return kept.ReadingsJSON(w, all, d.keptOptions()) })
	}
	group := d.group("profile", list)
	group.Short, group.Long = d.text("cmd.about.import.profile", nil), d.text("cmd.long.import.profile", nil)
	return group
}
