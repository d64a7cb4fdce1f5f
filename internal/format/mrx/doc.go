// Package mrx reads the SIX merchant reconciliation XML.
//
// Takes an MRX file of SIX and Worldline.
// Gives its transactions with gross, commission and net, and the totals of its slips.
// Never rounds nine decimals away in silence.
package mrx
