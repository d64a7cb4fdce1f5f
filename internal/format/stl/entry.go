package stl

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// bad is why a row gave no record.
type bad struct {
	code, column string
}

// titles are the columns as the specification writes them, for a person.
var titles = map[string]string{
	"transactiondebitorcredit": "Transaction Debit or Credit", "feedebitorcredit": "Fee Debit or Credit",
	"grosstransactionamount": "Gross Transaction Amount", "feeamount": "Fee Amount",
	"grosstransactioncurrency": "Gross Transaction Currency", "feecurrency": "Fee Currency",
	"transactioninitiationdate": "Transaction Initiation Date",
	"transactioncompletiondate": "Transaction Completion Date",
}

// value is the cell of a column.
func (r *reader) value(row *row, column string) string {
	i, ok := r.columns[column]
	if !ok {
		return ""
	}
	return row.at(i)
}

// body turns a row into a record. Amount, mark, currency and date are never guessed.
func (r *reader) body(row *row) error {
	r.entries++
	r.current().entries++
	switch {
	case r.columns == nil:
		r.unread(row, &bad{code: "format.stl.no_header"})
		return nil
	case row.bad:
		r.unread(row, &bad{code: "format.stl.broken"})
		return nil
	}
	rec := tillproof.NewRecord(tillproof.Adjustment)
	gross, wrong := r.amount(row, grossColumns)
	if wrong == nil && gross.none {
		wrong = &bad{"format.stl.amount", grossColumns.amount}
	}
	if wrong != nil {
		r.unread(row, wrong)
		return nil
	}
	fee, wrong := r.amount(row, feeColumns)
	if wrong != nil {
		r.unread(row, wrong)
		return nil
	}
	stamp, wrong := r.times(&rec, row)
	if wrong != nil {
		r.unread(row, wrong)
		return nil
	}
	rec.Amount = gross.money
	if !fee.none {
		rec.Fee = fee.money
	}
	r.kind(&rec, row, gross.money.Minor() < 0)
	if err := r.describe(&rec, row); err != nil {
		return format.Placed(err, tillproof.Place{Line: row.line, Field: "SB"})
	}
	return r.give(&rec, row, stamp)
}

// give adds the record to the sums of its currency and hands it on.
func (r *reader) give(rec *tillproof.Record, row *row, stamp string) error {
	sh := r.sheet(rec.Amount.Currency())
	rec.Origin = tillproof.Origin{Part: sh.part, Line: int32(row.line)}
	line := format.Line{Record: *rec, Key: r.key(rec, row, stamp)}
	if rec.Status != tillproof.Posted {
		r.Give(line, nil)
		return sh.net.Add(nil)
	}
	gross, fee := rec.Amount.Exact(), tillproof.Exact{}
	if rec.Fee.Currency().Known() {
		fee = rec.Fee.Exact()
	}
	net := gross
	charged := sh // the sheet of the fee
	switch due, err := rec.Amount.Add(rec.Fee); {
	case err == nil:
		net = due.Exact()
		line.Moves = &net
	case rec.Fee.Currency() != rec.Amount.Currency():
		r.once("format.stl.fee_currency", row, tillproof.Params{"value": rec.Fee.Param()})
		charged = r.sheet(rec.Fee.Currency())
		if err := charged.charge(fee); err != nil {
			return err
		}
	default:
		return format.Placed(format.ErrorSum(err), tillproof.Place{Line: row.line})
	}
	r.Give(line, nil)
	return errors.Join(
		sh.net.Add(&net),
		sh.gross.Add(&gross), r.all(sh.Currency).gross.Add(&gross),
		charged.fee.Add(&fee), r.all(charged.Currency).fee.Add(&fee),
	)
}

// all is what the whole report sums up in a currency.
func (r *reader) all(c tillproof.Currency) *tallies {
	t := r.report[c]
	if t == nil {
		t = &tallies{}
		r.report[c] = t
	}
	return t
}

// charge moves the balance by the fee of a row in another currency; it is no entry.
func (s *sheet) charge(fee tillproof.Exact) error {
	err := s.net.Add(&fee)
	s.net.Entries--
	return err
}

