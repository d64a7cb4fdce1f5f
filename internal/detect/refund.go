package detect

import (
	"github.com/tillproof/tillproof"
)

// The sentences of refundWithoutSale in the row of the rule.
const (
	refundOfNothing = iota
	refundUnnamed
	refundAbove
)

// What an alarm of refundWithoutSale holds beside its rows.
const (
	factExcess = iota
	factBefore // what earlier refunds took
	factFirst  // the first moment of which sales are remembered
)

// refundWithoutSale finds money that goes out as a refund of nothing: the classic theft at the till. A refund
// belongs to the sale that it names; where none is known, to an earlier sale of its card with enough left. It
// is not accused where it shows neither a card nor a number, nor where its sale may have been forgotten.
func refundWithoutSale(l *look, r *Rule, a *Alarm) bool {
	t := l.Tx
	if !t.IsRefund() || t.Undone {
		return false
	}
	c := l.Sales.Claim(t)
	a.Gap, a.Key = alone, l.account()
	switch {
	case c.Sale != nil && (!c.Named || t.Amount <= c.Left):
		return false
	case c.Sale != nil:
		excess := t.Amount - max(c.Left, 0)
		a.Rows = append(a.Rows, Part{t.Ref, t.At, excess}, Part{c.Sale.Ref, c.Sale.At, 0})
		a.Code = refundAbove
		a.Facts[factExcess], a.Facts[factBefore] = excess, c.Sale.Amount-c.Left
		return true
	case t.Card == 0 && t.Mask == [10]byte{} && t.Original == 0, !c.Whole, l.saleOfOtherCard() != nil:
		return false
	}
	first := l.First
	if gone := l.Sales.Gone(); gone.Known() {
		if t.At-gone < r.span("reach") {
			return false
		}
		first = max(first, gone)
	}
	a.Rows, a.Facts[factFirst] = append(a.Rows, l.itself()), int64(min(first, t.At))
	if !first.Known() {
		a.Facts[factFirst] = int64(t.At)
	}
	if a.Code = refundOfNothing; t.Original == 0 {
		a.Code = refundUnnamed
	}
	return true
}

func sayRefund(s *story) tillproof.Note {
	row := s.row(0)
	p := describe(row)
	if s.in.Code == refundAbove {
		sale := s.row(1)
		p["excess"] = tillproof.NewMoney(s.in.Facts[factExcess], s.in.Currency).Param()
		p["sale"] = sale.Amount.Param()
		p["sale_time"], p["sale_ref"] = timeParam(sale), refOf(sale)
		p["refunded"] = tillproof.NewMoney(s.in.Facts[factBefore], s.in.Currency).Param()
	} else {
		p["first"] = orDash(tillproof.LocalTime(s.in.Facts[factFirst]).Date().String())
		p["original"] = row.Refs.Original
	}
	return tillproof.Note{Code: s.in.Rule.Reasons[s.in.Code], Params: p}
}
