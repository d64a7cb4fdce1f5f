package formattest

import (
	"runtime"
	"time"
)

// Cost is what a piece of work took: memory that was asked for in all, and time of the processor. How long it
// lasted by the clock says more of what else the machine did.
type Cost struct {
	MiB uint64
	CPU time.Duration
}

// CostOf does the work and answers its cost. The processor's time is that of the whole process, so that
// nothing else may run beside it; where the system does not tell it, it is 0.
func CostOf(work func()) Cost {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := processTime()
	work()
	used := processTime() - start
	runtime.ReadMemStats(&after)
	return Cost{(after.TotalAlloc - before.TotalAlloc) >> 20, used}
}
