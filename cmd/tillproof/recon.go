package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/report/kept"
	"github.com/tillproof/tillproof/internal/workspace"
)

// reconFlags are what `recon run` was told.
type reconFlags struct {
	period, policy string
	outputs        outputFlags
	large          largeFlags
	exitZero       bool
}

func (d *door) reconCommand() *cobra.Command {
	return d.group("recon", d.reconRun(), d.reconList(), d.reconShow(),
		d.reconDecide("match", tillproof.RuleMatch, 2, `rec_t2zn0c2vcb settle.csv:4 --reason "slip typed twice"`),
		d.reconDecide("unmatch", tillproof.RuleUnmatch, 2, `rec_t2zn0c2vcb rec_27w1b2zy --reason "two customers"`),
		d.reconDecide("exclude", tillproof.RuleExclude, 1, `rec_t2zn0c2vcb --reason "paid back in cash"`),
		d.reconDecisions(), d.reconUndo())
}

func (d *door) reconRun() *cobra.Command {
	var f reconFlags
	cmd := d.subcommand("recon", "run", "[FLAGS]", "run", "run --period 2026-06 --html june.html",
		"run --policy policy.yaml --json")
	set := cmd.Flags()
	set.StringVar(&f.period, "period", "", d.flagText("period"))
	set.StringVar(&f.policy, "policy", "", d.flagText("policy-keep"))
	d.outputFlags(set, &f.outputs)
	d.largeFlags(cmd, &f.large)
	d.configFlag(cmd)
	set.BoolVar(&f.exitZero, "exit-zero", false, d.flagText("exit-zero"))
	cmd.RunE = func(c *cobra.Command, _ []string) error { return d.runRecon(c, &f) }
	return cmd
}

func (d *door) runRecon(c *cobra.Command, f *reconFlags) error {
	period, err := periodOf(f.period)
	if err != nil {
		return err
	}
	if d.limits, err = f.large.limits(); err != nil {
		return err
	}
	if err := f.outputs.sane(&inputs{}, f.policy); err != nil {
		return err
	}
	r, err := d.openRooms(c.Context(), false)
	if err != nil {
		return err
	}
	defer func() { _ = r.close() }() // what was answered is on the disk
	s := d.serviceOver(r)
	if err := d.keepPolicy(c.Context(), s, f.policy); err != nil {
		return err
	}
	out, err := s.Reconcile(c.Context(), period)
	if err != nil {
		return err
	}
	if out.Run.Basis.Checkpoint, err = r.checkpoint(c.Context(), out.Same); err != nil {
		return err
	}
	if err := d.writeReports(c.Context(), out.Run, f.outputs); err != nil {
		return err
	}
	if err := r.exported(c.Context(), out.Kept.ID, f.outputs.html, f.outputs.xlsx, f.large.out); err != nil {
		return err
	}
	if f.large.out != "" {
		d.note("cmd.note.written", tillproof.Params{"file": mask(f.large.out)})
	}
	d.exit = worst(d.exit, exitOfRun(out.Run, f.exitZero))
	return d.showOutcome(c, s, out, f.outputs)
}

// periodOf is the period that the user named; without one it is everything.
func periodOf(s string) (workspace.Period, error) {
	if s == "" {
		return workspace.Everything, nil
	}
	return workspace.ParsePeriod(mask(s))
}

// keptOf is an outcome with the run before it.
func (d *door) keptOf(c *cobra.Command, s *workspace.Service, out *workspace.Outcome) (kept.Kept, error) {
	k := kept.Kept{Run: &out.Kept, Same: out.Same}
	var err error
	k.Last, err = s.Before(c.Context(), &out.Kept)
	return k, err
}

// showOutcome writes the report of a run on standard output, and what it changes.
func (d *door) showOutcome(
	c *cobra.Command, s *workspace.Service, out *workspace.Outcome, f outputFlags,
) error {
	k, err := d.keptOf(c, s, out)
	if err != nil {
		return err
	}
	return d.answer(c, func(w io.Writer) error {
		if err := d.writeText(w, out.Run, f); err != nil {
			return err
		}
		return kept.Changes(w, k, d.keptOptions())
	}, func(w io.Writer) error {
		result := func(w io.Writer) error { return d.writeJSON(w, out.Run, f) }
		return kept.ChangesJSON(w, k, result, d.keptOptions())
	})
}

func (d *door) reconList() *cobra.Command {
	cmd := d.subcommand("recon", "list", "", "list", "list --json")
	cmd.RunE = func(c *cobra.Command, _ []string) error {
		s, done, err := d.openWorkspace(c.Context())
		if err != nil {
			return err
		}
		defer done()
		all, err := s.Runs(c.Context())
		if err != nil {
			return err
		}
		return d.answer(c,
			func(w io.Writer) error { return kept.Runs(w, all, d.keptOptions()) },
			func(w io.Writer) error { return kept.RunsJSON(w, all, d.keptOptions()) })
	}
	return cmd
}

func (d *door) reconShow() *cobra.Command {
	cmd := atMost(d.subcommand("recon", "show", "[RUN]", "show", "show run_2c9w41ms0x --json"), 1)
	cmd.RunE = func(c *cobra.Command, args []string) error {
		r, err := d.openRooms(c.Context(), false)
		if err != nil {
			return err
		}
		defer r.close() //nolint:errcheck // only read
		name := ""
		if len(args) > 0 {
			name = args[0]
		}
		return d.showRun(c, r, name)
	}
	return cmd
}

func (d *door) showRun(c *cobra.Command, r *rooms, name string) error {
	run, err := d.serviceOver(r).FindRun(c.Context(), mask(name))
	if err != nil {
		return err
	}
	if run.Basis.Checkpoint, err = r.keptCheckpoint(c.Context()); err != nil {
		return err
	}
	return d.answer(c,
		func(w io.Writer) error { return kept.Run(w, &run, d.keptOptions()) },
		func(w io.Writer) error { return kept.RunJSON(w, &run, d.keptOptions()) })
}
