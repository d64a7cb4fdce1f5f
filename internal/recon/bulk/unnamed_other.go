//go:build !linux

package bulk

import "os"

// unnamed makes a file that no folder names.
func unnamed(dir string) (*os.File, error) { return removed(dir) }
