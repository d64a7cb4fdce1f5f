// Package detect looks for what is odd: its rules turn records and breaks into findings with reasons.
//
// Takes a run whose records are read and matched, and a book of rules.
// Gives findings in a fixed order, each with the sentence that explains it.
// Never changes a record, a break or a status, and never accuses where the files are silent.
//
// Rules look at the terminal log; where there is none, at the acquirer report. They see the records in one
// written total order (view.go), so the order of the files decides nothing. What a rule keeps in mind is
// bounded: a window of one card's records, or one open group for each merchant, terminal or batch.
package detect
