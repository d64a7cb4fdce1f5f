// Package sales is leg 1: it joins what the terminal took with what the acquirer settled.
//
// Takes a Book that has begun.
// Gives the matches, the breaks and the states of the rows of both sides; leaves in the book the partner of
// each row, the cut-off that the pairs show, and whose part of the report may be missing.
// Never takes one of several equally good partners, never uses a row twice, never reads the bank.
//
// Each step is one function; its name stands in Match.Method. The steps run from the most exact reference to
// the amount alone, and again from the best when a weaker one has settled a tie.
package sales
