// Package poslog reads the ARTS POSLog.
//
// Takes POSLog XML of tills.
// Gives a record per card tender.
// Never counts training or cancelled tickets.
package poslog
