package bai2

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// group is what the header of a group (02) says of its accounts.
type group struct {
	level
	asOf     tillproof.Date
	currency tillproof.Currency
	status   tillproof.RecordStatus // of its entries
}

// account is one account (03) while it is read.
type account struct {
	tillproof.Statement
	level
	part    int32
	tally   format.Tally
	count   [2]int              // details that come in, that go out
	moves   [2]tillproof.Exact  // their sums, whatever the group's status
	stated  [2]*tillproof.Exact // the summaries 100 and 400
	counted [2]string           // their item counts, as written
}

// maxAccounts bounds the accounts of a file: a treasury of thousands of branches stays far below.
const maxAccounts = 100_000

// usd is the currency of a group that names none, by the specification.
var usd = tillproof.Currency{'U', 'S', 'D'}

// openGroup reads originator, receiver, status, as-of date and time, currency, modifier.
func (r *reader) openGroup(f *fields, rec *record) {
	g := &group{level: level{name: "group", line: rec.line}, asOf: tillproof.NoDate}
	f.field()
	f.field()
	switch status := f.field(); status {
	case "2":
		g.status = tillproof.Cancelled
		r.note("format.bai2.deletion", rec, nil)
	case "3":
		r.note("format.bai2.correction", rec, nil)
	case "4":
		g.status = tillproof.Neutral
		r.note("format.bai2.test", rec, nil)
	}
	day := f.field()
	var err error
	if g.asOf, err = dateOf(day); err != nil {
		r.note("format.bai2.date", rec, format.Value(cmp.Or(day, "-")))
	}
	f.field() // time: 2400 and 9999 are the end of that same day
	g.currency = r.opt.Currency
	if !g.currency.Known() {
		g.currency = usd
	}
	if c := f.field(); c != "" {
		if g.currency, err = tillproof.ParseCurrency(c); err != nil {
			r.note("format.bai2.currency", rec, format.Value(c))
		}
	}
	r.dialect(f.field())
	r.group = g
}

// dialect keeps the as-of modifier: reports of the previous day, or of the day itself.
func (r *reader) dialect(modifier string) {
	switch modifier {
	case "1", "2":
		r.modifier = previousDay
	case "3", "4":
		r.modifier = sameDay
	}
}

// openAccount opens an account in its group.
func (r *reader) openAccount(rec *record) error {
	if len(r.closed) >= maxAccounts {
		p := tillproof.Params{"max": strconv.Itoa(maxAccounts)}
		return format.ErrorAt(tillproof.KindTooLarge, "format.bai2.many", rec.place(), p)
	}
	r.account = &account{level: level{name: "account", line: rec.line}, part: int32(len(r.closed))}
	r.account.From, r.account.To = r.group.asOf, r.group.asOf
	return nil
}

// summaries reads the account number, its currency, and what is known of the account in fours: type code,
// amount, item count, funds type.
func (r *reader) summaries(f *fields, rec *record) error {
	a := r.account
	a.Account, a.Currency = r.Text(f.field()), r.group.currency
	if c := f.field(); c != "" {
		own, err := tillproof.ParseCurrency(c)
		if err != nil {
			r.note("format.bai2.currency", rec, format.Value(c))
		}
		a.Currency = own
	}
	for {
		code, more := f.next()
		if !more {
			return nil
		}
		if code == "" {
			continue // an empty four, or the comma before the slash
		}
		ok, err := r.summary(f, code, rec)
		if err != nil || !ok {
			return err
		}
	}
}

// summary reads one four of an account header; false where what follows can no longer be told apart.
func (r *reader) summary(f *fields, code string, rec *record) (bool, error) {
	text, count := f.field(), f.field()
	_, fundsErr := f.funds()
	n, err := strconv.Atoi(code)
	if err != nil || len(code) != 3 || fundsErr != nil {
		value := strings.Join([]string{code, text, count}, ",")
		r.note("format.bai2.summary", rec, format.Value(value))
		return false, nil
	}
	if text == "" {
		return true, nil
	}
	minor, err := amountOf(text)
	if err != nil {
		r.note("format.bai2.summary", rec, format.Value(code+","+text))
		return true, nil
	}
	x := exactOf(minor, r.account.Currency)
	switch n {
	case openingLedger:
		r.account.Opening = &x
	case closingLedger:
		r.account.Closing = &x
	case totalCredits:
		r.account.stated[0], r.account.counted[0] = &x, count
	case totalDebits:
		r.account.stated[1], r.account.counted[1] = &x, count
	}
	return true, r.account.add(minor)
}

// exactOf is minor units at the scale of their currency.
func exactOf(minor int64, c tillproof.Currency) tillproof.Exact {
	return tillproof.Exact{Unscaled: minor, Scale: uint8(c.MinorDigits())}
}

// closeAccount takes the account into the list of statements. Its summaries 100 and 400 must be the sums of
// its details.
func (r *reader) closeAccount() {
	a := r.account
	a.tally.Fill(&a.Statement)
	for side, codes := range [...][2]string{
		{"format.bai2.credits", "format.bai2.credits_count"},
		{"format.bai2.debits", "format.bai2.debits_count"},
	} {
		if a.stated[side] == nil {
			continue
		}
		at := &record{code: accountHeader, line: a.line, column: 1}
		if !a.stated[side].Same(a.moves[side]) {
			r.note(codes[0], at, tillproof.Params{
				"stated": a.stated[side].Param(a.Currency), "sum": a.moves[side].Param(a.Currency),
				"account": r.accountName(),
			})
		}
		if n, err := countOf(a.counted[side]); err == nil && n != a.count[side] {
			r.note(codes[1], at, tillproof.Params{
				"stated": strconv.Itoa(n), "n": strconv.Itoa(a.count[side]), "account": r.accountName(),
			})
		}
	}
	r.closed = append(r.closed, a.Statement)
	r.account = nil
}
