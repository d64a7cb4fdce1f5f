// Package xls reads the legacy Excel workbook.
//
// Takes an OLE2 file with a BIFF8 or BIFF5 workbook.
// Gives rows of cells for the layouts of profile.
// Never trusts a count that the file declares, and never computes a formula.
package xls