// sum is an amount with its sign.
type sum struct {
	money tillproof.Money
	none  bool // the cell is empty
}

// place is where an amount stands: three columns.
type place struct{ mark, amount, currency string }

var (
	grossColumns = place{"transactiondebitorcredit", "grosstransactionamount", "grosstransactioncurrency"}
	feeColumns   = place{"feedebitorcredit", "feeamount", "feecurrency"}
)

// whole are the currencies that PayPal keeps without decimals though ISO 4217 gives them two (PayPal's list
// of supported currencies). Whether its reports write their minor unit is not documented. A row that does not
// fit the minor unit of ISO 4217 is refused, for it could be wrong by a factor of hundred; others are noted.
var whole = [...]string{"HUF", "TWD"}

// amount reads an unsigned amount in minor units with its mark and its currency.
func (r *reader) amount(row *row, at place) (sum, *bad) {
	text := r.value(row, at.amount)
	if text == "" {
		return sum{none: true}, nil
	}
	code := r.value(row, at.currency)
	if code == "" && at == feeColumns {
		code = r.value(row, grossColumns.currency)
	}
	c, err := tillproof.ParseCurrency(code)
	if err != nil {
		return sum{}, &bad{"format.stl.currency", at.currency}
	}
	x, ok := minor(text, c)
	if !ok {
		return sum{}, &bad{"format.stl.amount", at.amount}
	}
	for _, w := range whole {
		if c.String() != w {
			continue
		}
		if x.Unscaled%100 != 0 {
			return sum{}, &bad{"format.stl.unit", at.amount}
		}
		r.once("format.stl.whole", row, tillproof.Params{"value": w})
	}
	sign, ok := signOf(r.value(row, at.mark))
	if !ok && x.Unscaled != 0 {
		return sum{}, &bad{"format.stl.mark", at.mark}
	}
	if sign < 0 {
		x = x.Neg()
	}
	return sum{money: tillproof.NewMoney(x.Unscaled, c)}, nil
}

// signOf reads a mark: CR comes in, DR goes out.
func signOf(s string) (int, bool) {
	switch strings.ToUpper(s) {
	case "CR":
		return 1, true
	case "DR":
		return -1, true
	}
	return 0, false
}

// maxDigits is the longest amount of the specification, 26 digits in its schema, that a sum can hold.
const maxDigits = 17

// minor reads a whole number of minor units.
func minor(s string, c tillproof.Currency) (tillproof.Exact, bool) {
	if s == "" || len(s) > maxDigits {
		return tillproof.Exact{}, false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return tillproof.Exact{}, false
		}
	}
	if format.HasCard(s) {
		return tillproof.Exact{}, false // a card number in the wrong place, and no sum of money
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return tillproof.Exact{Unscaled: n, Scale: uint8(c.MinorDigits())}, err == nil
}

// The layouts of times: with the offset of the report's window, as the specification asks, and without.
var layouts = [...]string{"2006/01/02 15:04:05 -0700", "2006/01/02 15:04:05"}

// parse reads a time; offset says whether it names one.
func parse(s string) (t time.Time, offset, ok bool) {
	for i, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t, i == 0, true
		}
	}
	return time.Time{}, false, false
}

// dayOf is the day that is written, NoDate where none can be read.
func dayOf(s string) tillproof.Date {
	if t, _, ok := parse(s); ok {
		return tillproof.LocalTimeOf(t).Date()
	}
	return tillproof.NoDate
}

