package sqlite

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/tillproof/tillproof"
	"zombiezen.com/go/sqlite"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one step of the schema. Its file is never changed once it has landed.
type migration struct {
	number int
	name   string
	text   string
}

// migrations are the steps in order, numbered from 1.
var migrations = sync.OnceValue(func() []migration {
	var all []migration
	for i, path := range must(fs.Glob(migrationFiles, "migrations/*.sql")) {
		file := strings.TrimSuffix(strings.TrimPrefix(path, "migrations/"), ".sql")
		number, name, _ := strings.Cut(file, "_")
		n := must(strconv.Atoi(number))
		if n != i+1 {
			panic("invariant: migrations count from 1: " + path)
		}
		all = append(all, migration{n, name, string(must(migrationFiles.ReadFile(path)))})
	}
	return all
})

// schemaVersion is the newest version of the schema that this program knows.
func schemaVersion() int64 { return int64(len(migrations())) }

// migrate takes one step.
func (t *tx) migrate(m migration) error {
	if err := t.fault("statement"); err != nil {
		return err
	}
	return t.c.script(m.text + fmt.Sprintf(";\nPRAGMA user_version = %d", m.number))
}

// version is that of the file's schema; one that a newer program wrote is refused, untouched.
func (s *Store) version(ctx context.Context) (version int64, err error) {
	err = s.read(ctx, func(c *conn) error {
		version, err = c.number("PRAGMA user_version")
		return err
	})
	switch {
	case err != nil:
		return 0, err
	case version > schemaVersion():
		e := fail(tillproof.KindUnsupported, "store.newer", nil)
		e.Params = tillproof.Params{"found": fmt.Sprint(version), "known": fmt.Sprint(schemaVersion())}
		return 0, e
	case version == 0:
		return 0, damaged("*", fileName, errors.New("it has no schema"))
	}
	return version, nil
}

var errOlder = errors.New("an older version wrote the file")

// upgrade takes the steps that the file lacks, all of them or none, as one act, while nobody else has it
// open: a program that knows only the old tables would write into the new ones.
func upgrade(ctx context.Context, dir string, o Options) error {
	if o.Now == nil {
		return fail(tillproof.KindInternal, "store.io", errors.New("an upgrade needs a clock"))
	}
	o.Command = "upgrade"
	lock, err := takeLock(ctx, dir, true, o)
	if err != nil {
		return err
	}
	open := func() (*conn, error) {
		return openConn(filepath.Join(dir, fileName), sqlite.OpenReadWrite, o.Wait, false)
	}
	w := newWriter(open, o.Fault, func(error) bool { return false })
	in, err := onlyWorkspace(open)
	if err == nil {
		err = w.act(ctx, in, func(t *tx) error { return t.upgrade(o) })
	}
	return errors.Join(err, w.stop(), lock.free(true))
}

func onlyWorkspace(open func() (*conn, error)) (in [16]byte, err error) {
	c, err := open()
	if err != nil {
		return in, err
	}
	defer c.close()
	r, err := c.one("workspaces")
	if err == nil && r == nil {
		err = damaged("workspace", "0", nil)
	}
	if err == nil {
		in = r.id(0)
	}
	return in, err
}

func (t *tx) upgrade(o Options) error {
	version, err := t.c.number("PRAGMA user_version")
	if err != nil || version >= schemaVersion() { // another process was faster
		return err
	}
	for _, m := range migrations()[version:] {
		if err := t.migrate(m); err != nil {
			return err
		}
	}
	return t.log(tillproof.Act{
		Time: o.Now(), By: cmp.Or(o.By, "tillproof"), From: cmp.Or(o.From, "upgrade"),
		Kind: tillproof.ActMigrate, Done: true,
		Detail: fmt.Appendf(nil, `{"from":%d,"to":%d}`, version, schemaVersion()),
	})
}
