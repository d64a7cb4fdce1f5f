// Package synth makes labelled merchant months: the judge of the reconciliation.
//
// Takes a seed, a size, the facts to plant and a banking calendar.
// Gives a terminal log, an acquirer report, a bank statement, the policy and an answer key written while planting.
// Never shares code with match, detect or the loss, never reads a clock or a global random source: same seed, same
// bytes.
//
// Everything in it is fictional: names, merchants, cards (only ever masked), amounts.
package synth
