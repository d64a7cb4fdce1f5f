//go:build torture

package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/tillproof/tillproof"
)

// smallDisk is a disk of 4 MiB, and what makes it larger.
func smallDisk(t *testing.T) (dir string, grow func()) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=4m,mode=0700"); err != nil {
		t.Fatalf("no disk can be made here (that takes root): %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir, func() {
		t.Helper()
		if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=40m"); err != nil {
			t.Fatal(err)
		}
	}
}

// A real disk runs full under acts: the act that finds it full says so, what was answered is there, what was
// refused is noted in the room of the reserve, and with room again everything goes on, without a new start.
func TestASmallDiskRunsFull(t *testing.T) {
	disk, grow := smallDisk(t)
	dir := filepath.Join(disk, "workspace")
	ctx := t.Context()
	if err := Create(ctx, dir, tillproof.WorkspaceID{1}, initial(), Options{}); err != nil {
		t.Fatal(err)
	}
	s := reopen(t, dir, Options{})
	act := initial()
	done, err := 0, error(nil)
	for ; err == nil && done < 1000; done++ {
		d := decided(0)
		d.ID = tillproof.RulingID{byte(done), byte(done >> 8), 1}
		d.Reason = fmt.Sprintf("%02000d", done)
		err = s.AddDecision(ctx, d, act)
	}
	done--
	wantCode(t, err, "store.full", tillproof.KindUnavailable)
	if n := decisions(t, s); n != done {
		t.Errorf("%d acts were answered and %d are there", done, n)
	}
	act.Done = false
	if err := s.Append(ctx, act); err != nil {
		t.Errorf("what was refused is not noted: %v", err)
	}
	if err := s.Check(ctx); err != nil {
		t.Error(err)
	}
	grow()
	if err := decide(ctx, s, 1); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if err := errors.Join(s.Check(ctx), s.Close()); err != nil {
		t.Error(err)
	}
}

// On a disk that others have filled to the last byte a workspace can still be read.
func TestAFullDiskCanBeRead(t *testing.T) {
	disk, _ := smallDisk(t)
	dir := filepath.Join(disk, "workspace")
	ctx := t.Context()
	if err := Create(ctx, dir, tillproof.WorkspaceID{1}, initial(), Options{}); err != nil {
		t.Fatal(err)
	}
	s := reopen(t, dir, Options{})
	if err := errors.Join(decide(ctx, s, 1), s.Close()); err != nil {
		t.Fatal(err)
	}
	err := os.WriteFile(filepath.Join(disk, "others"), make([]byte, 8<<20), 0o600)
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the disk is not full: %v", err)
	}
	s = reopen(t, dir, Options{})
	if n := decisions(t, s); n != 1 {
		t.Errorf("%d decisions", n)
	}
	if _, err := os.Stat(filepath.Join(dir, reserveName)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the reserve is not given free: %v", err)
	}
	if err := s.Check(ctx); err != nil {
		t.Error(err)
	}
}
