package profile

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/cell"
)

// amounts are the decimals of one row with the merchant's sign, before they become Money.
type amounts struct {
	amount, fee, net *tillproof.Exact
	total            *tillproof.Exact // what the file's own totals sum, where it is a column of its own
	aside            bool             // it moves nothing on this chain, and counts in the file's own totals
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
// the caller says of files that name none, what such files hold by their layout. It is said where the file
// names it.
func (t *table) rowCurrency() (c tillproof.Currency, said, ok bool) {
	if cell := t.cell(CurrencyCode); cell != "" {
		c, ok = t.currencyWord(cell)
		return c, true, ok
	}
	if t.preset.foreign && !t.lay.currency.Known() {
		return tillproof.Currency{}, true, false
	}
	for i, c := range [...]tillproof.Currency{
		t.lay.currency, t.preset.currency, t.opt.Currency, t.lay.Currency,
	} {
		if c.Known() {
			return c, i < 2, true
		}
	}
	return tillproof.Currency{}, false, true
}

// currencyWord is the currency that a cell names: by a word of the lists, or by a code that money is paid in.
// Any other three letters are none.
func (t *table) currencyWord(cell string) (tillproof.Currency, bool) {
	if t.money.word != cell || !t.money.known {
		c, ok := t.lay.words.currency(cell)
		if !ok {
			c, ok = t.yenOrYuan(cell)
		}
		t.money = moneyWord{strings.Clone(cell), c, ok}
	}
	return t.money.currency, t.money.known
}

// moneyWord is the word for a currency that came last: a file has few, and all its rows say the same.
type moneyWord struct {
	word     string
	currency tillproof.Currency
	known    bool
}

// yenOrYuan is the currency of a layout that writes its sign, which two currencies share.
func (t *table) yenOrYuan(text string) (tillproof.Currency, bool) {
	c := t.lay.Currency
	if t.opt.Currency.Known() {
		c = t.opt.Currency
	}
	return c, cell.Fold(text) == "¥" && (c == tillproof.CNY || c == currencyOf("jpy"))
}

// currency is what a word for a currency means.
func (v *vocabulary) currency(word string) (tillproof.Currency, bool) {
	if c, ok := v.currencies[normal(word)]; ok {
		return c, true
	}
	return cell.CurrencyCode(strings.ToUpper(word))
}

// maxWholeDigits is the longest amount that is believed. A longer number is an account or card number in
// the wrong column, and one of them would push the sums of the file out of range.
const maxWholeDigits = 13

// longestAmount is the first number with a digit more.
const longestAmount = 10_000_000_000_000

// isTooLong reports a number with more digits before its decimal mark than are believed.
func isTooLong(x tillproof.Exact) bool {
	whole := x.Unscaled
	for s := x.Scale; s > 0; s-- {
		whole /= 10
	}
	return whole >= longestAmount || whole <= -longestAmount
}

// readAmount reads one amount cell in the units of the layout. The code says what is wrong, "" if nothing.
func (t *table) readAmount(text string, number bool, cur tillproof.Currency) (cell.Amount, string) {
	m := t.style.mark
	if number {
		m, text = cell.MarkPoint, cell.CutNoise(text) // a binary number has no style
	}
	a, err := cell.ParseAmount(text, m)
	if err != nil {
		return a, amountCause(err)
	}
	if a.Currency.Known() {
		cur = a.Currency
	}
	if isTooLong(a.Value) {
		return a, CodeAmountRange
	}
	digits := uint8(cur.MinorDigits())
	if a.Open && !number && t.isDoubtful(a, digits) {
		return a, CodeAmountTwoWays
	}
	if number {
		var ok bool
		if a.Value, ok = cell.Denoise(a.Value, digits); !ok {
			return a, CodeAmountDecimals
		}
	}
	if t.inMinor() {
		if a.Value.Scale != 0 {
			return a, CodeAmountUnit // fen have no decimals: this is yuan, or not an amount
		}
		a.Value.Scale = digits
	} else if isPadded(text) {
		return a, CodeAmountPadded
	}
	return a, ""
}

// inMinor reports amounts that are whole numbers of minor units.
func (t *table) inMinor() bool {
	return t.lay.unit == unitMinor || t.lay.unit == unitUnsaid && t.lay.amount.minor
}

// paddedDigits: ISO 8583 data element 4 has 12 digits, filled with zeros, in minor units. A layout in major
// units that meets such a cell is the wrong layout.
const paddedDigits = 12

func isPadded(cell string) bool {
	digits := strings.Trim(cell, "0123456789") == ""
	return digits && len(cell) == paddedDigits && strings.HasPrefix(cell, "00")
}

// isDoubtful holds an amount like 1.500 against the file, where the layout has said the decimal mark: other
// amounts of the file may show another mark, or none may show this one although the currency has no use for
// a third decimal. A third decimal that is not 0 has its own issue.
func (t *table) isDoubtful(a cell.Amount, digits uint8) bool {
	if t.lay.mark == cell.MarkAuto {
		return false // such a cell was read because the file showed its mark
	}
	t.settle()
	return t.style.other || !t.style.ownMark && a.Value.Scale > digits && a.Value.Unscaled%10 == 0
}

// take reads the amount of a field, if the row has one, into m. An amount that names another currency than
// the row is not read.
func (t *table) take(f Field, m *moneys) string {
	cell := t.cell(f)
	if cell == "" {
		return ""
	}
	cur, said := m.currency, m.said
	gross := f == GrossDebit || f == GrossCredit
	if c := t.grossCurrency(cur); gross && c != cur {
		cur, said = c, true
	}
	a, code := t.readAmount(cell, t.isNumber(f), cur)
	if code != "" {
		return code
	}
	if a.Currency.Known() {
		switch {
		case said && a.Currency != cur:
			return CodeAmountCurrency
		case !gross:
			m.currency, m.said = a.Currency, true
		}
	}
	v := counted(a, f)
	if f == Debit && t.style.debitSizes && !a.Sided && v.Unscaled < 0 {
		v = v.Neg()
	}
	m.value[f], m.sided[f] = &v, a.Sided
	return ""
}

// counted is the value as the column counts: a debit column counts debits.
func counted(a cell.Amount, f Field) tillproof.Exact {
	if a.Sided && (f == Debit || f == GrossDebit) {
		return a.Value.Neg()
	}
	return a.Value
}

// moneys are the amount cells of a row.
type moneys struct {
	value    [numFields]*tillproof.Exact
	sided    [numFields]bool // the cell says itself which way the money went
	currency tillproof.Currency
	said     bool // the file names the currency
}

// amountFault is what is wrong with an amount, and in which column.
type amountFault struct {
	code  string
	field Field
}

// readAmounts reads all amounts of a row. The kind gives the sign where the layout has no other.
func (t *table) readAmounts(kind tillproof.RecordKind) (amounts, *amountFault) {
	var (
		m  moneys
		ok bool
	)
	if m.currency, m.said, ok = t.rowCurrency(); !ok {
		return amounts{}, &amountFault{CodeCurrency, CurrencyCode}
	}
	if _, known := t.currencyWord(t.cell(GrossCurrency)); !known && t.cell(GrossCurrency) != "" {
		return amounts{currency: m.currency}, &amountFault{CodeCurrency, GrossCurrency}
	}
	for _, f := range amountFields {
		if !t.lay.has(f) || f == Balance {
			continue
		}
		if code := t.take(f, &m); code != "" {
			return amounts{currency: m.currency}, &amountFault{code, f}
		}
	}
	for f, x := range m.value {
		if x != nil {
			t.total.add(Field(f), *x)
		}
	}
	t.readRefunded(&m)
	t.claims.add(&m, t.refunded)
	t.noteRefund(&m)
	out := amounts{currency: m.currency, net: m.value[Net], fee: m.value[Fee], total: m.value[Total]}
	if out.fee != nil && t.lay.amount.feeOut && !m.sided[Fee] {
		out.fee = negated(out.fee)
	}
	fault := t.sign(&out, &m, kind)
	if t.lay.amount.feeTo {
		out.feeAgainst()
	}
	if c := t.grossCurrency(out.currency); t.shape() != bySides && c != out.currency {
		out.gross = m.value[GrossCredit] // what the payer paid
		out.grossFollows(t.shape())
	}
	return out, fault
}

func (t *table) grossCurrency(cur tillproof.Currency) tillproof.Currency {
	if !t.lay.has(GrossCurrency) {
		return cur
	}
	if c, ok := t.currencyWord(t.cell(GrossCurrency)); ok && c.Known() {
		return c
	}
	return cur
}

func negated(x *tillproof.Exact) *tillproof.Exact {
	n := x.Neg()
	return &n
}

// amountCause names why an amount was not read, for the code.
func amountCause(err error) string {
	switch {
	case errors.Is(err, cell.ErrTwoWays):
		return CodeAmountTwoWays
	case errors.Is(err, cell.ErrGroups):
		return CodeAmountGroups
	case errors.Is(err, cell.ErrDirection):
		return CodeAmountDirection
	case errors.Is(err, cell.ErrCurrency):
		return CodeCurrency
	case errors.Is(err, tillproof.ErrInexact):
		return CodeAmountDecimals
	case errors.Is(err, tillproof.ErrOverflow):
		return CodeAmountRange
	}
	return CodeAmount
}

// exactAdd sums decimals and says so where the sum leaves the range.
func exactAdd(a, b tillproof.Exact) (tillproof.Exact, error) {
	s, err := a.Add(b)
	if err != nil {
		return a, fmt.Errorf("add %s to %s: %w", b, a, err)
	}
	return s, nil
}
