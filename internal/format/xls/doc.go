// Package xls reads the legacy Excel workbook (.xls): the tables on its sheets, hidden ones too.
//
// Takes an OLE2 file (MS-CFB) with a BIFF8 or BIFF5/7 workbook (MS-XLS), or bare BIFF without a container.
// Gives rows of cells, sheet by sheet, for the layouts of room profile.
// Never trusts a count, a dimension or an order that the file declares; never computes a formula.
//
// It is the one room that claims OLE2 files: what else comes in that container (encrypted workbooks, letters,
// mails) is refused by its name. Sheets are streamed record by record; only the texts that cells share are
// held. A sheet whose rows are not in order is gathered and sorted.
package xls
