package profile

import (
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/cell"
)

// entry turns the current row into a record. Errors are *format.LineError for the row, anything else stops.
func (t *table) entry() (format.Line, error) {
	t.total.count()
	t.readNeutral()
	t.claims.count(t.classes())
	t.splitRefundNote()
	if bad := t.checkWidth(); bad != nil {
		return format.Line{}, bad
	}
	kind, bad := t.kind()
	if bad != nil {
		return format.Line{}, t.withMoney(bad, tillproof.NoKind)
	}
	r := tillproof.NewRecord(kind)
	r.Origin = tillproof.Origin{Source: t.opt.Source, Part: t.src.Part, Line: int32(t.row.Line)}
	a, fault := t.readAmounts(kind)
	if fault != nil {
		bad := t.fault(fault.code, fault.field, t.cell(fault.field))
		if fault.code == CodeSideMissing {
			bad.Issue.Params["columns"] = t.otherSides()
		}
		return format.Line{}, bad
	}
	if bad := t.setMoney(&r, a); bad != nil {
		return format.Line{}, bad
	}
	if code, f := t.dates(&r); code != "" {
		return format.Line{}, t.moved(t.fault(code, f, t.cell(f)), a)
	}
	if bad := t.setStatus(&r); bad != nil {
		return format.Line{}, t.moved(bad, a)
	}
	t.setWalletStatus(&r)
	t.setMarks(&r)
	t.checkParts(a.amount, a.currency)
	t.setMeans(&r, &a)
	t.turn(&r)
	t.setRefs(&r)
	t.setPromise(&r)
	if err := t.setCard(&r); err != nil {
		return format.Line{}, err
	}
	t.setText(&r)
	t.tellAmounts(&r)
	told := t.setPending(&r, a)
	t.setBalance(&r, t.onAccount(&r, a))
	if !told {
		t.chain.lost() // its balance counts it, or not
	}
	return t.movedLine(&r, a), nil
}

// withMoney adds what the row moves, where its kind cannot be read but its amount can.
func (t *table) withMoney(bad *format.LineError, kind tillproof.RecordKind) *format.LineError {
	if t.shape() == byType {
		return bad // without the kind the amount has no sign
	}
	if a, fault := t.readAmounts(kind); fault == nil {
		return t.moved(bad, a)
	}
	return bad
}

func (t *table) moved(bad *format.LineError, a amounts) *format.LineError {
	if t.isNeutral() || t.isPromise() {
		return bad
	}
	bad.Amount, bad.Currency = t.moves(a), a.currency
	return bad
}

// kind is what the row is: an entry of a bank, else what its type column says. An unknown word is not
// guessed.
func (t *table) kind() (tillproof.RecordKind, *format.LineError) {
	if t.lay.Side == tillproof.Bank {
		return tillproof.Entry, nil
	}
	word := t.cell(Type)
	k, ok := t.kindOf(word)
	if !ok {
		return tillproof.NoKind, t.fault(CodeKind, Type, word)
	}
	return k, nil
}

// setMoney makes the decimals Money; decimals beyond the currency's are an issue.
func (t *table) setMoney(r *tillproof.Record, a amounts) *format.LineError {
	grossField := t.amountField()
	for _, m := range [...]struct {
		x     *tillproof.Exact
		to    *tillproof.Money
		field Field
		cur   tillproof.Currency
	}{
		{a.amount, &r.Amount, grossField, a.currency},
		{a.fee, &r.Fee, Fee, a.currency},
		{a.net, &r.Net, Net, a.currency},
		{a.gross, &r.Original, GrossCredit, t.grossCurrency(a.currency)},
	} {
		if m.x == nil {
			continue
		}
		money, err := m.x.Money(m.cur)
		if err != nil && m.field == Fee {
			t.noteOnce(CodeFeeDecimals, Fee, t.cell(Fee))
			continue // the sale is certain, its fee is not known
		}
		if err != nil {
			return t.moved(t.fault(amountCause(err), m.field, t.cell(m.field)), a)
		}
		*m.to = money
	}
	if a.net != nil && a.fee != nil {
		if sum, err := r.Amount.Add(r.Fee); err != nil || sum != r.Net {
			t.noteOnce(CodeNet, Net, t.cell(Net))
		}
	}
	return nil
}

// amountField is the column that an issue about the amount points to.
func (t *table) amountField() Field {
	for _, f := range [...]Field{Amount, Credit, Debit} {
		if t.cell(f) != "" {
			return f
		}
	}
	return Amount
}

// maxNumberDigits is how many digits a binary number keeps; a longer id in a number cell has lost its end.
const maxNumberDigits = 15

// id is the text of an id column, card numbers masked. A number cell with more digits than a float64 keeps is
// no id any more.
func (t *table) id(f Field) string {
	s, _ := f.mask(t.cell(f))
	if s == "" {
		return s
	}
	if isPower(s) || t.isNumber(f) && cell.WholeDigits(strings.TrimPrefix(s, "-")) > maxNumberDigits {
		t.noteOnce(CodePrecision, f, s)
		return ""
	}
	return s
}

// isPower reports an id that a spreadsheet wrote as a number of powers of ten: 4.81477E+15. Its digits are
// gone.
func isPower(s string) bool {
	mantissa, power, ok := strings.Cut(s, "E+")
	if !ok {
		mantissa, power, ok = strings.Cut(s, "e+")
	}
	whole, fraction, _ := strings.Cut(strings.Replace(mantissa, ",", ".", 1), ".")
	return ok && len(whole) == 1 && len(power) >= 2 && len(power) <= 3 &&
		strings.Trim(whole+fraction+power, "0123456789") == ""
}

