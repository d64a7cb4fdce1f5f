package unionpay

import (
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// The codes of what can be wrong. Each has a text and a hint in the catalogue.
const (
	codeWidth     = "format.unionpay.width"     // a blank between two fields is missing, or the line is cut
	codeAmount    = "format.unionpay.amount"    // no 12 digits, or a direction that is neither C nor D
	codeTime      = "format.unionpay.time"      // no moment of any year
	codeKind      = "format.unionpay.kind"      // a transaction type that is not known
	codeDirection = "format.unionpay.direction" // type and settlement say two directions
	codeResponse  = "format.unionpay.response"  // a response code that does not say whether money moved
	codeYear      = "format.unionpay.year"      // nothing states the year
	codeFee       = "format.unionpay.fee"       // a sale for which the merchant gets a fee
	codeNet       = "format.unionpay.net"       // amount and fee do not make the settlement amount
)

// reader gives the lines of a file in their order.
type reader struct {
	format.Masker
	layout  *layout
	opt     format.Options
	lines   *format.Lines
	codes   *codes
	fileDay tillproof.Date // settlement day by the file's name

	f      []string // fields of the line
	n      int      // its number
	shared format.Shared
}

// share counts what many lines show.
func (r *reader) share(code string) {
	r.shared.Add(format.IssueAt(code, tillproof.Place{Line: r.n}, nil))
}

// Read gives the next transaction; see format.Reader.
func (r *reader) Read() (format.Line, error) {
	for {
		b, n, err := r.lines.Next()
		if err != nil {
			return format.Line{}, err
		}
		line := strings.TrimPrefix(string(b), "\ufeff")
		if strings.TrimSpace(line) == "" {
			continue
		}
		r.n = n
		fields, bad := r.layout.cut(line)
		if bad > 0 {
			return format.Line{}, r.fault(codeWidth, bad, "", strings.TrimSpace(line))
		}
		r.f = fields
		for i, f := range fields {
			if err := format.Forbidden(f); err != nil {
				return format.Line{}, format.Placed(err, tillproof.Place{Line: n, Column: i + 1})
			}
		}
		switch r.layout.name {
		case "zm":
			return r.zm()
		case "zme":
			return r.zme()
		}
		return r.acom()
	}
}

// Summary is what only the end of the file can tell.
func (r *reader) Summary() format.Summary {
	return format.Summary{
		Dialect: r.layout.name, Side: tillproof.Acquirer, From: r.fileDay, To: r.fileDay, Masked: r.Masked,
		Issues: r.shared.Issues(),
	}
}

// fault is a line that gave no record. column is the number of the field, or the byte at which the cutting
// failed.
func (r *reader) fault(code string, column int, field, value string) *format.LineError {
	at := tillproof.Place{Line: r.n, Column: column, Field: field}
	return &format.LineError{
		Issue: format.IssueAt(code, at, format.Value(value)),
		Entry: true, Currency: tillproof.CNY,
	}
}

// fen is 12 digits of minor units.
func fen(s string) (tillproof.Exact, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return tillproof.Exact{Unscaled: n, Scale: 2}, err == nil && isAmount(s)
}

// marked is an amount with the merchant's direction before it: C comes in, D goes out. Zero needs none.
func marked(s string) (tillproof.Exact, bool) {
	mark, digits := byte(0), s
	if len(s) == 13 {
		mark, digits = s[0], s[1:]
	}
	x, ok := fen(digits)
	switch {
	case !ok:
		return x, false
	case mark == 'C':
	case mark == 'D':
		x = x.Neg()
	default:
		return x, mark == 0 && x.Unscaled == 0
	}
	return x, true
}

// record starts the record of the line with what all layouts have.
func (r *reader) record(kind tillproof.RecordKind, card string) (tillproof.Record, error) {
	rec := tillproof.NewRecord(kind)
	rec.Origin.Line = int32(r.n)
	rec.SettleDate = r.fileDay
	if kind == tillproof.PreAuth {
		rec.Status = tillproof.Neutral // a promise: the completion moves the money
	}
	var err error
	rec.Card, err = r.Card(card, r.opt)
	return rec, err
}

// money sets the amounts, which have at most two decimals and so fit.
func money(rec *tillproof.Record, amount, fee, net *tillproof.Exact) error {
	for _, m := range [...]struct {
		x  *tillproof.Exact
		to *tillproof.Money
	}{{amount, &rec.Amount}, {fee, &rec.Fee}, {net, &rec.Net}} {
		if m.x == nil {
			continue
		}
		v, err := m.x.Money(tillproof.CNY)
		if err != nil {
			return err
		}
		*m.to = v
	}
	return nil
}

// key is the masked line: the same transaction in another file of the same merchant gives the same bytes.
func (r *reader) key(card int, rec *tillproof.Record) []byte {
	var b []byte
	for i, f := range r.f {
		if i == card {
			f = rec.Card.String()
		} else {
			f = r.Ref(f)
		}
		b = append(append(b, f...), 0x1f)
	}
	return b
}

// when is the moment of the line; false where it is none.
func (r *reader) when(rec *tillproof.Record, s, query string) bool {
	at, ok := moment(s, query, r.fileDay, r.opt.Year)
	if ok && !at.Known() {
		r.share(codeYear)
	}
	rec.Time = at
	return ok
}
