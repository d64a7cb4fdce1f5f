package detect

import (
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
	"github.com/tillproof/tillproof/internal/pack"
)

// burst reports a sale that ends a window of the rule's length in which the card made at least so many sales
// that fit. Windows that share a sale are one incident.
func (l *look) burst(r *Rule, a *Alarm, fits func(amount int64) bool) bool {
	if !l.Tx.Stands() || !l.Tx.Timed || l.Tx.Card == 0 || !fits(l.Tx.Amount) {
		return false
	}
	from := l.Tx.At - r.span("window")
	for i := backTo(&l.Card.History, from) - 1; i >= 0; i-- {
		if s := l.Card.Back(i); s.Stands() && s.Timed && l.atShop(s) && fits(s.Amount) {
			a.Rows = append(a.Rows, part(s))
		}
	}
	a.Rows, a.Key = append(a.Rows, l.itself()), l.visitor()
	return int64(len(a.Rows)) >= r.value("rows")
}

// cardRepeats finds a card that pays again and again within one visit.
func cardRepeats(l *look, r *Rule, a *Alarm) bool {
	return l.burst(r, a, func(int64) bool { return true })
}

// splitUnderLimit finds one purchase paid in parts that each stay just below the limit.
func splitUnderLimit(l *look, r *Rule, a *Alarm) bool {
	limit := l.house.policy.SplitLimit
	least := partOf(limit, r.value("near"))
	return l.burst(r, a, func(amount int64) bool { return amount < limit && amount >= least })
}

func saySplit(s *story) tillproof.Note {
	n := together(s)
	limit := s.house.policy.SplitLimit
	n.Params["limit"] = tillproof.NewMoney(limit, s.in.Currency).Param()
	return n
}

// partOf is the least amount that is at least so many permille of another.
func partOf(amount, permille int64) int64 {
	return amount/1000*permille + (amount%1000*permille+999)/1000
}

// roundSums finds several round amounts of one card on one day: goods rarely cost that, cash does. Where
// cashOut speaks of them, it is silent (speaking).
func roundSums(l *look, r *Rule, a *Alarm) bool {
	unit := r.value("unit")
	if !l.Tx.Stands() || l.Tx.Card == 0 || l.Tx.Amount%unit != 0 {
		return false
	}
	day := l.Tx.At.Date()
	for i := backTo(&l.Card.History, day.At(0, 0, 0)) - 1; i >= 0; i-- {
		if s := l.Card.Back(i); s.Stands() && l.atShop(s) && s.Amount%unit == 0 && s.At.Date() == day {
			a.Rows = append(a.Rows, part(s))
		}
	}
	a.Rows, a.Gap = append(a.Rows, l.itself()), forever
	a.Key = stream.KeyWith(l.visitor(), stream.Key(day))
	return int64(len(a.Rows)) >= r.value("rows")
}

func sayRoundSums(s *story) tillproof.Note {
	n := together(s)
	n.Params["day"] = s.in.First.Date().String()
	return n
}

// declinesThenApproval finds a card that is refused several times and then works: a stolen card is tried
// until an amount passes. Only the approval is money. Refusals that speak of the terminal and not of the card
// do not count.
func declinesThenApproval(l *look, r *Rule, a *Alarm) bool {
	if !l.Tx.Stands() || !l.Tx.Timed || !l.refusedSince(l.Tx.At-r.span("window")) {
		return false
	}
	recent := backTo(&l.Card.History, l.Tx.At-r.span("window"))
	for i := range recent { // not beyond the approval before
		if s := l.Card.Back(i); s.Stands() && s.Timed && l.atShop(s) {
			recent = i
			break
		}
	}
	for i := recent - 1; i >= 0; i-- {
		s := l.Card.Back(i)
		refused := s.IsSale() && s.Status == tillproof.Declined && s.Timed && l.atShop(s)
		if refused && response(s.Response) != pack.Setup {
			a.Rows = append(a.Rows, Part{s.Ref, s.At, 0})
		}
	}
	refusals := len(a.Rows)
	a.Rows, a.Key = append(a.Rows, l.itself()), l.visitor()
	return int64(refusals) >= r.value("rows")
}

func sayRefusedThenPaid(s *story) tillproof.Note {
	all := together(s)
	paid := s.record(s.in.lastRef)
	p := describe(paid)
	p["n"], p["from"], p["to"] = strconv.Itoa(s.in.Count-1), all.Params["from"], timeParam(paid)
	p["terminal"] = all.Params["terminal"]
	return tillproof.Note{Code: all.Code, Params: p}
}
