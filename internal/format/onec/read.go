package onec

import (
	"cmp"
	"errors"
	"io"
	"maps"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// reader gives the documents of a file whose accounts are known.
type reader struct {
	format.Answers
	format.Masker
	opt    format.Options
	lines  *lexer
	frame  *frame
	doc    *document
	shared format.Shared // what many documents show
}

// Read gives the next movement.
func (r *reader) Read() (format.Line, error) { return r.Next(r.step) }

// step reads one line.
func (r *reader) step() error {
	p, err := r.lines.next()
	if errors.Is(err, io.EOF) {
		r.end(p.line)
	}
	if err != nil {
		return err
	}
	return r.take(p)
}

// Summary is the file's account sections, each with its balances.
func (r *reader) Summary() format.Summary {
	f := r.frame
	s := format.Summary{
		Dialect: f.version, Side: tillproof.Bank, From: f.from, To: f.to, Masked: r.Masked + f.masked,
		Issues: slices.Concat(f.issues, r.shared.Issues()),
	}
	for _, one := range f.sections {
		one.tally.Fill(&one.Statement)
		s.Statements, s.Issues = append(s.Statements, one.Statement), append(s.Issues, one.totals()...)
	}
	return s
}

// take takes one line: only those of documents matter now.
func (r *reader) take(p pair) error {
	switch p.key {
	case beginDocument, beginAccount:
		if err := r.unclosed(); err != nil {
			return err
		}
		if p.key == beginDocument {
			r.doc = &document{kind: p.value, line: p.line, values: map[string]*value{}}
		}
	case endDocument:
		return r.close()
	case endFile:
		return r.unclosed()
	default:
		if r.doc != nil {
			return r.doc.take(p)
		}
		if code := p.fault(); code != "" {
			r.note(code, p)
		}
	}
	return nil
}

// fault is the code of a date or figure around the documents that cannot be read, "" where there is none.
func (p pair) fault() string {
	if p.value == "" {
		return ""
	}
	switch p.key {
	case keyFrom, keyTo:
		if _, err := dateOf(p.value); err != nil {
			return "format.onec.period"
		}
	case keyOpening, keyClosing, keyCredits, keyDebits:
		if _, err := amountOf(p.value); err != nil {
			return "format.onec.balance"
		}
	}
	return ""
}

// unclosed closes a document that another part follows.
func (r *reader) unclosed() error {
	if r.doc == nil {
		return nil
	}
	r.note("format.onec.unclosed_document", pair{key: beginDocument, line: r.doc.line})
	return r.close()
}

// end lists what a file that was cut off lacks. Its last document may lack a part as well and is not read.
func (r *reader) end(line int) {
	if r.doc != nil {
		at := pair{key: beginDocument, line: r.doc.line}
		bad := r.unread("format.onec.cut_document", at, tillproof.Currency{})
		r.Give(format.Line{}, bad)
	}
	if !r.frame.whole {
		r.note("format.onec.unclosed", pair{key: endFile, line: line})
	}
}

// close reads the document that is whole.
func (r *reader) close() error {
	d := r.doc
	r.doc = nil
	if d == nil {
		return nil
	}
	if err := d.forbidden(); err != nil {
		return err
	}
	p := d.at(keySum)
	x, err := amountOf(p.value)
	legs := d.legs(r.frame.own)
	switch {
	case p.value == "":
		return r.list(r.unread("format.onec.amount_missing", p, r.currency(legs)), legs, tillproof.NoDate)
	case err != nil || x.Unscaled < 0:
		return r.list(r.unread("format.onec.amount", p, r.currency(legs)), legs, tillproof.NoDate)
	case len(legs) == 0:
		bad := r.unread("format.onec.direction", pair{key: beginDocument, line: d.line}, r.opt.Currency)
		bad.Issue.Params["payer"] = format.Shown(cmp.Or(payer.anyAccount(d), "-"))
		bad.Issue.Params["payee"] = format.Shown(cmp.Or(payee.anyAccount(d), "-"))
		return r.list(bad, nil, tillproof.NoDate)
	}
	for _, l := range legs {
		if err := r.move(d, l, x); err != nil {
			return err
		}
	}
	return nil
}

// forbidden refuses the file where a document holds what nobody may keep.
func (d *document) forbidden() error {
	for _, key := range slices.Sorted(maps.Keys(d.values)) {
		if err := format.Forbidden(d.value(key)); err != nil {
			return format.Placed(err, tillproof.Place{Line: d.values[key].line, Field: beginDocument})
		}
	}
	return nil
}

// move reads what a document does to one account.
func (r *reader) move(d *document, l leg, x tillproof.Exact) error {
	x.Unscaled *= l.side.sign
	rec, bad := r.record(d, l, x)
	if bad != nil {
		return r.list(bad, []leg{l}, tillproof.NoDate)
	}
	var moves *tillproof.Exact
	if rec.Status == tillproof.Posted {
		moves = &x
	}
	part, err := r.count(l.account, rec.BookingDate, moves)
	if err != nil {
		return err
	}
	rec.Origin.Part = max(part, 0)
	r.Give(format.Line{Record: rec, Key: keyOf(&rec, d, l)}, nil)
	if part < 0 {
		p := d.at(l.side.date)
		p.value = rec.BookingDate.String()
		r.note("format.onec.outside", p)
	}
	return nil
}

// list gives an unread document and counts it in the sections of its accounts.
func (r *reader) list(bad *format.LineError, legs []leg, day tillproof.Date) error {
	r.Give(format.Line{}, bad)
	for _, l := range legs {
		if _, err := r.count(l.account, day, bad.Amount); err != nil {
			return err
		}
	}
	return nil
}

// count enters a movement into the sections that cover its day; a day that is not known goes to the first.
// The answer is the first of them, -1 where there is none.
func (r *reader) count(account string, day tillproof.Date, x *tillproof.Exact) (int32, error) {
	first := int32(-1)
	for i, s := range r.frame.sections {
		if !s.covers(account, day) || first >= 0 && !day.Known() {
			continue
		}
		if first < 0 {
			first = int32(i)
		}
		if err := s.tally.Add(x); err != nil {
			return first, err
		}
	}
	return first, nil
}

// currency is that of the first leg, else what the user states.
func (r *reader) currency(legs []leg) tillproof.Currency {
	if len(legs) == 0 {
		return r.opt.Currency
	}
	return currencyOf(legs[0].account, r.opt)
}

// unread is a document that gives no record.
func (r *reader) unread(code string, p pair, c tillproof.Currency) *format.LineError {
	return &format.LineError{Entry: true, Currency: c, Issue: issueOf(code, p)}
}

// note adds an issue about something that was read all the same.
func (r *reader) note(code string, p pair) { r.Note(issueOf(code, p)) }
