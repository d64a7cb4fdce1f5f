// Package ipm reads Mastercard's clearing file (IPM, also called T112): presentments, chargebacks and fees.
//
// Takes the file as records behind their length, in blocks of 1014 bytes or not, in EBCDIC or ASCII.
// Gives one record per presentment, chargeback or fee, and holds the trailer's totals against the messages.
// Never shows a full card number, and never keeps an expiry date or chip data.
package ipm
