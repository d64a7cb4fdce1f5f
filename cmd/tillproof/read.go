package main

import (
	"context"
	"errors"
	"iter"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
)

// readFlags are what `read` was told.
type readFlags struct {
	csv, summary   bool
	many           bool // more than one file was named
	side, currency string
	profiles       []string
}

func (d *door) readCommand() *cobra.Command {
	var f readFlags
	cmd := d.command("read", "FILE... [FLAGS]",
		"read bank.xml", "read pos.csv --json --summary", "read settle.xlsx --csv > settle.csv")
	set := cmd.Flags()
	set.BoolVar(&f.csv, "csv", false, d.flagText("csv"))
	set.BoolVar(&f.summary, "summary", false, d.flagText("summary"))
	set.StringVar(&f.side, "side", "", d.flagText("side"))
	set.StringVar(&f.currency, "currency", "", d.flagText("currency"))
	set.StringArrayVar(&f.profiles, "profile", nil, d.flagText("profile"))
	_ = cmd.RegisterFlagCompletionFunc("side",
		cobra.FixedCompletions([]string{"terminal", "acquirer", "bank"}, noFiles))
	cmd.RunE = func(c *cobra.Command, args []string) error { return d.read(c.Context(), args, &f) }
	return cmd
}

func (d *door) read(ctx context.Context, args []string, f *readFlags) error {
	wanted, policy, err := f.inputs(args, d.json)
	if err != nil {
		return err
	}
	in, err := d.openAll(ctx, wanted)
	if err != nil {
		return err
	}
	defer in.Close()
	failed, shown := in.failed, 0
	f.many = len(wanted) > 1
	for _, file := range in.open {
		loaded, err := d.load(ctx, file, policy)
		if stop := errors.Join(ctx.Err(), in.unchanged()); stop != nil {
			return stop
		}
		if err != nil {
			failed = append(failed, flatten(err)...)
			continue
		}
		warning, err := contradiction(&loaded.source, file, "--side "+file.side.String())
		if err != nil {
			return err
		}
		if warning != nil {
			d.note(warning.Code, warning.Params)
		}
		if err := d.showLoaded(ctx, loaded, f, shown > 0); err != nil {
			return err
		}
		shown++
		d.exit = worst(d.exit, exitOfSource(&loaded.source))
	}
	if shown == 0 {
		return errors.Join(failed...)
	}
	d.warn(failed)
	for _, err := range failed {
		d.exit = worst(d.exit, skipped(err))
	}
	return nil
}

// inputs are the files and what is known about them.
func (f *readFlags) inputs(args []string, asJSON bool) ([]input, tillproof.Policy, error) {
	var policy tillproof.Policy
	if f.csv && asJSON {
		return nil, policy, usage("cmd.usage.json_csv", nil)
	}
	if f.csv && f.summary {
		return nil, policy, usage("cmd.usage.csv_summary", nil)
	}
	side, err := tillproof.ParseSide(f.side)
	if f.side != "" && err != nil {
		return nil, policy, usage("cmd.usage.side", tillproof.Params{"value": mask(f.side)})
	}
	if f.currency != "" {
		if policy.Currency, err = tillproof.ParseCurrency(f.currency); err != nil {
			return nil, policy, usage("cmd.usage.currency", tillproof.Params{"value": mask(f.currency)})
		}
	}
	all := make([]input, 0, len(args))
	for _, path := range args {
		all = append(all, input{path: path, side: side})
	}
	return all, policy, setProfiles(all, f.profiles)
}

// loaded is one file as it was read.
type loaded struct {
	source  tillproof.Source
	records iter.Seq[tillproof.Record]
	fault   error // why records ended before its end, where it read the file again
}

// errEnough ends a reading when whoever asked has seen enough.
var errEnough = errors.New("enough")

// again hands on the records of a second reading. It must find the same bytes as the first.
func (l *loaded) again(
	yield func(tillproof.Record) bool, read func(func(tillproof.Record) error) (tillproof.Source, error),
) error {
	source, err := read(func(r tillproof.Record) error {
		if !yield(r) {
			return errEnough
		}
		return nil
	})
	switch {
	case errors.Is(err, errEnough):
		return nil
	case err == nil && source.Digest != l.source.Digest:
		f := &input{name: l.source.File}
		return badInput(f, tillproof.KindConflict, "cmd.input.changed", nil)
	}
	return err
}
