// Package bai2 reads the BAI2 balance reporting.
//
// Takes a BAI2 file (US and Canadian banks).
// Gives its entries by account; the control totals of account, group and file are held against them.
// Never takes a funds type's own fields for the next field, never lets a record vanish into another's text.
package bai2
