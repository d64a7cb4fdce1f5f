// Package stl reads the PayPal settlement report.
//
// Takes an STL file of PayPal.
// Gives its transactions by account and currency, with the section's counts.
// Never takes the unsigned amounts without their debit or credit mark.
package stl
