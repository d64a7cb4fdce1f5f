package profile

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/cell"
)

// tail watches how the rows of a text end, to tell a file that was cut off from one that is whole.
type tail struct {
	rows, narrow int // rows, and the fewest cells that one of those before the last has
	last         int // cells of the last row
	unended      bool
	told         bool // the last row was listed as cut off
	line         int
	fewest       map[int]int // of each column of amounts: the fewest decimals that a cell has
	bare         bool        // a row before the last names no currency in its own column
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
	if !e.unended || e.told || e.rows < 2 || e.last >= e.narrow {
		return nil
	}
	return []tillproof.Issue{{
		Code: CodeCutOff, Place: tillproof.Place{Line: e.line},
		Params: tillproof.Params{"line": strconv.Itoa(e.line)},
	}}
}

// cutOff is the last row of a text, where nothing ends its line and it lacks what all other rows have: the
// cells at its end, the currency there, or the decimals of the amount there. What is left of such an amount
// is another one.
func (t *table) cutOff() *format.LineError {
	t.tail.seeAmounts(t)
	if !t.row.Unended || !t.isCut() {
		return nil
	}
	t.tail.told = true
	return t.rowFault(CodeCutOff, tillproof.Params{})
}

func (t *table) isCut() bool {
	want := t.tail.narrow
	if t.tail.rows < 2 {
		want = t.lay.lastFilled()
	}
	if len(t.row.Cells) < want {
		return true
	}
	at := len(t.row.Cells) - 1
	if at < 0 || at >= len(t.lay.field) {
		return false
	}
	f := t.lay.field[at]
	if f == CurrencyCode && t.row.Cells[at] == "" {
		return !t.tail.bare
	}
	n, ok := t.decimals(t.row.Cells[at])
	if !ok || !f.isAmount() && f != Balance {
		return false
	}
	return n < t.fewestDecimals(at)
}

// seeAmounts keeps the fewest decimals of each column of amounts; the last cell of a row that nothing ends
// shows none, for it is the one in doubt.
func (e *tail) seeAmounts(t *table) {
	e.bare = e.bare || !t.row.Unended && t.lay.has(CurrencyCode) && t.cell(CurrencyCode) == ""
	for i, f := range t.lay.field {
		last := i == len(t.row.Cells)-1
		if !f.isAmount() && f != Balance || i >= len(t.row.Cells) || t.row.Unended && last {
			continue
		}
		n, ok := t.decimals(t.row.Cells[i])
		if !ok {
			continue
		}
		if e.fewest == nil {
			e.fewest = map[int]int{}
		}
		if was, seen := e.fewest[i]; !seen || n < was {
			e.fewest[i] = n
		}
	}
}

// fewestDecimals is what every amount of a column has: as its other rows show, else the other columns of
// amounts, else the currency.
func (t *table) fewestDecimals(column int) int {
	if n, ok := t.tail.fewest[column]; ok {
		return n
	}
	least := -1
	for _, n := range t.tail.fewest {
		if least < 0 || n < least {
			least = n
		}
	}
	cur, _, ok := t.rowCurrency()
	switch {
	case least >= 0:
		return least
	case t.inMinor() || !ok:
		return 0
	}
	return cur.MinorDigits()
}

// decimals counts the digits behind the decimal mark of an amount: -1 where it ends with the mark. False for
// what is no amount.
func (t *table) decimals(text string) (int, bool) {
	if m := t.style.mark; text == "" || m == cell.MarkPoint && cell.IsPlain(text) {
		_, fraction, _ := strings.Cut(text, ".")
		return len(fraction), text != ""
	}
	w, err := cell.Strip(text)
	if err != nil {
		return 0, false
	}
	if last := w.Digits[len(w.Digits)-1]; last == '.' || last == ',' {
		return -1, true
	}
	plain, err := w.Plain(t.style.mark)
	if err != nil {
		return 0, true // a mark that may group thousands is none of decimals
	}
	_, fraction, _ := strings.Cut(plain, ".")
	return len(fraction), true
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
