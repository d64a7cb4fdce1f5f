// Package onec reads the 1C client-bank exchange.
//
// Takes a 1CClientBankExchange file.
// Gives the payments of its account sections.
// Never guesses a direction: the account of the section is the payer's or the payee's, or the line is listed.
package onec
