// Package sqlite keeps a workspace in one SQLite file: what was imported, found and decided, and the log of
// who did it.
//
// Takes a folder, and acts: each a change of the domain with its entry for the log.
// Gives what was kept, exactly; or an error that says what is wrong with the store and what to do.
// Never half an act, never an act without its entry, never a row whose check does not hold.
//
// Every change is one act. It runs in a savepoint of a transaction that it may share with others
// (writer.go), and is answered after the transaction is on the disk. An act that was done already is refused
// as a conflict, so that whoever lost the answer may ask again: a retry has one effect.
//
// Rows that carry money or meaning end in a check over their other columns (row.go); it is verified on each
// read, and a row that does not hold is an error with its table and key. Statements stand in query/*.sql,
// each under a name; the tables in migrations/*.sql, and schema.sql shows what they come to.
package sqlite
