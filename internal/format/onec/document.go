package onec

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// value is a key with its value, and the lines that go on with it.
type value struct {
	pair
	more []string
}

// maxDocument bounds one document: real ones have 2 KB.
const maxDocument = 1 << 20

// document is one payment while it is read.
type document struct {
	kind   string // "Платежное поручение"
	line   int
	values map[string]*value
	last   string // the key whose value may go on
	size   int
}

// take takes one pair; the purpose may stand in several.
func (d *document) take(p pair) error {
	if d.size += len(p.key) + len(p.value) + 64; d.size > maxDocument {
		params := tillproof.Params{"max": strconv.Itoa(maxDocument), "start": strconv.Itoa(d.line)}
		at := tillproof.Place{Line: p.line}
		return format.ErrorAt(tillproof.KindTooLarge, "format.onec.long", at, params)
	}
	key := p.key
	if key == "" {
		key = d.last
	}
	d.last = key
	v, seen := d.values[key]
	switch {
	case !seen:
		d.values[key] = &value{pair: pair{key, p.value, p.line}}
	case p.key == "" || key == keyPurpose:
		v.more = append(v.more, p.value)
	}
	return nil
}

// value is the value of a key, "" where the document has none.
func (d *document) value(key string) string {
	v := d.values[key]
	switch {
	case v == nil:
		return ""
	case len(v.more) == 0:
		return v.pair.value
	}
	return strings.TrimSpace(v.pair.value + " " + strings.Join(v.more, " "))
}

// at is where a key stands, else the document itself.
func (d *document) at(key string) pair {
	if v := d.values[key]; v != nil {
		return v.pair
	}
	return pair{key: key, line: d.line}
}

// side is one of the two sides of a payment.
type side struct {
	name string // the word that its keys begin with
	date string // the key of the day on which its account moved
	sign int64  // what the payment does to its account
}

var (
	payer = side{"Плательщик", keyDebited, -1}
	payee = side{"Получатель", keyCredited, 1}
)

// account is the first of a side's accounts that is one of the file's own: the bank's customer stands in
// …Счет, and in …РасчСчет where its bank works through another.
func (s side) account(d *document, own map[string]string) string {
	for _, key := range [...]string{"Счет", "РасчСчет"} {
		number := accountOf(d.value(s.name + key))
		if _, found := own[number]; found {
			return number
		}
	}
	return ""
}

// anyAccount is a side's account as it may be shown, whoever owns it.
func (s side) anyAccount(d *document) string {
	number := d.value(s.name + "РасчСчет")
	if number == "" {
		number = d.value(s.name + "Счет")
	}
	number, _ = maskedAccount(number)
	return number
}

var taxNumber = regexp.MustCompile(`^ИНН\s*\d*\s*`)

// party is a side's name, without the tax number that the older form puts before it.
func (s side) party(d *document) string {
	if name := d.value(s.name + "1"); name != "" {
		return name
	}
	return taxNumber.ReplaceAllString(d.value(s.name), "")
}

// purpose is what the payment is for: whole, else in its six lines.
func (d *document) purpose() string {
	text := d.value(keyPurpose)
	if text == "" {
		var parts []string
		for i := range 6 {
			parts = append(parts, d.value(keyPurpose+strconv.Itoa(i+1)))
		}
		text = strings.Join(parts, " ")
	}
	return strings.Join(strings.Fields(text), " ")
}

// leg is what a document does to one account.
type leg struct {
	side, other side
	account     string
}

// legs are the accounts of the file that a document moves. A transfer between two of them moves both, but a
// file that lists it once for each account gives each the day of its own side only.
func (d *document) legs(own map[string]string) []leg {
	from, to := payer.account(d, own), payee.account(d, own)
	if from == to {
		return nil // both are none, or the account pays itself
	}
	out, in := d.value(keyDebited) != "", d.value(keyCredited) != ""
	var legs []leg
	if from != "" && (to == "" || out || !in) {
		legs = append(legs, leg{payer, payee, from})
	}
	if to != "" && (from == "" || in || !out) {
		legs = append(legs, leg{payee, payer, to})
	}
	return legs
}

// record makes the record of one leg; a date that cannot be read makes it unread.
func (r *reader) record(d *document, l leg, x tillproof.Exact) (tillproof.Record, *format.LineError) {
	rec := tillproof.NewRecord(tillproof.Entry)
	c := currencyOf(l.account, r.opt)
	amount, err := x.Money(c)
	if err != nil {
		return rec, r.unread("format.onec.scale", d.at(keySum), c)
	}
	rec.Amount = amount
	day, status, bad := r.booked(d, l)
	if bad != nil {
		bad.Currency, bad.Amount = c, &x
		return rec, bad
	}
	rec.BookingDate, rec.Status = day, status
	rec.Origin = tillproof.Origin{Line: int32(d.line), Column: 1}
	rec.Counterparty, rec.Narrative = r.Text(strings.TrimSpace(l.other.party(d))), r.Text(d.purpose())
	rec.Refs = tillproof.References{Account: r.frame.own[l.account], Bank: r.Ref(d.value(keyNumber))}
	if code := d.value(keyCode); strings.Trim(code, "0") != "" {
		rec.Refs.Order = r.Ref(code)
	}
	return rec, nil
}

// booked is the day on which the account moved, by the date of its own side, else by that of the other. A
// document with neither is an order that the bank has not carried out: it keeps its own date and is pending.
func (r *reader) booked(d *document, l leg) (tillproof.Date, tillproof.RecordStatus, *format.LineError) {
	key, status := l.side.date, tillproof.Posted
	switch {
	case d.value(key) != "":
	case d.value(l.other.date) != "":
		key = l.other.date
		r.shared.Add(issueOf("format.onec.other_date", d.at(key)))
	default:
		key, status = keyDate, tillproof.Pending
		r.shared.Add(issueOf("format.onec.order", d.at(key)))
	}
	p := d.at(key)
	day, err := dateOf(p.value)
	if err != nil {
		return day, status, r.unread("format.onec.date", p, tillproof.Currency{})
	}
	return day, status, nil
}

// keyOf is the masked content by which two exports of one account show the same line.
func keyOf(rec *tillproof.Record, d *document, l leg) []byte {
	date, _ := format.MaskText(d.value(keyDate))
	kind, _ := format.MaskText(d.kind)
	return format.Key(
		rec.Refs.Account, rec.BookingDate.String(), rec.Amount.Param(), kind, rec.Refs.Bank, date,
		l.other.anyAccount(d), rec.Counterparty, rec.Narrative,
	)
}
