package bulk

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestKilledRunsLeaveNothing: the next run removes the folder of one that was killed, and no other's.
func TestKilledRunsLeaveNothing(t *testing.T) {
	gone := exec.Command(os.Args[0], "-test.run=^$")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	makeTemp := func(pid int) string {
		path, err := os.MkdirTemp(dir, tempName(pid))
		if err == nil {
			err = os.WriteFile(filepath.Join(path, "matched.csv"), []byte("x"), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	dead, living := makeTemp(gone.Process.Pid), makeTemp(os.Getppid())
	other := filepath.Join(dir, ".tillproof-notes")
	if err := os.Mkdir(other, 0o700); err != nil {
		t.Fatal(err)
	}
	l, err := newLists(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer l.discard()
	if _, err := os.Stat(dead); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", dead, err)
	}
	for _, path := range []string{living, other, l.temp} {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}
