// Package cell reads one cell of a table: an amount, a date, a time of day.
//
// Takes the text of a cell, and the decimal mark or the orders of dates that its file leaves possible.
// Gives exact decimals, days, seconds, what a cell shows about the style of its file, or an error that says
// why it cannot be read.
// Never takes one of two readings because it is the more frequent one: what a cell does not show is decided
// by all cells together (Evidence), or not at all.
package cell
