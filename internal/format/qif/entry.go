package qif

import (
	"errors"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// letters are the fields of a register's entry: date, amount (twice), cleared, number, payee, memo, address,
// category, and of each split category, memo, amount and percentage; the rest belongs to reimbursements
// (F), invoices (X) and loans (1 to 7).
const letters = "DTUCNPMALSE$%FX1234567"

// maxOdd bounds the other letters that are listed; a file with more is no QIF at all.
const maxOdd = 64

// entry reads one transaction.
func (r *reader) entry(b *block) error {
	first := !r.reg.any
	if err := r.forbidden(b); err != nil {
		return err
	}
	x, bad := r.amount(b)
	if bad == nil && first && isOpening(b) {
		r.reg.Opening = &x
		return nil
	}
	r.reg.any = true
	var rec tillproof.Record
	if bad == nil {
		rec, bad = r.record(b, x)
	}
	if bad != nil {
		r.Give(format.Line{}, bad)
		r.unclosed(b)
		return r.reg.tally.Add(bad.Amount)
	}
	var moves *tillproof.Exact
	if rec.Status == tillproof.Posted {
		moves = &x
	}
	if err := r.reg.tally.Add(moves); err != nil {
		return err
	}
	r.splits(&rec, b, x)
	r.Give(format.Line{Record: rec, Key: keyOf(&rec, b)}, nil)
	r.oddities(b)
	return nil
}

// forbidden refuses the file where an entry holds what nobody may keep.
func (r *reader) forbidden(b *block) error {
	for _, f := range b.fields {
		if err := format.Forbidden(f.text); err != nil {
			return format.Placed(err, tillproof.Place{Line: f.line, Field: string(f.code)})
		}
	}
	return nil
}

// isOpening reports the balance with which Quicken begins a register: a transfer from the account to itself.
func isOpening(b *block) bool {
	return strings.EqualFold(b.text('P'), "Opening Balance") && strings.HasPrefix(b.text('L'), "[")
}

// amount is what an entry moves: T, or the same amount again in U. Two entries that run together have two.
func (r *reader) amount(b *block) (tillproof.Exact, *format.LineError) {
	seen := map[rune]int{}
	for _, f := range b.fields {
		seen[f.code]++
		if (f.code == 'T' || f.code == 'D') && seen[f.code] > 1 {
			return tillproof.Exact{}, r.unread("format.qif.twice", f)
		}
	}
	f, _ := b.first('T')
	if u, _ := b.first('U'); f.text == "" && u.text != "" {
		f = u
	}
	if f.text == "" {
		return tillproof.Exact{}, r.unread("format.qif.amount_missing", f)
	}
	x, err := r.marks.exact(f.text)
	switch {
	case errors.Is(err, errAmountWays):
		return x, r.unread("format.qif.amount_two_ways", f)
	case err != nil:
		return x, r.unread("format.qif.amount", f)
	}
	if _, err := x.Money(r.opt.Currency); err != nil {
		return x, r.unread("format.qif.scale", f)
	}
	return x, nil
}

// unread is an entry that gives no record.
func (r *reader) unread(code string, f field) *format.LineError {
	return &format.LineError{Entry: true, Currency: r.opt.Currency, Issue: issue(code, f, nil)}
}

// record makes the record of an entry whose amount was read. One without a day it belongs to is unread.
func (r *reader) record(b *block, x tillproof.Exact) (tillproof.Record, *format.LineError) {
	rec := tillproof.NewRecord(tillproof.Entry)
	f, found := b.first('D')
	day, code := tillproof.NoDate, "format.qif.date_missing"
	if found && f.text != "" {
		day, code = r.day(f)
	}
	if !day.Known() {
		bad := r.unread(code, f)
		bad.Amount = &x
		return rec, bad
	}
	amount, err := x.Money(r.opt.Currency)
	if err != nil {
		return rec, r.unread("format.qif.scale", f)
	}
	rec.Amount, rec.BookingDate = amount, day
	rec.Origin = tillproof.Origin{Part: r.reg.part, Line: int32(b.line), Column: 1}
	if strings.HasPrefix(b.text('P'), "**VOID**") {
		rec.Status = tillproof.Cancelled
	}
	rec.Counterparty = r.Text(b.text('P'))
	rec.Narrative = r.Text(joined(b.text('M'), b.text('L')))
	rec.Refs = tillproof.References{Account: r.reg.Account, Bank: r.Ref(b.text('N'))}
	return rec, nil
}

// day reads a date; without one it answers the code of what is wrong.
func (r *reader) day(f field) (tillproof.Date, string) {
	d, err := parseDate(f)
	if err != nil {
		return tillproof.NoDate, "format.qif.date"
	}
	day, err := d.day(r.order)
	switch {
	case errors.Is(err, errTwoWays):
		return tillproof.NoDate, "format.qif.date_two_ways"
	case err != nil:
		return tillproof.NoDate, "format.qif.date"
	}
	return day, ""
}

// joined puts memo and category together.
func joined(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, " | ")
}

