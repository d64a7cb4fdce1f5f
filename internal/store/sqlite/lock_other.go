//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package sqlite

import "os"

// tryLock has nothing to do where a file that is open cannot be taken away; the engine's own locks keep
// writers apart.
func tryLock(*os.File, bool) (bool, error) { return true, nil }

// syncFolder has nothing to do where a folder cannot be opened to be forced to the disk.
func syncFolder(string) error { return nil }
