// Package tillproof is the vocabulary of the house: the nouns every room shares.
//
// Takes nothing from outside; every value is handed in.
// Gives money, dates, ids, records, matches, breaks, findings, losses and errors.
// Never reads a file, a clock, the network or the environment, and never holds a full card number.
//
// The words are the field's own (ISO 8583, ISO 20022, acquirer and card-scheme usage); docs/glossary.md
// has a row for each exported type.
package tillproof
