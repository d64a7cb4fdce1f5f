// Package synth makes labelled merchant months: the judge of the reconciliation.
//
// Takes a seed, a size, the facts to plant and a banking calendar.
// Gives a terminal log, an acquirer report and a bank statement, with the policy and the answer key.
// Never shares code with match, detect or the loss, never reads a clock or a global random source.
//
// Same seed, same bytes.
//
// Everything in it is fictional: names, merchants, cards (only ever masked), amounts.
package synth
