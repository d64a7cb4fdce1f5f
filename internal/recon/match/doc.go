// Package match joins the three sides of a merchant's money and says what does not agree.
//
// Takes a Run with its policy, sources and records; the order of the records does not matter.
// Gives the state of every record, matches, waterfalls, breaks and warnings, each with its step's name.
// Never reads a clock, never uses a float, never takes one of several equally good answers.
//
// It is the only door to the rooms that do the work: book puts the rows in order, sales compares the terminal
// with the acquirer, deposit the acquirer with the bank.
package match
