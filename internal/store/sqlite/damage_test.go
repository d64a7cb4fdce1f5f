package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/store/sqlite"
	"github.com/tillproof/tillproof/internal/store/storetest"
)

// told is a workspace with a small history, closed, and what it shows.
func told(t *testing.T) (dir, shown string) {
	t.Helper()
	p := &place{dir: filepath.Join(t.TempDir(), "workspace")}
	act := tillproof.Act{
		Time: tillproof.Date(20_500).Time(), By: "王芳", From: "cli@till-1", Kind: tillproof.ActInit,
		Done: true,
	}
	s := p.Store(t, tillproof.WorkspaceID{1}, act)
	storetest.Tell(t, s)
	shown, err := storetest.Dump(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return p.dir, shown
}

// look opens a workspace and reads everything, and has it checked.
func look(ctx context.Context, dir string) (shown string, read, checked error) {
	s, err := sqlite.Open(ctx, dir, sqlite.Options{})
	if err != nil {
		return "", err, err
	}
	shown, read = storetest.Dump(ctx, s)
	checked = s.Check(ctx)
	return shown, read, errors.Join(checked, s.Close())
}

// flips tells what became of changed bytes.
type flips struct{ seen, harmless, checkOnly, wrong int }

// TestNoWrongFigureAfterAFlippedByte changes one byte of the file, in every page, and reads everything: what
// is shown is what was shown before, or an error; and where a reader sees nothing, the check does or nothing
// is wrong.
func TestNoWrongFigureAfterAFlippedByte(t *testing.T) {
	dir, shown := told(t)
	whole, err := os.ReadFile(filepath.Join(dir, "workspace.db"))
	if err != nil {
		t.Fatal(err)
	}
	var found flips
	for at := 0; at < len(whole); at += flipStride {
		found.flip(t, whole, at, shown)
	}
	t.Logf("%d bytes: %+v", len(whole), found)
	if found.wrong > 0 || found.seen == 0 {
		t.Errorf("%d flips show something else without an error", found.wrong)
	}
}

func (f *flips) flip(t *testing.T, whole []byte, at int, shown string) {
	t.Helper()
	dir := t.TempDir()
	bad := bytes.Clone(whole)
	bad[at] ^= 1 << (at % 8)
	if err := os.WriteFile(filepath.Join(dir, "workspace.db"), bad, 0o600); err != nil {
		t.Fatal(err)
	}
	now, read, checked := look(t.Context(), dir)
	switch {
	case read != nil:
		f.seen++
	case now == shown && checked == nil:
		f.harmless++
	case now == shown || checked != nil:
		f.checkOnly++
	default:
		f.wrong++
		t.Errorf("byte %d of page %d: something else is shown, and no check sees it", at%4096, at/4096)
	}
}

// A row that was changed past the store is named, by every way that leads to it.
func TestDamagedRowsAreNamed(t *testing.T) {
	dir, _ := told(t)
	for _, one := range []struct{ change, table, key string }{
		{"UPDATE exception SET minor = minor + 1 WHERE minor = 90", "exception", "brk_"},
		{"UPDATE tally SET minor = 1", "tally", "confirmed/"},
		{"UPDATE source SET body = CAST(replace(body, 'feb', 'fob') AS BLOB) WHERE n = 0", "source", "1/0"},
		{"DELETE FROM source WHERE n = 1", "source", "1"},
		{"UPDATE import SET made_by = 'x' WHERE n = 2", "import", "2"},
		{"UPDATE decision SET ruling = 'exclude' WHERE n = 1", "decision", "1"},
		{"UPDATE run SET id = zeroblob(16) WHERE n = 1", "run", "1"},
		{"UPDATE run_body SET body = x'7b7d' WHERE n = 2", "run_body", "2"},
		{"DELETE FROM run_body WHERE n = 2", "run_body", "2"},
		{"UPDATE object SET held = 'x'", "object", ""},
		{"UPDATE judgement SET reason = 'x' WHERE n = 2", "judgement", "brk_"},
		{"UPDATE exception_content SET content = x'78' WHERE n = 2", "exception_content", "brk_"},
		{"DELETE FROM exception_content WHERE n = 1", "exception_content", "brk_"},
		{"UPDATE checkpoint SET size = 5", "checkpoint", "1"},
		{"UPDATE workspace SET made = 0", "workspace", ""},
		{"UPDATE proof SET size = 0", "proof", "1"},
	} {
		t.Run(one.change, func(t *testing.T) {
			changed := copyOf(t, dir)
			sqlite.Script(t, changed, "PRAGMA foreign_keys = OFF; "+one.change)
			_, read, checked := look(t.Context(), changed)
			for _, err := range []error{read, checked} {
				var e *tillproof.Error
				if !errors.As(err, &e) || e.Code != "store.damaged" || e.Params["table"] != one.table ||
					!strings.HasPrefix(e.Params["key"], one.key) {
					t.Errorf("answered %v, expected table %s and key %s", err, one.table, one.key)
				}
			}
		})
	}
}

// What only the check sees: rows that are gone with all that leads to them, and the log.
func TestCheckSeesWhatIsGone(t *testing.T) {
	dir, _ := told(t)
	for _, one := range []struct{ change, table string }{
		{"DELETE FROM exception WHERE minor = 7", "exception_content"},
		{"DELETE FROM exception_content; DELETE FROM exception; DELETE FROM judgement", "tally"},
		{"DELETE FROM judgement WHERE n = 1", "judgement"},
		{"DELETE FROM tally WHERE currency = 'EUR'", "tally"},
		{"UPDATE entry SET leaf = CAST(replace(leaf, 'success', 'failure') AS BLOB) WHERE seq = 3", "entry"},
		{"DELETE FROM entry WHERE seq = 3", "entry"},
		{"UPDATE tree SET hash = zeroblob(32) WHERE n = 2", "entry"},
	} {
		t.Run(one.change, func(t *testing.T) {
			changed := copyOf(t, dir)
			sqlite.Script(t, changed, "PRAGMA foreign_keys = OFF; "+one.change)
			_, _, err := look(t.Context(), changed)
			var e *tillproof.Error
			if !errors.As(err, &e) || e.Code != "store.damaged" || e.Params["table"] != one.table {
				t.Errorf("answered %v, expected table %s", err, one.table)
			}
		})
	}
}

func copyOf(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

// A file that is none, or that was cut, is damaged; nothing is made anew in its place.
func TestNoFile(t *testing.T) {
	dir, _ := told(t)
	whole, err := os.ReadFile(filepath.Join(dir, "workspace.db"))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"empty": {}, "text": bytes.Repeat([]byte("not a database\n"), 1000), "cut": whole[:len(whole)/2],
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "workspace.db")
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			_, read, _ := look(t.Context(), dir)
			var e *tillproof.Error
			if !errors.As(read, &e) || e.Code != "store.damaged" {
				t.Errorf("answered %v", read)
			}
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, content) {
				t.Errorf("the file was changed: %v", err)
			}
		})
	}
}
