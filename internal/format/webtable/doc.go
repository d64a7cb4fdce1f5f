// Package webtable reads tables of web pages and of Excel's XML of 2003, both of which are often named .xls.
//
// Takes an HTML page with tables, or a SpreadsheetML workbook, in any charset that its bytes or its own head
// name.
// Gives rows of cells, table by table, for the layouts of room profile. A line is a row of the table, counted
// as a spreadsheet program counts it.
// Never runs or fetches anything of the page, never builds a tree of it, never holds more than a row.
//
// A table without a header of its own (labels, a title) stands in front of the table that follows it. A cell
// over several rows is repeated where it may name something, and not where it may be an amount: money is
// never counted twice. The number that Excel wrote beside a shown text (x:num) goes before the text.
package webtable
