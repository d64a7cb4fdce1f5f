package detect

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// dash stands in a sentence for what the file does not show.
const dash = "–"

// maxNamed is how many terminals a sentence names before it says "…".
const maxNamed = 3

func orDash(s string) string {
	if s == "" {
		return dash
	}
	return s
}

// timeParam is a row's time, else its day.
func timeParam(r *tillproof.Record) string {
	if b, _ := r.Time.MarshalText(); len(b) > 0 {
		return string(b)
	}
	return orDash(r.Day().String())
}

// refOf is what the slip or the report calls the row: the most exact reference that it shows.
func refOf(r *tillproof.Record) string {
	for _, s := range [...]string{r.Refs.RRN, r.Refs.Order, r.Refs.STAN, r.Refs.Auth} {
		if s != "" {
			return s
		}
	}
	return dash
}

// describe names one row.
func describe(r *tillproof.Record) tillproof.Params {
	return tillproof.Params{
		"amount": tillproof.NewMoney(magnitude(r.Amount.Minor()), r.Amount.Currency()).Param(),
		"time":   timeParam(r), "terminal": orDash(string(r.Refs.Terminal)),
		"merchant": orDash(string(r.Refs.Merchant)), "ref": refOf(r), "card": orDash(r.Card.String()),
	}
}

// hitOf makes a hit of rows in order, each with its whole amount, and describes them together: how many,
// from when to when, how much in all, and the first by its reference and card.
func (v *view) hitOf(code string, rows []int32) hit {
	h := hit{cur: v.rows[rows[0]].Amount.Currency(), reason: tillproof.Note{Code: code}}
	sum := int64(0)
	var terminals []string
	for _, n := range rows {
		h.rows = append(h.rows, v.ref(n))
		h.parts = append(h.parts, v.amount(n))
		sum += v.amount(n) // only for the sentence; finding checks the sum
		if t := orDash(string(v.rows[n].Refs.Terminal)); !slices.Contains(terminals, t) &&
			len(terminals) <= maxNamed {
			terminals = append(terminals, t)
		}
	}
	if len(terminals) > maxNamed {
		terminals[maxNamed] = "…"
	}
	first, last := &v.rows[rows[0]], &v.rows[rows[len(rows)-1]]
	p := describe(first)
	p["n"], p["amount"] = strconv.Itoa(len(rows)), tillproof.NewMoney(sum, h.cur).Param()
	p["from"], p["to"] = timeParam(first), timeParam(last)
	p["terminal"] = strings.Join(terminals, ", ")
	h.reason.Params = p
	return h
}
