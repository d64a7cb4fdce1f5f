// Package choose decides which of many possible pairs are taken.
//
// Takes pairs of two sides with a score each, the lower the better.
// Gives those that are the strictly best of both their rows, and the ties between which nothing decides.
// Never takes one of several equally good pairs, unless the rows cannot be told apart.
package choose
