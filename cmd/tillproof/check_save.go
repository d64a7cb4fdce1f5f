package main

import (
	"context"
	"errors"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/workspace"
)

// saving opens the workspace that `check --save` keeps its files in, before anything is read: who has none, or
// not its key, is told at once. Without --save there is none.
func (d *door) saving(ctx context.Context, args []string, f *checkFlags) (*rooms, func(), error) {
	if !f.save {
		return nil, func() {}, nil
	}
	if f.decisions != "" {
		return nil, nil, usage("workspace.usage.save_decisions", nil)
	}
	for _, w := range f.inputs(args) {
		if w.path == stdinName {
			return nil, nil, usage("workspace.usage.save_stdin", nil)
		}
	}
	r, err := d.openRooms(ctx, false)
	if err != nil {
		return nil, nil, err
	}
	done := func() { _ = r.close() } // what was answered is on the disk
	if f.policy != "" {
		if _, err := d.policyText(f.policy); err != nil {
			done()
			return nil, nil, err
		}
	}
	return r, done, nil
}

// save imports the files of a check and keeps a run over all that the workspace has.
func (d *door) save(ctx context.Context, r *rooms, in *inputs, f *checkFlags) error {
	if r == nil {
		return nil
	}
	s := d.serviceOver(r)
	pre, err := s.Preview(ctx, workspaceFiles(in))
	if err != nil {
		return err
	}
	defer pre.Close()
	if len(pre.Files) == 0 {
		return errors.Join(pre.Failed...)
	}
	if pre.New() {
		made, err := d.keepFiles(ctx, s, in, pre)
		if err != nil {
			return err
		}
		d.note("workspace.note.saved", tillproof.Params{
			"id": made.ID.String(), "n": strconv.Itoa(len(made.Sources)), "fresh": strconv.Itoa(pre.Fresh()),
		})
	} else {
		d.note("workspace.note.saved_before", nil)
	}
	if err := d.keepPolicy(ctx, s, f.policy); err != nil {
		return err
	}
	out, err := s.Reconcile(ctx, workspace.Everything)
	if err != nil {
		return err
	}
	d.tellKept(out)
	return nil
}

// tellKept says which run the workspace has now: a new one, or the one before where nothing has changed.
func (d *door) tellKept(out *workspace.Outcome) {
	p := tillproof.Params{"id": out.Kept.ID.String(), "n": strconv.Itoa(out.Kept.Counts.Exceptions)}
	if out.Same {
		d.note("workspace.note.run_same", p)
		return
	}
	p["fresh"] = strconv.Itoa(out.Kept.Changes.Fresh)
	d.note("workspace.note.run", p)
}
