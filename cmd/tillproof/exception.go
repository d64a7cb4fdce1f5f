package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/report/kept"
	"github.com/tillproof/tillproof/internal/workspace"
)

// exceptionFlags narrow a list of exceptions.
type exceptionFlags struct {
	states             []string
	kind, side, period string
	all                bool
}

func (d *door) exceptionCommand() *cobra.Command {
	return d.group("exception", d.exceptionList(), d.exceptionShow(),
		d.exceptionJudge("confirm", tillproof.ExceptionConfirmed, `brk_7d6g13ta --reason "the acquirer agrees"`),
		d.exceptionJudge("dismiss", tillproof.ExceptionDismissed, `fnd_c378g790 --reason "sale of the night shift"`),
		d.exceptionJudge("snooze", tillproof.ExceptionSnoozed,
			`brk_7d6g13ta --until 2026-07-15 --reason "the bank looks for it"`),
		d.exceptionJudge("reopen", tillproof.ExceptionNew, `fnd_c378g790 --reason "it came again"`))
}

func (d *door) exceptionList() *cobra.Command {
	var f exceptionFlags
	cmd := d.subcommand("exception", "list", "[FLAGS]", "list", "list --kind not_settled --period 2026-06",
		"list --state confirmed --json")
	set := cmd.Flags()
	set.StringSliceVar(&f.states, "state", nil, d.flagText("state"))
	set.StringVar(&f.kind, "kind", "", d.flagText("kind-exception"))
	set.StringVar(&f.side, "side", "", d.flagText("side-exception"))
	set.StringVar(&f.period, "period", "", d.flagText("period-exception"))
	set.BoolVar(&f.all, "all", false, d.flagText("all-exceptions"))
	values := func(v ...string) cobra.CompletionFunc { return cobra.FixedCompletions(v, noFiles) }
	_ = cmd.RegisterFlagCompletionFunc("state", values(stateNames()...))
	_ = cmd.RegisterFlagCompletionFunc("kind", values(kindNames()...))
	_ = cmd.RegisterFlagCompletionFunc("side", values("terminal", "acquirer", "bank"))
	cmd.RunE = func(c *cobra.Command, _ []string) error { return d.listExceptions(c, &f) }
	return cmd
}

func stateNames() []string {
	var out []string
	for _, s := range kept.States {
		out = append(out, string(s))
	}
	return out
}

// kindNames are the kinds of breaks and the rules of the program.
func kindNames() []string {
	var out []string
	for _, k := range tillproof.BreakKinds {
		out = append(out, string(k))
	}
	for _, r := range allRules() {
		out = append(out, string(r.ID))
	}
	return out
}

func (d *door) listExceptions(c *cobra.Command, f *exceptionFlags) error {
	want, err := f.wanted(d.today())
	if err != nil {
		return err
	}
	s, done, err := d.openWorkspace(c.Context())
	if err != nil {
		return err
	}
	defer done()
	if err := knownKind(c.Context(), s, want.Kind); err != nil {
		return err
	}
	l := kept.Listed{Narrowed: f.kind != "" || f.side != "" || f.period != "" || len(f.states) > 0}
	if l.Exceptions, err = s.Exceptions(c.Context(), want); err != nil {
		return err
	}
	kept.Urgent(l.Exceptions)
	if l.Tally, err = s.Tally(c.Context(), want.Today); err != nil {
		return err
	}
	return d.answer(c,
		func(w io.Writer) error { return kept.Exceptions(w, l, d.keptOptions()) },
		func(w io.Writer) error { return kept.ExceptionsJSON(w, l, d.keptOptions()) })
}

// knownKind refuses a kind that there is not. A rule that a workspace has an exception of is known to it,
// also where the program has none of that name.
func knownKind(ctx context.Context, s *workspace.Service, kind string) error {
	if kind == "" || slices.Contains(kindNames(), kind) {
		return nil
	}
	all := tillproof.AnyException()
	all.Kind, all.Cleared = kind, true
	if have, err := s.Exceptions(ctx, all); err != nil || len(have) > 0 {
		return err
	}
	return usage("workspace.usage.kind", tillproof.Params{
		"value": harmless(kind), "known": strings.Join(kindNames(), ", "),
	})
}

