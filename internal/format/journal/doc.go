// Package journal reads the terminal electronic journal.
//
// Takes the print stream of a terminal as text.
// Gives the transactions between its start and end marks.
// Never takes a slip that is cut for a sale.
package journal
