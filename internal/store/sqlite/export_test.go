package sqlite

import (
	"context"

	"github.com/tillproof/tillproof"
)

// Beside makes another workspace in the same file: what a server of many would do, and what shows that one
// never sees the other.
func (s *Store) Beside(
	ctx context.Context, id tillproof.WorkspaceID, first tillproof.Act,
) (*Store, error) {
	err := s.file.writer.act(ctx, id, func(t *tx) error { return t.found(first) })
	return &Store{file: s.file, in: id}, err
}
