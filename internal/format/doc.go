// Package format is the reading room: bytes of a file become records with their place.
//
// Takes a file's bytes and the list of formats, handed in; nothing registers itself.
// Gives records, the source's own figures, and an issue for every line that could not be read.
// Never guesses an amount, a date or a sign, never lets a full card number into a record, never holds a whole
// text.
package format
