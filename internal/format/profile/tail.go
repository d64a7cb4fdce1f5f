package profile

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// tail watches how the rows of a text end, to tell a file that was cut off from one that is whole.
type tail struct {
	rows, narrow int // rows, and the fewest cells that one of those before the last has
	last         int // cells of the last row
	unended      bool
	line         int
}

func (e *tail) add(row *Row) {
	if isBlank(row.Cells) {
		return
	}
	if e.rows++; e.rows == 2 || e.rows > 2 && e.last < e.narrow {
		e.narrow = e.last
	}
	e.last, e.unended, e.line = len(row.Cells), row.Unended, row.Line
}

// fault is a row that could not be cut; one that opens a quote and is the last of the file was cut off.
func (e *tail) fault(row *Row) {
	if row.Fault == CodeQuote && row.Unended {
		e.rows, e.last, e.narrow, e.unended, e.line = e.rows+2, 0, 1, true, row.Line
	}
}

// issues tells of a last row that has no line end and fewer cells than every other row.
func (e *tail) issues() []tillproof.Issue {
	if !e.unended || e.rows < 2 || e.last >= e.narrow {
		return nil
	}
	return []tillproof.Issue{{
		Code: CodeCutOff, Place: tillproof.Place{Line: e.line},
		Params: tillproof.Params{"line": strconv.Itoa(e.line)},
	}}
}

// maxJoined is how many rows may go on with the narrative of one entry.
const maxJoined = 16

// joined adds rows that hold nothing but more narrative to the entry above them.
type joined struct {
	rows  Rows
	at    []int // the columns of the narrative
	ahead Row
	full  bool // ahead holds a row
	err   error
}

// Next is the next row with all of its narrative; see Rows.
func (j *joined) Next(row *Row) error {
	if !j.full && j.err == nil {
		j.read()
	}
	if !j.full {
		return j.err
	}
	cells := append(row.Cells[:0], j.ahead.Cells...)
	*row = j.ahead
	row.Cells, j.full = cells, false
	for n := 0; n < maxJoined; n++ {
		if j.read(); !j.full || j.ahead.Fault != "" || !j.goesOn() {
			break
		}
		for _, i := range j.at {
			if i < len(j.ahead.Cells) && i < len(row.Cells) {
				row.Cells[i] = strings.TrimSpace(row.Cells[i] + " " + clean(j.ahead.Cells[i]))
			}
		}
		row.Unended, j.full = j.ahead.Unended, false
	}
	return nil
}

func (j *joined) read() {
	if j.err != nil {
		return
	}
	j.err = j.rows.Next(&j.ahead)
	j.full = j.err == nil
	if j.err != nil && !errors.Is(j.err, io.EOF) {
		j.full = false
	}
}

// goesOn reports a row that fills columns of the narrative and no other.
func (j *joined) goesOn() bool {
	filled := false
	for i, c := range j.ahead.Cells {
		if c = clean(c); c == "" {
			continue
		}
		filled = false
		for _, n := range j.at {
			filled = filled || n == i
		}
		if !filled {
			return false
		}
	}
	return filled
}
