// Package torture shows that the promises of docs/trust.md hold, on the real program.
//
// Takes the program, a folder on a disk, and how often each thing is to be done (flags of its tests).
// Gives docs/trust.md and trust.json: what was run, how often, on what machine, and what failed.
// Never counts what was not run: every figure on that page is written by the run that counted it.
//
// Its tests have a short form that `go test` runs; `make torture` runs the long one. An upper bound of what a
// kill or a failing disk may leave is worked out by a model of its own: the state before the command, or the
// state after it, and nothing between the acts of the log.
package torture
