package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"zombiezen.com/go/sqlite"
)

// Snapshot writes the workspace as it stands at one moment into a new file, while others read and write. The
// copy is one file, packed; a folder with it under the name workspace.db can be opened.
func (s *Store) Snapshot(ctx context.Context, path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return coded(fmt.Errorf("write a snapshot: %w", err))
	}
	err = errors.Join(s.copyInto(ctx, path), coded(f.Sync()), coded(f.Close()))
	if err == nil {
		err = coded(syncFolder(filepath.Dir(path)))
	}
	if err != nil {
		_ = os.Remove(path)
	}
	return err
}

// copyInto uses a connection of its own: the readers' ones write nowhere.
func (s *Store) copyInto(ctx context.Context, path string) error {
	c, err := openConn(s.file.path, sqlite.OpenReadWrite, s.file.wait, false)
	if err != nil {
		return err
	}
	defer c.close()
	c.db.SetInterrupt(ctx.Done())
	defer c.db.SetInterrupt(nil)
	stmt, _, err := c.db.PrepareTransient("VACUUM INTO $1")
	if err == nil {
		stmt.BindText(1, path)
		_, err = stmt.Step()
		err = errors.Join(err, stmt.Finalize())
	}
	if stopped := ctx.Err(); stopped != nil && err != nil {
		return stopped
	}
	return coded(err)
}
