package profile

import (
	"errors"
	"io"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/cell"
)

// style is how one file writes amounts and dates, as its layout says or as its rows show.
type style struct {
	mark     cell.Mark
	order    cell.Order // those that are possible
	debitOut bool       // the debit column holds negative amounts only

	debitSigned bool          // a negative debit is money that went out, a positive one is taken back
	debitSizes  bool          // a minus repeats that a debit went out
	red         bool          // a minus beside a direction turns it
	unsigned    bool          // the amounts bear no sign, and nothing else tells their direction
	signs       *balanceSigns // nor do they bear one here, but the balances tell it
	pending     bool          // the balances count pending rows
	cancelled   bool          // and cancelled ones

	debitBoth bool         // it holds amounts of both signs
	debitAt   cell.Witness // a negative one
	ownMark   bool         // some amount shows the decimal mark that the layout says
	other     bool         // some amount shows the other one
}

// evidence is what the rows of a file show about its style.
type evidence struct {
	point, comma          bool
	pointAt, commaAt      cell.Witness // the first amount that shows it
	debitPlus, debitMinus bool
	minusAt               cell.Witness
	dates                 cell.Evidence
	notTold               cell.Witness // the first date that does not fit the order that the user says
}

// needsEvidence reports whether the layout leaves something open that the rows have to show.
func (t *table) needsEvidence() bool {
	return t.lay.mark == cell.MarkAuto || t.lay.order == cell.OrderAuto || t.placed ||
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
	if t.lay.order == cell.OrderYMD {
		// a date that does not begin with its full year is not in the layout's order
		t.style.order = cell.OrderAny
	}
	if !t.needsEvidence() {
		return nil
	}
	if err := t.survey(); err != nil {
		return err
	}
	return t.stop
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
		text, number := t.cell(f), t.isNumber(f)
		if text == "" {
			continue
		}
		w, err := cell.Strip(text)
		if err != nil {
			continue
		}
		if m, err := cell.MarkOf(w.Digits); err == nil && !number {
			_, err := w.Plain(m) // a garbled amount shows nothing
			if m == cell.MarkPoint && err == nil {
				e.point = true
				e.pointAt.Keep(text, t.row.Line)
			}
			if m == cell.MarkComma && err == nil {
				e.comma = true
				e.commaAt.Keep(text, t.row.Line)
			}
		}
		if f == Debit && w.Side == 0 && !isZeroText(w.Digits) {
			e.debitMinus = e.debitMinus || w.Negative
			e.debitPlus = e.debitPlus || !w.Negative
			if w.Negative {
				e.minusAt.Keep(text, t.row.Line)
			}
		}
	}
	for _, f := range dateFields {
		d, err := cell.SplitDate(cell.Fold(t.cell(f)))
		if err != nil || t.isNumber(f) || (f == Clock || f == RefundClock) && d.Rest == "" {
			continue
		}
		e.dates.Add(d, t.cell(f), t.row.Line)
		if d.IsOpen() && d.Fits() != 0 && d.Fits()&orderOf(t.opt.Dates) == 0 {
			e.notTold.Keep(t.cell(f), t.row.Line)
		}
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
	if t.lay.mark == cell.MarkAuto {
		switch {
		case e.point && e.comma:
			t.style.mark = cell.MarkMixed
			t.noteOnce(CodeMarksMixed, NoField, "")
		case e.point:
			t.style.mark = cell.MarkPoint
			t.decided(DecimalPoint, paramsOf(e.pointAt))
		case e.comma:
			t.style.mark = cell.MarkComma
			t.decided(DecimalComma, paramsOf(e.commaAt))
		}
	}
	t.decideOrder(&e)
	t.style.ownMark, t.style.other = e.point, e.comma
	if t.lay.mark == cell.MarkComma {
		t.style.ownMark, t.style.other = e.comma, e.point
	}
	t.style.debitBoth, t.style.debitAt = e.debitMinus && e.debitPlus, e.minusAt
	t.style.debitOut = e.debitMinus && !e.debitPlus && !t.lay.amount.debits
	if t.style.debitOut && t.shape() == bySides {
		t.decided(DebitNegative, paramsOf(e.minusAt))
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
