package iso8583

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// The codes of what is said about a transaction or the file.
const (
	codeElement  = "format.iso8583.element"
	codeAmount   = "format.iso8583.amount"
	codeKind     = "format.iso8583.kind"
	codeCurrency = "format.iso8583.currency"
	codeResponse = "format.iso8583.response"
	codeYear     = "format.iso8583.year"
	codeZone     = "format.iso8583.zone"
	codeDate     = "format.iso8583.date"
)

// record turns an exchange into a line, or into what is missing of it.
func (r *reader) record(x *exchange, n nature) (format.Line, error) {
	rec := tillproof.NewRecord(n.kind)
	first := x.first()
	rec.Origin.Line = int32(min(first.at(), 1<<31-1))
	rec.Refs = r.references(x, n)
	rec.Card = card(x)
	rec.Entry = entryOf(x.value(22))
	amount, err := r.amount(x, n)
	if err != nil {
		return format.Line{}, err
	}
	rec.Amount = amount
	rec.Original = r.billed(x, n)
	code, status, known := outcome(x, n)
	rec.Response, rec.Status = r.clean(code), status
	if !known {
		r.once(codeResponse, first, tillproof.Params{"field": "DE39", "value": r.clean(code)})
	}
	r.times(&rec, x)
	if rec.Narrative, err = r.narrative(x); err != nil {
		return format.Line{}, err
	}
	return format.Line{Record: rec, Key: r.contentOf(x, &rec)}, nil
}

// amountDigits is the length of element 4, n 12.
const amountDigits = 12

// amount is element 4 in minor units of element 49; of a partial approval it is the answer's.
func (r *reader) amount(x *exchange, n nature) (tillproof.Money, error) {
	text := x.asked(4)
	if text == "" || x.answer != nil && x.answer.value[39] == partly {
		text = x.value(4)
	}
	minor, err := strconv.ParseInt(text, 10, 64)
	if err != nil || len(text) > amountDigits { // a log may hold anything there, also a card number
		return tillproof.Money{}, r.unread(x, codeAmount, "DE4", text)
	}
	return tillproof.NewMoney(n.sign*minor, r.currency(x)), nil
}

// currency is element 49; where it names none, what the user says.
func (r *reader) currency(x *exchange) tillproof.Currency {
	text := x.value(49)
	if c, ok := tillproof.CurrencyByNumber(text); ok {
		return c
	}
	if c, err := tillproof.ParseCurrency(text); err == nil && c.Active() {
		return c
	}
	if !r.opt.Currency.Known() || text != "" {
		r.once(codeCurrency, x.first(), tillproof.Params{"field": "DE49", "value": r.clean(text)})
	}
	if text != "" {
		return tillproof.Currency{}
	}
	return r.opt.Currency
}

// billed is what the cardholder is billed in another currency (elements 6 and 51).
func (r *reader) billed(x *exchange, n nature) tillproof.Money {
	c, ok := tillproof.CurrencyByNumber(x.value(51))
	minor, err := strconv.ParseInt(x.value(6), 10, 64)
	if !ok || err != nil {
		return tillproof.Money{}
	}
	return tillproof.NewMoney(n.sign*minor, c)
}

// card is the masked card of whichever message shows one.
func card(x *exchange) tillproof.Card {
	for _, m := range [...]*message{x.ask, x.answer} {
		if m != nil && m.card.Known() {
			return m.card
		}
	}
	return tillproof.Card{}
}

// The parts of element 60 and 61 of UnionPay terminals: type or batch, then batch or trace number.
const (
	typeDigits  = 2
	batchDigits = 6
	traceDigits = 6
)

// references are the keys of the transaction and of the one that it undoes.
func (r *reader) references(x *exchange, n nature) tillproof.References {
	refs := tillproof.References{
		Merchant: tillproof.MerchantID(r.ref(x.value(42))),
		Terminal: tillproof.TerminalID(r.ref(x.value(41))),
		STAN:     r.clean(x.value(11)),
		RRN:      r.clean(x.value(37)),
		Auth:     r.clean(x.value(38)),
	}
	undoes := n.kind == tillproof.Void || n.kind == tillproof.Refund || n.kind == tillproof.Reversal
	if r.unionpay(x) {
		if b := x.value(60); len(b) >= typeDigits+batchDigits {
			refs.Batch = r.clean(b[typeDigits : typeDigits+batchDigits])
		}
		if undoes {
			r.undone(x, n, &refs)
		}
		return refs
	}
	if undoes {
		refs.Original = r.clean(original87(x, n))
	}
	return refs
}

