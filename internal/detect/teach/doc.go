// Package teach lets the learned score grow with the verdicts: it keeps what was seen, trains when there is
// enough, and takes a new model over only where it is the better one.
//
// Takes transactions in time order, and verdicts as they become known.
// Gives each transaction the chance that it is fraud, as whole parts of a thousand million.
// Never trains on what was not known at that moment, never replaces a model by a worse one.
package teach
