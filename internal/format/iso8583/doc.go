// Package iso8583 reads logs of ISO 8583 messages: what a terminal and its host said to each other.
//
// Takes messages behind lengths and headers, one behind the other, in lines of a log, as hexadecimal text, or
// in the XML of jPOS; in the layouts of data (ASCII 1987, binary 1987, UnionPay POS).
// Gives one record per transaction: request, answer and repeats joined, voids and reversals with their
// original.
// Never keeps track data, PIN blocks or expiry dates, never shows a full card number, and never guesses a
// year or an outcome.
package iso8583
