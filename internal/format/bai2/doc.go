// Package bai2 reads BAI2 balance reporting, the statement files of banks in the US and Canada.
//
// Takes a file with records one to a line, several to a line, or wrapped over lines, ended by a slash or not.
// Gives one record per detail (16), and each account (03) as a statement with its balances; the control
// totals of account, group and file are held against what was read.
// Never takes the fields of a funds type for the next field, never lets a record vanish into another's text,
// and never reads a direction from a type code that has none.
package bai2
