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
func (d *door) saving(ctx context.Context, args []string, f *checkFlags) (*workspace.Service, func(), error) {
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
	return d.openWorkspace(ctx)
}

// save imports the files of a check and keeps a run over all that the workspace has.
func (d *door) save(ctx context.Context, s *workspace.Service, in *inputs, f *checkFlags) error {
	if s == nil {
		return nil
	}
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
	d.note("workspace.note.run", tillproof.Params{
		"id": out.Kept.ID.String(), "n": strconv.Itoa(out.Kept.Counts.Exceptions),
		"fresh": strconv.Itoa(out.Kept.Changes.Fresh),
	})
	return nil
}
