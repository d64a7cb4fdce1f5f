// Package xlsx reads workbooks: the tables on their sheets, wherever on the sheet they stand.
//
// Takes the bytes of an XLSX file (ECMA-376) and the layouts of room profile.
// Gives records with the row of the sheet, sheet by sheet, and an issue for each row it cannot read.
// Never unpacks to disk, never holds a sheet in memory, never trusts the size an archive claims.
//
// The sheets are streamed cell by cell: the kind of each cell (text or binary number) decides what may be
// believed of it. A number of more than 15 digits in an id column has lost its end and is left out; an
// amount counts where it lies within 10^-9 of a decimal of its currency, anything else is an issue.
package xlsx
