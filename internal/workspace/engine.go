package workspace

import (
	"context"
	"io"
	"time"

	"github.com/tillproof/tillproof"
)

// Engine reads files and compares them: what the rooms of formats and reconciliation do.
type Engine interface {
	// Unpack answers the files inside an archive, any other file as itself. Notes tell what in it holds
	// nothing.
	Unpack(f File) ([]File, []tillproof.Note, error)
	// Bytes are those of the file itself; of one in an archive, as it inflates.
	Bytes(f File) (io.ReaderAt, int64, error)
	// Read hands each record to sink; the source has its side.
	Read(ctx context.Context, f File, sink func(tillproof.Record) error) (tillproof.Source, error)
	// HoldsCards reports whether a full card number may stand in what reading a file passes over: a header, a
	// line that is no record.
	HoldsCards(f File) (bool, error)
	// Redact writes a copy of a file in which no full card number is left. Read with its tokens, the copy
	// gives the same records.
	Redact(ctx context.Context, f File, to Scratch) (Redacted, error)
	// Reconcile compares what the files show.
	Reconcile(ctx context.Context, files []File, ask Ask) (*tillproof.Run, error)
	// Explain says why the records of a break or finding ended so, at most a few of them.
	Explain(run *tillproof.Run, name string) ([]tillproof.Explanation, int)
}

// File is a file at hand and what the user said about it.
type File struct {
	Name    string // for people: card numbers masked
	At      io.ReaderAt
	Size    int64
	Reading tillproof.Reading
	Tokens  []byte // of a copy that masks card numbers: what Redact gave
	Inside  any    // the engine's own: where in an archive it stands
}

// Scratch is where a copy is written, and read again before it is believed.
type Scratch interface {
	io.ReaderAt
	io.WriterAt
	Truncate(size int64) error
}

// Redacted is what a copy masks.
type Redacted struct {
	Numbers int    // places in which a card number stood; 0: the copy is the file
	Tokens  []byte // the engine's own: by what the cards of the copy are known again
}

// Ask is what a reconciliation is to go by.
type Ask struct {
	PolicyText []byte // nil: none
	Decisions  []tillproof.Decision
	Verdicts   []Verdict
}

// Verdict is what a person said about the records of a finding.
type Verdict struct {
	Records []tillproof.RecordID
	Wrong   bool // confirmed; else dismissed
	Time    time.Time
}
