// Package journal reads electronic journals: what a terminal prints, kept as text.
//
// Takes the print stream of an ATM or of a POS terminal, slip after slip, and a profile of its lines.
// Gives the transactions that lie between their start and end marks.
// Never takes a slip that is cut for a sale, and never counts the second copy of a slip.
//
// No standard says what such a stream looks like. A profile (data/*.yaml) names the lines: where a
// transaction starts and ends, and patterns whose named groups are the fields. Another printer's stream is
// another profile, not code. The patterns are Go's, which run in time linear to the line.
package journal
