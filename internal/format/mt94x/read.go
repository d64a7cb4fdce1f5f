package mt94x

import (
	"cmp"
	"errors"
	"io"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// reader puts fields together to messages and entries.
type reader struct {
	format.Answers
	format.Masker
	opt     format.Options
	lex     *lexer
	msg     *statement // the message that is being read
	entry   *draft     // the entry that may still get its field 86
	closed  []tillproof.Statement
	to      tillproof.Date
	page    *tillproof.Exact // the intermediate closing that the next page opens with
	account string           // of the page before
	dialect string
}

// draft is an entry whose field 61 was read.
type draft struct {
	line61
	at    int      // line of field 61
	extra []string // supplementary details
	info  []string // lines of field 86
	ns    []string // lines of field NS
}

func newReader(lines *format.Lines, opt format.Options) *reader {
	return &reader{opt: opt, lex: &lexer{lines: lines}, to: tillproof.NoDate}
}

// Read gives the next entry.
func (r *reader) Read() (format.Line, error) { return r.Next(r.step) }

// step reads one field.
func (r *reader) step() error {
	f, err := r.lex.next()
	if errors.Is(err, io.EOF) {
		r.endMessage()
	}
	if err != nil {
		return err
	}
	r.field(f)
	return nil
}

// Summary is the file's messages, each with its balances.
func (r *reader) Summary() format.Summary {
	return format.Summary{
		Dialect: r.dialect, Side: tillproof.Bank, From: tillproof.NoDate, To: r.to,
		Statements: r.closed, Masked: r.Masked,
	}
}

// field takes one field to where it belongs.
func (r *reader) field(f *field) {
	switch f.tag {
	case end:
		r.endMessage()
	case "20":
		r.endMessage()
		r.start()
	case "25", "25P":
		r.start()
		if r.msg.Account == "" {
			r.msg.Account = r.Text(strings.TrimSpace(f.head()))
		}
	case "60F", "60M":
		if r.msg != nil && r.msg.Opening != nil { // a piece of a file without its field 20
			r.endMessage()
		}
		r.opening(f)
	case "61":
		r.endEntry()
		r.begin(f)
	case "86":
		if r.entry != nil { // else it belongs to the statement
			r.entry.info = append(r.entry.info, f.lines...)
		}
	case "NS":
		if r.entry != nil {
			r.entry.ns = append(r.entry.ns, f.lines...)
		}
	case "62F", "62M":
		r.closing(f)
	case "34F":
		r.floor(f)
	case "90C", "90D":
		r.control(f)
	case "64", "65":
		r.endEntry()
	}
}

// start opens a message where none is open.
func (r *reader) start() {
	if r.msg == nil {
		r.msg = newStatement(int32(len(r.closed)))
	}
}

// endMessage closes the message and its last entry. One that opened with a balance must close with one: a
// file that was cut shows it here.
func (r *reader) endMessage() {
	r.endEntry()
	s := r.msg
	r.msg = nil
	if s == nil || s.empty() {
		return
	}
	if s.Opening != nil && s.Closing == nil {
		r.note("format.mt94x.unclosed", s.line, ":62F:", tillproof.Params{"account": cmp.Or(s.Account, "-")})
	}
	s.tally.Fill(&s.Statement)
	r.checkControls(s)
	r.closed = append(r.closed, s.Statement)
}

// begin reads field 61. An entry without an amount or a date is unread, but counted.
func (r *reader) begin(f *field) {
	r.start()
	l, bad := parse61(f.head())
	if bad == nil {
		r.entry = &draft{line61: l, at: f.line, extra: f.lines[1:]}
		return
	}
	place := tillproof.Place{Line: f.line, Column: len(":61:") + bad.at + 1, Field: ":61:"}
	e := &format.LineError{
		Entry: true, Currency: r.currency(),
		Issue: format.IssueAt(bad.code, place, format.Value(bad.text)),
	}
	if bad.code == "format.mt94x.date" && l.amount != (tillproof.Exact{}) {
		e.Amount = &l.amount
	}
	r.count(e.Amount)
	r.Give(format.Line{}, e)
}

func (r *reader) count(x *tillproof.Exact) {
	if err := r.msg.tally.Add(x); err != nil {
		r.Give(format.Line{}, err)
	}
}

// endEntry turns the draft into a record.
func (r *reader) endEntry() {
	d := r.entry
	if d == nil {
		return
	}
	r.entry = nil
	amount, err := d.amount.Money(r.currency())
	if err != nil {
		r.count(nil)
		p := tillproof.Params{"value": d.amount.Param(r.currency())}
		place := tillproof.Place{Line: d.at, Field: ":61:"}
		r.Give(format.Line{}, &format.LineError{
			Entry: true, Currency: r.currency(), Issue: format.IssueAt("format.mt94x.scale", place, p),
		})
		return
	}
	r.count(&d.amount)
	rec := tillproof.NewRecord(tillproof.Entry)
	rec.Amount, rec.BookingDate, rec.ValueDate = amount, d.entry, d.value
	rec.Origin = tillproof.Origin{Part: r.msg.part, Line: int32(d.at)}
	if err := r.describe(&rec, d); err != nil {
		r.Give(format.Line{}, err)
		return
	}
	r.Give(format.Line{Record: rec, Key: keyOf(&rec, d)}, nil)
	if d.clamped {
		r.note("format.mt94x.clamped", d.at, ":61:", tillproof.Params{"day": d.value.String()})
	}
}

// describe fills narrative, name, references and what fields 61 and 86 say of charges.
func (r *reader) describe(rec *tillproof.Record, d *draft) error {
	in := info{}
	switch {
	case len(d.info) > 0:
		in = infoOf(d.info)
		r.dialect = cmp.Or(r.dialect, in.dialect)
		r.Masked += in.masked
	case len(d.ns) > 0:
		in = nonSwift(d.ns)
	}
	extra := squeeze(strings.Join(append(d.extra, d.rest), " "))
	text := in.narrative
	if extra != "" && !strings.Contains(text, extra) {
		text = strings.TrimSpace(text + " " + extra)
	}
	all := strings.Join([]string{text, in.party, d.customer, d.bank, in.endToEnd, in.order}, " ")
	if err := format.Forbidden(all); err != nil {
		return format.Placed(err, tillproof.Place{Line: d.at, Field: ":61:"})
	}
	rec.Narrative, rec.Counterparty = r.Text(text), r.Text(in.party)
	rec.Refs = tillproof.References{
		Account: r.msg.Account, Payout: r.Ref(in.endToEnd), Order: r.Ref(cmp.Or(in.order, d.customer)),
		Bank: r.Ref(cmp.Or(d.bank, d.customer)),
	}
	details(rec, extra+" "+in.narrative)
	return nil
}

// keyOf is the masked content by which two exports of one account show the same line.
func keyOf(rec *tillproof.Record, d *draft) []byte {
	return format.Key(
		rec.Refs.Account, rec.ValueDate.String(), rec.BookingDate.String(), rec.Amount.Param(), d.kind,
		rec.Refs.Bank, rec.Refs.Order, rec.Counterparty, rec.Narrative,
	)
}

// note adds an issue about something that was read all the same.
func (r *reader) note(code string, line int, tag string, p tillproof.Params) {
	r.Note(format.IssueAt(code, tillproof.Place{Line: line, Field: tag}, p))
}
