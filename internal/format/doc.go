// Package format is the reading room: bytes of a file become records with their place.
//
// Takes a file's bytes and the list of formats, handed in; nothing registers itself.
// Gives records, the source's own figures, and an issue for every line that could not be read.
// Never guesses an amount, a date or a sign, never lets a full card number into a record, never holds a whole
// text.
//
// A card number is 13 to 19 digits with a valid check digit and an issuer prefix of that length. MaskText
// takes it out of texts and of ids that are never so long, MaskRef out of references that may be: there only
// runs of 16 or 19 digits count, for one in ten merchant and order numbers passes the check digit.
package format
