package profile

import (
	"strings"

	"github.com/tillproof/tillproof"
)

// sign gives the amount the merchant's sign by the shape of the table.
func (t *table) sign(out *amounts, m *moneys, kind tillproof.RecordKind) *amountFault {
	x, sided := m.value[Amount], m.sided[Amount]
	switch t.shape() {
	case bySides:
		return t.bySides(out, m)
	case byFlag:
		return t.byFlag(out, x, sided)
	case byType:
		fault := byTypeSign(out, x, kind)
		out.followType()
		if fault == nil {
			fault = t.flagAgrees(out.amount)
		}
		return fault
	case byWords:
		return t.byWords(out, x, sided)
	case byKinds:
		return t.byKindColumns(out, m, kind)
	}
	if x == nil {
		if m.value[Debit] != nil || m.value[Credit] != nil {
			return t.bySides(out, m)
		}
		return &amountFault{CodeAmountMissing, Amount}
	}
	out.amount = x
	if !sided && (t.style.unsigned || t.style.signs != nil) {
		return t.bySigns(out, x)
	}
	if t.lay.amount.invert && !sided {
		out.amount = negated(out.amount)
	}
	if fault := t.sidesAgree(out.amount, m); fault != nil {
		return fault
	}
	if goesOut(kind) {
		out.signByNet()
	}
	if !sided {
		if fault := t.signByType(out, kind); fault != nil {
			return fault
		}
	}
	return t.kindAgrees(out, kind)
}

// sidesAgree holds a signed amount against the debit and credit columns that stand beside it.
func (t *table) sidesAgree(amount *tillproof.Exact, m *moneys) *amountFault {
	if m.value[Debit] == nil && m.value[Credit] == nil {
		return nil
	}
	var sides amounts
	if fault := t.bySides(&sides, m); fault != nil || !sides.amount.Same(*amount) {
		return &amountFault{CodeAmountShapes, Amount}
	}
	return nil
}

// signByNet turns a refund that a report writes without its sign: the net says that the money went out. A fee
// that goes with it turns too, where only so the three agree.
func (a *amounts) signByNet() {
	if a.net == nil || a.net.Unscaled >= 0 || a.amount.Unscaled <= 0 || a.agrees(a.amount, a.fee) {
		return
	}
	a.amount = negated(a.amount)
	if a.fee != nil && !a.agrees(a.amount, a.fee) && a.agrees(a.amount, negated(a.fee)) {
		a.fee = negated(a.fee)
	}
}

// feeAgainst turns a fee that a log writes without its sign: what goes back takes its fee along.
func (a *amounts) feeAgainst() {
	if a.fee != nil && a.amount != nil && a.amount.Unscaled < 0 && a.fee.Unscaled < 0 {
		a.fee = negated(a.fee)
	}
}

// agrees reports whether amount and fee make the net.
func (a *amounts) agrees(amount, fee *tillproof.Exact) bool {
	if fee == nil {
		return amount.Same(*a.net)
	}
	sum, err := amount.Add(*fee)
	return err == nil && sum.Same(*a.net)
}

// bySides takes credits as money in and debits as money out. Where the whole debit column is negative, its
// sign repeats the side; otherwise a negative debit is a debit taken back.
func (t *table) bySides(out *amounts, m *moneys) *amountFault {
	debit, credit := m.value[Debit], m.value[Credit]
	if debit != nil && (t.style.debitOut || t.style.debitSigned) && !m.sided[Debit] {
		debit = negated(debit)
	}
	x, fault := oneSide(debit, credit, Debit)
	if fault != nil && fault.code == CodeAmountMissing && t.lacksSide() && t.otherSides() != "" {
		fault = &amountFault{CodeSideMissing, Debit}
		if !t.lay.has(Debit) {
			fault.field = Credit
		}
	}
	if fault != nil {
		return fault
	}
	out.amount = x
	if !t.lay.has(GrossDebit) && !t.lay.has(GrossCredit) {
		return nil
	}
	gross, fault := oneSide(m.value[GrossDebit], m.value[GrossCredit], GrossDebit)
	if fault != nil && fault.code != CodeAmountMissing {
		return fault
	}
	return t.grossAndNet(out, gross)
}

