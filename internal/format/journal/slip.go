package journal

import (
	"errors"
	"regexp"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// give turns a whole transaction into a record. Amount, kind and day are never guessed.
func (r *reader) give(b *block) error {
	rec := tillproof.NewRecord(tillproof.NoKind)
	rec.Origin.Line = int32(b.line)
	for _, part := range [...]func(*tillproof.Record, *block) *bad{r.kind, r.amount, r.when, r.outcome} {
		if wrong := part(&rec, b); wrong != nil {
			at, printed := b.fields[wrong.group]
			if !printed {
				at.line = b.line
			}
			r.unread(wrong.code, at, wrong.group)
			return nil
		}
	}
	if err := r.describe(&rec, b); err != nil {
		return format.Placed(err, tillproof.Place{Line: b.fields["card"].line, Field: "card"})
	}
	key := key(&rec)
	if r.again(&rec, key) {
		r.share("format.journal.copies", b)
		return nil
	}
	if b.unmarked {
		r.unmarked.add(b.line, "")
	}
	r.Give(format.Line{Record: rec, Key: key}, nil)
	return nil
}

// bad is why a transaction gave no record, and the field that says so.
type bad struct{ code, group string }

// kind reads the type of a transaction.
func (r *reader) kind(rec *tillproof.Record, b *block) *bad {
	word := normal(b.fields["type"].value)
	switch kind, known := r.profile.words.kinds[word]; {
	case known:
		rec.Kind = kind
		if kind == tillproof.PreAuth {
			rec.Status = tillproof.Neutral // a promise: the completion moves the money
		}
	case r.profile.words.cash[word]:
		rec.Kind = tillproof.Adjustment
	default:
		return &bad{"format.journal.kind", "type"}
	}
	return nil
}

// outgoing reports whether the merchant gives money: cash, and what undoes a sale.
func (r *reader) outgoing(rec *tillproof.Record) bool {
	switch rec.Kind {
	case tillproof.Refund, tillproof.Void, tillproof.Reversal, tillproof.Adjustment:
		return true
	}
	return false
}

// amount reads what was paid, with tip and all where the slip prints a total.
func (r *reader) amount(rec *tillproof.Record, b *block) *bad {
	group := "total"
	if b.fields[group].value == "" {
		group = "amount"
	}
	if b.twice == group {
		return &bad{"format.journal.twice", group}
	}
	x, err := exactOf(b.fields[group].value)
	if err != nil {
		return &bad{"format.journal.amount", group}
	}
	currency, wrong := r.currency(b)
	if wrong != nil {
		return wrong
	}
	if r.outgoing(rec) && x.Unscaled > 0 {
		x = x.Neg()
	}
	if rec.Amount, err = x.Money(currency); err != nil {
		return &bad{"format.journal.scale", group}
	}
	return nil
}

// currency is the one that is printed, else the profile's, else what the user says.
func (r *reader) currency(b *block) (tillproof.Currency, *bad) {
	for _, group := range [...]string{"currency", "currency_after"} {
		word := normal(b.fields[group].value)
		if word == "" || word == "$" { // a dollar may be that of many countries
			continue
		}
		if c, known := r.profile.words.currencies[word]; known {
			return c, nil
		}
		if c, known := tillproof.CurrencyByNumber(word); known {
			return c, nil
		}
		if c, err := tillproof.ParseCurrency(word); err == nil && c.Active() {
			return c, nil
		}
		return tillproof.Currency{}, &bad{"format.journal.currency", group}
	}
	if r.profile.currency.Known() {
		return r.profile.currency, nil
	}
	return r.opt.Currency, nil
}

// when reads day and time.
func (r *reader) when(rec *tillproof.Record, b *block) *bad {
	d, err := dateOf(b.fields["date"].value, r.order)
	switch {
	case errors.Is(err, errOrder):
		return &bad{"format.journal.order", "date"}
	case err != nil:
		return &bad{"format.journal.date", "date"}
	}
	r.byOrder(b.fields["date"], d)
	text := b.fields["time"].value
	if text == "" {
		rec.BookingDate = d // the time is not known
		return nil
	}
	seconds, ok := clockOf(text)
	if !ok {
		return &bad{"format.journal.time", "time"}
	}
	rec.Time = d.At(0, 0, seconds)
	return nil
}

// byOrder counts a date that would read differently, or not at all, if the order were not given.
func (r *reader) byOrder(f field, day tillproof.Date) {
	if other, err := dateOf(f.value, format.AnyOrder); err != nil || other != day {
		r.ordered.add(f.line, f.value)
	}
}

// outcome is what the response says, else what the slip says in words. A slip that says nothing was printed
// because the transaction was approved.
func (r *reader) outcome(rec *tillproof.Record, b *block) *bad {
	if b.status != nil {
		rec.Status = *b.status
	}
	code := strings.ToUpper(b.fields["response"].value)
	if code == "" {
		return nil
	}
	if len(code) == 3 && code[0] == '0' { // hosts pad the two digits of ISO 8583
		code = code[1:]
	}
	status, known := r.profile.words.responses[code]
	if !known {
		return &bad{"format.journal.response", "response"}
	}
	rec.Response = code
	if status != tillproof.Posted || b.status == nil {
		rec.Status = status
	}
	return nil
}

// describe fills the references and the card.
func (r *reader) describe(rec *tillproof.Record, b *block) error {
	get := func(group string) string { return b.fields[group].value }
	short := func(group string) string { return r.Text(get(group)) } // ids never so long as a card number
	long := func(group string) string { return r.Ref(get(group)) }
	rec.Refs = tillproof.References{
		Merchant: tillproof.MerchantID(long("merchant")), Terminal: tillproof.TerminalID(short("terminal")),
		Batch: short("batch"), STAN: short("stan"), RRN: short("rrn"), Auth: short("auth"),
		Order: long("order"), Original: short("original"),
	}
	rec.Entry = r.profile.entries[normal(get("entry"))]
	rec.Narrative = short("type")
	var err error
	rec.Card, err = r.Card(get("card"), r.opt)
	return err
}

// key is the masked content by which two exports of one terminal show the same transaction.
func key(rec *tillproof.Record) []byte {
	when := rec.Time.String()
	if !rec.Time.Known() {
		when = rec.BookingDate.String()
	}
	return format.Key(
		string(rec.Refs.Merchant), string(rec.Refs.Terminal), rec.Refs.Batch, rec.Refs.STAN, rec.Refs.RRN,
		rec.Refs.Auth, rec.Refs.Order, rec.Refs.Original, rec.Kind.String(), rec.Status.String(),
		rec.Amount.Param(), when, rec.Card.String(), rec.Response,
	)
}

// grouped is an amount as terminals print it: a point for decimals, commas for thousands, or neither.
var grouped = regexp.MustCompile(`^-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$`)

var errAmount = errors.New("no amount")

func exactOf(s string) (tillproof.Exact, error) {
	if !grouped.MatchString(s) {
		return tillproof.Exact{}, errAmount
	}
	if format.HasCard(s) {
		return tillproof.Exact{}, errAmount // a card number in the wrong place, and no sum of money
	}
	return tillproof.ParseExact(strings.ReplaceAll(s, ",", ""))
}
