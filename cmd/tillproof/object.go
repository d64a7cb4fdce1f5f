package main

import (
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/report/kept"
)

func (d *door) objectCommand() *cobra.Command {
	return d.group("object", d.objectList(), d.objectHold("hold"), d.objectHold("release"), d.objectErase())
}

func (d *door) objectList() *cobra.Command {
	var due bool
	cmd := d.subcommand("object", "list", "[FLAGS]", "list", "list --due --json")
	cmd.Flags().BoolVar(&due, "due", false, d.flagText("due"))
	cmd.RunE = func(c *cobra.Command, _ []string) error {
		s, done, err := d.openWorkspace(c.Context())
		if err != nil {
			return err
		}
		defer done()
		list, write := s.Objects, kept.Objects
		if due {
			list, write = s.DueObjects(d.today()), kept.DueObjects
		}
		all, err := list(c.Context())
		if err != nil {
			return err
		}
		return d.answer(c,
			func(w io.Writer) error { return write(w, all, d.keptOptions()) },
			func(w io.Writer) error { return kept.ObjectsJSON(w, all, d.keptOptions()) })
	}
	return cmd
}

// objectHold puts an object on hold, or ends that.
func (d *door) objectHold(name string) *cobra.Command {
	var reason string
	calls := map[string]string{
		"hold":    `hold 3f9a1c5be201 --reason "order of the court, file no. 17"`,
		"release": `release 3f9a1c5be201 --reason "the order was lifted"`,
	}
	cmd := d.subcommand("object", name, "DIGEST", calls[name])
	cmd.Flags().StringVar(&reason, "reason", "", d.flagText("reason-object"))
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
		o, err := s.FindObject(c.Context(), args[0])
		if err != nil {
			return err
		}
		if name == "hold" {
			err, o.Held = s.Hold(c.Context(), o, why), why
		} else {
			err, o.Held = s.Release(c.Context(), o, why), ""
		}
		if err != nil {
			return err
		}
		return d.answerObject(c, "kept.object.done."+name, &o)
	}
	return cmd
}

func (d *door) answerObject(c *cobra.Command, code string, o *tillproof.KeptObject) error {
	return d.answer(c,
		func(w io.Writer) error { return kept.ObjectDone(w, code, o, d.keptOptions()) },
		func(w io.Writer) error { return kept.ObjectJSON(w, o, d.keptOptions()) })
}

func (d *door) objectErase() *cobra.Command {
	var reason string
	var due bool
	cmd := d.subcommand("object", "erase", "[DIGEST] [FLAGS]",
		`erase 3f9a1c5be201 --reason "file of another shop"`, `erase --due --reason "the timer has run out"`)
	cmd.Args = cobra.ArbitraryArgs
	set := cmd.Flags()
	set.StringVar(&reason, "reason", "", d.flagText("reason-object"))
	set.BoolVar(&due, "due", false, d.flagText("due-erase"))
	cmd.RunE = func(c *cobra.Command, args []string) error {
		why, err := needReason(reason)
		if err == nil && due != (len(args) == 0) || len(args) > 1 {
			err = usage("workspace.usage.one_object", nil)
		}
		if err != nil {
			return err
		}
		return d.erase(c, args, why)
	}
	return cmd
}

// erase takes the content of one object away, or of all that are due. Nobody else may have the workspace open
// meanwhile: what another command reads must not vanish under it.
func (d *door) erase(c *cobra.Command, args []string, why string) error {
	s, r, err := d.workspaceAlone(c.Context())
	if err != nil {
		return err
	}
	defer func() { _ = r.close() }() // what was answered is on the disk
	v, err := r.vault()
	if err != nil {
		return err
	}
	var all []tillproof.KeptObject
	if len(args) == 0 {
		all, err = s.DueObjects(d.today())(c.Context())
	} else {
		var one tillproof.KeptObject
		one, err = s.FindObject(c.Context(), args[0])
		all = []tillproof.KeptObject{one}
	}
	if err != nil {
		return err
	}
	var erased []tillproof.KeptObject
	var failed []error
	for i := range all {
		failed = append(failed, s.Erase(c.Context(), v, all[i], why))
		now, err := s.FindObject(c.Context(), all[i].Digest.String())
		erased, failed = append(erased, now), append(failed, err)
	}
	_, err = s.SweepErased(c.Context(), v) // what an earlier call left between the entry and the content
	if err := errors.Join(append(failed, err)...); err != nil {
		return err
	}
	if len(args) == 1 {
		return d.answerObject(c, "kept.object.done.erase", &erased[0])
	}
	return d.answer(c,
		func(w io.Writer) error { return kept.DueObjects(w, erased, d.keptOptions()) },
		func(w io.Writer) error { return kept.ObjectsJSON(w, erased, d.keptOptions()) })
}
