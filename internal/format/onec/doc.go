// Package onec reads the 1C client-bank exchange, the statement file of banks in Russia and its neighbours.
//
// Takes a 1CClientBankExchange file in the encoding that it declares or, where that is wrong, the one it has.
// Gives one record per document and own account, and each account section as a statement with its balances.
// Never guesses a direction: an account of the file is the payer's or the payee's, or the document is listed.
package onec
