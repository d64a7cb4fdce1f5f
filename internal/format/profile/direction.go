package profile

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/cell"
)

// The codes of what the rows of a bank's table decide about the direction of their amounts.
const (
	FlagByWords     = "format.decision.flag.words"
	FlagByBalance   = "format.decision.flag.balance"
	SignsNone       = "format.decision.signs.none"
	SignsConfirmed  = "format.decision.signs.confirmed"
	SignsByBalance  = "format.decision.signs.balance"
	DebitSigned     = "format.decision.debit.signed"
	DebitTakenBack  = "format.decision.debit.back"
	DebitSizes      = "format.decision.debit.sizes"
	FlagRed         = "format.decision.flag.red"
	FlagRepeated    = "format.decision.flag.repeated"
	PendingCounts   = "format.decision.pending.counted"
	CancelledCounts = "format.decision.cancelled.counted"
)

// supposition is a way to read a table, to be held against its running balances.
type supposition struct {
	lay   *Layout
	style style
	watch *balanceSigns // sees the amounts and balances
}

// trial is what came of one: how many balances could be checked, and how many do not follow.
type trial struct {
	checks, fails int
	ok            bool             // the table could be read to its end
	opening       *tillproof.Exact // that it states
	sides         uint64           // stands for the directions of all entries
}

func (r trial) holds() bool { return r.ok && r.checks > 0 && r.fails == 0 }

// try reads the whole table as supposed, beside its real reading.
func (t *table) try(s supposition) trial {
	scout := &table{
		src: t.src, opt: t.opt, lay: s.lay, header: t.header, placed: t.placed, style: s.style,
		preset: t.preset, refuse: t.refuse, ends: t.ends, surveyed: true,
	}
	scout.chain.watch = s.watch
	var err error
	if scout.rows, err = scout.openAfterHeader(); err != nil {
		return trial{}
	}
	var r trial
	for {
		line, err := scout.next()
		var bad *format.LineError
		switch {
		case errors.Is(err, io.EOF):
			r.ok, r.opening = true, scout.ends.opening
			for _, a := range scout.chain.accounts {
				w, _ := a.better()
				r.checks, r.fails = r.checks+a.checks, r.fails+w.fails
			}
			return r
		case errors.As(err, &bad):
			r.sides *= sidesPrime
		case err != nil:
			return trial{} // the real reading will meet it too
		default:
			r.sides = r.sides*sidesPrime + uint64(cmp.Compare(line.Record.Amount.Minor(), 0)+2)
		}
	}
}

// sidesPrime makes one number of a row of directions (FNV).
const sidesPrime = 1099511628211

// asItStands is the table as it would be read without more evidence.
func (t *table) asItStands() supposition { return supposition{lay: t.lay, style: t.style} }

// decideDirection asks the rows, and the running balances, where the columns alone leave the direction of
// amounts open.
func (t *table) decideDirection() {
	if t.lay.Side != tillproof.Bank || !t.surveyed {
		return
	}
	e := &t.signs
	if t.lay.Generic && t.shape() == byFlag && e.signed && e.flagged*2 < e.rows {
		t.lay = t.lay.without(Flag) // its name means something else here
	}
	switch shape := t.shape(); {
	case shape == bySign && t.lay.Generic && e.rows > 0 && !e.signed:
		t.findDirection()
	case shape == bySides && t.style.debitBoth:
		t.decideDebits()
	case shape == byFlag && e.minusIn+e.minusOut > 0:
		t.decideRed()
	}
	if t.lay.has(Balance) && !t.lay.rules.pending {
		t.decidePending()
	}
}

// decideDebits takes the one reading of negative debits that the balances bear out: debits taken back; money
// that went out, the positive ones being taken back; or money that went out like the positive ones.
func (t *table) decideDebits() {
	readings := [...]struct {
		code  string
		style func(*style)
	}{
		{DebitTakenBack, func(*style) {}},
		{DebitSigned, func(s *style) { s.debitSigned = true }},
		{DebitSizes, func(s *style) { s.debitSizes = true }},
	}
	held, params := -1, paramsOf(t.style.debitAt)
	for i, r := range readings {
		s := t.asItStands()
		r.style(&s.style)
		result := t.try(s)
		if !result.holds() {
			continue
		}
		if held >= 0 {
			return // two hold: the balances do not tell
		}
		held = i
		params["n"] = strconv.Itoa(result.checks)
	}
	if held >= 0 {
		readings[held].style(&t.style)
		t.style.debitBoth = false
		t.decided(readings[held].code, params)
	}
}

// decideRed settles what a minus beside a direction says: it repeats it, or takes it back (a red entry).
func (t *table) decideRed() {
	e := &t.signs
	red := t.asItStands()
	red.style.red = true
	repeats, turns := t.try(t.asItStands()), t.try(red)
	params := paramsOf(e.minusAt)
	switch {
	case turns.holds() && !repeats.holds():
		params["n"] = strconv.Itoa(turns.checks)
		t.style.red = true
		t.decided(FlagRed, params)
	case repeats.holds() && !turns.holds():
		params["n"] = strconv.Itoa(repeats.checks)
		t.decided(FlagRepeated, params)
	case t.lay.Generic && e.minusOut > 0 && e.plusOut > 0:
		t.noteAt(CodeFlagSigns, Amount, e.minusAt)
	}
}

