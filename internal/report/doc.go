// Package report is how a result looks: on a terminal, on a page, in a workbook, as JSON and CSV.
//
// Takes a Run, or one read file with its records, and how it is to be shown.
// Gives bytes to a writer: the same bytes for the same Run; every figure names the file and line it is from.
// Never computes a verdict, never asks a network, and never lets a file's text act as markup or command.
package report
