package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
	"zombiezen.com/go/sqlite"
)

func TestEngine(t *testing.T) {
	if err := checkEngine(sqlite.VersionNumber); err != nil {
		t.Errorf("this program is linked with SQLite %s: %v", sqlite.Version, err)
	}
	wantCode(t, checkEngine(3_051_002), "store.engine", tillproof.KindUnsupported) // it may lose a commit
	if err := checkEngine(3_051_003); err != nil {
		t.Error(err)
	}
}

func wantCode(t *testing.T, err error, code string, kind tillproof.ErrorKind) *tillproof.Error {
	t.Helper()
	var e *tillproof.Error
	if !errors.As(err, &e) || e.Code != code || e.Kind != kind {
		t.Fatalf("answered %v, expected %s", err, code)
	}
	return e
}

func decided(n byte) tillproof.KeptDecision {
	return tillproof.KeptDecision{
		ID: tillproof.RulingID{n}, Time: initial().Time, By: "王芳", Ruling: tillproof.RuleMatch, Reason: "x",
	}
}

func decide(ctx context.Context, s *Store, n byte) error {
	a := initial()
	a.Kind = tillproof.ActDecide
	return s.AddDecision(ctx, decided(n), a)
}

// decisions are how many a store holds.
func decisions(t *testing.T, s *Store) int {
	t.Helper()
	list, err := s.Decisions(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func TestOnlyTheOwnerCanReadTheFiles(t *testing.T) {
	dir := folder(t)
	s := reopen(t, dir, Options{})
	if err := decide(t.Context(), s, 1); err != nil {
		t.Fatal(err)
	}
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		want := os.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		} else {
			files++
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, expected %o", path, got, want)
		}
		return nil
	})
	if err != nil || files < 4 { // the file, its log of writes, their index, the lock
		t.Errorf("%d files: %v", files, err)
	}
}

func TestPragmas(t *testing.T) {
	c := rawConn(t, folder(t))
	for pragma, want := range map[string]int64{
		"synchronous": 2, "foreign_keys": 1, "trusted_schema": 0, "cell_size_check": 1,
		"wal_autocheckpoint": checkpointPages, "journal_size_limit": logBytes, "temp_store": 2,
	} {
		if got, err := c.number("PRAGMA " + pragma); err != nil || got != want {
			t.Errorf("%s is %d, expected %d: %v", pragma, got, want, err)
		}
	}
	if mode, err := c.said("PRAGMA journal_mode"); mode != "wal" {
		t.Errorf("the journal's mode is %q: %v", mode, err)
	}
}

func TestCreateRefusesAFolderThatIsTaken(t *testing.T) {
	dir := folder(t)
	err := Create(t.Context(), dir, tillproof.WorkspaceID{2}, initial(), Options{})
	wantCode(t, err, "store.exists", tillproof.KindConflict)
	info, err := reopen(t, dir, Options{}).Workspace(t.Context())
	if err != nil || info.ID != (tillproof.WorkspaceID{1}) || info.Schema != int(schemaVersion()) {
		t.Errorf("the workspace is %+v: %v", info, err)
	}
	_, err = Open(t.Context(), t.TempDir(), Options{})
	wantCode(t, err, "store.missing", tillproof.KindNotFound)
}

