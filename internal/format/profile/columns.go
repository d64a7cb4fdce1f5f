package profile

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// ColumnsUnused tells of columns that nothing in the layout reads.
const ColumnsUnused = "format.decision.columns.unused"

// seen is what the entries of a table show of its columns.
type seen struct {
	filled   []bool // of the columns without a meaning: those that hold something
	decimals bool   // some amount has some
	minor    bool   // some currency has a minor unit
}

// see looks at an entry.
func (s *seen) see(t *table) {
	if s.filled == nil {
		s.filled = make([]bool, len(t.lay.field))
	}
	for i, f := range t.lay.field {
		if i >= len(t.row.Cells) || t.row.Cells[i] == "" {
			continue
		}
		s.filled[i] = s.filled[i] || f == NoField
		if (f.isAmount() || f == Balance) && !s.decimals {
			n, ok := t.decimals(t.row.Cells[i])
			s.decimals = ok && n > 0
		}
	}
}

// maxUnused is how many columns without a meaning are named.
const maxUnused = 10

// decideColumns tells which columns were passed over, at the end of the table.
func (t *table) decideColumns() {
	var names []string
	for i, filled := range t.seen.filled {
		if !filled || t.lay.field[i] != NoField || t.isReadByName(i) {
			continue
		}
		name := shown(t.lay.header[i])
		if name == "" {
			name = "#" + strconv.Itoa(i+1)
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return
	}
	all := strconv.Itoa(len(names))
	if len(names) > maxUnused {
		names = append(names[:maxUnused], "…")
	}
	t.decided(ColumnsUnused, tillproof.Params{"columns": strings.Join(names, ", "), "n": all})
}

// isReadByName reports a column without a field that a rule of the layout reads by its header.
func (t *table) isReadByName(column int) bool {
	h := newHeaderCell(t.lay.header[column])
	r, told := &t.lay.rules, t.lay.wallet.told
	_, marks := r.marks[h.name]
	return marks || r.sumOf[h.name] || r.sumLess[h.name] || told[h.name] || told[h.bare]
}

// minRunning is how many rows show that a column with a name of its own only counts them.
const minRunning = 3

// findRunning finds a column without a meaning that counts the rows of this export: 1, 2, 3 … to its end. It
// is no part of a line, for another export counts the same line anew. A column without a name that begins to
// count is a row's number from the first.
func (t *table) findRunning() error {
	var open []int
	for i, f := range t.lay.field {
		if f == NoField && !t.isReadByName(i) {
			open = append(open, i)
		}
	}
	if len(open) == 0 {
		return nil
	}
	scout := &table{src: t.src, opt: t.opt, lay: t.lay, header: t.header, style: t.style}
	rows, err := scout.openAfterHeader()
	if err != nil {
		return err
	}
	n := 0
	for len(open) > 0 {
		err := rows.Next(&scout.row)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if scout.cleanRow(); scout.counts() {
			open = scout.counting(open, n)
			n++
		}
	}
	for _, i := range open {
		if unnamed := t.lay.header[i] == "" && n > 0 && !t.placed; n >= minRunning || unnamed {
			t.lay.field[i] = Ordinal
			t.lay.at[Ordinal] = append(t.lay.at[Ordinal], i)
		}
	}
	return nil
}

// counts reports an entry.
func (t *table) counts() bool {
	return t.row.Fault == "" && len(t.row.Cells) > 0 && !t.lay.words.isFooter(t.row.Cells[0]) &&
		(t.showsAmount() || t.showsDate())
}

// counting keeps the columns that count on, from 1 or from 0, in the row after n others.
func (t *table) counting(open []int, n int) []int {
	on := open[:0]
	for _, i := range open {
		if i >= len(t.row.Cells) {
			continue
		}
		v, err := strconv.Atoi(t.row.Cells[i])
		if err == nil && (v == n+1 || v == n && t.lay.header[i] == "") {
			on = append(on, i)
		}
	}
	return on
}