// oneSide is credit − debit; both filled is a contradiction.
func oneSide(debit, credit *tillproof.Exact, at Field) (*tillproof.Exact, *amountFault) {
	switch {
	case debit == nil && credit == nil:
		return nil, &amountFault{CodeAmountMissing, at}
	case debit == nil:
		return credit, nil
	case credit == nil || credit.Unscaled == 0:
		return negated(debit), nil
	case debit.Unscaled == 0:
		return credit, nil
	}
	return nil, &amountFault{CodeAmountSides, at}
}

// grossAndNet: the sides of an acquirer's row are its net. The gross is the amount where both are in one
// currency, and the fee what lies between; a gross in the payer's currency is kept as the original.
func (t *table) grossAndNet(out *amounts, gross *tillproof.Exact) *amountFault {
	out.net = out.amount
	switch {
	case gross == nil:
	case t.grossCurrency(out.currency) == out.currency:
		fee, err := out.net.Add(gross.Neg())
		if err != nil {
			return &amountFault{CodeAmountRange, Debit}
		}
		out.amount, out.fee = gross, &fee
		t.checkFeeParts(out)
	default:
		out.gross = gross
		return t.feeOfParts(out)
	}
	return nil
}

// byFlag: the flag decides the direction. A minus that repeats an outgoing flag is usual; one that
// contradicts an incoming flag is noted.
func (t *table) byFlag(out *amounts, x *tillproof.Exact, sided bool) *amountFault {
	if x == nil {
		return &amountFault{CodeAmountMissing, Amount}
	}
	if t.isNeutral() {
		out.amount = x // as it stands: it moves nothing
		return nil
	}
	in, ok := t.lay.words.in[normal(t.cell(Flag))]
	if !ok {
		return &amountFault{CodeDirection, Flag}
	}
	if sided {
		return sideAgrees(out, x, in)
	}
	if x.Unscaled < 0 && !t.style.red {
		if in {
			t.noteOnce(CodeSignIgnored, Amount, t.cell(Amount))
		}
		x = negated(x)
	}
	if !in {
		x = negated(x)
	}
	out.amount = x
	return nil
}

// byTypeSign: what a till writes without sign. A minus before a refund repeats the type; before a sale it
// contradicts it.
func byTypeSign(out *amounts, x *tillproof.Exact, kind tillproof.RecordKind) *amountFault {
	if x == nil {
		return &amountFault{CodeAmountMissing, Amount}
	}
	out.amount = x
	switch {
	case x.Unscaled < 0 && !goesOut(kind):
		return &amountFault{CodeAmountSign, Amount}
	case x.Unscaled > 0 && goesOut(kind):
		out.amount = negated(x)
	}
	return nil
}

// goesOut reports a kind that takes money from the merchant.
func goesOut(kind tillproof.RecordKind) bool {
	switch kind {
	case tillproof.Refund, tillproof.Void, tillproof.Reversal, tillproof.Chargeback, tillproof.Fee,
		tillproof.Reserve:
		return true
	}
	return false
}

// sideAgrees takes an amount that says its side itself, beside a flag or word that says it too.
func sideAgrees(out *amounts, x *tillproof.Exact, in bool) *amountFault {
	if x.Unscaled != 0 && in != (x.Unscaled > 0) {
		return &amountFault{CodeAmountDirection, Amount}
	}
	out.amount = x
	return nil
}

// byWords: the beginning of the narrative says which way the money went.
func (t *table) byWords(out *amounts, x *tillproof.Exact, sided bool) *amountFault {
	if x == nil {
		return &amountFault{CodeAmountMissing, Amount}
	}
	word, _, _ := strings.Cut(t.cell(Narrative), " ")
	in, ok := t.lay.words.in[normal(word)]
	if ok && sided {
		return sideAgrees(out, x, in)
	}
	if !ok || x.Unscaled < 0 {
		return &amountFault{CodeDirection, Narrative}
	}
	if !in {
		x = negated(x)
	}
	out.amount = x
	return nil
}
