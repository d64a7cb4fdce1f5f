//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package vault

import (
	"os"
	"syscall"
)

// renamesOpen: a file that is open can be renamed.
const renamesOpen = true

// lock takes a file for this process until it is closed; false where another one has it, or where it was
// taken away meanwhile. The system frees it when the process dies.
func lock(f *os.File) bool {
	if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		return false
	}
	here, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Lstat(f.Name())
	return err == nil && os.SameFile(here, there)
}

// syncFolder forces the names of a folder to the disk.
func syncFolder(f *os.File) error { return f.Sync() }
