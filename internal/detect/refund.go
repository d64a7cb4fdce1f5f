package detect

import (
	"github.com/tillproof/tillproof"
)

// soldItem is a sale and what of it has not been refunded yet.
type soldItem struct {
	ref  tillproof.RowRef
	row  *tillproof.Record
	at   tillproof.LocalTime
	left int64
}

// ledger holds the sales that some refund of the run may belong to.
type ledger struct {
	named  map[string][]*soldItem  // by a reference that a refund calls its original
	carded map[[4]byte][]*soldItem // by the last digits of the card
	first  tillproof.LocalTime     // the first moment of the files
}

// refundWithoutSale finds money that goes out as a refund of nothing: the classic theft at the till.
// A refund belongs to the sale that it names; where the files do not hold that, to an
// earlier sale of its card with enough left. Refunds that name their sale are served first, so that none
// takes another's.
func refundWithoutSale(v *view, _ *Rule) []hit {
	var refunds []int32
	for _, n := range v.order {
		if r := &v.rows[n]; isRefund(r) && !v.isUndone(n) {
			refunds = append(refunds, n)
		}
	}
	if len(refunds) == 0 {
		return nil
	}
	l := v.ledgerFor(refunds)
	hits := make([]*hit, len(refunds))
	var unnamed []int
	for i, n := range refunds {
		if sale := l.original(&v.rows[n], v.at[n]); sale != nil {
			hits[i] = v.refundOf(n, sale)
		} else {
			unnamed = append(unnamed, i)
		}
	}
	for _, i := range unnamed {
		n := refunds[i]
		if sale := l.sameCard(&v.rows[n], v.at[n]); sale != nil {
			sale.left -= v.amount(n)
		} else {
			hits[i] = v.refundOfNothing(n, l)
		}
	}
	var found []hit
	for _, h := range hits {
		if h != nil {
			found = append(found, *h)
		}
	}
	return found
}

// ledgerFor gathers the sales that matter to the refunds: of the terminal log, and those of the acquirer
// report that have no partner in it (it may reach further back).
func (v *view) ledgerFor(refunds []int32) *ledger {
	l := &ledger{named: map[string][]*soldItem{}, carded: map[[4]byte][]*soldItem{}, first: tillproof.NoTime}
	for _, n := range refunds {
		r := &v.rows[n]
		if says(r.Refs.Original) {
			l.named[r.Refs.Original] = nil
		}
		if r.Card.Last != [4]byte{} {
			l.carded[r.Card.Last] = nil
		}
	}
	for _, n := range v.order {
		if v.at[n].Known() {
			l.first = v.at[n]
			break
		}
	}
	for _, n := range v.sales {
		l.add(v.run, v.ref(n))
	}
	if v.side != tillproof.Terminal {
		return l
	}
	paired := make([]bool, len(v.run.Records[tillproof.Acquirer]))
	for _, m := range v.run.Matches {
		paired[m.Right.N] = true
	}
	for n := range paired {
		if !paired[n] && stands(v.run, tillproof.Acquirer, int32(n)) {
			l.add(v.run, tillproof.RowRef{Side: tillproof.Acquirer, N: int32(n)})
		}
	}
	return l
}

func (l *ledger) add(run *tillproof.Run, ref tillproof.RowRef) {
	r := run.Record(ref)
	item := &soldItem{ref: ref, row: r, at: moment(r), left: r.Amount.Minor()}
	if item.at.Known() && (!l.first.Known() || item.at < l.first) {
		l.first = item.at
	}
	refs := [...]string{r.Refs.RRN, r.Refs.Order, r.Refs.STAN}
	for i, s := range refs {
		if list, wanted := l.named[s]; wanted && !seen(refs[:i], s) {
			l.named[s] = append(list, item)
		}
	}
	if list, wanted := l.carded[r.Card.Last]; wanted {
		l.carded[r.Card.Last] = append(list, item)
	}
}

func seen(refs []string, s string) bool {
	for _, r := range refs {
		if r == s {
			return true
		}
	}
	return false
}

// original is the sale that the refund names, nil where the files do not hold it. Of several the one with
// most left.
func (l *ledger) original(r *tillproof.Record, at tillproof.LocalTime) *soldItem {
	var best *soldItem
	for _, s := range l.named[r.Refs.Original] {
		if isOriginal(r, at, s) && (best == nil || s.left > best.left) {
			best = s
		}
	}
	return best
}

// isOriginal reports whether a sale under the right number is the one meant: numbers are unique at one
// acquirer and day only, trace numbers at one terminal.
func isOriginal(r *tillproof.Record, at tillproof.LocalTime, s *soldItem) bool {
	o := s.row
	sameCard := tillproof.SameCard(r.Card, o.Card)
	switch {
	case o.Amount.Currency() != r.Amount.Currency() || later(s, r, at):
		return false
	case r.Card.Known() && o.Card.Known() && !sameCard:
		return false
	case o.Refs.Merchant != r.Refs.Merchant && !sameCard:
		return false
	}
	exact := r.Refs.Original == o.Refs.RRN || r.Refs.Original == o.Refs.Order
	return exact || o.Refs.Terminal == r.Refs.Terminal
}

// later reports a sale after the refund, as far as both have a clock.
func later(s *soldItem, r *tillproof.Record, at tillproof.LocalTime) bool {
	return s.row.Time.Known() && r.Time.Known() && s.at > at
}

// sameCard is the sale of the refund's card at the merchant with the least that is enough left, nil if
// there is none.
func (l *ledger) sameCard(r *tillproof.Record, at tillproof.LocalTime) *soldItem {
	var best *soldItem
	for _, s := range l.carded[r.Card.Last] {
		enough := s.left >= magnitude(r.Amount.Minor()) && (best == nil || s.left < best.left)
		same := accountOf(s.row) == accountOf(r) && tillproof.SameCard(r.Card, s.row.Card)
		if enough && same && !later(s, r, at) {
			best = s
		}
	}
	return best
}

// refundOf takes the refund from its sale; it answers a hit where that is more than is left.
func (v *view) refundOf(n int32, sale *soldItem) *hit {
	row := &v.rows[n]
	amount, before := v.amount(n), sale.left
	sale.left -= amount
	if amount <= before {
		return nil
	}
	cur := row.Amount.Currency()
	excess := amount - max(before, 0)
	sale.left = 0
	p := describe(row)
	p["excess"] = tillproof.NewMoney(excess, cur).Param()
	p["sale"] = sale.row.Amount.Param()
	p["sale_time"], p["sale_ref"] = timeParam(sale.row), refOf(sale.row)
	p["refunded"] = tillproof.NewMoney(sale.row.Amount.Minor()-before, cur).Param()
	return &hit{
		rows: []tillproof.RowRef{v.ref(n), sale.ref}, parts: []int64{excess, 0}, cur: cur,
		reason: tillproof.Note{Code: "detect.refund_above_sale", Params: p},
	}
}

// refundOfNothing is a hit where the row shows enough to look for a sale: a card, or the number of the
// original.
func (v *view) refundOfNothing(n int32, l *ledger) *hit {
	row := &v.rows[n]
	if !row.Card.Known() && !says(row.Refs.Original) {
		return nil
	}
	h := v.hitOf("detect.refund_without_sale", []int32{n})
	h.reason.Params = describe(row)
	h.reason.Params["first"] = orDash(l.first.Date().String())
	h.reason.Params["original"] = row.Refs.Original
	if !says(row.Refs.Original) {
		h.reason.Code = "detect.refund_without_sale.unnamed"
	}
	return &h
}
