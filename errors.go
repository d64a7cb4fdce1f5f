package tillproof

import (
	"fmt"
	"strings"
)

// ErrorKind sorts errors by what the caller can do about them.
type ErrorKind uint8

// The kinds of errors; one table each turns them into exit codes and HTTP statuses.
const (
	KindInvalid ErrorKind = iota + 1
	KindNotFound
	KindConflict
	KindForbidden
	KindUnauthenticated
	KindUnsupported
	KindTooLarge
	KindUnavailable
	KindInternal
)

// Params fill the places of a catalogue text. Values are ready for a reader and hold no card number.
type Params map[string]string

// Place is where in an input something was found. Zero fields are not known.
type Place struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"` // 1-based: a cell of a table, a byte of a text line
	Field  string `json:"field,omitempty"`
	Sheet  string `json:"sheet,omitempty"` // of a workbook of which several are read
}

// Error is what goes wrong as a whole: a file or a run. Code is dotted, stable and the key of its text in the
// catalogue (locale), which also holds the hint: what to do next.
type Error struct {
	Op     string
	Kind   ErrorKind
	Code   string
	Place  Place
	Params Params
	Err    error
}

// Error is the technical form for logs; a person is shown the catalogue's text.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Op != "" {
		b.WriteString(e.Op + ": ")
	}
	if e.Place.File != "" {
		fmt.Fprintf(&b, "%s:%d: ", e.Place.File, e.Place.Line)
	}
	b.WriteString(e.Code)
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Err }

// Issue is a bad line, or a total that does not hold, in a file that was otherwise read. It is a value, not
// an error: the good rows are kept and counted, the issue is listed.
type Issue struct {
	Code    string
	Place   Place
	Params  Params
	Skipped bool // something of the file was not read: an entry, a sheet, what follows a break
}

// Note is a sentence of the result by its catalogue code: a warning, a next step, an innocent explanation.
type Note struct {
	Code   string
	Params Params
	Rows   []RowRef // the rows it speaks of, if any
}
