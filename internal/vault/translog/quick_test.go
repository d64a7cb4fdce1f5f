//go:build !torture

package translog

// How much the random tests do in make test; torture_test.go has the counts of make torture.
const (
	mutatedProofs = 100_000
	tamperedLogs  = 5_000
	histories     = 40
)
