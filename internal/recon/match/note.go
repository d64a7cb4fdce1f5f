package match

import (
	"strconv"

	"github.com/tillproof/tillproof"
)

// dash stands in a sentence for what the file does not show.
const dash = "–"

func orDash(s string) string {
	if s == "" {
		return dash
	}
	return s
}

func dateParam(d tillproof.Date) string { return orDash(d.String()) }

// timeParam is the row's time, else its day.
func timeParam(l *line) string {
	if b, _ := l.at.MarshalText(); len(b) > 0 {
		return string(b)
	}
	return dateParam(l.day)
}

// oneDay are the sentences about a span of days for a span of one.
var oneDay = map[string]string{
	"match.not_deposited":        "match.not_deposited.day",
	"match.deposit_short":        "match.deposit_short.day",
	"match.deposit_over":         "match.deposit_over.day",
	"match.late":                 "match.late.day",
	"match.warning.gap.terminal": "match.warning.gap.terminal.day",
	"match.warning.gap.acquirer": "match.warning.gap.acquirer.day",
	"match.warning.gap.bank":     "match.warning.gap.bank.day",
}

// spanNote is a sentence about the days "from" to "to" of its parameters.
func spanNote(code string, p tillproof.Params) tillproof.Note {
	if p["from"] == p["to"] {
		code = oneDay[code]
	}
	return tillproof.Note{Code: code, Params: p}
}

// unsigned is the amount of a sentence whose verb gives the sign.
func unsigned(m tillproof.Money) string {
	if m.Minor() < 0 {
		m = m.Neg()
	}
	return m.Param()
}

func count(n int) string { return strconv.Itoa(n) }

// money is the row's gross amount in its currency.
func (v *view) money(rank int32) tillproof.Money {
	return tillproof.NewMoney(v.lines[rank].amount, v.lines[rank].cur)
}

// dueOf is what is paid for the row, in its currency.
func (v *view) dueOf(rank int32) tillproof.Money {
	return tillproof.NewMoney(v.rec(rank).Due().Minor(), v.lines[rank].cur)
}

// describe names a row in a sentence: what a person needs to find it.
func (v *view) describe(rank int32) tillproof.Params { return describe(v.rec(rank), &v.lines[rank]) }

func describe(r *tillproof.Record, l *line) tillproof.Params {
	ref := r.Refs.RRN
	for _, other := range [...]string{r.Refs.STAN, r.Refs.Order, r.Refs.Auth, r.Refs.Bank} {
		if ref == "" {
			ref = other
		}
	}
	return tillproof.Params{
		"amount":     tillproof.NewMoney(l.amount, l.cur).Param(),
		"time":       timeParam(l),
		"terminal":   orDash(string(r.Refs.Terminal)),
		"merchant":   orDash(string(r.Refs.Merchant)),
		"ref":        orDash(ref),
		"card":       orDash(r.Card.String()),
		"settle_day": dateParam(l.day),
	}
}
