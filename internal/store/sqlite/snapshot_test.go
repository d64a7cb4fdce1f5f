package sqlite_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/store/sqlite"
	"github.com/tillproof/tillproof/internal/store/storetest"
)

// A snapshot shows what the workspace showed, is one file that nobody else can read, and can be worked with.
func TestSnapshot(t *testing.T) {
	dir, shown := told(t)
	s, err := sqlite.Open(t.Context(), dir, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	copied := t.TempDir()
	path := filepath.Join(copied, "workspace.db")
	if err := s.Snapshot(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(copied)
	if err != nil || len(files) != 1 {
		t.Errorf("it is %d files: %v", len(files), err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("its mode is %v: %v", info.Mode(), err)
	}
	if err := s.Snapshot(t.Context(), path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a file that is there it answers %v", err)
	}
	now, read, checked := look(t.Context(), copied)
	if err := errors.Join(read, checked); err != nil || now != shown {
		t.Errorf("it shows\n%s\nexpected\n%s\n%v", now, shown, err)
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	other := filepath.Join(copied, "other.db")
	if err := s.Snapshot(gone, other); !errors.Is(err, context.Canceled) {
		t.Errorf("who leaves is answered %v", err)
	}
	if _, err := os.Stat(other); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("who leaves has left a file: %v", err)
	}
}

// While people write, a snapshot is of one moment: its log is the beginning of the whole, and each entry has
// its effect.
func TestSnapshotUnderLoad(t *testing.T) {
	p := &place{dir: filepath.Join(t.TempDir(), "workspace")}
	act := tillproof.Act{
		Time: time.Unix(1772400000, 0), By: "王芳", From: "cli", Kind: tillproof.ActInit, Done: true,
	}
	s := p.Store(t, tillproof.WorkspaceID{1}, act).(*sqlite.Store)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	begun := make(chan struct{})
	go func() {
		for n := 0; ctx.Err() == nil; n++ {
			d := tillproof.KeptDecision{
				ID: tillproof.RulingID{byte(n >> 8), byte(n), 1}, Time: act.Time, By: "x",
				Ruling: tillproof.RuleMatch, Reason: "x",
			}
			if err := s.AddDecision(t.Context(), d, act); err != nil {
				ended <- err
				return
			}
			if n == 10 {
				close(begun)
			}
		}
		ended <- nil
	}()
	<-begun
	for range 5 {
		dir := t.TempDir()
		if err := s.Snapshot(t.Context(), filepath.Join(dir, "workspace.db")); err != nil {
			t.Fatal(err)
		}
		checkMoment(t, dir)
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

func checkMoment(t *testing.T, dir string) {
	t.Helper()
	var s storetest.Store
	s, err := sqlite.Open(t.Context(), dir, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	list, err := s.Decisions(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	size, err := s.Size(t.Context())
	if err != nil || int(size) != len(list)+1 || len(list) < 10 {
		t.Errorf("%d entries for %d decisions: %v", size, len(list), err)
	}
	if err := s.(*sqlite.Store).Check(t.Context()); err != nil {
		t.Error(err)
	}
}
