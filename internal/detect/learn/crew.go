package learn

import "sync"

// crew is how many goroutines share a piece of work. Each item is done by one of them alone, and what they
// make lies at the item's own place: their number and order change nothing.
type crew int

func (c crew) each(n int, do func(i int)) {
	if c <= 1 {
		for i := range n {
			do(i)
		}
		return
	}
	var all sync.WaitGroup
	for first := range int(c) {
		all.Go(func() {
			for i := first; i < n; i += int(c) {
				do(i)
			}
		})
	}
	all.Wait()
}
