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

// cardOf names the card of a row: its digits, else what the file calls the payer.
func cardOf(r *tillproof.Record) string {
	if card := r.Card.String(); card != "" {
		return card
	}
	return orDash(r.Refs.Customer)
}

// describe names one row.
func describe(r *tillproof.Record) tillproof.Params {
	return tillproof.Params{
		"amount": tillproof.NewMoney(magnitude(r.Amount.Minor()), r.Amount.Currency()).Param(),
		"time":   timeParam(r), "terminal": orDash(string(r.Refs.Terminal)),
		"merchant": orDash(string(r.Refs.Merchant)), "ref": refOf(r), "card": cardOf(r),
	}
}

// hitOf makes a hit of rows in order, each with its whole amount, and describes them together.
func (v *view) hitOf(code string, rows []int32) hit {
	h := hit{cur: v.rows[rows[0]].Amount.Currency()}
	sum := int64(0)
	records := make([]*tillproof.Record, len(rows))
	for i, n := range rows {
		h.rows = append(h.rows, v.ref(n))
		h.parts = append(h.parts, v.amount(n))
		sum += v.amount(n) // only for the sentence; finding checks the sum
		records[i] = &v.rows[n]
	}
	h.reason = tillproof.Note{Code: code, Params: describeAll(records, records[len(rows)-1])}
	h.reason.Params["n"] = strconv.Itoa(len(rows))
	h.reason.Params["amount"] = tillproof.NewMoney(sum, h.cur).Param()
	return h
}

// describeAll names rows together: from when to when, on which terminals, and the first by its reference and
// card.
func describeAll(rows []*tillproof.Record, last *tillproof.Record) tillproof.Params {
	var terminals []string
	for _, r := range rows {
		if t := orDash(string(r.Refs.Terminal)); !slices.Contains(terminals, t) &&
			len(terminals) <= maxNamed {
			terminals = append(terminals, t)
		}
	}
	if len(terminals) > maxNamed {
		terminals[maxNamed] = "…"
	}
	p := describe(rows[0])
	p["from"], p["to"] = timeParam(rows[0]), timeParam(last)
	p["terminal"] = strings.Join(terminals, ", ")
	return p
}

// story is an incident whose rows are at hand again, so that it can be told.
type story struct {
	house  *house
	in     *Incident
	record func(ref int64) *tillproof.Record
}

// row is the record of a part.
func (s *story) row(i int) *tillproof.Record { return s.record(s.in.Parts[i].Ref) }

// together is the sentence of an incident about its rows as a whole.
func together(s *story) tillproof.Note {
	records := make([]*tillproof.Record, len(s.in.Parts))
	for i := range records {
		records[i] = s.row(i)
	}
	n := tillproof.Note{
		Code:   s.in.Rule.Reasons[s.in.Code],
		Params: describeAll(records, s.record(s.in.lastRef)),
	}
	n.Params["n"] = strconv.Itoa(s.in.Count)
	n.Params["amount"] = tillproof.NewMoney(s.in.Sum, s.in.Currency).Param()
	return n
}