// times reads when the transaction began, and when it reached the balance: the settlement day, which is the
// day of the report's own window. stamp is the beginning in universal time: a report of another window writes
// the same moment with another offset.
func (r *reader) times(rec *tillproof.Record, row *row) (stamp string, wrong *bad) {
	const begun, done = "transactioninitiationdate", "transactioncompletiondate"
	start, offset, ok := parse(r.value(row, begun))
	if !ok {
		return "", &bad{"format.stl.date", begun}
	}
	rec.SettleDate = tillproof.LocalTimeOf(start).Date()
	if text := r.value(row, done); text != "" {
		end, _, ok := parse(text)
		if !ok {
			return "", &bad{"format.stl.date", done}
		}
		rec.SettleDate = tillproof.LocalTimeOf(end).Date()
	}
	at := start
	switch {
	case offset && r.opt.Zone != nil:
		at = start.In(r.opt.Zone)
	case offset && !r.told["format.stl.offset"]:
		r.told["format.stl.offset"] = true
		r.note("format.stl.offset", row, 0, tillproof.Params{"time": format.Shown(r.value(row, begun))})
	}
	rec.Time = tillproof.LocalTimeOf(at)
	return start.UTC().Format(time.RFC3339), nil
}

// kind is what the event code says the row is.
func (r *reader) kind(rec *tillproof.Record, row *row, debit bool) {
	code := r.value(row, "transactioneventcode")
	m, known := meaningOf(r.codes, code)
	if !known {
		r.once("format.stl.code", row, format.Value(code))
		return
	}
	side := m[0]
	if debit {
		side = m[1]
	}
	rec.Kind = side.kind
	if side.neutral {
		rec.Status = tillproof.Neutral
	}
}

// describe fills the references. The reference of the transaction that a row undoes is one only where its
// type says that it is a transaction: it may be an order or an agreement.
func (r *reader) describe(rec *tillproof.Record, row *row) error {
	get := func(column string) string { return r.value(row, column) }
	custom := get("customfield")
	if err := format.Forbidden(strings.Join([]string{custom, get("invoiceid")}, " ")); err != nil {
		return err
	}
	text := strings.Fields(get("transactioneventcode") + " " + custom)
	rec.Narrative = r.Text(strings.Join(text, " "))
	rec.Counterparty = r.Text(get("consumerid"))
	rec.Refs = tillproof.References{
		Merchant: tillproof.MerchantID(r.current().account), Account: r.current().account,
		Order: r.id(row, "invoiceid"), Bank: r.id(row, "transactionid"),
	}
	if rec.Refs.Order == "" {
		rec.Refs.Order = r.id(row, "paymenttrackingid")
	}
	if kind := get("paypalreferenceidtype"); kind == "TXN" || kind == "" {
		rec.Refs.Original = r.id(row, "paypalreferenceid")
	}
	if rec.Kind == tillproof.Payout {
		rec.Refs.Payout = r.id(row, "bankreferenceid")
		if rec.Refs.Payout == "" {
			rec.Refs.Payout = rec.Refs.Bank
		}
	}
	return nil
}

// id is a reference, "" for one that lost its digits on the way through a spreadsheet.
func (r *reader) id(row *row, column string) string {
	text := r.value(row, column)
	if format.Rounded(text) {
		r.note("format.stl.precision", row, row.col(r.columns[column]), format.Value(text))
		return ""
	}
	return r.Ref(text)
}

// key is the masked content by which two reports show the same transaction.
func (r *reader) key(rec *tillproof.Record, row *row, stamp string) []byte {
	code, _ := format.MaskText(r.value(row, "transactioneventcode"))
	return format.Key(
		rec.Refs.Account, rec.Refs.Bank, code, rec.Amount.Param(),
		rec.Fee.Param(), stamp, rec.Refs.Original, rec.Refs.Order,
	)
}

// unread lists a row that gave no record; it counts as one.
func (r *reader) unread(row *row, why *bad) {
	place := tillproof.Place{Line: row.line, Field: titles[why.column]}
	value := ""
	if i, ok := r.columns[why.column]; ok {
		place.Column, value = row.col(i), format.Shown(row.at(i))
	}
	c, err := tillproof.ParseCurrency(r.value(row, "grosstransactioncurrency"))
	if err == nil {
		_ = r.sheet(c).net.Add(nil) // counts, adds nothing
	}
	r.Give(format.Line{}, &format.LineError{
		Issue: format.IssueAt(why.code, place, tillproof.Params{"value": value}),
		Entry: true, Currency: c,
	})
}
