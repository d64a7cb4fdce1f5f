package profile

import (
	"strings"

	"github.com/tillproof/tillproof"
)

// amounts are the decimals of one row with the merchant's sign, before they become Money.
type amounts struct {
	amount, fee, net *tillproof.Exact
	gross            *tillproof.Exact // in the payer's currency
	currency         tillproof.Currency
}

// currencyOr is the currency that a header names, else the other one.
func (l *Layout) currencyOr(c tillproof.Currency) tillproof.Currency {
	if l.currency.Known() {
		return l.currency
	}
	return c
}

// rowCurrency is the currency of the row: its own cell, then the header, what stands above the table, what
// the caller says of files that name none, what such files hold by their layout.
func (t *table) rowCurrency() (tillproof.Currency, bool) {
	if cell := t.cell(CurrencyCode); cell != "" {
		return t.currencyWord(cell)
	}
	for _, c := range [...]tillproof.Currency{
		t.lay.currency, t.preset.currency, t.opt.Currency, t.lay.Currency,
	} {
		if c.Known() {
			return c, true
		}
	}
	return tillproof.Currency{}, true
}

func (t *table) currencyWord(cell string) (tillproof.Currency, bool) {
	if c, err := tillproof.ParseCurrency(cell); err == nil {
		return c, true
	}
	if c, ok := t.lay.words.currencies[normal(cell)]; ok {
		return c, true
	}
	c, err := tillproof.ParseCurrency(strings.ToUpper(cell))
	return c, err == nil
}

// maxWholeDigits is the longest amount that is believed. A longer number is an account or card number in
// the wrong column, and one of them would push the sums of the file out of range.
const maxWholeDigits = 13

// readAmount reads one amount cell in the units of the layout. The code says what is wrong, "" if nothing.
func (t *table) readAmount(cell string, number bool, cur tillproof.Currency) (amountCell, string) {
	m := t.style.mark
	if number {
		m = markPoint // a binary number has no style
	}
	a, err := parseAmount(cell, m)
	if err != nil {
		return a, amountCause(err)
	}
	if a.currency.Known() {
		cur = a.currency
	}
	if wholeDigits(strings.TrimPrefix(a.value.String(), "-")) > maxWholeDigits {
		return a, CodeAmountRange
	}
	digits := uint8(cur.MinorDigits())
	if number {
		var ok bool
		if a.value, ok = denoise(a.value, digits); !ok {
			return a, CodeAmountDecimals
		}
	}
	minor := t.lay.unit == unitMinor || t.lay.unit == unitUnsaid && t.lay.amount.minor
	if minor {
		if a.value.Scale != 0 {
			return a, CodeAmountUnit // fen have no decimals: this is yuan, or not an amount
		}
		a.value.Scale = digits
	} else if isPadded(cell) {
		return a, CodeAmountPadded
	}
	return a, ""
}

// paddedDigits: ISO 8583 data element 4 has 12 digits, filled with zeros, in minor units. A layout in major
// units that meets such a cell is the wrong layout.
const paddedDigits = 12

func isPadded(cell string) bool {
	digits := strings.Trim(cell, "0123456789") == ""
	return digits && len(cell) == paddedDigits && strings.HasPrefix(cell, "00")
}

// take reads the amount of a field, if the row has one.
func (t *table) take(f Field, cur tillproof.Currency) (*tillproof.Exact, tillproof.Currency, string) {
	cell := t.cell(f)
	if cell == "" {
		return nil, cur, ""
	}
	a, code := t.readAmount(cell, t.isNumber(f), cur)
	if code != "" {
		return nil, cur, code
	}
	if a.currency.Known() && !t.lay.has(CurrencyCode) {
		cur = a.currency
	}
	return &a.value, cur, ""
}

// amountFault is what is wrong with an amount, and in which column.
type amountFault struct {
	code  string
	field Field
}

