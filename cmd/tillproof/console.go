package main

import (
	"io"
	"os"
	"strconv"

	"golang.org/x/term"
)

// The widths of a report: what a file or pipe gets, and the narrowest and widest that stay readable.
const (
	defaultWidth = 80
	minWidth     = 40
	maxWidth     = 200
)

// red and the rest are SGR numbers (ECMA-48).
const (
	red  = "31"
	bold = "1"
)

// descriptor is the file number behind a stream; it answers false for a stream that is no file.
func descriptor(stream any) (int, bool) {
	f, ok := stream.(*os.File)
	if !ok || f == nil {
		return 0, false
	}
	return int(f.Fd()), true
}

// isConsole reports whether a person looks at the stream.
func isConsole(stream any) bool {
	fd, ok := descriptor(stream)
	return ok && term.IsTerminal(fd)
}

// colour reports whether the stream may carry colour: only a console, never with --no-color, NO_COLOR
// (no-color.org: set and not empty) or TERM=dumb.
func (d *door) colour(w io.Writer) bool {
	return isConsole(w) && !d.noColor && d.getenv("NO_COLOR") == "" && d.getenv("TERM") != "dumb"
}

// paint wraps the text in a colour where the stream may carry it.
func (d *door) paint(w io.Writer, sgr, text string) string {
	if !d.colour(w) {
		return text
	}
	return "\x1b[" + sgr + "m" + text + "\x1b[0m"
}

// width is how many columns a report on the stream may take.
func (d *door) width(w io.Writer) int {
	width := defaultWidth
	fd, ok := descriptor(w)
	if !ok || !term.IsTerminal(fd) {
		return width
	}
	if cols, _, err := term.GetSize(fd); err == nil && cols > 0 {
		width = cols
	} else if cols, err := strconv.Atoi(d.getenv("COLUMNS")); err == nil && cols > 0 {
		width = cols
	}
	return min(max(width, minWidth), maxWidth)
}