// keyOf is the masked content by which two exports of one account show the same line.
func keyOf(rec *tillproof.Record, b *block) []byte {
	parts := []string{
		rec.Refs.Account, rec.BookingDate.String(), rec.Amount.Param(), rec.Refs.Bank, rec.Counterparty,
		rec.Narrative,
	}
	for _, f := range b.fields {
		if f.code == 'S' || f.code == 'E' || f.code == '$' {
			text, _ := format.MaskText(f.text)
			parts = append(parts, string(f.code)+text)
		}
	}
	return format.Key(parts...)
}

// splits makes the splits the details of a record. They must add up to its amount.
func (r *reader) splits(rec *tillproof.Record, b *block, x tillproof.Exact) {
	var kids []tillproof.Record
	sum, whole, amounts, memo := tillproof.Exact{}, true, 0, false
	for _, f := range b.fields {
		switch {
		case f.code == 'S':
			kid := tillproof.NewRecord(tillproof.Entry)
			kid.Origin, kid.Status, kid.BookingDate = rec.Origin, rec.Status, rec.BookingDate
			kid.Origin.Line, kid.Refs.Account = int32(f.line), rec.Refs.Account
			kid.Narrative = r.Text(f.text)
			kids = append(kids, kid)
			memo = false
		case len(kids) == 0:
		case f.code == 'E' && !memo:
			kid := &kids[len(kids)-1]
			kid.Narrative, memo = joined(r.Text(f.text), kid.Narrative), true
		case f.code == '$':
			one, err := r.marks.exact(f.text)
			next, sumErr := sum.Add(one)
			money, moneyErr := one.Money(r.opt.Currency)
			if err != nil || sumErr != nil || moneyErr != nil {
				whole = false
				r.note("format.qif.split_amount", f, nil)
				continue
			}
			amounts++
			sum, kids[len(kids)-1].Amount = next, money
		}
	}
	switch {
	case len(kids) > 1:
		rec.Children = kids
	case len(kids) == 1 && rec.Narrative == "":
		rec.Narrative = kids[0].Narrative
	}
	if amounts > 0 && whole && (!sum.Same(x) || amounts != len(kids)) {
		r.note("format.qif.split", field{line: b.line}, tillproof.Params{
			"amount": x.Param(r.opt.Currency), "sum": sum.Param(r.opt.Currency),
		})
	}
}

// unclosed lists an entry that did not end by ^: the file was cut there, or the next section began.
func (r *reader) unclosed(b *block) {
	if !b.closed {
		r.note("format.qif.unclosed", field{line: b.line}, nil)
	}
}

// oddities lists what is strange about an entry that was read: no end, two amounts, an unknown letter.
func (r *reader) oddities(b *block) {
	r.unclosed(b)
	t, _ := b.first('T')
	u, _ := b.first('U')
	if t.text != "" && u.text != "" {
		x, errT := r.marks.exact(t.text)
		y, errU := r.marks.exact(u.text)
		if errT != nil || errU != nil || !x.Same(y) {
			r.note("format.qif.two_amounts", u, tillproof.Params{"other": format.Shown(t.text)})
		}
	}
	for _, f := range b.fields {
		if !strings.ContainsRune(letters, f.code) && !r.odd[f.code] && len(r.odd) < maxOdd {
			r.odd[f.code] = true
			r.note("format.qif.field", f, nil)
		}
	}
}
