package ipm

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// entry turns a message into a line, or into what is missing of it.
func (r *reader) entry(m *message) (format.Line, error) {
	if m.mti != presentment && m.mti != chargeback && m.mti != feeMessage {
		r.once("format.ipm.type", m, "MTI", m.mti)
	}
	n, ok := natureOf(m)
	if !ok {
		return format.Line{}, unread("format.ipm.kind", m, "DE3", m.value[3])
	}
	minor, err := strconv.ParseInt(m.value[4], 10, 64)
	if err != nil {
		return format.Line{}, unread("format.ipm.amount", m, "DE4", m.value[4])
	}
	rec := tillproof.NewRecord(n.kind)
	rec.Origin.Line = int32(min(m.n, math.MaxInt32))
	rec.Amount = tillproof.NewMoney(n.sign*minor, r.currency(m))
	rec.Original = billed(m, n.sign)
	rec.Card = m.card
	rec.Refs = r.references(m, n)
	rec.Time = r.moment(m)
	rec.SettleDate = settledOn(m.private[settlement])
	rec.Narrative = r.clean(strings.ReplaceAll(m.value[43], `\`, ", "))
	if err := format.Forbidden(m.value[43]); err != nil {
		return format.Line{}, format.Placed(err, tillproof.Place{Line: m.n, Field: "DE43"})
	}
	return format.Line{Record: rec, Key: contentOf(m, &rec)}, nil
}

// unread is an entry that gives no record.
func unread(code string, m *message, field, value string) error {
	return &format.LineError{Issue: issueAt(code, m, field, value), Entry: true}
}

// currency is element 49; where the message has none, what the user says.
func (r *reader) currency(m *message) tillproof.Currency {
	text := m.value[49]
	if c, ok := tillproof.CurrencyByNumber(text); ok {
		return c
	}
	if text == "" && r.opt.Currency.Known() {
		return r.opt.Currency
	}
	r.once("format.ipm.currency", m, "DE49", text)
	return tillproof.Currency{}
}

// billed is what the cardholder is billed (elements 6 and 51).
func billed(m *message, sign int64) tillproof.Money {
	c, ok := tillproof.CurrencyByNumber(m.value[51])
	minor, err := strconv.ParseInt(m.value[6], 10, 64)
	if !ok || err != nil {
		return tillproof.Money{}
	}
	return tillproof.NewMoney(sign*minor, c)
}

// references are the keys of the message. The acquirer's reference (element 31) stays the same from
// presentment to chargeback and back.
func (r *reader) references(m *message, n nature) tillproof.References {
	refs := tillproof.References{
		Merchant: tillproof.MerchantID(r.ref(m.value[42])),
		Terminal: tillproof.TerminalID(r.ref(m.value[41])),
		RRN:      r.clean(m.value[37]),
		Auth:     r.clean(m.value[38]),
		Bank:     r.clean(m.value[31]),
	}
	switch n.kind {
	case tillproof.Chargeback, tillproof.ChargebackReversal, tillproof.Reversal:
		refs.Original = refs.RRN
		if refs.Original == "" {
			refs.Original = refs.Bank
		}
	}
	return refs
}

// moment is element 12, local time as YYMMDDhhmmss.
func (r *reader) moment(m *message) tillproof.LocalTime {
	text := m.value[12]
	if text == "" {
		return tillproof.NoTime
	}
	t, err := time.Parse("20060102150405", "20"+text)
	if err != nil {
		r.once("format.ipm.date", m, "DE12", text)
		return tillproof.NoTime
	}
	return tillproof.LocalTimeOf(t)
}

// Settlement data (subelement 0159): agent 11, account 28, level 1, service 10, rate class 1, reconciliation
// date 6 and cycle 2, settlement date 6 and cycle 2.
const (
	settleFrom = 11 + 28 + 1 + 10 + 1 + 6 + 2
	settleTo   = settleFrom + 6
)

// settledOn is the settlement date YYMMDD in it; NoDate where there is none.
func settledOn(text string) tillproof.Date {
	if len(text) < settleTo {
		return tillproof.NoDate
	}
	t, err := time.Parse("20060102", "20"+text[settleFrom:settleTo])
	if err != nil {
		return tillproof.NoDate
	}
	return tillproof.LocalTimeOf(t).Date()
}

// contentOf is what names a message in every file that holds it: not its number in this one.
func contentOf(m *message, rec *tillproof.Record) []byte {
	return format.Key(
		m.mti, m.value[24], m.value[3], rec.Card.String(), rec.Amount.Param(), m.value[12], rec.Refs.Bank,
		rec.Refs.RRN, rec.Refs.Auth, string(rec.Refs.Terminal), string(rec.Refs.Merchant),
		m.private[reversalMark],
	)
}

// ref masks a reference that is a card number as a whole.
func (r *reader) ref(s string) string { return r.Ref(printable(s)) }

// clean masks card numbers.
func (r *reader) clean(s string) string { return r.Text(printable(s)) }

// printable is a text without control characters and padding.
func printable(s string) string {
	s = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return ' '
		}
		return c
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
