package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/report/kept"
)

func (d *door) statusCommand() *cobra.Command {
	var asOf string
	var zero bool
	cmd := d.command("status", "[FLAGS]", "status", "status --as-of 2026-07-01 --json")
	cmd.Args = noArgs
	cmd.Flags().StringVar(&asOf, "as-of", "", d.flagText("as-of"))
	cmd.Flags().BoolVar(&zero, "exit-zero", false, d.flagText("exit-zero"))
	cmd.RunE = func(c *cobra.Command, _ []string) error {
		opt := d.keptOptions()
		if asOf != "" {
			day, err := tillproof.ParseDate(asOf)
			if err != nil {
				return usage("workspace.usage.date", tillproof.Params{"value": harmless(mask(asOf))})
			}
			opt.Today = day
		}
		return d.status(c, opt, zero)
	}
	return cmd
}

func (d *door) status(c *cobra.Command, opt kept.Options, zero bool) error {
	s, done, err := d.openWorkspace(c.Context())
	if err != nil {
		return err
	}
	defer done()
	st, err := s.Status(c.Context(), opt.Today)
	if err != nil {
		return err
	}
	if !zero && st.Tally.States[tillproof.ExceptionNew] > 0 {
		d.exit = worst(d.exit, exitExceptions)
	}
	if !zero && kept.Overdue(st) {
		d.exit = worst(d.exit, exitOverdue)
	}
	return d.answer(c,
		func(w io.Writer) error { return kept.Status(w, st, opt) },
		func(w io.Writer) error { return kept.StatusJSON(w, st, opt) })
}
