// Package deposit is leg 2: it explains what the bank credited by what the acquirer says it paid.
//
// Takes a Book that has begun, and that leg 1 has been through where there is one.
// Gives a waterfall for each deposit and for each group of rows without one, breaks, and states for the rows
// of both sides.
// Never guesses: of several sets of rows that make one deposit none is taken, and a search that hits its
// bound says so.
//
// The rows of the ledger (the report, or the terminal log less the agreed fee) are grouped by what should
// come as one deposit. Each step is one function that joins groups with lines; its name stands in
// Waterfall.Method.
package deposit
