// Package bench is the labelled benchmark: the form of its keys and answers, and how an answer is scored.
//
// Takes an answer key, and what a tool says about the same files.
// Gives counts: how much of the truth was found, how much was said that is not true, how far the loss is off.
// Never makes files, never knows the engine, never uses a float: shares are parts of ten thousand.
package bench
