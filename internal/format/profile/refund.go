package profile

import (
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/cell"
)

// RefundsByType says that no refund of a file bears a minus, and that their type gave them their sign.
const RefundsByType = "format.decision.refunds.type"

// refundEvidence is what the rows of a table show about the signs of what goes back to payers.
type refundEvidence struct {
	signed bool // some row bears its minus
	bare   int  // rows without one
	first  cell.Witness
}

// refundsOpen reports a table of signed amounts whose layout does not say that refunds bear their minus: the
// rows must show it.
func (t *table) refundsOpen() bool {
	l := t.lay
	switch {
	case l.Side == tillproof.Bank, t.shape() != bySign, l.amount.invert:
		return false
	case l.rules.turned != tillproof.NoKind && !l.rules.openRefunds, l.rules.kindSigns:
		return false // the layout says itself what a refund without a minus is
	}
	return l.rules.openRefunds || !l.shipped
}

// goesBack reports a kind that pays a payer back.
func goesBack(kind tillproof.RecordKind) bool { return undoes(kind) && goesOut(kind) }

// signByType gives a refund without a minus the side of its type, where no refund of the file bears one.
// Where others do, two ways contradict each other and the row is not read; a void may take a refund back
// there, and stays as it is.
func (t *table) signByType(out *amounts, kind tillproof.RecordKind) *amountFault {
	if !goesBack(kind) || out.amount.Unscaled <= 0 || t.movesNothing() || !t.refundsOpen() {
		return nil
	}
	if t.refundSigns().signed {
		if kind == tillproof.Refund || kind == tillproof.Chargeback {
			return &amountFault{CodeKindDirection, Amount}
		}
		return nil
	}
	out.turnBack()
	return nil
}

// turnBack turns a row whose columns are all written without signs. Whether its fee came back as well, only
// the net tells.
func (a *amounts) turnBack() {
	a.amount = negated(a.amount)
	if a.net == nil {
		return
	}
	if a.net.Unscaled > 0 {
		a.net = negated(a.net)
	}
	if a.fee != nil && !a.agrees(a.amount, a.fee) && a.agrees(a.amount, negated(a.fee)) {
		a.fee = negated(a.fee)
	}
}

// movesNothing reports a type that says that its row only blocks an amount, or unblocks it.
func (t *table) movesNothing() bool {
	return t.lay.words.typeStates[t.normal(t.cell(Type))] == tillproof.Neutral
}

// refundSigns reads the whole table once, beside the reading of its rows, for the signs of its refunds. A
// table that cannot be read again shows nothing more than the row that asked.
func (t *table) refundSigns() *refundEvidence {
	if t.refunds != nil {
		return t.refunds
	}
	e := &refundEvidence{}
	t.refunds = e
	scout := &table{src: t.src, opt: t.opt, lay: t.lay, header: t.header}
	rows, err := scout.openAfterHeader()
	for err == nil && !e.signed {
		if err = rows.Next(&scout.row); err == nil && scout.row.Fault == "" {
			scout.cleanRow()
			scout.observeRefund(e)
		}
	}
	if !e.signed {
		params := paramsOf(e.first)
		params["column"], params["n"] = shown(t.heading(Amount)), strconv.Itoa(e.bare)
		t.decided(RefundsByType, params)
	}
	return e
}

// observeRefund looks at the current row if it is a refund. One whose net is negative says itself that its
// money went out.
func (t *table) observeRefund(e *refundEvidence) {
	if kind := t.lay.words.kinds[t.normal(t.cell(Type))]; !goesBack(kind) || t.movesNothing() {
		return
	}
	text := t.cell(Amount)
	w, err := cell.Strip(text)
	if err != nil || w.Side != 0 || isZeroText(w.Digits) {
		return
	}
	if net, err := cell.Strip(t.cell(Net)); err == nil && net.Negative && !w.Negative {
		return
	}
	if w.Negative {
		e.signed = true
		return
	}
	e.bare++
	e.first.Keep(text, t.row.Line)
}
