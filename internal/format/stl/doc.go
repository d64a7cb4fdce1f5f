// Package stl reads the settlement report that PayPal puts on its secure file server (STL-….csv).
//
// Takes the text of one file of such a report, separated by commas or tabs.
// Gives its transactions with gross and fee, one statement per account and currency, and holds the report's
// own totals, balances and counts against them.
// Never takes an amount without its debit or credit mark, and never gives decimals to a currency that has
// none.
//
// The layout is that of PayPal's public specification of the report, versions 7 to 11, and of excerpts of
// real files in public repositories; no whole real file was at hand. What the specification leaves open is
// decided by the file's own arithmetic or told as an issue: which pair of balances the totals explain, and
// what the last count counts.
package stl
