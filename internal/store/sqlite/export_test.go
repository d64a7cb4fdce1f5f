package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/tillproof/tillproof"
	"zombiezen.com/go/sqlite"
)

// Beside makes another workspace in the same file: what a server of many would do, and what shows that one
// never sees the other.
func (s *Store) Beside(
	ctx context.Context, id tillproof.WorkspaceID, first tillproof.Act,
) (*Store, error) {
	err := s.file.writer.act(ctx, id, func(t *tx) error { return t.found(first) })
	return &Store{file: s.file, in: id}, err
}

// Script changes a file past its store.
func Script(t *testing.T, dir, text string) {
	t.Helper()
	c, err := openConn(filepath.Join(dir, fileName), sqlite.OpenReadWrite, 0, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.script(text), c.close()); err != nil {
		t.Fatal(err)
	}
}

// SchemaVersion is the newest schema that the program knows.
func SchemaVersion() int64 { return schemaVersion() }
