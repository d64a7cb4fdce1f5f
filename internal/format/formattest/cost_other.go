//go:build !unix

package formattest

import "time"

// processTime is not asked of other systems.
func processTime() time.Duration { return 0 }
