// Package webtable reads the HTML table.
//
// Takes an HTML page, often named .xls.
// Gives rows of cells for the layouts of profile.
// Never runs or fetches anything of the page.
package webtable