// undone names the original of a UnionPay transaction: the request of a void or refund carries the reference
// number of the original in its own element 37, element 61 its batch and trace number; a reversal has the
// trace number of what it undoes.
func (r *reader) undone(x *exchange, n nature, refs *tillproof.References) {
	if asked := x.asked(37); asked != "" && n.kind != tillproof.Reversal {
		refs.Original = r.clean(asked)
		if x.answer == nil || x.answer.value[37] == "" {
			refs.RRN = ""
		}
		return
	}
	if o := x.value(61); len(o) >= batchDigits+traceDigits {
		refs.Original = r.clean(o[batchDigits : batchDigits+traceDigits])
		return
	}
	if n.kind == tillproof.Reversal {
		refs.Original = refs.STAN
	}
}

// original87 is the trace number in element 90 (type 4, trace 6, time 10, acquirer 11, forwarder 11), else
// the reference number that a reversal has of what it undoes.
func original87(x *exchange, n nature) string {
	if o := x.value(90); len(o) >= 10 && o[0] <= '1' && plausible(o[:4]) && strings.Trim(o[4:10], "0") != "" {
		return o[4:10]
	}
	if n.kind == tillproof.Reversal {
		return x.value(37)
	}
	return ""
}

// times sets the time and the settlement day.
func (r *reader) times(rec *tillproof.Record, x *exchange) {
	t := r.clock.of(x, r.opt.Zone)
	rec.Time, rec.SettleDate = t.at, t.settle
	day, _, _ := x.when()
	switch {
	case t.noYear:
		r.once(codeYear, x.first(), tillproof.Params{"field": "DE13", "value": r.clean(day)})
	case !t.at.Known() && day != "":
		r.once(codeDate, x.first(), tillproof.Params{"field": "DE13", "value": r.clean(day)})
	case t.utc:
		r.once(codeZone, x.first(), tillproof.Params{"field": "DE7"})
	}
}

// narrative is where it happened (43), what the host says in words (56), and what the chip says (55).
func (r *reader) narrative(x *exchange) (string, error) {
	var parts []string
	for _, id := range [...]int{43, 56} {
		if text := printable(x.value(id)); text != "" {
			parts = append(parts, text)
		}
	}
	text := strings.Join(parts, "; ")
	if err := format.Forbidden(text); err != nil {
		return "", format.Placed(err, tillproof.Place{Line: x.first().at(), Field: "DE43"})
	}
	text = r.clean(text)
	if chip := x.asked(55); chip != "" {
		text = strings.TrimPrefix(text+"; EMV "+r.clean(chip), "; ")
	}
	return text, nil
}

// printable is a text of an element: UTF-8, else Chinese, else Western; control characters and padding left
// out.
func printable(s string) string {
	if !utf8.ValidString(s) {
		t, err := simplifiedchinese.GB18030.NewDecoder().String(s)
		if err != nil || strings.ContainsRune(t, utf8.RuneError) {
			t, _ = charmap.Windows1252.NewDecoder().String(s)
		}
		s = t
	}
	s = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || c == utf8.RuneError {
			return ' '
		}
		return c
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// contentOf is what names a transaction in every export of the same log: not the year, which another export
// may tell, and not the answer, which may lie beyond the end of this one.
func (r *reader) contentOf(x *exchange, rec *tillproof.Record) []byte {
	day, _ := format.MaskText(dayOf(x.first()))
	acquirer, _ := format.MaskText(x.value(32))
	return format.Key(
		string(x.first().class()), rec.Kind.String(), string(rec.Refs.Merchant), string(rec.Refs.Terminal),
		rec.Refs.Batch, rec.Refs.STAN, day, rec.Amount.Param(), acquirer,
	)
}

// ref masks a reference that is a card number as a whole.
func (r *reader) ref(s string) string { return r.Ref(printable(s)) }

// clean masks card numbers.
func (r *reader) clean(s string) string { return r.Text(printable(s)) }
