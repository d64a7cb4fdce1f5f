//go:build torture

package torture

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var fillsFlag = flag.Int("fills", 20, "fill points of a full disk for each command (needs root)")

// diskSize is the small disk: a shop fits in it many times.
const diskSize = 64 << 20

// TestDiskFull: each command on a disk that is full at one of several points stops in order, reads go on, and
// when there is room again it works on without repair.
func TestDiskFull(t *testing.T) {
	rec := ledger.entry(t, "disk full", "P4",
		"A full disk is an orderly stop: on a disk of 64 MiB (tmpfs) with little or no room left each "+
			"command ends "+
			"with exit 8 and says what to do, or does its work; reads go on; when there is room again "+
			"the same command "+
			"works, without repair.")
	began := time.Now()
	for _, l := range prepared(t) {
		for i := range *fillsFlag {
			if timeIsUp(began) {
				break
			}
			left := int64(0)
			if i > 0 {
				left = 4096 << (i - 1)
			}
			rec.add("commands on a full disk", 1)
			if err := l.fill(t, left, rec); err != nil {
				rec.fail("%s with %d bytes left: %v", l.name, left, err)
			}
		}
	}
}

func (l *lead) fill(t testing.TB, left int64, rec *entry) error {
	t.Helper()
	disk := filepath.Join(t.TempDir(), "disk")
	check(t, os.Mkdir(disk, 0o700))
	mount := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%d", diskSize), "tmpfs", disk)
	if out, err := mount.CombinedOutput(); err != nil {
		t.Fatalf("no disk can be mounted here: %v %s", err, out)
	}
	defer func() { _ = exec.Command("umount", "-l", disk).Run() }()
	s := l.start.copy(t, filepath.Join(disk, "shop"))
	filler := filepath.Join(disk, "filler")
	if err := fillUp(filler, left); err != nil {
		return err
	}
	r := finished(s.command(l.args(s)...))
	now, err := s.look(l.before)
	if err != nil {
		return fmt.Errorf("exit %d, and the workspace: %w", r.code, err)
	}
	step, err := l.whole(now)
	if err != nil {
		return err
	}
	all := len(l.after.Acts) - len(l.before.Acts)
	switch {
	case r.done() && step < all:
		return fmt.Errorf("exit %d after %d of %d acts", r.code, step, all)
	case r.done():
		rec.add("had room enough", 1)
	case r.code != 8 || !strings.Contains(r.err, "next: "):
		return fmt.Errorf("exit %d: %s", r.code, r.err)
	default:
		rec.add("stopped with exit 8", 1)
	}
	for _, read := range [][]string{{"status"}, {"exception", "list"}, {"import", "list"}} {
		if r := finished(s.command(read...)); !r.done() {
			return fmt.Errorf("%v on the full disk: exit %d %s", read, r.code, r.err)
		}
	}
	if err := os.Remove(filler); err != nil {
		return err
	}
	return l.retry(s, now, step)
}

// fillUp writes a file until the disk has no room, and gives some back.
func fillUp(path string, left int64) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	size := int64(0)
	for block := make([]byte, 1<<20); len(block) > 0; {
		n, err := f.Write(block)
		size += int64(n)
		if err != nil {
			block = block[:len(block)/2]
		}
	}
	if err := f.Truncate(max(0, size-left)); err != nil {
		return err
	}
	return f.Close()
}
