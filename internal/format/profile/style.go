package profile

import (
	"errors"
	"io"
	"strings"

	"github.com/tillproof/tillproof"
)

// style is how one file writes amounts and dates, as its layout says or as its rows show.
type style struct {
	mark     mark
	order    order // those that are possible
	debitOut bool  // the debit column holds negative amounts only

	debitSigned bool          // a negative debit is money that went out, a positive one is taken back
	debitSizes  bool          // a minus repeats that a debit went out
	red         bool          // a minus beside a direction turns it
	unsigned    bool          // the amounts bear no sign, and nothing else tells their direction
	signs       *balanceSigns // nor do they bear one here, but the balances tell it
	pending     bool          // the balances count pending rows
	cancelled   bool          // and cancelled ones

	debitBoth bool    // it holds amounts of both signs
	debitAt   witness // a negative one
	ownMark   bool    // some amount shows the decimal mark that the layout says
	other     bool    // some amount shows the other one
}

// evidence is what the rows of a file show about its style.
type evidence struct {
	point, comma          bool
	pointAt, commaAt      witness // the first amount that shows it
	debitPlus, debitMinus bool
	minusAt               witness
	dates                 dateEvidence
}

// witness is a cell that shows something of the whole file.
type witness struct {
	value string
	line  int
}

// keep takes the first cell that shows it.
func (w *witness) keep(cell string, line int) {
	if w.line == 0 {
		*w = witness{strings.Clone(cell), line}
	}
}

// needsEvidence reports whether the layout leaves something open that the rows have to show.
func (t *table) needsEvidence() bool {
	return t.lay.mark == markAuto || t.lay.order == orderAuto || t.placed ||
		t.shape() == bySides || t.lay.has(Debit) || t.mayDoubt()
}

// mayDoubt reports a bank's table whose rows may have to show the direction of their amounts, or what their
// balances count.
func (t *table) mayDoubt() bool {
	byWord := t.lay.has(Balance) && (t.shape() == byFlag || t.lay.has(Status))
	return t.lay.Side == tillproof.Bank && (t.lay.Generic || byWord)
}

// learn decides the style. Layouts that leave it open read the whole table for it; the others do when they
// meet the first cell that their style does not settle (see settle).
func (t *table) learn() error {
	t.style = style{mark: t.lay.mark, order: t.lay.order}
	if t.lay.order == orderYMD {
		t.style.order = orderAny // a date that does not begin with its full year is not in the layout's order
	}
	if !t.needsEvidence() {
		return nil
	}
	return t.survey()
}

// settle surveys the table once, when a cell needs it. A table that cannot be read again shows nothing; its
// rows will say why.
func (t *table) settle() {
	if !t.surveyed {
		_ = t.survey()
	}
}

// survey reads the whole table for its evidence, beside the reading of its rows.
func (t *table) survey() error {
	t.surveyed = true
	scout := &table{src: t.src, opt: t.opt, lay: t.lay, header: t.header}
	rows, err := scout.openAfterHeader()
	if err != nil {
		return err
	}
	var e evidence
	for {
		err := rows.Next(&scout.row)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if scout.row.Fault == "" {
			scout.cleanRow()
			scout.observe(&e)
			scout.observeSigns(&t.signs)
		}
	}
	row := t.row
	t.row = Row{} // what the file shows is said of the file, not of the row that asked
	t.decide(e)
	t.row = row
	return nil
}

var amountFields = []Field{Amount, Debit, Credit, Fee, Net, Balance, GrossDebit, GrossCredit, Total, Refunded}

var dateFields = []Field{Day, BookingDay, ValueDay, SettleDay, Clock, RefundClock}

func (t *table) observe(e *evidence) {
	for _, f := range amountFields {
		cell, number := t.cell(f), t.isNumber(f)
		if cell == "" {
			continue
		}
		w, err := strip(cell)
		if err != nil {
			continue
		}
		if m, err := reading(w.digits); err == nil && !number {
			_, err := w.plain(m) // a garbled amount shows nothing
			if m == markPoint && err == nil {
				e.point = true
				e.pointAt.keep(cell, t.row.Line)
			}
			if m == markComma && err == nil {
				e.comma = true
				e.commaAt.keep(cell, t.row.Line)
			}
		}
		if f == Debit && w.side == 0 && !isZeroText(w.digits) {
			e.debitMinus = e.debitMinus || w.negative
			e.debitPlus = e.debitPlus || !w.negative
			if w.negative {
				e.minusAt.keep(cell, t.row.Line)
			}
		}
	}
	for _, f := range dateFields {
		d, err := splitDate(fold(t.cell(f)))
		if err != nil || t.isNumber(f) || (f == Clock || f == RefundClock) && d.rest == "" {
			continue
		}
		e.dates.add(d, t.cell(f), t.row.Line)
	}
}

func isZeroText(digits string) bool {
	for i := 0; i < len(digits); i++ {
		if digits[i] >= '1' && digits[i] <= '9' {
			return false
		}
	}
	return true
}

// decide settles the style. A file that shows both readings is not forced into one: cells that fit only one
// reading are read, the others become issues, and the file gets a note.
func (t *table) decide(e evidence) {
	if t.lay.mark == markAuto {
		switch {
		case e.point && e.comma:
			t.style.mark = markMixed
			t.noteOnce(CodeMarksMixed, NoField, "")
		case e.point:
			t.style.mark = markPoint
			t.decided(DecimalPoint, e.pointAt.params())
		case e.comma:
			t.style.mark = markComma
			t.decided(DecimalComma, e.commaAt.params())
		}
	}
	t.decideOrder(&e.dates)
	t.style.ownMark, t.style.other = e.point, e.comma
	if t.lay.mark == markComma {
		t.style.ownMark, t.style.other = e.comma, e.point
	}
	t.style.debitBoth, t.style.debitAt = e.debitMinus && e.debitPlus, e.minusAt
	t.style.debitOut = e.debitMinus && !e.debitPlus && !t.lay.amount.debits
	if t.style.debitOut && t.shape() == bySides {
		t.decided(DebitNegative, e.minusAt.params())
	}
}

// shape is the amount shape of this table: a collection of common names decides by the columns that are
// there.
func (t *table) shape() amountShape {
	if !t.lay.Generic {
		return t.lay.amount.shape
	}
	switch {
	case t.lay.has(Amount) && t.lay.has(Flag):
		return byFlag
	case t.lay.has(Amount):
		return bySign
	}
	return bySides
}
