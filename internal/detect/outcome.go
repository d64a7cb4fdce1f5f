package detect

import (
	"strconv"

	"github.com/tillproof/tillproof"
)

// unknownOutcome explains a break of that kind: whether the customer tried again, and how that ended. A
// sale that timed out is asked about and never booked as lost (responses 68, 91, 96, 98).
func unknownOutcome(v *view, r *Rule) []hit {
	var hits []hit
	for i := range v.run.Breaks {
		b := &v.run.Breaks[i]
		if b.Kind != tillproof.OutcomeUnknown || len(b.Records) == 0 || b.Records[0].Side != v.side {
			continue
		}
		hits = append(hits, v.outcome(r, b.Records[0].N, b.ID))
	}
	return hits
}

func (v *view) outcome(r *Rule, n int32, about tillproof.BreakID) hit {
	row := &v.rows[n]
	h := hit{
		rows: []tillproof.RowRef{v.ref(n)}, parts: []int64{v.amount(n)},
		cur: row.Amount.Currency(), about: &about,
		reason: tillproof.Note{Params: describe(row)},
	}
	p := h.reason.Params
	p["minutes"] = strconv.FormatInt(r.value("window")/60, 10)
	if row.Card.Last == [4]byte{} && row.Card.Token == 0 || !row.Time.Known() {
		h.reason.Code = "detect.unknown_outcome.no_card"
		return h
	}
	again, ok := v.again(n, r.span("window"))
	if !ok {
		h.reason.Code = "detect.unknown_outcome.alone"
		return h
	}
	next := &v.rows[again]
	h.rows, h.parts = append(h.rows, v.ref(again)), append(h.parts, 0)
	p["retry"], p["retry_ref"] = timeParam(next), refOf(next)
	h.reason.Code = "detect.unknown_outcome.failed"
	if v.stands(again) {
		h.reason.Code = "detect.unknown_outcome.approved"
	}
	return h
}

// again is the next try of the same card and amount within the window: the first that was approved, else
// the first.
func (v *view) again(n int32, window tillproof.LocalTime) (int32, bool) {
	row := &v.rows[n]
	first := int32(-1)
	for _, m := range v.after(row.Time) {
		next := &v.rows[m]
		if v.at[m]-row.Time > window {
			break
		}
		same := m != n && next.Time.Known() && isSale(next) && next.Amount == row.Amount &&
			tillproof.SameCard(row.Card, next.Card) && next.Refs.Merchant == row.Refs.Merchant
		switch {
		case !same:
		case v.stands(m):
			return m, true
		case first < 0:
			first = m
		}
	}
	return first, first >= 0
}
