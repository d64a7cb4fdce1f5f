package profile

import (
	"errors"
	"io"
	"strings"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/cell"
)

// table is one table while it is read: a text, or a sheet.
type table struct {
	src      Source
	opt      format.Options
	lay      *Layout
	header   int // its line
	style    style
	placed   bool // there is no header: columns are known by their position
	signs    signEvidence
	surveyed bool // the whole table was read for its style
	rows     Rows
	row      Row
	preset   preset
	settled  []tillproof.Note // what the file itself decided
	notes    []note
	issues   []tillproof.Issue
	total    tally
	money    moneyWord
	seen     seen
	chain    chain
	width    int  // cells of a row
	tail     tail // how the rows end
	footed   bool // a line of totals was seen
	claims   claims
	refunds  *refundEvidence // of the whole table, once a row has asked for it
	tells    []toldColumn
	marked   []markedColumn
	neutral  bool             // the row moves nothing
	note     string           // what the row says of a refund beside its amount or status
	refunded *tillproof.Exact // how much it says was paid back
	key      []byte
	normals  map[string]string // the words of the rows so far, as names are compared
	masked   int               // full card numbers
	refuse   []refusal
	ends     ends
	payouts  payouts
	zones    map[string]*time.Location
	promises map[string]bool // the references of pre-authorisations
	stop     error           // why the file is not read, once its rows have shown it
}

// openAfterHeader starts the rows anew, behind the header.
func (t *table) openAfterHeader() (Rows, error) {
	rows, err := t.src.Open()
	if err != nil {
		return nil, err
	}
	var row Row
	for row.Line < t.header {
		if err := rows.Next(&row); err != nil {
			return nil, err
		}
	}
	if t.lay.below {
		rows = &joined{rows: rows, at: t.lay.at[Narrative]}
	}
	return rows, nil
}

// next reads on to the next entry. It answers io.EOF at the end of the table.
func (t *table) next() (format.Line, error) {
	for {
		if err := t.rows.Next(&t.row); err != nil {
			if errors.Is(err, io.EOF) {
				t.finish()
			}
			return format.Line{}, err
		}
		if t.row.Fault != "" {
			t.tail.fault(&t.row)
			t.total.lost()
			t.chain.miss("", nil)
			t.payouts.broken = true
			return format.Line{}, t.rowFault(t.row.Fault, tillproof.Params{})
		}
		t.rejoin()
		t.tail.add(&t.row)
		t.cleanRow()
		if err := t.forbidden(); err != nil {
			return format.Line{}, err
		}
		if t.isNoEntry() {
			continue
		}
		if bad := t.cutOff(); bad != nil {
			t.total.lost()
			t.chain.miss("", nil)
			t.payouts.broken = true
			return format.Line{}, bad
		}
		t.seen.see(t)
		line, err := t.entry()
		if t.stop != nil {
			return format.Line{}, t.stop
		}
		if err == nil && line.Record.Amount.Currency().MinorDigits() > 0 {
			t.seen.minor = true
		}
		var bad *format.LineError
		if errors.As(err, &bad) {
			t.chain.miss(t.accountName(), bad)
			t.ends.miss(bad)
			t.payouts.broken = true
		}
		return line, err
	}
}

// cleanRow trims the cells and empties those that hold a word for nothing.
func (t *table) cleanRow() {
	for i, c := range t.row.Cells {
		c = clean(c)
		if c != "" && len(c) <= maxEmptyWord && strings.IndexByte("-/N*", c[0]) >= 0 &&
			t.lay.words.empty[normal(c)] && !t.isSignCell(i, c) {
			c = ""
		}
		t.row.Cells[i] = c
	}
}

// isSignCell reports a minus that stands for a direction: in a column of them, or in one that may be.
func (t *table) isSignCell(i int, c string) bool {
	if c != "-" || t.lay.Side != tillproof.Bank || i >= len(t.lay.field) {
		return false
	}
	f := t.lay.field[i]
	return f == Flag || f == NoField && t.lay.Generic
}

// maxEmptyWord is the longest row of dashes that exports write for "nothing".
const maxEmptyWord = 20

// cell is the first column of a field, "" where the table or the row lacks it.
func (t *table) cell(f Field) string {
	at := t.lay.at[f]
	switch {
	case len(at) == 0:
		return ""
	case t.lay.wallet.filled[f]:
		return t.firstFilled(f, at)
	case at[0] < len(t.row.Cells):
		return t.row.Cells[at[0]]
	}
	return ""
}

