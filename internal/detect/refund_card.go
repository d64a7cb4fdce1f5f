package detect

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// refundRules look at where refunds go.
func refundRules() []Rule {
	return []Rule{{
		ID: RefundToOtherCard, Version: 1, Severity: tillproof.High, Score: scoreHigh, AtRisk: true,
		Needs: []Need{NeedRows}, stream: refundToOtherCard, say: sayRefundToOtherCard,
		Reasons: []string{"detect.refund_to_other_card"},
	}}
}

// refundToOtherCard finds refunds that name a sale and go to another card than paid it.
func refundToOtherCard(l *look, _ *Rule, a *Alarm) bool {
	sale := l.saleOfOtherCard()
	if sale == nil {
		return false
	}
	a.Key, a.Gap = l.account(), alone
	a.Rows = append(a.Rows, Part{sale.Ref, sale.At, 0}, l.itself())
	return true
}

// saleOfOtherCard is the sale at the merchant that a refund names, where a card paid it that cannot be the
// refund's; nil where a sale under that number fits, or none is known.
func (l *look) saleOfOtherCard() *stream.Sold {
	t := l.Tx
	if !t.IsRefund() || t.Undone || t.Original == 0 || t.Mask.Last() == [4]byte{} {
		return nil
	}
	var other *stream.Sold
	fits := false
	whole := l.Sales.Named(t, func(s *stream.Sold) {
		switch {
		case s.IsOriginal(t):
			fits = true
		case s.Merchant == t.Merchant && s.Currency == t.Currency && s.At <= t.At &&
			s.Mask.Last() != [4]byte{} && !s.SameCard(t) && (s.RRN == t.Original || s.Order == t.Original):
			other = s
		}
	})
	if fits || !whole {
		return nil
	}
	return other
}

func sayRefundToOtherCard(s *story) tillproof.Note {
	sale, refund := s.row(0), s.row(1)
	n := tillproof.Note{Code: s.in.Rule.Reasons[0], Params: describe(refund)}
	n.Params["sale"], n.Params["sale_time"] = sale.Amount.Param(), timeParam(sale)
	n.Params["sale_ref"], n.Params["sale_card"] = refOf(sale), cardOf(sale)
	return n
}
