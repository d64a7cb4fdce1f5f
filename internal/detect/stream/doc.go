// Package stream brings transactions into one order and remembers, for each card, terminal and merchant, what
// came last.
//
// Takes transactions as compact values, in the order of their files, and verdicts about them.
// Gives them on in time order, each with what was known about its card, terminal and merchant just before.
// Never looks ahead, never keeps more for one key than its named bound, never lets the order of rows within
// one second decide.
package stream
