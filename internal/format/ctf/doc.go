// Package ctf reads Visa's clearing files (BASE II): CTF, and the EBCDIC form ITF that centres exchange.
//
// Takes records of 168 bytes, in lines or not, or of 170 bytes in EBCDIC.
// Gives the sales, credits, cash advances, chargebacks and reversals, and holds the trailers against them.
// Never shows a full card number, and never guesses a year: a header, a trailer or the user states it.
//
// The positions are those on which public parsers agree; no real file was at hand.
package ctf
