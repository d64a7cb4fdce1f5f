package workspace_test

import (
	"context"
	"slices"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/store/sqlite"
	"github.com/tillproof/tillproof/internal/workspace"
)

// forged is a store whose rows somebody wrote anew, with checks that hold: it answers what it has, changed.
type forged struct {
	*sqlite.Store
	decisions  func([]tillproof.KeptDecision) []tillproof.KeptDecision
	imports    func([]tillproof.Import) []tillproof.Import
	runs       func([]tillproof.KeptRun) []tillproof.KeptRun
	judgements func([]tillproof.Judgement) []tillproof.Judgement
	objects    func([]tillproof.KeptObject) []tillproof.KeptObject
	info       func(*tillproof.WorkspaceInfo)
}

func changed[T any](list []T, err error, how func([]T) []T) ([]T, error) {
	if how != nil && len(list) > 0 {
		list = how(list)
	}
	return list, err
}

func (f forged) Decisions(ctx context.Context, undone bool) ([]tillproof.KeptDecision, error) {
	list, err := f.Store.Decisions(ctx, undone)
	return changed(list, err, f.decisions)
}

func (f forged) Imports(ctx context.Context, p tillproof.Page) ([]tillproof.Import, error) {
	list, err := f.Store.Imports(ctx, p)
	return changed(list, err, f.imports)
}

func (f forged) Runs(ctx context.Context, p tillproof.Page) ([]tillproof.KeptRun, error) {
	list, err := f.Store.Runs(ctx, p)
	return changed(list, err, f.runs)
}

func (f forged) Judgements(ctx context.Context, id tillproof.ExceptionID) ([]tillproof.Judgement, error) {
	list, err := f.Store.Judgements(ctx, id)
	return changed(list, err, f.judgements)
}

func (f forged) Objects(ctx context.Context, p tillproof.Page) ([]tillproof.KeptObject, error) {
	list, err := f.Store.Objects(ctx, p)
	return changed(list, err, f.objects)
}

func (f forged) Workspace(ctx context.Context) (tillproof.WorkspaceInfo, error) {
	info, err := f.Store.Workspace(ctx)
	if f.info != nil {
		f.info(&info)
	}
	return info, err
}

// forgery is what somebody wrote anew, and what is found of it.
type forgery struct {
	with forged
	want []string
}

// found compares a history with each forgery of it.
func found(t *testing.T, all map[string]forgery) {
	r, _ := history(t)
	for name, c := range all {
		t.Run(name, func(t *testing.T) {
			c.with.Store = r.store
			s := workspace.New(c.with, nil, nil, workspace.Options{})
			if got := (&rooms{Service: s}).compared(t); !slices.Equal(got, c.want) {
				t.Errorf("found %q\nwant %q", got, c.want)
			}
		})
	}
}

// TestForgedDecisionsAreFound changes the decision of history with a check that holds.
func TestForgedDecisionsAreFound(t *testing.T) {
	ruling := func(how func(*tillproof.KeptDecision)) forged {
		return forged{decisions: func(l []tillproof.KeptDecision) []tillproof.KeptDecision {
			how(&l[0])
			return l
		}}
	}
	found(t, map[string]forgery{
		"reason": {
			ruling(func(d *tillproof.KeptDecision) { d.Reason = "another" }),
			[]string{"4 decision.make changed"},
		},
		"who": {
			ruling(func(d *tillproof.KeptDecision) { d.By = "Wang" }), []string{"4 decision.make changed"},
		},
		"records": {
			ruling(func(d *tillproof.KeptDecision) { d.Records = []string{"rec_x"} }),
			[]string{"4 decision.make changed"},
		},
		"ruling counts again": {
			ruling(func(d *tillproof.KeptDecision) { d.Undone = nil }),
			[]string{"8 decision.undo changed"},
		},
		"ruling of nobody": {
			forged{decisions: func(l []tillproof.KeptDecision) []tillproof.KeptDecision {
				more := l[0]
				more.ID[0]++
				return append(l, more)
			}},
			[]string{"-1 decision.make unlogged", "-1 decision.undo unlogged"},
		},
	})
}

// TestForgedImportsAreFound changes imports; the newest comes first.
func TestForgedImportsAreFound(t *testing.T) {
	adding := func(how func(*tillproof.Import)) forged {
		return forged{imports: func(l []tillproof.Import) []tillproof.Import {
			how(&l[1]) // the one that was taken back
			return l
		}}
	}
	found(t, map[string]forgery{
		"import counts again": {
			adding(func(in *tillproof.Import) { in.Undone = nil }), []string{"10 import.undo changed"},
		},
		"reason of an undo": {
			adding(func(in *tillproof.Import) {
				in.Undone = &tillproof.Undone{
					Time: in.Undone.Time, By: in.Undone.By, Reason: "x",
				}
			}),
			[]string{"10 import.undo changed"},
		},
		"source": {
			adding(func(in *tillproof.Import) { in.Sources[0].Fresh++ }), []string{"2 import.add changed"},
		},
		"import undone by nobody": {
			forged{imports: func(l []tillproof.Import) []tillproof.Import {
				l[0].Undone = l[1].Undone
				return l
			}},
			[]string{"-1 import.undo unlogged"},
		},
	})
}

// TestForgedRunsAreFound changes runs, the newest first, and judgements, the oldest first.
func TestForgedRunsAreFound(t *testing.T) {
	judging := func(how func([]tillproof.Judgement) []tillproof.Judgement) forged {
		return forged{judgements: how}
	}
	found(t, map[string]forgery{
		"sums of a run": {
			forged{runs: func(l []tillproof.KeptRun) []tillproof.KeptRun {
				l[0].Counts.Waiting++
				return l
			}},
			[]string{"9 recon.run changed"},
		},
		"run twice": {
			forged{runs: func(l []tillproof.KeptRun) []tillproof.KeptRun { return append(l[:1:1], l...) }},
			[]string{"-1 recon.run unlogged"},
		},
		"judgement": {
			judging(func(l []tillproof.Judgement) []tillproof.Judgement {
				l[0].Reason = "x"
				return l
			}),
			[]string{"6 exception.judge changed"},
		},
		"judgement gone": {
			judging(func(l []tillproof.Judgement) []tillproof.Judgement { return l[1:] }),
			[]string{"6 exception.judge missing"},
		},
		"judgements swapped": {
			judging(func(l []tillproof.Judgement) []tillproof.Judgement {
				slices.Reverse(l)
				return l
			}),
			[]string{"7 exception.judge missing", "-1 exception.judge unlogged"},
		},
	})
}

// TestForgedStatesAreFound changes objects and what the workspace knows of itself.
func TestForgedStatesAreFound(t *testing.T) {
	found(t, map[string]forgery{
		"hold": {
			forged{objects: func(l []tillproof.KeptObject) []tillproof.KeptObject {
				l[0].Held = ""
				return l
			}},
			[]string{"13 object.hold changed"},
		},
		"erased by nobody": {
			forged{objects: func(l []tillproof.KeptObject) []tillproof.KeptObject {
				l[1].Erased = &tillproof.Undone{Reason: "x"}
				return l
			}},
			[]string{"-1 object.erase unlogged"},
		},
		"policy": {
			forged{info: func(i *tillproof.WorkspaceInfo) { i.Policy = tillproof.Digest{} }},
			[]string{"12 policy.set changed"},
		},
		"proof": {
			forged{info: func(i *tillproof.WorkspaceInfo) { i.Proven.Size++ }},
			[]string{"15 backup.prove changed"},
		},
	})
}
