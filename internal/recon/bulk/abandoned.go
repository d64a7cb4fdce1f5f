package bulk

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// tempPrefix begins the name of the folder in which lists are under way; the number of the process follows.
const tempPrefix = ".tillproof-"

// tempName is the pattern of the folder that a process makes.
func tempName(pid int) string { return tempPrefix + strconv.Itoa(pid) + "-*" }

// removeAbandoned removes what runs left that were killed. That of a run that may still be under way stays,
// as does what cannot be removed: neither keeps this run from writing its own.
func removeAbandoned(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		rest, ours := strings.CutPrefix(e.Name(), tempPrefix)
		number, _, whole := strings.Cut(rest, "-")
		if pid, err := strconv.Atoi(number); ours && whole && err == nil && e.IsDir() && hasEnded(pid) {
			_ = os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
}

// hasEnded reports a process that is surely gone.
func hasEnded(pid int) bool {
	if pid <= 0 {
		return false
	}
	if pid == os.Getpid() {
		return true // in a container each run has the same number, and this one has no folder yet
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		return true // as some systems say so
	}
	defer func() { _ = p.Release() }()
	return errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone)
}