// decidePending counts rows that are not booked where the running balances count them, and only there.
func (t *table) decidePending() {
	if t.signs.pending+t.signs.cancelled == 0 || t.try(t.asItStands()).holds() {
		return
	}
	for _, c := range [...]struct{ pending, cancelled bool }{{true, false}, {false, true}, {true, true}} {
		if c.pending && t.signs.pending == 0 || c.cancelled && t.signs.cancelled == 0 {
			continue
		}
		s := t.asItStands()
		s.style.pending, s.style.cancelled = c.pending, c.cancelled
		r := t.try(s)
		if !r.holds() {
			continue
		}
		t.style = s.style
		if c.pending {
			t.decided(PendingCounts, tillproof.Params{"n": strconv.Itoa(r.checks)})
		}
		if c.cancelled {
			t.decided(CancelledCounts, tillproof.Params{"n": strconv.Itoa(r.checks)})
		}
		return
	}
}

// signEvidence is what the rows of a table show about the direction of their amounts.
type signEvidence struct {
	rows                       int  // entries
	flagged                    int  // those whose flag is a known word
	signed                     bool // some amount bears a sign, or says its side
	minusIn, minusOut, plusOut int  // amounts beside an incoming or outgoing flag
	minusAt                    cell.Witness
	pending, cancelled         int
	columns                    []wordColumn
}

// wordColumn counts the words of a column that are directions.
type wordColumn struct {
	filled, in, out int
	at              cell.Witness // the first that goes out, else the first
}

// observeSigns looks at the current row if it is an entry.
func (t *table) observeSigns(e *signEvidence) {
	text := t.cell(Amount)
	if t.lay.Side != tillproof.Bank || text == "" || !t.showsDate() {
		return
	}
	w, err := cell.Strip(text)
	if err != nil || isZeroText(w.Digits) {
		return
	}
	e.rows++
	e.signed = e.signed || w.Negative || w.Side != 0
	if in, ok := t.lay.words.in[t.normal(t.cell(Flag))]; ok {
		e.flagged++
		if w.Side == 0 {
			e.addFlag(in, w.Negative, cell.Witness{Value: text, Line: t.row.Line})
		}
	}
	switch t.lay.words.statuses[t.normal(t.cell(Status))] {
	case tillproof.Pending:
		e.pending++
	case tillproof.Cancelled:
		e.cancelled++
	default:
	}
	if t.lay.Generic && !e.signed {
		t.observeWords(e)
	}
}

func (e *signEvidence) addFlag(in, negative bool, at cell.Witness) {
	switch {
	case negative && in:
		e.minusIn++
	case negative:
		e.minusOut++
	case !in:
		e.plusOut++
	}
	if negative {
		e.minusAt.Keep(at.Value, at.Line)
	}
}

// observeWords counts the directions in the columns that may tell them.
func (t *table) observeWords(e *signEvidence) {
	for len(e.columns) < len(t.lay.field) {
		e.columns = append(e.columns, wordColumn{})
	}
	for i := range e.columns {
		if !t.mayFlag(i) || i >= len(t.row.Cells) {
			continue
		}
		text := t.row.Cells[i]
		if text == "" {
			continue
		}
		c := &e.columns[i]
		c.filled++
		in, ok := t.lay.words.in[t.normal(text)]
		if !ok {
			continue
		}
		if in {
			c.in++
		} else if c.out++; c.out == 1 {
			c.at = cell.Witness{Value: strings.Clone(text), Line: t.row.Line}
		}
		c.at.Keep(text, t.row.Line)
	}
}

// mayFlag reports a column that may tell a direction: one without another meaning, or a text. A column that
// speaks of cards or accounts tells what kind they are.
func (t *table) mayFlag(i int) bool {
	switch t.lay.field[i] {
	case NoField, Narrative, Status:
	default:
		return false
	}
	h := normal(t.lay.header[i])
	return !slices.ContainsFunc(kindHeaders, func(w string) bool { return strings.Contains(h, w) })
}

// kindHeaders are parts of the headers of such columns.
var kindHeaders = []string{"card", "karte", "carte", "kaart", "kort", "tarjeta", "卡", "account", "konto"}

// flagColumns are the columns whose words are directions, most of them and both, or all of them; a text only
// where each is one and both occur.
func (t *table) flagColumns() (at []int) {
	for i, c := range t.signs.columns {
		n := c.in + c.out
		all, both := n > 0 && n == c.filled && n == t.signs.rows, c.in > 0 && c.out > 0
		free := t.lay.field[i] == NoField
		if all && (both || free) || free && both && n*2 >= t.signs.rows {
			at = append(at, i)
		}
	}
	return at
}

// without is the layout without the columns of a field.
func (l *Layout) without(f Field) *Layout {
	lay := *l
	lay.field = slices.Clone(l.field)
	for _, i := range lay.at[f] {
		lay.field[i] = NoField
	}
	lay.at[f] = nil
	return &lay
}

// flaggedBy is the table read with a column as its direction.
func (t *table) flaggedBy(column int) supposition {
	lay := *t.lay
	lay.field = slices.Clone(t.lay.field)
	if lay.field[column] == NoField {
		lay.field[column] = Flag
	}
	lay.at[Flag] = []int{column}
	return supposition{lay: &lay, style: t.style}
}
