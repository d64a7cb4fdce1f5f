// Package qif reads the Quicken interchange files that banks and bookkeeping software export.
//
// Takes a QIF file; its registers are read, its lists of categories, securities and the like are named.
// Gives one record per transaction, its splits as details, each register as a statement.
// Never guesses the order of day and month: the whole file decides, else the user, else the row is listed.
package qif
