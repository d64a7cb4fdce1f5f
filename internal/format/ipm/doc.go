// Package ipm reads the Mastercard IPM clearing file.
//
// Takes an IPM file, blocked or not, EBCDIC or ASCII.
// Gives its presentments, chargebacks and fees, with the file's control totals.
// Never shows a full card number.
package ipm
