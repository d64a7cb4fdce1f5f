//go:build torture

package sqlite_test

// flipStride is the step from one flipped byte to the next.
const flipStride = 1
