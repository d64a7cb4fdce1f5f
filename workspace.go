package tillproof

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// WorkspaceID names a workspace: what one merchant, or one provider, keeps. Random.
type WorkspaceID id

// ImportID names an act of importing. Random.
type ImportID id

// RulingID names a decision that a workspace keeps. Random.
type RulingID id

// SourceID names a file of a workspace by its content, its place within an archive and its side: the same
// file always has the same id.
type SourceID id

// NewWorkspaceID draws an id.
func NewWorkspaceID(chance io.Reader) (WorkspaceID, error) {
	v, err := drawID(chance)
	return WorkspaceID(v), err
}

// NewImportID draws an id.
func NewImportID(chance io.Reader) (ImportID, error) {
	v, err := drawID(chance)
	return ImportID(v), err
}

// NewRulingID draws an id.
func NewRulingID(chance io.Reader) (RulingID, error) {
	v, err := drawID(chance)
	return RulingID(v), err
}

// SourceIDOf derives the id from the digest of the bytes as they were imported and the side.
func SourceIDOf(d Digest, side Side) SourceID {
	return SourceID(hashID(d[:], []byte{byte(side)}))
}

func drawID(chance io.Reader) (id, error) {
	var v id
	_, err := io.ReadFull(chance, v[:])
	return v, err
}

// String is "ws_" and 26 letters, "" for the zero id.
func (i WorkspaceID) String() string { return id(i).text("ws_") }

// MarshalText writes the text form.
func (i WorkspaceID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads the text form; an empty text is the zero id.
func (i *WorkspaceID) UnmarshalText(b []byte) error { return unmarshalID((*id)(i), "ws_", b) }

// String is "imp_" and 26 letters, "" for the zero id.
func (i ImportID) String() string { return id(i).text("imp_") }

// MarshalText writes the text form.
func (i ImportID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads the text form; an empty text is the zero id.
func (i *ImportID) UnmarshalText(b []byte) error { return unmarshalID((*id)(i), "imp_", b) }

// String is "dec_" and 26 letters, "" for the zero id.
func (i RulingID) String() string { return id(i).text("dec_") }

// MarshalText writes the text form.
func (i RulingID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads the text form; an empty text is the zero id.
func (i *RulingID) UnmarshalText(b []byte) error { return unmarshalID((*id)(i), "dec_", b) }

// String is "src_" and 26 letters, "" for the zero id.
func (i SourceID) String() string { return id(i).text("src_") }

// MarshalText writes the text form.
func (i SourceID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads the text form; an empty text is the zero id.
func (i *SourceID) UnmarshalText(b []byte) error { return unmarshalID((*id)(i), "src_", b) }

// Import is one act of importing: the files that came together, and whether it was taken back.
type Import struct {
	ID      ImportID
	Time    time.Time
	By      string
	Sources []KeptSource
	Undone  *Undone // nil: it counts
}

// Undone says who took something back, when and why.
type Undone struct {
	Time   time.Time
	By     string
	Reason string
}

// KeptSource is a file of a workspace: what it was, how it is to be read again, and what it added.
type KeptSource struct {
	ID       SourceID
	Import   ImportID
	Original Digest // of the bytes as they were imported; of a file in an archive, of the inflated bytes
	Object   Digest // what the vault keeps: the bytes themselves, or a copy with card numbers masked
	Index    Digest // the ids of its rows, see internal/workspace
	Tokens   Digest // by what the cards of a masked copy are known again; zero: there are none
	Redacted int    // card numbers that the copy masks

	// KeptOriginal reports that the bytes with their card numbers are kept too: the user asked for it.
	KeptOriginal bool `json:",omitempty"`

	Reading Reading
	Source  Source // as it was read; issues are cut to those that are shown
	Rows    int    // records that were read
	Fresh   int    // of them, those that no other source of the workspace had at that time
	Known   int    // those that another source had: the same lines
	Alike   int    // fresh ones of the same day, kind, terminal and amount as a row of another source
	Senders []string
}

// Reading is what the user said about a file, so that it is read the same way each time.
type Reading struct {
	Side    Side
	Profile string `json:",omitempty"` // "": recognised by content
	Dates   string `json:",omitempty"` // the order of days and months; "": the file shows it
	Year    int    `json:",omitempty"`
}

// KeptDecision is a decision by hand that a workspace keeps.
type KeptDecision struct {
	ID      RulingID
	Time    time.Time
	By      string
	Ruling  Ruling
	Records []string // as the user named them, ids written out
	Reason  string
	Undone  *Undone // nil: it counts
}

// ExceptionID names a break or a finding: the text of its id.
type ExceptionID string

// ParseExceptionID reads the id of a break or a finding.
func ParseExceptionID(s string) (ExceptionID, error) {
	prefix := "brk_"
	if strings.HasPrefix(s, "fnd_") {
		prefix = "fnd_"
	}
	if _, err := parseID(prefix, s); err != nil {
		return "", fmt.Errorf("exception: %w", err)
	}
	return ExceptionID(s), nil
}
