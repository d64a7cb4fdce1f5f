// Package match joins the three sides of a merchant's money and says what does not agree.
//
// Takes a Run with its policy, sources and records; the order of the records does not matter.
// Gives the state of every record, matches, waterfalls, breaks and warnings, each with its step's name.
// Never reads a clock, never uses a float, never takes one of several equally good answers.
//
// Rows are sorted once into a written total order (compareRecords) and from there on named by their rank.
// Each step is one function; its name stands in Match.Method or Waterfall.Method. A row is used once in each
// leg.
package match
