package detect

import (
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
	"github.com/tillproof/tillproof/internal/pack"
)

// stolenRules look for cards in the wrong hands: reported ones, copies, numbers without a card.
func stolenRules() []Rule {
	return []Rule{
		{
			ID: AlertThenApproval, Version: 1, Severity: tillproof.High, Score: scoreHigh, AtRisk: true,
			Needs: []Need{NeedRows}, stream: alertThenApproval, say: sayAlertThenApproval,
			Params:  []Param{{"window", 30 * 24 * 3600, "s"}},
			Reasons: []string{"detect.alert_then_approval"},
		},
		{
			ID: FallbackSwipe, Version: 1, Severity: tillproof.Medium, Score: scoreMedium, AtRisk: true,
			Needs: []Need{NeedRows}, stream: fallbackSwipe, say: sayFallbackSwipe,
			Params: []Param{
				{"window", 900, "s"},
				{"refused", 2, "rows"},
				{"recent", 8, "rows"},
				{"swiped", 100, "permille"},
			},
			Reasons: []string{"detect.fallback_swipe.chip", "detect.fallback_swipe.refused"},
		},
		{
			ID: KeyedEntry, Version: 1, Severity: tillproof.Medium, Score: scoreMedium, AtRisk: true,
			Needs: []Need{NeedRows}, stream: keyedEntry, say: sayKeyedEntry,
			Params: []Param{
				{"rows", 40, "rows"},
				{"typed", 25, "permille"},
				{"times", 3, "times"},
			},
			Reasons: []string{"detect.keyed_entry"},
		},
	}
}

// surely reports a row of the transaction's own card: at the same merchant, or known by more than the ten
// digits that are shown, which two of a hundred thousand cards may share.
func (l *look) surely(s *stream.Seen) bool {
	return l.atShop(s) || l.Tx.Token || l.Tx.Mask == stream.Mask{}
}

// alertThenApproval finds a card that an issuer called lost, stolen or suspect, and that pays later.
func alertThenApproval(l *look, r *Rule, a *Alarm) bool {
	if !l.Tx.Stands() || !l.refusedSince(l.Tx.At-r.span("window")) {
		return false
	}
	since := 0 // rows since it paid last: of what lies before, that sale was told
	for since < l.Card.Len() && !l.Card.Back(since).Stands() {
		since++
	}
	for i := since - 1; i >= 0; i-- {
		s := l.Card.Back(i)
		recent := s.Status == tillproof.Declined && l.Tx.At-s.At <= r.span("window")
		if recent && l.surely(s) && response(s.Response) == pack.CardAlert {
			a.Rows = append(a.Rows, Part{s.Ref, s.At, 0})
		}
	}
	n := len(a.Rows)
	if n == 0 {
		return false
	}
	a.Key = l.Tx.Card
	a.Rows = append(a.Rows, l.itself())
	a.Facts = [6]int64{int64(n)}
	return true
}

func sayAlertThenApproval(s *story) tillproof.Note {
	refused, paid := s.row(0), s.record(s.in.lastRef)
	n := tillproof.Note{Code: s.in.Rule.Reasons[0], Params: describe(paid)}
	n.Params["from"], n.Params["to"] = timeParam(refused), timeParam(paid)
	n.Params["n"] = strconv.FormatInt(s.in.Facts[0], 10)
	n.Params["response"] = s.row(int(s.in.Facts[0]) - 1).Response
	return n
}

func swiped(m tillproof.EntryMode) bool {
	return m == tillproof.EntryMagstripe || m == tillproof.EntryFallback
}

func byChip(m tillproof.EntryMode) bool {
	return m == tillproof.EntryChip || m == tillproof.EntryContactless
}

// fallbackSwipe finds the stripe of a card that was refused just before, or whose chip was read before
// and now
// was not: a terminal marks that as fallback (entry modes 80 and 90 of ISO 8583 data element 22). A stripe
// without that mark is too common to be a sign by itself.
func fallbackSwipe(l *look, r *Rule, a *Alarm) bool {
	if !l.Tx.Stands() || !swiped(l.Tx.Entry) || l.Tx.Card == 0 || l.oftenSwiped(r) {
		return false
	}
	a.Key = l.Tx.Card
	for i := backTo(&l.Card.History, l.Tx.At-r.span("window")) - 1; i >= 0; i-- {
		s := l.Card.Back(i)
		refused := s.Status == tillproof.Declined && s.IsSale() && l.Tx.Timed && s.Timed
		if refused && !swiped(s.Entry) && l.surely(s) {
			a.Rows = append(a.Rows, Part{s.Ref, s.At, 0})
		}
	}
	if int64(len(a.Rows)) >= r.value("refused") {
		a.Rows, a.Code = append(a.Rows, l.itself()), 1
		return true
	}
	a.Rows = a.Rows[:0]
	for i := range l.Card.Len() {
		s := l.Card.Back(i)
		if byChip(s.Entry) && s.Stands() && l.Tx.Entry == tillproof.EntryFallback && l.surely(s) {
			a.Rows = append(a.Rows, Part{s.Ref, s.At, 0}, l.itself())
			return true
		}
	}
	return false
}

func sayFallbackSwipe(s *story) tillproof.Note {
	before, now := s.row(0), s.record(s.in.lastRef)
	n := tillproof.Note{Code: s.in.Rule.Reasons[s.in.Code], Params: describe(now)}
	n.Params["from"], n.Params["to"] = timeParam(before), timeParam(now)
	n.Params["n"] = strconv.Itoa(s.in.Count - 1)
	return n
}

// oftenSwiped reports a merchant at which stripes are nothing rare: a broken chip reader, or old habit.
func (l *look) oftenSwiped(r *Rule) bool {
	var all, stripes int64
	for i := range l.Merchant.Len() {
		s := l.Merchant.Back(i)
		if s.Entry != tillproof.EntryUnknown && s.Card != l.Tx.Card {
			all++
			if swiped(s.Entry) {
				stripes++
			}
		}
	}
	return all >= r.value("recent") && stripes*1000 >= all*r.value("swiped")
}

// keyedEntry finds a large sale for which a number was typed in, at a merchant that reads cards.
func keyedEntry(l *look, r *Rule, a *Alarm) bool {
	if !l.Tx.Stands() || l.Tx.Entry != tillproof.EntryKeyed {
		return false
	}
	var read, typed int64
	for i := range l.Merchant.Len() {
		s := l.Merchant.Back(i)
		switch {
		case !s.Stands() || s.Entry == tillproof.EntryUnknown:
		case s.Entry == tillproof.EntryKeyed:
			typed++
		default:
			read++
		}
	}
	usual := l.usualSale()
	if read < r.value("rows") || typed*1000 > (read+typed)*r.value("typed") || usual == 0 ||
		l.Tx.Amount/r.value("times") < usual {
		return false
	}
	a.Key = l.Tx.Merchant
	a.Rows = append(a.Rows, l.itself())
	a.Facts = [6]int64{read, usual}
	return true
}

func sayKeyedEntry(s *story) tillproof.Note {
	n := tillproof.Note{Code: s.in.Rule.Reasons[0], Params: describe(s.row(0))}
	n.Params["n"] = strconv.FormatInt(s.in.Facts[0], 10)
	n.Params["usual"] = tillproof.NewMoney(s.in.Facts[1], s.in.Currency).Param()
	return n
}

// usualSale is the mean of the merchant's last approved sales, 0 where none is known.
func (l *look) usualSale() int64 {
	f := l.Merchant.Facts
	if f == nil || f.Habit.Approved == 0 {
		return 0
	}
	return f.Habit.Sum / int64(f.Habit.Approved)
}
