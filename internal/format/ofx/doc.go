// Package ofx reads the Open Financial Exchange.
//
// Takes an OFX or QFX file, SGML or XML, as strict or as loose as banks write it.
// Gives the entries of its bank and card statements.
// Never refuses a file for a tag that is not closed, and never takes an error status for an empty month.
package ofx
