// Package mt94x reads bank statements in SWIFT text: MT940 (statement) and MT942 (interim report).
//
// Takes the message with or without its SWIFT or bank wrapper, in the dialects banks write into field 86.
// Gives one record per field 61 with what its field 86 says, and each message as a statement with its
// balances.
// Never takes a narrative line for a tag, never guesses an amount; an impossible date is clamped and listed.
package mt94x
