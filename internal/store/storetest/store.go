package storetest

import (
	"context"
	"testing"

	"github.com/tillproof/tillproof"
)

// Store is everything that a store does. The rooms that use it declare the parts they need (see
// internal/workspace); here they stand together.
type Store interface {
	settings
	imports
	rulings
	runs
	exceptions
	objects
	log
	Close() error
}

type (
	digest = tillproof.Digest
	act    = tillproof.Act
	page   = tillproof.Page
	undone = tillproof.Undone
)

type settings interface {
	Workspace(ctx context.Context) (tillproof.WorkspaceInfo, error)
	SetPolicy(ctx context.Context, policy digest, object tillproof.KeptObject, a act) error
	AddProof(ctx context.Context, p tillproof.Proof, a act) error
}

type imports interface {
	AddImport(ctx context.Context, in tillproof.Import, objects []tillproof.KeptObject, a act) error
	UndoImport(ctx context.Context, id tillproof.ImportID, how undone, a act) error
	Import(ctx context.Context, id tillproof.ImportID) (tillproof.Import, error)
	Imports(ctx context.Context, p page) ([]tillproof.Import, error)
	Sources(ctx context.Context) ([]tillproof.KeptSource, error)
}

type rulings interface {
	AddDecision(ctx context.Context, d tillproof.KeptDecision, a act) error
	UndoDecision(ctx context.Context, id tillproof.RulingID, how undone, a act) error
	Decisions(ctx context.Context, undone bool) ([]tillproof.KeptDecision, error)
}

type runs interface {
	SaveRun(ctx context.Context, r tillproof.NewRun, a act) (tillproof.KeptRun, error)
	LastRun(ctx context.Context) (tillproof.KeptRun, error)
	Run(ctx context.Context, id tillproof.RunID) (tillproof.KeptRun, error)
	Runs(ctx context.Context, p page) ([]tillproof.KeptRun, error)
	Waiting(ctx context.Context) ([]tillproof.Waiting, error)
}

type exceptions interface {
	Exceptions(
		ctx context.Context, want tillproof.WantedExceptions, p page,
	) ([]tillproof.KeptException, error)
	Exception(
		ctx context.Context, id tillproof.ExceptionID,
	) (tillproof.KeptException, []tillproof.ExceptionVersion, error)
	FindExceptions(ctx context.Context, beginning string) ([]tillproof.ExceptionID, error)
	Judge(
		ctx context.Context, id tillproof.ExceptionID, from tillproof.ExceptionState, j tillproof.Judgement,
		a act,
	) error
	Judgements(ctx context.Context, id tillproof.ExceptionID) ([]tillproof.Judgement, error)
	Tally(ctx context.Context, today tillproof.Date) (tillproof.ExceptionTally, error)
}

type objects interface {
	Object(ctx context.Context, d digest) (tillproof.KeptObject, error)
	Objects(ctx context.Context, p page) ([]tillproof.KeptObject, error)
	Hold(ctx context.Context, d digest, reason string, a act) error
	MarkErased(ctx context.Context, d digest, how undone, a act) error
}

type log interface {
	Append(ctx context.Context, acts ...act) error
	Acts(ctx context.Context, from int64, limit int) ([]act, error)
	Leaves(ctx context.Context, from int64, leaf func(seq int64, b []byte) error) error
	Size(ctx context.Context) (int64, error)
	StoredHashes(ctx context.Context, from int64, each func(index int64, hash []byte) error) error
	Hashes(ctx context.Context, at []int64) ([][32]byte, error)
	AddCheckpoint(ctx context.Context, c tillproof.Checkpoint, a act) error
	Checkpoints(ctx context.Context, p page) ([]tillproof.Checkpoint, error)
}

// Place is where stores are kept: one engine, empty at first.
type Place interface {
	// Store opens a new workspace, whose log holds one act.
	Store(t *testing.T, id tillproof.WorkspaceID, first tillproof.Act) Store
	// Again opens a workspace that Store has made and that was closed.
	Again(t *testing.T, id tillproof.WorkspaceID) Store
	// Fault makes each step of each act ask the function: what it answers is what the step meets. Steps are
	// "begin", "statement" and "commit", which then do not happen, and "committed", which has happened.
	Fault(f func(step string) error)
}

// Maker makes a place that lasts as long as the test.
type Maker func(t *testing.T) Place

// Run holds a store to what is asked of it.
func Run(t *testing.T, maker Maker) {
	for _, part := range []struct {
		name string
		test func(*testing.T, Maker)
	}{
		{"acts", testActs},
		{"faults", testFaults},
		{"foreign", testForeign},
		{"imports", testImports},
		{"decisions", testDecisions},
		{"runs", testRuns},
		{"periods", testPeriods},
		{"snooze", testSnooze},
		{"lists", testLists},
		{"objects", testObjects},
		{"log", testLog},
		{"writers", testWriters},
		{"cancelled", testCancelled},
		{"model", testModel},
	} {
		t.Run(part.name, func(t *testing.T) { part.test(t, maker) })
	}
}
