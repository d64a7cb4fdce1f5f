package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/tillproof/tillproof"
	"zombiezen.com/go/sqlite"
)

const (
	fileName = "workspace.db"
	fileMode = 0o600
	dirMode  = 0o700
)

// Options are what a store needs beside its folder.
type Options struct {
	Now     func() time.Time // for the entry of an upgrade; every other act brings its own time
	Wait    time.Duration    // how long to wait for another process; zero: not at all
	Command string           // what others are told who find the store taken
	By      string           // who upgrades it, where it is of an older version
	From    string           // and from where
	Alone   bool             // nobody else may have it open: to replace its files

	// Fault is asked before each step of an act ("begin", "statement", "commit") and after its commit
	// ("committed"); an error is what the act then meets. For tests.
	Fault func(step string) error
}

// Store is an open workspace.
type Store struct {
	file *file
	in   [16]byte // the workspace
}

// file is what the stores of one file share.
type file struct {
	lock    *lockFile
	alone   bool
	readers *readers
	writer  *writer // nil until the file was looked at
	close   func() error
	path    string
	wait    time.Duration
}

// Create makes a workspace in a folder that has none: its file stands there whole, with its first act, or not
// at all.
func Create(
	ctx context.Context, dir string, id tillproof.WorkspaceID, first tillproof.Act, o Options,
) error {
	if err := checkEngine(sqlite.VersionNumber); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return coded(err)
	}
	o.Command = "init"
	lock, err := takeLock(ctx, dir, true, o)
	if err != nil {
		return err
	}
	defer lock.free(true)
	path := filepath.Join(dir, fileName)
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		if err != nil {
			return coded(err)
		}
		return &tillproof.Error{
			Op: op, Kind: tillproof.KindConflict, Code: "store.exists", Params: tillproof.Params{"dir": dir},
		}
	}
	fresh := path + ".new"
	if err := removeFresh(fresh); err != nil {
		return coded(err)
	}
	if err := build(ctx, fresh, id, first, o); err != nil {
		_ = removeFresh(fresh)
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return coded(err)
	}
	return coded(syncFolder(dir))
}

// removeFresh removes what a creation that was cut short has left, the companions of the file too.
func removeFresh(path string) error {
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// build makes the file of a new workspace.
func build(ctx context.Context, path string, id tillproof.WorkspaceID, first tillproof.Act, o Options) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, fileMode) // its companions get its mode
	if err != nil {
		return coded(err)
	}
	if err := f.Close(); err != nil {
		return coded(err)
	}
	w := newWriter(func() (*conn, error) {
		return openConn(path, sqlite.OpenReadWrite, o.Wait, false)
	}, o.Fault, func(error) bool { return false })
	err = w.act(ctx, id, func(t *tx) error {
		for _, m := range migrations() {
			if err := t.migrate(m); err != nil {
				return err
			}
		}
		return t.found(first)
	})
	return errors.Join(err, w.stop()) // the last connection brings everything into the file itself
}

// found writes the row of a new workspace and its first act.
func (t *tx) found(first tillproof.Act) error {
	if err := t.setWorkspace("workspace_add", first.Time, tillproof.Digest{}); err != nil {
		return err
	}
	return t.log(first)
}

// Open opens the workspace of a folder, and brings it up to date where an older version wrote it.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	if err := checkEngine(sqlite.VersionNumber); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, fileName)
	if _, err := os.Stat(path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, &tillproof.Error{
				Op: op, Kind: tillproof.KindNotFound, Code: "store.missing",
				Params: tillproof.Params{"dir": dir},
			}
		}
		return nil, coded(err)
	}
	s, err := openFolder(ctx, dir, o)
	if errors.Is(err, errOlder) {
		if err := upgrade(ctx, dir, o); err != nil {
			return nil, err
		}
		return openFolder(ctx, dir, o)
	}
	return s, err
}

func openFolder(ctx context.Context, dir string, o Options) (*Store, error) {
	lock, err := takeLock(ctx, dir, o.Alone, o)
	if err != nil {
		return nil, err
	}
	s, err := openFile(ctx, filepath.Join(dir, fileName), o)
	if err != nil {
		return nil, errors.Join(err, lock.free(o.Alone))
	}
	s.file.lock, s.file.alone = lock, o.Alone
	return s, nil
}

func openFile(ctx context.Context, path string, o Options) (*Store, error) {
	spare := openReserve(filepath.Dir(path))
	f := &file{path: path, wait: o.Wait, readers: newReaders(func() (*conn, error) {
		c, err := openReader(path, o.Wait)
		if err != nil && spare.saw(err) {
			return openReader(path, o.Wait)
		}
		return c, err
	})}
	f.close = sync.OnceValue(f.end)
	s := &Store{file: f}
	if err := s.look(ctx); err != nil {
		return nil, errors.Join(err, f.readers.close())
	}
	f.writer = newWriter(func() (*conn, error) {
		return openConn(path, sqlite.OpenReadWrite, o.Wait, false)
	}, o.Fault, spare.saw)
	return s, nil
}

// look finds out which workspace the file holds and whether this program can read it.
func (s *Store) look(ctx context.Context) error {
	version, err := s.version(ctx)
	if err != nil {
		return err
	}
	if version < schemaVersion() {
		return errOlder
	}
	return s.file.readers.read(ctx, func(c *conn) error {
		var found []row
		err := c.run("workspaces", func(r row) error { found = append(found, r); return nil })
		if err == nil && len(found) != 1 {
			return damaged("workspace", fmt.Sprint(len(found)), nil)
		}
		if err == nil {
			s.in = found[0].id(0)
			err = found[0].verify("workspace", 0)
		}
		return err
	})
}

// Close ends the store; acts that wait are done first. It may be called again.
func (s *Store) Close() error { return s.file.close() }

func (f *file) end() error {
	var errs []error
	if f.writer != nil {
		errs = append(errs, f.writer.stop())
	}
	errs = append(errs, f.readers.close())
	if f.lock != nil {
		errs = append(errs, f.lock.free(f.alone))
	}
	return errors.Join(errs...)
}

// act changes the workspace: what do does, and the entry of the act.
func (s *Store) act(ctx context.Context, a tillproof.Act, do func(*tx) error) error {
	return s.file.writer.act(ctx, s.in, func(t *tx) error {
		if err := do(t); err != nil {
			return err
		}
		return t.log(a)
	})
}

// read reads the workspace as it stands at one moment.
func (s *Store) read(ctx context.Context, do func(*conn) error) error {
	return s.file.readers.read(ctx, do)
}

// checkEngine refuses an SQLite that may lose what it has acknowledged.
func checkEngine(version int) error {
	if version >= minEngine {
		return nil
	}
	e := fail(tillproof.KindUnsupported, "store.engine", nil)
	e.Params = tillproof.Params{"version": fmt.Sprint(version)}
	return e
}
