//go:build !torture

package sqlite_test

// flipStride is the step from one flipped byte to the next; coprime to the size of a page, so that each place
// of a page is met in some page.
const flipStride = 487