func (t *table) setRefs(r *tillproof.Record) {
	r.Refs = tillproof.References{
		Merchant: tillproof.MerchantID(t.id(Merchant)), Terminal: tillproof.TerminalID(t.id(Terminal)),
		Batch: t.id(Batch), STAN: t.id(STAN), RRN: t.id(RRN), Auth: t.id(Auth), Order: t.id(Order),
		Payout: t.id(Payout), Bank: t.id(BankRef), Original: t.id(Original), Account: masked(t.cell(Account)),
		Customer: masked(t.cell(Customer)),
	}
	t.setRefundRefs(r)
	if r.Refs.Merchant == "" {
		above, _ := Merchant.mask(t.preset.merchant)
		r.Refs.Merchant = tillproof.MerchantID(above)
	}
	if r.Refs.Terminal == "" {
		r.Refs.Terminal = tillproof.TerminalID(masked(t.preset.terminal))
	}
	if r.Refs.Account == "" {
		r.Refs.Account = masked(t.preset.account)
	}
	t.tidyRefs(r)
	if word := t.cell(EntryMode); word != "" {
		r.Entry = t.lay.words.entryModes[normal(word)]
	}
}

// setCard reads the card; track data in the cell stops the file.
func (t *table) setCard(r *tillproof.Record) error {
	if cell := t.cell(Card); cell != "" {
		c, err := format.CardOf(cell, t.opt)
		if err != nil {
			return err
		}
		r.Card = c
		if format.FullCard(cell) {
			t.masked++
		}
	}
	if word := t.cell(CardKind); word != "" {
		r.Card.Kind = t.lay.words.cardKinds[normal(word)]
	}
	return nil
}

func (t *table) setText(r *tillproof.Record) {
	other := Counterparty
	if t.lay.has(Payee) && r.Amount.Minor() < 0 {
		other = Payee
	}
	r.Counterparty = masked(t.cell(other))
	r.Category = masked(t.cell(Category))
	at := t.lay.at[Narrative]
	if len(at) == 1 {
		r.Narrative = masked(t.cell(Narrative))
		t.nameMerchant(r)
		return
	}
	var parts []string
	for _, i := range at {
		if i < len(t.row.Cells) && t.row.Cells[i] != "" {
			parts = append(parts, t.row.Cells[i])
		}
	}
	r.Narrative = masked(strings.Join(parts, " "))
}

// nameMerchant takes the merchant that a bank's text names.
func (t *table) nameMerchant(r *tillproof.Record) {
	rule := t.lay.rules.names
	if rest, ok := strings.CutPrefix(t.cell(Narrative), rule); ok && rule != "" && r.Refs.Merchant == "" {
		named, _ := Merchant.mask(strings.TrimSpace(rest))
		r.Refs.Merchant = tillproof.MerchantID(named)
	}
}

// accountName is the account of the row, as its statement names it.
func (t *table) accountName() string {
	if name := t.cell(Account); name != "" {
		return masked(name)
	}
	return masked(t.preset.account)
}

func masked(s string) string {
	if s == "" {
		return ""
	}
	s, _ = format.MaskText(s)
	return s
}

// setBalance reads the running balance and follows the chain. A balance that cannot be read is noted, the
// entry stands. What the row moves on the account may be less than the record.
func (t *table) setBalance(r, moved *tillproof.Record) {
	if !t.lay.has(Balance) {
		return
	}
	cell := t.cell(Balance)
	if cell == "" {
		t.chain.link(t.row.Line, moved, nil)
		return
	}
	a, code := t.readAmount(cell, t.isNumber(Balance), r.Amount.Currency())
	money, err := a.Value.Money(r.Amount.Currency())
	if code != "" || err != nil {
		t.noteOnce(CodeBalanceUnread, Balance, cell)
		t.chain.lost()
		return
	}
	r.Balance = money
	t.chain.link(t.row.Line, moved, &a.Value)
}

// isNumbered reports a row that bears a number of its own. Another row has another number, so its balance
// need not tell them apart, and may change.
func isNumbered(r *tillproof.Record) bool {
	return r.Refs.Bank != "" || r.Refs.Order != "" || r.Refs.RRN != ""
}

// keySeparator stands between the cells of a key; no cell holds it.
const keySeparator = 0x1f

// keyOf is the masked content of the row: see the package comment for what is left out and why.
func (t *table) keyOf(r *tillproof.Record) []byte {
	b := t.key[:0]
	for i, c := range t.row.Cells {
		f := NoField
		if i < len(t.lay.field) {
			f = t.lay.field[i]
		}
		switch {
		case f == Ordinal || f == Opening || f == Closing || t.lay.wallet.changing[f]:
			continue
		case f == Balance && isNumbered(r):
			continue
		case f == Card:
			b = append(b, r.Card.String()...)
		case f.isAmount():
			b = append(b, c...)
		default:
			c, n := f.mask(c)
			t.masked += n
			b = append(b, c...)
		}
		b = append(b, keySeparator)
	}
	for len(b) > 0 && b[len(b)-1] == keySeparator {
		b = b[:len(b)-1] // a row that ends early is the row with empty cells
	}
	t.key = b
	return append([]byte(nil), b...)
}
