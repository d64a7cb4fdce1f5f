// Package profile knows the layouts of tables: what each column means and how its cells are written.
//
// Takes rows of cells with their line numbers, from a text table or a sheet, and the embedded column maps.
// Gives records, an issue for each row it cannot read, and checks of footers, totals and running balances.
// Never counts lines to find a header, never guesses an amount, a date order or a sign, never yields a full
// card number.
//
// Where what stands: what a layout is in profile.go, rules.go, words.go and wallet.go, its mistakes in
// mistake.go; how it is found in header.go, source.go and position.go; a row in record.go, amount.go,
// sign.go and when.go; what the rows of a file show together in style.go, chain.go, stated.go and tail.go;
// the fast lane in the files fast*.go; the draft of a new layout in draft.go and the files guess*.go. Cells
// are read by cell.
//
// A layout is a data file in data/, not code: see data/words.yaml for the words that all layouts share. One
// that names its columns by position (positions) takes a file only where no header was found and the first
// rows are what it says: as many cells, dates, amounts and known words where they belong.
//
// A bank's amounts without any sign get their direction from a column of words or from the running
// balances, or are refused: see unsigned.go. Balances also tell what a minus in a debit column or beside a
// flag says, and whether pending rows count: see direction.go.
//
// What the rows of a file decide about how they are read (the order of dates, the decimal mark, a sign) is
// kept with the cell that showed it: see decision.go. What they do not decide is asked for, not guessed.
//
// Rows that need no record are read from their bytes, for files of millions of them: see fast.go. The Reader
// is the judge: what it would note, mask or refuse is given to it.
//
// The key of a row (format.Line.Key) is its cells, trimmed and masked, in the order of the file, without
// the row's own number in the export, which another period changes. The running balance is part of it where
// the row bears no number of its own: two fees of one day and amount are then two lines in each export,
// wherever it begins and whichever end stands first. Only rows that also leave the same balance are told
// apart by their ordinal among equals. A bank that books late and writes the balances behind it anew gives
// those rows other ids; recon knows them by the rest of the line.
package profile