func (t *table) isNumber(f Field) bool {
	at := t.lay.at[f]
	return len(at) > 0 && at[0] < len(t.row.Numbers) && t.row.Numbers[at[0]]
}

// isNoEntry passes blank lines, comments, repeated headers, lines of totals and lines around the table.
func (t *table) isNoEntry() bool {
	first := ""
	for _, c := range t.row.Cells {
		if c != "" {
			first = c
			break
		}
	}
	switch {
	case first == "", t.isSummary():
		return true
	case t.lay.comment != "" && strings.HasPrefix(first, t.lay.comment):
		t.readStated(t.row.Line, t.row.Cells)
		return true
	case t.isHeaderAgain():
		return true
	case t.lay.words.isFooter(first) && !t.showsDate():
		t.checkFooter()
		t.footed, t.tail.unended = true, false // nothing is missing behind the totals
		return true
	case t.takeBalanceLine(), t.isSkipped(), t.takeEnds():
		return true
	case t.showsAmount() || t.showsDate():
		return false
	case t.readStated(t.row.Line, t.row.Cells) || t.footed || strings.ContainsAny(first, ":："):
		return true
	case (t.lay.short || t.placed) && t.filled() <= 2:
		t.noteOnce(CodeRowRemark, NoField, first)
		return true
	}
	return false
}

// maxNormals bounds the words that are kept: a column of types has a handful.
const maxNormals = 1024

// normal is a word of a row as names are compared.
func (t *table) normal(word string) string {
	if n, ok := t.normals[word]; ok {
		return n
	}
	n := normal(word)
	if t.normals == nil {
		t.normals = map[string]string{}
	}
	if len(t.normals) < maxNormals {
		t.normals[strings.Clone(word)] = n
	}
	return n
}

// filled counts the cells that hold something.
func (t *table) filled() int {
	n := 0
	for _, c := range t.row.Cells {
		if c != "" {
			n++
		}
	}
	return n
}

func (t *table) isHeaderAgain() bool {
	same := 0
	for i, h := range t.lay.header {
		if i >= len(t.row.Cells) || t.row.Cells[i] != h {
			return false
		}
		if h != "" {
			same++
		}
	}
	return same > 0
}

func (t *table) isSkipped() bool {
	if len(t.lay.words.skip) == 0 {
		return false
	}
	for _, i := range t.lay.at[Narrative] {
		if i < len(t.row.Cells) && t.lay.words.skip[normal(t.row.Cells[i])] {
			return true
		}
	}
	return false
}

func (t *table) showsAmount() bool {
	for _, f := range amountFields {
		if f != Balance && t.cell(f) != "" {
			return true
		}
	}
	return false
}

func (t *table) showsDate() bool {
	for _, f := range [...]Field{BookingDay, Day, SettleDay, ValueDay, Clock, RefundClock} {
		s := t.cell(f)
		if s == "" {
			continue
		}
		if d, err := cell.SplitDate(s); err == nil && (d.Parts >= 2 || d.Digits[0] >= 8 || t.isNumber(f)) {
			return true
		}
	}
	return false
}

// checkWidth holds the row to the header: a cell too many means that a delimiter stood inside a cell.
// Banks' exports that end each row with a delimiter show it in the first row.
func (t *table) checkWidth() *format.LineError {
	want := len(t.lay.header)
	if t.width == 0 {
		t.width = want
		if t.lay.short && isBlank(t.row.Cells[min(want, len(t.row.Cells)):]) {
			t.width = max(want, len(t.row.Cells))
		}
	}
	switch {
	case t.src.Ragged: // cells of a sheet cannot shift; what stands beside the table is a remark
	case len(t.row.Cells) > t.width, len(t.row.Cells) > want && !isBlank(t.row.Cells[want:]):
		return t.rowFault(CodeRowLong, widths(len(t.row.Cells), want))
	case len(t.row.Cells) < t.lay.lastFilled() && !t.lay.short:
		return t.rowFault(CodeRowShort, widths(len(t.row.Cells), want))
	}
	return nil
}

// lastFilled is the number of columns up to the last that has a name.
func (l *Layout) lastFilled() int {
	n := len(l.header)
	for n > 0 && l.header[n-1] == "" {
		n--
	}
	return n
}
