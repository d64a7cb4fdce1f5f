// Package camt reads bank statements in ISO 20022 XML: camt.052 (report), camt.053 (statement), camt.054
// (advice).
//
// Takes a message of any version: elements are found by their local names, the namespace only names the
// dialect.
// Gives one record per Ntry, the details of a batch entry as its children, and each statement with its
// balances.
// Never expands an entity, never flips a sign for RvslInd, never repairs a balance: what does not add up is
// an issue.
package camt
