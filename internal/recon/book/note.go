package book

import (
	"strconv"

	"github.com/tillproof/tillproof"
)

// Dash stands in a sentence for what the file does not show.
const Dash = "–"

// OrDash is the text, or the dash where there is none.
func OrDash(s string) string {
	if s == "" {
		return Dash
	}
	return s
}

// DateParam is a day in a sentence.
func DateParam(d tillproof.Date) string { return OrDash(d.String()) }

// TimeParam is the row's time, else its day.
func TimeParam(l *Line) string {
	if b, _ := l.At.MarshalText(); len(b) > 0 {
		return string(b)
	}
	return DateParam(l.Day)
}

// oneDay are the sentences about a span of days for a span of one.
var oneDay = map[string]string{
	"match.not_deposited":        "match.not_deposited.day",
	"match.deposit_short":        "match.deposit_short.day",
	"match.deposit_over":         "match.deposit_over.day",
	"match.late":                 "match.late.day",
	"match.doubt.hidden":         "match.doubt.hidden.day",
	"match.warning.gap.terminal": "match.warning.gap.terminal.day",
	"match.warning.gap.acquirer": "match.warning.gap.acquirer.day",
	"match.warning.gap.bank":     "match.warning.gap.bank.day",
}

// SpanNote is a sentence about the days "from" to "to" of its parameters.
func SpanNote(code string, p tillproof.Params) tillproof.Note {
	if p["from"] == p["to"] {
		code = oneDay[code]
	}
	return tillproof.Note{Code: code, Params: p}
}

// Unsigned is the amount of a sentence whose verb gives the sign.
func Unsigned(m tillproof.Money) string {
	if m.Minor() < 0 {
		m = m.Neg()
	}
	return m.Param()
}

// Count is a number in a sentence.
func Count(n int) string { return strconv.Itoa(n) }

// Money is the row's gross amount in its currency.
func (v *View) Money(rank int32) tillproof.Money {
	return tillproof.NewMoney(v.Lines[rank].Amount, v.Lines[rank].Cur)
}

// DueOf is what is paid for the row, in its currency.
func (v *View) DueOf(rank int32) tillproof.Money {
	return tillproof.NewMoney(v.Rec(rank).Due().Minor(), v.Lines[rank].Cur)
}

// Describe names a row in a sentence: what a person needs to find it.
func (v *View) Describe(rank int32) tillproof.Params { return Describe(v.Rec(rank), &v.Lines[rank]) }

// Describe is View.Describe for a row without a view.
func Describe(r *tillproof.Record, l *Line) tillproof.Params {
	ref := r.Refs.RRN
	for _, other := range [...]string{r.Refs.STAN, r.Refs.Order, r.Refs.Auth, r.Refs.Bank} {
		if ref == "" {
			ref = other
		}
	}
	return tillproof.Params{
		"amount":     tillproof.NewMoney(l.Amount, l.Cur).Param(),
		"time":       TimeParam(l),
		"terminal":   OrDash(string(r.Refs.Terminal)),
		"merchant":   OrDash(string(r.Refs.Merchant)),
		"ref":        OrDash(ref),
		"card":       OrDash(r.Card.String()),
		"settle_day": DateParam(l.Day),
	}
}
