package profile

import (
	"errors"
	"io"
)

// style is how one file writes amounts and dates, as its layout says or as its rows show.
type style struct {
	mark     mark
	order    order
	debitOut bool // the debit column holds negative amounts only
}

// evidence is what the rows of a file show about its style.
type evidence struct {
	point, comma, dmy, mdy bool
	debitPlus, debitMinus  bool
}

// needsEvidence reports whether the layout leaves something open that the rows have to show.
func (t *table) needsEvidence() bool {
	return t.lay.mark == markAuto || t.lay.order == orderAuto || t.shape() == bySides
}

// learn reads the whole table once and decides its style. Only layouts that leave it open pay for this.
func (t *table) learn() error {
	t.style = style{mark: t.lay.mark, order: t.lay.order}
	if !t.needsEvidence() {
		return nil
	}
	rows, err := t.openAfterHeader()
	if err != nil {
		return err
	}
	var e evidence
	for {
		err := rows.Next(&t.row)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if t.row.Fault == "" {
			t.cleanRow()
			t.observe(&e)
		}
	}
	t.row = Row{}
	t.decide(e)
	return nil
}

var amountFields = []Field{Amount, Debit, Credit, Fee, Net, Balance, GrossDebit, GrossCredit}

var dateFields = []Field{Day, BookingDay, ValueDay, SettleDay}

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
			e.point = e.point || m == markPoint && err == nil
			e.comma = e.comma || m == markComma && err == nil
		}
		if f == Debit && !isZeroText(w.digits) {
			e.debitMinus = e.debitMinus || w.negative
			e.debitPlus = e.debitPlus || !w.negative
		}
	}
	for _, f := range dateFields {
		d, err := splitDate(t.cell(f))
		if err != nil || t.isNumber(f) {
			continue
		}
		switch d.shown() {
		case orderDMY:
			e.dmy = true
		case orderMDY:
			e.mdy = true
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
	if t.lay.mark == markAuto {
		switch {
		case e.point && e.comma:
			t.style.mark = markMixed
			t.noteOnce(CodeMarksMixed, NoField, "")
		case e.point:
			t.style.mark = markPoint
		case e.comma:
			t.style.mark = markComma
		}
	}
	if t.lay.order == orderAuto {
		switch {
		case e.dmy && e.mdy:
			t.style.order = orderMixed
			t.noteOnce(CodeDatesMixed, NoField, "")
		case e.dmy:
			t.style.order = orderDMY
		case e.mdy:
			t.style.order = orderMDY
		}
	}
	t.style.debitOut = e.debitMinus && !e.debitPlus
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