// wanted is what the flags ask for: without any, what stands and nobody has judged.
func (f *exceptionFlags) wanted(today tillproof.Date) (tillproof.WantedExceptions, error) {
	want := tillproof.WantedExceptions{
		Kind: mask(f.kind), Cleared: f.all, Today: today, From: tillproof.NoDate, To: tillproof.NoDate,
	}
	for _, name := range f.states {
		state := tillproof.ExceptionState(name)
		if !slices.Contains(kept.States[:], state) {
			return want, usage("workspace.usage.state", tillproof.Params{"value": harmless(mask(name))})
		}
		want.States = append(want.States, state)
	}
	if len(want.States) == 0 && !f.all {
		want.States = []tillproof.ExceptionState{tillproof.ExceptionNew}
	}
	if f.side != "" {
		side, err := tillproof.ParseSide(f.side)
		if err != nil {
			return want, usage("cmd.usage.side", tillproof.Params{"value": harmless(mask(f.side))})
		}
		want.Side = side
	}
	period, err := periodOf(f.period)
	want.From, want.To = period.From, period.To
	return want, err
}

func (d *door) exceptionShow() *cobra.Command {
	cmd := d.subcommand("exception", "show", "ID", "show brk_7d6g13ta", "show fnd_c378g790 --json")
	cmd.RunE = func(c *cobra.Command, args []string) error {
		s, done, err := d.openWorkspace(c.Context())
		if err != nil {
			return err
		}
		defer done()
		return d.showException(c, s, args[0])
	}
	return cmd
}

func (d *door) showException(c *cobra.Command, s *workspace.Service, name string) error {
	shown, err := s.Exception(c.Context(), mask(name))
	if err != nil {
		return err
	}
	return d.answer(c,
		func(w io.Writer) error { return kept.Exception(w, &shown, d.keptOptions()) },
		func(w io.Writer) error { return kept.ExceptionJSON(w, &shown, d.keptOptions()) })
}

// exceptionJudge is one of the commands that say what exceptions are.
func (d *door) exceptionJudge(name string, to tillproof.ExceptionState, call string) *cobra.Command {
	var reason, until string
	args := "ID... --reason TEXT"
	if to == tillproof.ExceptionSnoozed {
		args = "ID... --until DATE --reason TEXT"
	}
	cmd := some(d.subcommand("exception", name, args, name+" "+call), "ID")
	d.reasonFlag(cmd, &reason)
	if to == tillproof.ExceptionSnoozed {
		cmd.Flags().StringVar(&until, "until", "", d.flagText("until-exception"))
	}
	cmd.RunE = func(c *cobra.Command, args []string) error {
		why, day, err := d.judgementOf(to, reason, until)
		if err != nil {
			return err
		}
		s, done, err := d.openWorkspace(c.Context())
		if err != nil {
			return err
		}
		defer done()
		return d.judge(c, s, args, keptVerdict{to, day, why})
	}
	return cmd
}

// keptVerdict is what a person says about exceptions.
type keptVerdict struct {
	to     tillproof.ExceptionState
	until  tillproof.Date
	reason string
}

// judgementOf looks at what was said before any workspace is opened. A confirmation needs no reason: the
// money is one.
func (d *door) judgementOf(
	to tillproof.ExceptionState, reason, until string,
) (why string, day tillproof.Date, err error) {
	day = tillproof.NoDate
	if to == tillproof.ExceptionConfirmed {
		why = reasonOf(reason)
	} else if why, err = needReason(reason); err != nil {
		return why, day, err
	}
	if to != tillproof.ExceptionSnoozed {
		return why, day, nil
	}
	if day, err = tillproof.ParseDate(until); err != nil || day <= d.today() {
		return why, day, usage("workspace.usage.until", nil)
	}
	return why, day, nil
}

// judge says the same of each exception. One that cannot be judged does not stop the others.
func (d *door) judge(c *cobra.Command, s *workspace.Service, names []string, v keptVerdict) error {
	var judged []tillproof.KeptException
	var failed []error
	for _, name := range names {
		e, err := s.Judge(c.Context(), mask(name), v.to, v.until, v.reason)
		if c.Context().Err() != nil {
			return c.Context().Err()
		}
		if err != nil {
			failed = append(failed, err)
			continue
		}
		judged = append(judged, e)
	}
	if len(judged) == 0 {
		return errors.Join(failed...)
	}
	d.warn(failed)
	if len(failed) > 0 {
		d.exit = worst(d.exit, exitPartly)
	}
	return d.answer(c,
		func(w io.Writer) error { return kept.Judged(w, judged, d.keptOptions()) },
		func(w io.Writer) error { return kept.JudgedJSON(w, judged, d.toldAll(failed), d.keptOptions()) })
}
