// Package iso8583 reads the ISO 8583 message log.
//
// Takes a log of card messages (ASCII 1987, UnionPay POS with TPDU).
// Gives the transactions that its messages tell, requests and responses joined.
// Never keeps track data, PIN blocks or expiry dates, and never guesses a year.
package iso8583
