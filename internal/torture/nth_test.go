//go:build torture

package torture

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var nthFlag = flag.Int("nth", 1000, "n-th failures by strace: at most so many for each command and call")

// failing are the calls of the system that are made to fail, one after the other.
var failing = []string{
	"write", "pwrite64", "fsync", "fdatasync", "openat", "mkdirat", "renameat", "ftruncate", "unlinkat",
}

// failures are what a disk answers; each n takes the next one.
var failures = []string{"EIO", "ENOSPC", "EDQUOT", "EROFS"}

// injected is a line of strace about a call that was made to fail.
var injected = regexp.MustCompile(`(?m)^.*\(INJECTED\)$`)

// TestNthFailure: the first, second, third ... call of each kind fails, until none is hit. Each time the
// workspace is whole, the command has had its effect or not, and what it says has a code. strace counts the
// calls of each thread by itself, so more than one may fail.
func TestNthFailure(t *testing.T) {
	if _, err := exec.LookPath("strace"); err != nil {
		t.Fatal("strace is not there: apt-get install strace")
	}
	rec := ledger.entry(t, "n-th failure", "P3",
		"Any single failing operation leaves a consistent workspace and a clear message: on the real "+
			"program, strace "+
			"makes the first, second, third ... "+strings.Join(failing, ", ")+" on a file of the shop "+
			"fail with "+
			strings.Join(failures, ", ")+" in turn, until none is hit.")
	began := time.Now()
	for _, l := range prepared(t) {
		for _, call := range failing {
			n, missed := 1, 0
			for ; n <= *nthFlag && missed < 3 && !timeIsUp(began); n++ {
				if l.failNth(t, call, n, rec) {
					missed = 0
				} else {
					missed++
				}
			}
			if missed < 3 {
				rec.add("series that were not run to their end", 1)
			} else {
				rec.add("series run until no call was hit", 1)
			}
		}
	}
}

// failNth runs the workload with the n-th call failing; false where no call on a file of the shop was hit.
func (l *lead) failNth(t testing.TB, call string, n int, rec *entry) bool {
	t.Helper()
	s := l.start.copy(t, filepath.Join(t.TempDir(), "nth"))
	defer os.RemoveAll(s.root)
	what := failures[n%len(failures)]
	trace := filepath.Join(s.root, "trace")
	cmd := s.command(l.args(s)...)
	cmd.Args = append([]string{
		"strace", "-f", "-qq", "-y", "-o", trace, "-e", "trace=" + call,
		"-e", fmt.Sprintf("inject=%s:error=%s:when=%d", call, what, n),
	}, cmd.Args...)
	cmd.Path, _ = exec.LookPath("strace")
	r := finished(cmd)
	text, err := os.ReadFile(trace)
	check(t, err)
	var hit []string
	for _, line := range injected.FindAllString(string(text), -1) {
		if strings.Contains(line, s.root) {
			hit = append(hit, line)
		} else if strings.Contains(line, "[eventfd]") || strings.Contains(line, "/dev/") ||
			strings.Contains(line, "pipe:") {
			return true // Go's own machinery, or the output: not a disk
		}
	}
	if len(hit) == 0 {
		return len(injected.FindAllString(string(text), -1)) > 0
	}
	rec.add("commands with a failing call", 1)
	for _, line := range hit {
		if call == "openat" && !strings.Contains(line, "O_CREAT") {
			what = "EIO" // nothing is written there: a full disk is not what it tells
		}
	}
	if err := l.afterFailure(s, r, what); err != nil {
		rec.fail("%s, %s %d fails with %s: %v\n%s", l.name, call, n, what, err, hit[0])
	}
	return true
}

// afterFailure looks at what a failing disk has left.
func (l *lead) afterFailure(s *shop, r result, what string) error {
	now, err := s.look(l.before)
	if err != nil {
		return fmt.Errorf("exit %d, and the workspace: %w", r.code, err)
	}
	step, err := l.whole(now)
	if err != nil {
		return err
	}
	all := len(l.after.Acts) - len(l.before.Acts)
	text := r.out + r.err
	switch {
	case strings.Contains(text, "panic") || strings.Contains(text, "goroutine "):
		return fmt.Errorf("it panics: %s", text)
	case r.done() && step < all:
		return fmt.Errorf("exit %d after %d of %d acts", r.code, step, all)
	case r.done():
		return nil
	case !coded.MatchString(r.err):
		return fmt.Errorf("exit %d without a code: %s", r.code, text)
	case strings.Contains(r.err, "cmd.internal"):
		return fmt.Errorf("nobody foresaw it: %s", r.err)
	case r.code != 8 && what != "EIO" && !strings.Contains(r.err, "missing") && r.code != 7:
		return fmt.Errorf("exit %d for %s: %s", r.code, what, r.err)
	}
	return nil
}

// coded is an error as it is told.
var coded = regexp.MustCompile(`\[[a-z0-9_]+(\.[a-z0-9_]+)+\]`)
