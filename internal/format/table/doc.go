// Package table reads text tables: comma, semicolon, tab or pipe between cells, whatever stands around them.
//
// Takes the bytes of a file and the layouts of room profile. Where the charset allows it the bytes are cut
// into lines and cells first, and only the cells that need it are decoded.
// Gives records with the line on which each begins, and an issue for each line it cannot cut or read.
// The bulk door gives rows of plain lines straight from their bytes, block by block: see scan.go.
// Never finds a header by counting lines, never holds more than one record, never lets a stray quote eat
// the file.
package table
