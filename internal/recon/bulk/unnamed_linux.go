package bulk

import (
	"os"
	"syscall"
)

// oTmpfile is O_TMPFILE of Linux: a file without a name.
const oTmpfile = 0o20000000 | syscall.O_DIRECTORY

// unnamed makes a file that no folder names.
func unnamed(dir string) (*os.File, error) {
	if f, err := os.OpenFile(dir, os.O_RDWR|oTmpfile, 0o600); err == nil {
		return f, nil
	}
	return removed(dir) // a file system that has no such files
}
