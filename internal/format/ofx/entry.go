package ofx

import (
	"errors"
	"math/big"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// bad is why an entry gave no record.
type bad struct {
	code  string
	field string
	at    *element // the value, nil where there is none
}

// entry turns STMTTRN into a record. What makes an entry unreadable is its amount or its date: neither is
// guessed.
func (r *reader) entry(s *statement, e *element) error {
	rec := tillproof.NewRecord(tillproof.Entry)
	rec.Origin = tillproof.Origin{Part: s.part, Line: int32(e.line), Column: int32(e.col)}
	if e.name == "STMTTRNP" {
		rec.Status = tillproof.Pending
	}
	exact, wrong := r.amount(&rec, s, e)
	if wrong != nil {
		return r.unreadAs(s, e, wrong, nil)
	}
	if wrong := r.dates(&rec, e); wrong != nil {
		counted := exact
		if rec.Status != tillproof.Posted {
			counted = nil
		}
		return r.unreadAs(s, e, wrong, counted)
	}
	r.correction(&rec, e)
	if err := r.describe(&rec, s, e); err != nil {
		return format.Placed(err, tillproof.Place{Line: e.line, Column: e.col, Field: e.name})
	}
	if rec.Amount.Currency() != s.Currency || rec.Status != tillproof.Posted {
		exact = nil // it is no part of the statement's sums
	}
	if err := s.tally.Add(exact); err != nil {
		return err
	}
	r.Give(format.Line{Record: rec, Key: key(&rec, s, e)}, nil)
	return nil
}

// amount reads TRNAMT and its currency. CURRENCY says that the amount is in another currency than the
// statement's, ORIGCURRENCY that it was converted from one (OFX 2.2, section 5.2).
func (r *reader) amount(rec *tillproof.Record, s *statement, e *element) (*tillproof.Exact, *bad) {
	amt := e.at("TRNAMT")
	if amt == nil || amt.text == "" {
		return nil, &bad{code: "format.ofx.amount", field: "TRNAMT", at: amt}
	}
	x, err := r.marks.exact(amt.text)
	switch {
	case errors.Is(err, errTwoWays):
		return nil, &bad{code: "format.ofx.amount_two_ways", field: "TRNAMT", at: amt}
	case errors.Is(err, tillproof.ErrInexact):
		return nil, &bad{code: "format.ofx.scale", field: "TRNAMT", at: amt}
	case err != nil:
		return nil, &bad{code: "format.ofx.amount", field: "TRNAMT", at: amt}
	}
	currency := s.Currency
	if sym := e.at("CURRENCY", "CURSYM"); sym != nil {
		if currency, err = tillproof.ParseCurrency(sym.text); err != nil {
			return nil, &bad{code: "format.ofx.amount_currency", field: "CURSYM", at: sym}
		}
	}
	if !currency.Known() && !s.noted {
		s.noted = true
		r.note("format.ofx.currency", &element{name: "CURDEF", line: e.line, col: e.col},
			tillproof.Params{"value": ""})
	}
	if rec.Amount, err = x.Money(currency); err != nil {
		return nil, &bad{code: "format.ofx.scale", field: "TRNAMT", at: amt}
	}
	rec.Original = original(x, e)
	return &x, nil
}

// original is what the payer paid: the amount divided by the rate of ORIGCURRENCY, where nothing has to be
// rounded. Else it stays unknown.
func original(x tillproof.Exact, e *element) tillproof.Money {
	currency, err := tillproof.ParseCurrency(e.value("ORIGCURRENCY", "CURSYM"))
	if err != nil {
		return tillproof.Money{}
	}
	rate, err := exactOf(e.value("ORIGCURRENCY", "CURRATE"))
	if err != nil || rate.Unscaled <= 0 {
		return tillproof.Money{}
	}
	part, ok := new(big.Rat).SetString(x.String())
	if !ok {
		return tillproof.Money{}
	}
	per, ok := new(big.Rat).SetString(rate.String())
	if !ok {
		return tillproof.Money{}
	}
	minor := part.Quo(part, per)
	for range currency.MinorDigits() {
		minor.Mul(minor, big.NewRat(10, 1))
	}
	if !minor.IsInt() || !minor.Num().IsInt64() {
		return tillproof.Money{}
	}
	return tillproof.NewMoney(minor.Num().Int64(), currency)
}

// dates reads DTPOSTED, DTUSER and DTAVAIL. The booking day is the one that is written, whatever its offset:
// it is the bank's day.
func (r *reader) dates(rec *tillproof.Record, e *element) *bad {
	timed := e.at("DTPOSTED")
	at, ok := momentOf(e.value("DTPOSTED"))
	if !ok {
		return &bad{code: "format.ofx.date", field: "DTPOSTED", at: timed}
	}
	rec.BookingDate = at.day
	for _, d := range [...]string{"DTUSER", "DTAVAIL"} {
		k := e.at(d)
		if k == nil || k.text == "" {
			continue
		}
		m, ok := momentOf(k.text)
		if !ok {
			return &bad{code: "format.ofx.date", field: d, at: k}
		}
		if d == "DTAVAIL" {
			rec.ValueDate = m.day
		} else if m.timed {
			at, timed = m, k
		}
	}
	rec.Time = at.local(r.opt.Zone)
	if at.timed && at.offset && r.opt.Zone == nil && !r.offsets {
		r.offsets = true
		r.note("format.ofx.offset", timed, format.Value(timed.text))
	}
	return nil
}

// correction reads CORRECTFITID: the entry replaces or deletes one that the bank sent before.
func (r *reader) correction(rec *tillproof.Record, e *element) {
	id := e.at("CORRECTFITID")
	if id == nil || id.text == "" {
		return
	}
	rec.Refs.Original = r.Ref(id.text)
	code := "format.ofx.replaces"
	if e.value("CORRECTACTION") == "DELETE" {
		rec.Status = tillproof.Cancelled
		code = "format.ofx.deletes"
	}
	r.note(code, id, format.Value(id.text))
}

// describe fills who, what and the references.
func (r *reader) describe(rec *tillproof.Record, s *statement, e *element) error {
	who := e.value("NAME")
	for _, aggregate := range [...]string{"PAYEE", "EXTDPAYEE"} {
		if who == "" {
			who = e.value(aggregate, "NAME")
		}
	}
	text := who
	if memo := e.value("MEMO"); memo != "" && !strings.Contains(text, memo) {
		if who == "" || strings.HasPrefix(memo, who) {
			text = memo
		} else {
			text += " " + memo
		}
	}
	order := e.value("REFNUM")
	if check := e.value("CHECKNUM"); order == "" && strings.Trim(check, "0") != "" {
		order = check
	}
	id := e.value("FITID")
	if err := format.Forbidden(strings.Join([]string{text, order, id}, " ")); err != nil {
		return err
	}
	rec.Narrative, rec.Counterparty = r.Text(text), r.Text(who)
	rec.Refs.Account = s.Account
	rec.Refs.Order = r.Ref(order)
	rec.Refs.Bank = r.whole(e.at("FITID"))
	return nil
}

// whole is an id, "" for one that lost its digits on the way through a spreadsheet.
func (r *reader) whole(e *element) string {
	if e == nil {
		return ""
	}
	if format.Rounded(e.text) {
		r.note("format.ofx.precision", e, format.Value(e.text))
		return ""
	}
	return r.Ref(e.text)
}

// key is the masked content by which two downloads of one account show the same entry: account, the bank's
// id, day and amount. Banks use an id again, and rewrite names; only an entry without an id is known by its
// texts.
func key(rec *tillproof.Record, s *statement, e *element) []byte {
	parts := []string{
		s.bank, rec.Refs.Account, rec.BookingDate.String(), rec.Amount.Param(), rec.Status.String(),
		rec.Refs.Bank,
	}
	if rec.Refs.Bank == "" {
		kind, _ := format.MaskText(e.value("TRNTYPE"))
		parts = append(parts, kind, rec.Refs.Order, rec.Counterparty, rec.Narrative)
	}
	return format.Key(parts...)
}

// transfer reads the answer to an order to move money between two accounts of the user. It is no entry of a
// statement: it stands as what the receiving account gets, and an issue says so.
func (r *reader) transfer(e *element) error {
	s, err := r.receiving(e)
	if err != nil {
		return err
	}
	info := e.at("XFERINFO")
	flat := &element{name: e.name, line: e.line, col: e.col}
	for _, k := range e.kids {
		flat.kids = append(flat.kids, k)
		switch k.name {
		case "DTPOSTED", "DTXFERPRJ":
			flat.kids = append(flat.kids, &element{name: "DTPOSTED", text: k.text, line: k.line, col: k.col})
		case "SRVRTID":
			flat.kids = append(flat.kids, &element{name: "FITID", text: k.text, line: k.line, col: k.col})
		}
	}
	if amt := info.at("TRNAMT"); amt != nil {
		flat.kids = append(flat.kids, amt)
	}
	if from := info.at("BANKACCTFROM", "ACCTID"); from != nil {
		flat.kids = append(flat.kids, &element{name: "NAME", text: from.text, line: from.line, col: from.col})
	}
	return r.entry(s, flat)
}

// receiving is the statement of the account that a transfer goes to; transfers to one account share it.
func (r *reader) receiving(e *element) (*statement, error) {
	to := e.at("XFERINFO", "BANKACCTTO")
	if to == nil {
		to = &element{name: "BANKACCTTO", line: e.line, col: e.col}
	}
	currency := r.opt.Currency
	if c, err := tillproof.ParseCurrency(e.value("CURDEF")); err == nil {
		currency = c
	}
	id, _ := format.MaskRef(to.value("ACCTID"))
	key := bankOf(to) + "/" + id + "/" + currency.String()
	if s, known := r.moves[key]; known {
		return s, nil
	}
	if len(r.done) >= maxStatements {
		return nil, r.tree.scan.tooLarge("statements", maxStatements)
	}
	s := r.newStatement()
	s.Account, s.Currency, s.bank = id, currency, bankOf(to)
	if len(r.moves) == 0 {
		r.note("format.ofx.transfers", e, nil)
	}
	r.moves[key] = s
	return s, nil
}

// unreadAs lists an entry that gave no record, counts it, and adds what it moves where that is known.
func (r *reader) unreadAs(s *statement, e *element, why *bad, amount *tillproof.Exact) error {
	if err := s.tally.Add(amount); err != nil {
		return err
	}
	at := why.at
	if at == nil {
		at = e
	}
	place := tillproof.Place{Line: at.line, Column: at.col, Field: why.field}
	value := ""
	if why.at != nil {
		value = format.Shown(why.at.text)
	}
	r.Give(format.Line{}, &format.LineError{
		Issue: format.IssueAt(why.code, place, tillproof.Params{"value": value}),
		Entry: true, Currency: s.Currency, Amount: amount,
	})
	return nil
}

// unread does so for an entry of which nothing is known.
func (r *reader) unread(s *statement, e *element, why *bad) {
	_ = r.unreadAs(s, e, why, nil) // nothing is added, so nothing can overflow
}
