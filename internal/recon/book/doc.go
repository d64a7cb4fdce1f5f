// Package book is the book of a reconciliation under way: what both legs read and where both write.
//
// Takes a Run with its policy, sources and records, and where it is a part of a larger one, what the others
// taught.
// Gives each side's rows in one written total order (CompareRecords), their days, the days that the files
// cover, what people decided; keeps states, breaks, warnings and bounds.
// Never compares two sides, never lowers a state: the worst that a leg says of a row stands.
//
// From Begin on a row is named by its rank in the order of its side.
package book