// A creation that fails at any step leaves a folder in which it can be done again.
func TestCreateIsWholeOrNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "workspace")
	failed := errors.New("the step fails")
	for n := 1; ; n++ {
		left, done := n, false
		err := Create(t.Context(), dir, tillproof.WorkspaceID{1}, initial(), Options{
			Fault: func(step string) error {
				left--
				done = done || step == "committed"
				if left == 0 {
					return failed
				}
				return nil
			},
		})
		if left > 0 {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
		if !errors.Is(err, failed) {
			t.Fatalf("step %d failed, and the creation answered %v", n, err)
		}
		_, err = Open(t.Context(), dir, Options{})
		wantCode(t, err, "store.missing", tillproof.KindNotFound)
	}
	// What a kill leaves beside it is in nobody's way.
	if err := os.Rename(filepath.Join(dir, fileName), filepath.Join(dir, fileName+".new")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, fileName+".new-wal"), []byte("torn"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Create(t.Context(), dir, tillproof.WorkspaceID{3}, initial(), Options{}); err != nil {
		t.Fatal(err)
	}
	if err := reopen(t, dir, Options{}).Check(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestLocks(t *testing.T) {
	dir := folder(t)
	ctx := t.Context()
	first := reopen(t, dir, Options{})
	second := reopen(t, dir, Options{}) // ordinary commands are many
	_, err := Open(ctx, dir, Options{Alone: true})
	wantCode(t, err, "store.locked", tillproof.KindUnavailable)
	if err := errors.Join(first.Close(), second.Close()); err != nil {
		t.Fatal(err)
	}

	alone := reopen(t, dir, Options{Alone: true, Command: "backup restore"})
	_, err = Open(ctx, dir, Options{})
	e := wantCode(t, err, "store.locked_by", tillproof.KindUnavailable)
	if want := fmt.Sprintf("%d backup restore", os.Getpid()); e.Params["holder"] != want {
		t.Errorf("the holder is %q, expected %q", e.Params["holder"], want)
	}
	impatient, cancel := context.WithCancel(ctx)
	cancel()
	if _, err = Open(impatient, dir, Options{Wait: time.Hour}); !errors.Is(err, context.Canceled) {
		t.Errorf("who leaves is answered %v", err)
	}
	go func() { _ = alone.Close() }()
	reopen(t, dir, Options{Wait: time.Minute}) // it waits until the holder has gone
	if line, err := os.ReadFile(filepath.Join(dir, lockName)); err != nil || len(line) > 0 {
		t.Errorf("the holder that has gone is still named %q: %v", line, err)
	}
}

// Two processes write: each sees what the other did, and one log counts both.
func TestTwoProcesses(t *testing.T) {
	dir := folder(t)
	a, b := reopen(t, dir, Options{Wait: time.Minute}), reopen(t, dir, Options{Wait: time.Minute})
	for n := range byte(10) {
		if err := errors.Join(decide(t.Context(), a, 2*n+1), decide(t.Context(), b, 2*n+2)); err != nil {
			t.Fatal(err)
		}
	}
	wantCode(t, decide(t.Context(), a, 2), "store.conflict", tillproof.KindConflict)
	if n := decisions(t, a); n != 20 {
		t.Errorf("%d decisions", n)
	}
	if err := errors.Join(a.Check(t.Context()), b.Check(t.Context())); err != nil {
		t.Error(err)
	}

	// A writer that does not get its turn in time says so.
	hog := rawConn(t, dir)
	if err := hog.run("begin", nil); err != nil {
		t.Fatal(err)
	}
	short := reopen(t, dir, Options{Wait: time.Millisecond})
	wantCode(t, decide(t.Context(), short, 99), "store.locked", tillproof.KindUnavailable)
	if n := decisions(t, short); n != 20 {
		t.Errorf("a reader beside a writer sees %d decisions", n)
	}
	if err := hog.run("rollback", nil); err != nil {
		t.Fatal(err)
	}
	if err := decide(t.Context(), short, 99); err != nil {
		t.Errorf("once it is its turn: %v", err)
	}
}

func TestAfterTheEnd(t *testing.T) {
	s := reopen(t, folder(t), Options{})
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	if err := decide(t.Context(), s, 1); !errors.Is(err, errClosed) {
		t.Errorf("an act after the end is answered %v", err)
	}
	if _, err := s.Decisions(t.Context(), true); !errors.Is(err, errClosed) {
		t.Errorf("a reader after the end is answered %v", err)
	}
}

// future is a migration that no version of this program knows yet.
const future = `ALTER TABLE workspace ADD COLUMN later TEXT; CREATE TABLE later (workspace BLOB NOT NULL) STRICT`

// withMigrations makes the program one that knows these migrations.
func withMigrations(t *testing.T, all []migration) {
	t.Helper()
	known := migrations
	t.Cleanup(func() { migrations = known })
	migrations = func() []migration { return all }
}

func TestUpgrade(t *testing.T) {
	dir := folder(t)
	busy := reopen(t, dir, Options{})
	old := migrations()
	o := Options{By: "王芳", From: "cli", Now: func() time.Time { return initial().Time }}
	newer := append(old[:len(old):len(old)], migration{len(old) + 1, "future", future})
	withMigrations(t, newer)

	_, err := Open(t.Context(), dir, o) // beside an older program that works with it
	wantCode(t, err, "store.locked", tillproof.KindUnavailable)
	if err := busy.Close(); err != nil {
		t.Fatal(err)
	}
	failed := errors.New("the step fails")
	for n := 1; ; n++ {
		left, committed := n, false
		failing := o
		failing.Fault = func(step string) error {
			if left--; left == 0 {
				committed = step == "committed"
				return failed
			}
			return nil
		}
		s, err := Open(t.Context(), dir, failing)
		if err == nil {
			t.Cleanup(func() { _ = s.Close() })
			t.Fatalf("step %d failed, and the store was opened", n)
		}
		if committed {
			break // done, and reported lost
		}
		if !errors.Is(err, failed) {
			t.Fatal(err)
		}
		if got, err := rawConn(t, dir).number("PRAGMA user_version"); got != schemaVersion()-1 {
			t.Fatalf("after a failed step the schema is %d: %v", got, err)
		}
	}
	s := reopen(t, dir, o)
	acts, err := s.Acts(t.Context(), 0, 10)
	if err != nil || len(acts) != 2 || acts[1].Kind != tillproof.ActMigrate ||
		string(acts[1].Detail) != fmt.Sprintf(`{"from":%d,"to":%d}`, len(old), len(newer)) {
		t.Errorf("the log of an upgrade is %+v: %v", acts, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	// The older program leaves it alone.
	before := bytesOf(t, dir)
	migrations = func() []migration { return old }
	_, err = Open(t.Context(), dir, o)
	e := wantCode(t, err, "store.newer", tillproof.KindUnsupported)
	if e.Params["found"] != fmt.Sprint(len(newer)) || e.Params["known"] != fmt.Sprint(len(old)) {
		t.Errorf("it says %v", e.Params)
	}
	if !bytes.Equal(before, bytesOf(t, dir)) {
		t.Error("the older program has changed the file")
	}
}

func bytesOf(t *testing.T, dir string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, fileName))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// After each migration its tables are there, empty.
func TestMigrations(t *testing.T) {
	after := [][]string{
		{"workspace", "proof"},
		{"entry", "tree", "checkpoint"},
		{"object"},
		{"import", "source"},
		{"decision"},
		{"run", "run_body", "waiting"},
		{"exception", "exception_content", "judgement", "tally"},
	}
	if len(after) != len(migrations()) {
		t.Fatalf("%d migrations, and a test of %d", len(migrations()), len(after))
	}
	c, err := openConn(filepath.Join(t.TempDir(), "file"), sqlite.OpenReadWrite|sqlite.OpenCreate, 0, false)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	for i, m := range migrations() {
		if err := c.script(m.text); err != nil {
			t.Fatalf("%s: %v", m.name, err)
		}
		for _, table := range after[i] {
			if n, err := c.number("SELECT count(*) FROM " + table); n != 0 || err != nil {
				t.Errorf("after %s, %s holds %d rows: %v", m.name, table, n, err)
			}
		}
	}
	schema := dumpSchema(t, c)
	if want := strings.Count(schema, "CREATE TABLE"); want != 16 {
		t.Errorf("%d tables", want)
	}
}
