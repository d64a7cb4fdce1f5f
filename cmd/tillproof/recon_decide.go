package main

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/report/kept"
	"github.com/tillproof/tillproof/internal/workspace"
)

// reconDecide is `recon match`, `unmatch` or `exclude`: least is how many records it takes at least.
func (d *door) reconDecide(name string, ruling tillproof.Ruling, least int, call string) *cobra.Command {
	var reason string
	cmd := some(d.subcommand("recon", name, "ID... --reason TEXT", name+" "+call), "ID")
	d.reasonFlag(cmd, &reason)
	cmd.RunE = func(c *cobra.Command, args []string) error {
		why, err := needReason(reason)
		if err != nil {
			return err
		}
		records, err := namedRecords(args, least)
		if err != nil {
			return err
		}
		s, done, err := d.openWorkspace(c.Context())
		if err != nil {
			return err
		}
		defer done()
		made, out, err := s.Decide(c.Context(), ruling, records, why)
		if err != nil {
			return d.misfit(err)
		}
		return d.tellDecided(c, s, &made, out)
	}
	return cmd
}

// misfit gives the reason why a decision cannot be obeyed a sentence of its own.
func (d *door) misfit(err error) error {
	e := asError(err)
	if !strings.HasPrefix(e.Code, "decide.misfit.") {
		return err
	}
	why := harmless(d.text(e.Code, e.Params))
	return usage("workspace.usage.misfit", tillproof.Params{"why": why, "code": e.Code})
}

// namedRecords are the records of a decision: ids or their beginnings, lines of files, groups of lines.
func namedRecords(args []string, least int) ([]string, error) {
	if len(args) < least {
		return nil, usage("workspace.usage.two_records", nil)
	}
	if len(args) > maxNamed {
		return nil, usage("workspace.usage.too_many", tillproof.Params{"n": strconv.Itoa(maxNamed)})
	}
	out := make([]string, len(args))
	for i, name := range args {
		switch {
		case len(name) > maxDecisionText, !strings.HasPrefix(name, "rec_") && !strings.Contains(name, ":"):
			return nil, usage("workspace.usage.record", tillproof.Params{"value": harmless(mask(name))})
		case !strings.HasPrefix(name, "rec_"):
			name = mask(name)
		}
		out[i] = name
	}
	return out, nil
}

// tellDecided says that a decision was made or taken back, and what followed.
func (d *door) tellDecided(
	c *cobra.Command, s *workspace.Service, made *tillproof.KeptDecision, out *workspace.Outcome,
) error {
	var k *kept.Kept
	if out != nil {
		one, err := d.keptOf(c, s, out)
		if err != nil {
			return err
		}
		k = &one
	}
	return d.answer(c,
		func(w io.Writer) error { return kept.Decided(w, made, k, d.keptOptions()) },
		func(w io.Writer) error { return kept.DecidedJSON(w, made, k, d.keptOptions()) })
}

func (d *door) reconDecisions() *cobra.Command {
	var all bool
	cmd := d.subcommand("recon", "decisions", "[FLAGS]", "decisions", "decisions --all --json")
	cmd.Flags().BoolVar(&all, "all", false, d.flagText("all-decisions"))
	cmd.RunE = func(c *cobra.Command, _ []string) error {
		s, done, err := d.openWorkspace(c.Context())
		if err != nil {
			return err
		}
		defer done()
		list, misfits, err := decisionsOf(c, s, all)
		if err != nil {
			return err
		}
		return d.answer(c,
			func(w io.Writer) error { return kept.Decisions(w, list, misfits, d.keptOptions()) },
			func(w io.Writer) error { return kept.DecisionsJSON(w, list, misfits, d.keptOptions()) })
	}
	return cmd
}

// decisionsOf are the decisions, and those of them that the newest run did not obey.
func decisionsOf(
	c *cobra.Command, s *workspace.Service, undone bool,
) ([]tillproof.KeptDecision, []tillproof.Misfit, error) {
	list, err := s.Decisions(c.Context(), undone)
	if err != nil || len(list) == 0 {
		return list, nil, err
	}
	last, err := s.FindRun(c.Context(), "")
	if isCode(err, "workspace.no_runs") {
		return list, nil, nil
	}
	return list, last.Misfits, err
}

// showDecision shows one decision.
func (d *door) showDecision(c *cobra.Command, s *workspace.Service, name string) error {
	list, misfits, err := decisionsOf(c, s, true)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(x tillproof.KeptDecision) bool {
		return !strings.HasPrefix(x.ID.String(), name)
	})
	switch {
	case len(list) == 0:
		return notKept("workspace.no_decision", name)
	case len(list) > 1:
		return usage("workspace.usage.many", tillproof.Params{"id": harmless(name)})
	}
	return d.answer(c,
		func(w io.Writer) error { return kept.Decisions(w, list, misfits, d.keptOptions()) },
		func(w io.Writer) error { return kept.DecisionsJSON(w, list, misfits, d.keptOptions()) })
}

func (d *door) reconUndo() *cobra.Command {
	var reason string
	cmd := d.subcommand("recon", "undo", "DECISION --reason TEXT", `undo dec_8h2n5c7r1k --reason "wrong slip"`)
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
		made, out, err := s.UndoDecision(c.Context(), mask(args[0]), why)
		if err != nil {
			return err
		}
		return d.tellDecided(c, s, &made, out)
	}
	return cmd
}
