package torture

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestKillWhole: commands that make a whole workspace, killed at any instant, leave one that is whole or
// none, and the same command then makes it.
func TestKillWhole(t *testing.T) {
	rec := ledger.entry(t, "kill of init and restore", "P1, P14",
		"A workspace is made as a whole or not at all: `init` and `backup restore` are killed at random instants; what "+
			"stands there is read in full, and where nothing stands the same command makes it.")
	s := newShop(t)
	file := filepath.Join(s.root, "shop.tillproof")
	s.do(t, "backup", "create", file)
	chance := rand.New(rand.NewPCG(*seedFlag, 4))
	began := time.Now()
	for i := range max(*killsFlag/3, 2) {
		if timeIsUp(began) {
			break
		}
		args := []string{"backup", "restore", file}
		if i%2 == 1 {
			args = []string{"init"}
		}
		at := time.Duration(chance.Int64N(int64(400 * time.Millisecond)))
		if err := s.killWhole(t, args, at, rec); err != nil {
			rec.fail("%v (seed %d, kill %d): %v", args, *seedFlag, i, err)
		}
	}
}

func (s *shop) killWhole(t testing.TB, args []string, at time.Duration, rec *entry) error {
	t.Helper()
	other := *s
	other.root = filepath.Join(t.TempDir(), "new")
	defer os.RemoveAll(other.root)
	check(t, os.MkdirAll(filepath.Join(other.root, "tmp"), 0o700))
	restoring := args[0] == "backup"
	if restoring {
		text, err := os.ReadFile(s.key())
		check(t, err)
		check(t, os.WriteFile(other.key(), text, 0o600))
	}
	cmd := other.command(args...)
	check(t, cmd.Start())
	timer := time.AfterFunc(at, func() { _ = cmd.Process.Kill() })
	acknowledged := cmd.Wait() == nil
	timer.Stop()
	rec.add("kills", 1)
	_, err := os.Stat(filepath.Join(other.dir(), "workspace.db"))
	there := err == nil
	switch {
	case acknowledged && !there:
		return errors.New("acknowledged, and nothing is there")
	case there:
		rec.add("left a workspace that is whole", 1)
	default:
		rec.add("left none", 1)
		if _, err := os.Stat(other.dir()); restoring && !errors.Is(err, fs.ErrNotExist) {
			return errors.New("a folder without a workspace is left in its place")
		}
		if r := finished(other.command(args...)); !r.done() {
			return fmt.Errorf("tried again: exit %d %s", r.code, r.err)
		}
	}
	_, err = other.look(nil)
	return err
}
