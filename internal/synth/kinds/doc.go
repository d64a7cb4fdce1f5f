// Package kinds makes the sets of the labelled benchmark: months of many kinds of merchants, under several
// settlement customs, with as much noise as one asks for.
//
// Takes a kind, a custom, a noise level, a seed, a number of months and a source of banking calendars.
// Gives a till's log, an acquirer's report, a bank statement, the policy, and the key with what is knowable.
// Never shares code with match, detect or the loss, never reads a clock or a global source of chance.
//
// A set is made in steps, each in its file: what happened (trade.go), what is wrong (fact.go), what the
// acquirer settled and paid (settle.go, pay.go), what the files lost (noise.go), the files (write.go), and at
// last what one can still know (know.go) and the key (truth.go).
//
// Same options, same bytes. Everything in it is fictional.
package kinds
