// Package qif reads the Quicken interchange files.
//
// Takes a QIF file.
// Gives its entries.
// Never guesses the order of day and month: the whole file decides, else the user.
package qif
