// Package solve finds the sets of amounts that make a sum, exactly and within a bound.
//
// Takes a Search: items, each an amount and a class, the sum that is looked for and the largest set.
// Gives an Answer: whether no set makes the sum, one, or several, how many, and the first of them.
// Never guesses: what lies beyond a bound is Limited, and a set that chance may have made is Crowded.
//
// The fewest items win: sets of one size are all counted before a larger one is looked at, and a larger one
// is not looked at where a smaller makes the sum. Items of one amount and class are alike; sets that differ
// only in which of them they hold are one set.
//
// Chance. Among many items some set comes near any sum. How near others come tells how likely a hit means
// nothing: the sets of at most as many items whose sum lies within Window steps of the target are counted.
// Their share of the values that such a sum can take is the chance that a sum which has nothing to do with
// the items is hit. Above MaxNear of 2 × Window, one in two hundred, an answer is Crowded: the set may be
// the right one, but it proves nothing.
package solve
