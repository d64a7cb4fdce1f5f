package workspace

import (
	"context"

	"github.com/tillproof/tillproof"
)

// Each method of a store that changes something is one act: it happens as a whole, with its entry in the log,
// or not at all. What is fetched is fetched within the workspace that the store was opened for. Errors are
// *tillproof.Error: store.not_found (KindNotFound), store.conflict (KindConflict: the state was another one
// meanwhile), store.locked, store.full, store.damaged, store.newer. An act that was done already is a
// conflict too, so that whoever lost the answer may ask again: a retry has one effect.

// Settings are the few things that a workspace knows of itself.
type Settings interface {
	Workspace(ctx context.Context) (tillproof.WorkspaceInfo, error)
	// SetPolicy makes the object the policy of the runs to come; the zero digest is none.
	SetPolicy(
		ctx context.Context, policy tillproof.Digest, object tillproof.KeptObject, act tillproof.Act,
	) error
}

// Imports keeps files.
type Imports interface {
	// AddImport keeps an import with its sources and their objects. A source that is there and counts is a
	// conflict; one whose import was undone may come again.
	AddImport(
		ctx context.Context, in tillproof.Import, objects []tillproof.KeptObject, act tillproof.Act,
	) error
	// UndoImport takes an import back; one that was taken back already is a conflict.
	UndoImport(ctx context.Context, id tillproof.ImportID, how tillproof.Undone, act tillproof.Act) error
	Import(ctx context.Context, id tillproof.ImportID) (tillproof.Import, error)
	Imports(ctx context.Context, page tillproof.Page) ([]tillproof.Import, error) // newest first
	// Sources are those of imports that count, oldest first.
	Sources(ctx context.Context) ([]tillproof.KeptSource, error)
}

// Rulings keeps decisions by hand.
type Rulings interface {
	AddDecision(ctx context.Context, d tillproof.KeptDecision, act tillproof.Act) error
	UndoDecision(ctx context.Context, id tillproof.RulingID, how tillproof.Undone, act tillproof.Act) error
	Decisions(ctx context.Context, undone bool) ([]tillproof.KeptDecision, error) // oldest first
}

// Runs keeps what was found.
type Runs interface {
	// SaveRun keeps a run after the run named in r.After (zero: the first). Another newest run than that is
	// a conflict, and so is the newest run again, over the same days. The exceptions that it shows come with
	// their content; those of earlier runs that it does not show, within its period, are cleared. A content
	// that differs from the kept one is a new version, and the earlier ones stay. It answers the run as it
	// was kept, Seq and Changes filled in.
	SaveRun(ctx context.Context, r tillproof.NewRun, act tillproof.Act) (tillproof.KeptRun, error)
	LastRun(ctx context.Context) (tillproof.KeptRun, error) // store.not_found where there is none
	Run(ctx context.Context, id tillproof.RunID) (tillproof.KeptRun, error)
	Runs(ctx context.Context, page tillproof.Page) ([]tillproof.KeptRun, error) // newest first
	// Waiting are the items of the newest run, by expected day.
	Waiting(ctx context.Context) ([]tillproof.Waiting, error)
}

// Exceptions keeps what people say about what was found.
type Exceptions interface {
	// without Content
	Exceptions(
		ctx context.Context, want tillproof.WantedExceptions, page tillproof.Page,
	) ([]tillproof.KeptException, error)
	Exception(
		ctx context.Context, id tillproof.ExceptionID,
	) (tillproof.KeptException, []tillproof.ExceptionVersion, error)
	// FindExceptions are the ids that begin with the text, at most a handful.
	FindExceptions(ctx context.Context, beginning string) ([]tillproof.ExceptionID, error)
	// Judge records what a person says; from is the state that the person saw.
	Judge(
		ctx context.Context, id tillproof.ExceptionID, from tillproof.ExceptionState, j tillproof.Judgement,
		act tillproof.Act,
	) error
	Judgements(ctx context.Context, id tillproof.ExceptionID) ([]tillproof.Judgement, error) // oldest first
	Tally(ctx context.Context, today tillproof.Date) (tillproof.ExceptionTally, error)
}

// Objects keeps what is known of the objects of the vault.
type Objects interface {
	Object(ctx context.Context, d tillproof.Digest) (tillproof.KeptObject, error)
	Objects(ctx context.Context, page tillproof.Page) ([]tillproof.KeptObject, error)     // by digest
	Hold(ctx context.Context, d tillproof.Digest, reason string, act tillproof.Act) error // "": no hold
	// MarkErased says that the content is gone; one on hold, or kept still, is a conflict.
	MarkErased(ctx context.Context, d tillproof.Digest, how tillproof.Undone, act tillproof.Act) error
}

// Log is the history of acts.
type Log interface {
	// Append adds acts that have no other effect: an export, an attempt that was refused.
	Append(ctx context.Context, acts ...tillproof.Act) error
	Acts(ctx context.Context, from int64, limit int) ([]tillproof.Act, error)
	// Leaves hands over the stored bytes of each entry, in order.
	Leaves(ctx context.Context, from int64, leaf func(seq int64, b []byte) error) error
	Size(ctx context.Context) (int64, error)
	Hashes(ctx context.Context, at []int64) ([][32]byte, error) // stored hashes, see docs/log-format.md
	AddCheckpoint(ctx context.Context, c tillproof.Checkpoint, act tillproof.Act) error
	Checkpoints(ctx context.Context, page tillproof.Page) ([]tillproof.Checkpoint, error) // newest first
}

// Proofs keeps when backups were shown to restore.
type Proofs interface {
	AddProof(ctx context.Context, p tillproof.Proof, act tillproof.Act) error
}
