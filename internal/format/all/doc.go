// Package all is the list of formats, written out.
//
// Takes nothing: formats are values, and this is where they meet.
// Gives the list that the reading room picks from.
// Never registers anything behind the reader's back: a format that is not in the list does not exist.
package all
