package table

import "testing"

// CutBlocks makes blocks small for a test, so that small files have many.
func CutBlocks(t testing.TB, size int64) {
	was := blockSize
	blockSize = size
	t.Cleanup(func() { blockSize = was })
}
