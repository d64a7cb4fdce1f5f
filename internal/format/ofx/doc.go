// Package ofx reads Open Financial Exchange files, the download of many banks: OFX 1.x, OFX 2.x and QFX.
//
// Takes the text of such a file, SGML or XML, as strict or as loose as banks write it.
// Gives the entries of its bank and credit card statements with their closing balances, and says what else
// the file holds.
// Never refuses a file for a tag that is not closed, never invents an opening balance, never takes an error
// status for an empty month.
//
// SGML and XML are read by one scanner of tags: real files close leaves in 1.x, leave them open in 2.x, and
// put comments, bare ampersands and sections of CDATA into both. A document type is refused before anything
// in it could be used. The rules are those of the OFX specification 1.6 and 2.2.
package ofx
