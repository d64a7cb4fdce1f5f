// Package habit learns what is usual for each card, terminal and merchant, and says in numbers how far a
// transaction is from it.
//
// Takes transactions in time order, and verdicts as they become known.
// Gives each transaction a vector of whole numbers: facts a person can check.
// Never looks ahead, never uses a verdict before it was known, never keeps more for one key than its named
// bound.
package habit
