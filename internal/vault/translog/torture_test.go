//go:build torture

package translog

const (
	mutatedProofs = 10_000_000
	tamperedLogs  = 1_000_000
	histories     = 2_000
)