// readAmounts reads all amounts of a row. The kind gives the sign where the layout has no other.
func (t *table) readAmounts(kind tillproof.RecordKind) (amounts, *amountFault) {
	cur, ok := t.rowCurrency()
	if !ok {
		return amounts{}, &amountFault{CodeCurrency, CurrencyCode}
	}
	raw := [numFields]*tillproof.Exact{}
	for _, f := range amountFields {
		if !t.lay.has(f) || f == Balance {
			continue
		}
		own := cur
		if f == GrossDebit || f == GrossCredit {
			own = t.grossCurrency(cur)
		}
		x, seen, code := t.take(f, own)
		if code != "" {
			return amounts{currency: cur}, &amountFault{code, f}
		}
		raw[f] = x
		if f != GrossDebit && f != GrossCredit {
			cur = seen
		}
	}
	for f, x := range raw {
		if x != nil {
			t.total.add(Field(f), *x)
		}
	}
	out := amounts{currency: cur, net: raw[Net], fee: raw[Fee]}
	if out.fee != nil && t.lay.amount.feeOut {
		out.fee = negated(out.fee)
	}
	fault := t.sign(&out, raw, kind)
	return out, fault
}

func (t *table) grossCurrency(cur tillproof.Currency) tillproof.Currency {
	if c, ok := t.currencyWord(t.cell(GrossCurrency)); ok && c.Known() {
		return c
	}
	return cur
}

func negated(x *tillproof.Exact) *tillproof.Exact {
	n := x.Neg()
	return &n
}

// sign gives the amount the merchant's sign by the shape of the table.
func (t *table) sign(out *amounts, raw [numFields]*tillproof.Exact, kind tillproof.RecordKind) *amountFault {
	switch t.shape() {
	case bySides:
		return t.bySides(out, raw)
	case byFlag:
		return t.byFlag(out, raw[Amount])
	case byType:
		return byTypeSign(out, raw[Amount], kind)
	case byWords:
		return t.byWords(out, raw[Amount])
	}
	if raw[Amount] == nil {
		if raw[Debit] != nil || raw[Credit] != nil {
			return t.bySides(out, raw)
		}
		return &amountFault{CodeAmountMissing, Amount}
	}
	out.amount = raw[Amount]
	if t.lay.amount.invert {
		out.amount = negated(out.amount)
	}
	return nil
}

// bySides takes credits as money in and debits as money out. Where the whole debit column is negative, its
// sign repeats the side; otherwise a negative debit is a debit taken back.
func (t *table) bySides(out *amounts, raw [numFields]*tillproof.Exact) *amountFault {
	debit, credit := raw[Debit], raw[Credit]
	if debit != nil && t.style.debitOut {
		debit = negated(debit)
	}
	x, fault := oneSide(debit, credit, Debit)
	if fault != nil {
		return fault
	}
	out.amount = x
	if !t.lay.has(GrossDebit) && !t.lay.has(GrossCredit) {
		return nil
	}
	gross, fault := oneSide(raw[GrossDebit], raw[GrossCredit], GrossDebit)
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
	default:
		out.gross = gross
	}
	return nil
}

// byFlag: the flag decides the direction. A minus that repeats an outgoing flag is usual; one that
// contradicts an incoming flag is noted.
func (t *table) byFlag(out *amounts, x *tillproof.Exact) *amountFault {
	if x == nil {
		return &amountFault{CodeAmountMissing, Amount}
	}
	in, ok := t.lay.words.in[normal(t.cell(Flag))]
	if !ok {
		return &amountFault{CodeDirection, Flag}
	}
	if x.Unscaled < 0 {
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
	goesOut := kind == tillproof.Refund || kind == tillproof.Void || kind == tillproof.Reversal ||
		kind == tillproof.Chargeback || kind == tillproof.Fee || kind == tillproof.Reserve
	switch {
	case x.Unscaled < 0 && !goesOut:
		return &amountFault{CodeAmountSign, Amount}
	case x.Unscaled > 0 && goesOut:
		x = negated(x)
	}
	out.amount = x
	return nil
}

// byWords: the beginning of the narrative says which way the money went.
func (t *table) byWords(out *amounts, x *tillproof.Exact) *amountFault {
	if x == nil {
		return &amountFault{CodeAmountMissing, Amount}
	}
	word, _, _ := strings.Cut(t.cell(Narrative), " ")
	in, ok := t.lay.words.in[normal(word)]
	if !ok || x.Unscaled < 0 {
		return &amountFault{CodeDirection, Narrative}
	}
	if !in {
		x = negated(x)
	}
	out.amount = x
	return nil
}
