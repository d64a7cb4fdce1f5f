// Package unionpay reads the UnionPay merchant files.
//
// Takes fixed-width ZM and ACOM files of UnionPay.
// Gives its transactions with fee and net, and the control sums.
// Never guesses a year: the file's day decides, else the line is listed.
package unionpay
