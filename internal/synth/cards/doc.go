// Package cards makes months of labelled card transactions: the habits of shops, web shops and cardholders,
// and the ways in which cards are abused.
//
// Takes a seed and sizes.
// Gives transactions in time order with the truth about each.
// Never knows how the detection works: it is one of its judges.
package cards
