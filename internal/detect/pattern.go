package detect

import (
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
	"github.com/tillproof/tillproof/internal/pack"
)

// patternRules look at many rows together: cards tried in turn, sums that are made to measure, odd hours.
func patternRules() []Rule {
	return []Rule{
		{
			ID: CardTesting, Version: 1, Severity: tillproof.High, Score: scoreHigh, AtRisk: true,
			Needs: []Need{NeedRows}, stream: cardTesting, say: sayCardTesting,
			Params: []Param{
				{"window", 600, "s"},
				{"rows", 8, "rows"},
				{"cards", 6, "rows"},
				{"pause", 90, "s"},
				{"declined", 500, "permille"},
			},
			Reasons: []string{"detect.card_testing"},
		},
		{
			ID: UnusualHours, Version: 1, Severity: tillproof.Medium, Score: scoreMedium, AtRisk: true,
			Needs: []Need{NeedRows}, stream: unusualHours, say: sayUnusualHours,
			Params: []Param{
				{"days", 14, "days"},
				{"rows", 3, "rows"},
				{"gap", 6 * 3600, "s"},
				{"near", 2, "rows"},
				{"share", 50, "permille"},
			},
			Reasons: []string{"detect.unusual_hours"},
		},
		{
			ID: CashOut, Version: 1, Severity: tillproof.Medium, Score: scoreMedium,
			Needs: []Need{NeedRows}, stream: cashOut, say: sayCashOut,
			Params: []Param{
				{"rows", 3, "rows"},
				{"window", 7 * 24 * 3600, "s"},
				{"times", 10, "times"},
				{"round", 100, "units"},
				{"known", 30, "rows"},
			},
			Reasons: []string{"detect.cash_out"},
		},
		{
			ID: JustBelowLimit, Version: 1, Severity: tillproof.Low, Score: scoreLow,
			Needs: []Need{NeedRows, NeedSplitLimit}, stream: justBelowLimit, say: saySplit,
			Params: []Param{
				{"rows", 4, "rows"},
				{"near", 20, "permille"},
			},
			Reasons: []string{"detect.just_below_limit"},
		},
	}
}

// cardTesting finds a terminal, or a merchant where none is shown, at which many cards are tried in a few
// minutes and mostly refused.
func cardTesting(l *look, r *Rule, a *Alarm) bool {
	if !l.Tx.IsSale() || !l.Tx.Timed || l.Tx.Card == 0 {
		return false
	}
	h := &l.Terminal.History
	if l.Tx.Terminal == 0 {
		h = &l.Merchant.History
	}
	n := backTo(h, l.Tx.At-r.span("window"))
	if int64(n)+1 < r.value("rows") {
		return false
	}
	var cards [stream.MerchantRows + 1]stream.Key
	kinds, tries, declined := 0, int64(0), int64(0)
	count := func(card stream.Key, refused bool) {
		tries++
		if refused {
			declined++
		}
		for _, c := range cards[:kinds] {
			if c == card {
				return
			}
		}
		cards[kinds] = card
		kinds++
	}
	last := tillproof.LocalTime(0)
	for i := n - 1; i >= 0; i-- {
		s := h.Back(i)
		refused := s.Status == tillproof.Declined
		if isTry(s) && (refused || tries > 0 && s.At-last <= r.span("pause")) {
			last = s.At
			count(s.Card, refused)
			a.Rows = append(a.Rows, Part{s.Ref, s.At, approvedOf(s)})
		}
	}
	now := stream.Seen{
		Kind: l.Tx.Kind, Status: l.Tx.Status, Card: l.Tx.Card, Timed: true, Response: l.Tx.Response,
	}
	if !isTry(&now) || now.Status != tillproof.Declined && l.Tx.At-last > r.span("pause") {
		return false
	}
	count(l.Tx.Card, l.Tx.Status == tillproof.Declined)
	few := tries < r.value("rows") || int64(kinds) < r.value("cards")
	if few || declined*1000 < tries*r.value("declined") {
		return false
	}
	itself := l.itself()
	if !l.Tx.Stands() {
		itself.Amount = 0
	}
	a.Rows = append(a.Rows, itself)
	a.Key, a.Gap = stream.KeyWith(l.Tx.Terminal, l.account()), int64(r.span("window"))
	a.Facts = [6]int64{int64(kinds), declined, tries}
	return true
}

func sayCardTesting(s *story) tillproof.Note {
	n := together(s)
	n.Params["cards"] = strconv.FormatInt(s.in.Facts[0], 10)
	n.Params["declined"] = strconv.FormatInt(s.in.Facts[1], 10)
	n.Params["approved"] = strconv.FormatInt(s.in.Facts[2]-s.in.Facts[1], 10)
	return n
}

// isTry reports a sale of a card that an issuer answered: a line that is down refuses all cards alike.
func isTry(s *stream.Seen) bool {
	if !s.IsSale() || s.Card == 0 || !s.Timed {
		return false
	}
	class := response(s.Response)
	return s.Status == tillproof.Posted ||
		s.Status == tillproof.Declined && class != pack.Setup && class != pack.OutcomeUnknown
}

func approvedOf(s *stream.Seen) int64 {
	if s.Stands() {
		return s.Amount
	}
	return 0
}

// unusualHours finds sales at a time of day at which the merchant never sold anything. Where the policy names
// the opening hours, they decide: see outOfHours.
func unusualHours(l *look, r *Rule, a *Alarm) bool {
	f := l.Merchant.Facts
	if f == nil || len(l.house.policy.Hours) > 0 || !l.Tx.Stands() || !l.unusual(l.Tx.At, r) || !l.Tx.Timed {
		return false
	}
	since := l.Tx.At
	for i := range l.Merchant.Len() {
		s := l.Merchant.Back(i)
		if since-s.At > r.span("gap") {
			break
		}
		if s.Stands() && s.Timed && l.atShop(s) && l.unusual(s.At, r) {
			since = s.At
			a.Rows = append(a.Rows, part(s))
		}
	}
	slices.Reverse(a.Rows)
	a.Rows = append(a.Rows, l.itself())
	if int64(len(a.Rows)) < r.value("rows") {
		return false
	}
	a.Key, a.Gap = l.account(), int64(r.span("gap"))
	days, _ := f.Habit.Before(l.Tx.At.Date(), 0)
	a.Facts = [6]int64{days}
	return true
}

func sayUnusualHours(s *story) tillproof.Note {
	n := together(s)
	n.Params["days"] = strconv.FormatInt(s.in.Facts[0], 10)
	return n
}

// unusual reports a moment near which, on hardly any of the days that are known, a sale stood.
func (l *look) unusual(at tillproof.LocalTime, r *Rule) bool {
	near := int(r.value("near"))
	slot := at.SecondOfDay() / (24 * 3600 / stream.HalfHours)
	for i := slot - near; i <= slot+near; i++ {
		days, there := l.Merchant.Facts.Habit.Before(at.Date(), (i+stream.HalfHours)%stream.HalfHours)
		if days < r.value("days") || there*1000 > days*r.value("share") {
			return false
		}
	}
	return true
}

// cashOut finds a card that may be one of credit and takes large round sums out of one shop.
func cashOut(l *look, r *Rule, a *Alarm) bool {
	unit := r.value("round") * unitOf(l.Tx.Currency)
	if l.Tx.Amount%unit != 0 || !mayBeCredit(l.Tx.Class) || !l.Tx.Stands() || l.Tx.Card == 0 {
		return false
	}
	usual := l.usualOfOthers()
	if usual == 0 || int64(l.Merchant.Facts.Habit.Approved) < r.value("known") {
		return false
	}
	fits := func(amount int64) bool { return amount%unit == 0 && amount/r.value("times") >= usual }
	if !fits(l.Tx.Amount) {
		return false
	}
	for i := backTo(&l.Card.History, l.Tx.At-r.span("window")) - 1; i >= 0; i-- {
		if s := l.Card.Back(i); s.Stands() && l.atShop(s) && fits(s.Amount) {
			a.Rows = append(a.Rows, part(s))
		}
	}
	a.Rows = append(a.Rows, l.itself())
	if int64(len(a.Rows)) < r.value("rows") {
		return false
	}
	a.Key, a.Gap = l.visitor(), int64(r.span("window"))
	a.Facts = [6]int64{usual}
	return true
}

// usualOfOthers is the mean of the merchant's last approved sales without those of the card, 0 where none is
// known.
func (l *look) usualOfOthers() int64 {
	f := l.Merchant.Facts
	if f == nil {
		return 0
	}
	sum, n := f.Habit.Sum, int64(f.Habit.Approved)
	for i := range l.Card.Len() {
		if s := l.Card.Back(i); s.Stands() && l.atShop(s) {
			sum, n = sum-s.Amount, n-1
		}
	}
	if sum <= 0 || n <= 0 {
		return 0
	}
	return sum / n
}

func sayCashOut(s *story) tillproof.Note {
	n := together(s)
	n.Params["usual"] = tillproof.NewMoney(s.in.Facts[0], s.in.Currency).Param()
	return n
}

// mayBeCredit reports a card that is one of credit, or of which the file does not tell.
func mayBeCredit(k tillproof.CardKind) bool {
	return k == tillproof.CardCredit || k == tillproof.CardUnknown
}

// unitOf is one whole unit of a currency in minor units.
func unitOf(c tillproof.Currency) int64 {
	unit := int64(1)
	for range c.MinorDigits() {
		unit *= 10
	}
	return unit
}

// justBelowLimit finds a terminal with many sums of one day that just stay below the limit, by cards of which
// none is a split of its own.
func justBelowLimit(l *look, r *Rule, a *Alarm) bool {
	limit := l.house.policy.SplitLimit
	least := limit - limit/1000*r.value("near")
	fits := func(amount int64) bool { return amount < limit && amount >= least }
	if !l.Tx.Stands() || !fits(l.Tx.Amount) || l.Tx.Terminal == 0 {
		return false
	}
	day := l.Tx.At.Date()
	for i := backTo(&l.Terminal.History, day.At(0, 0, 0)) - 1; i >= 0; i-- {
		if s := l.Terminal.Back(i); s.Stands() && l.atShop(s) && fits(s.Amount) {
			a.Rows = append(a.Rows, part(s))
		}
	}
	a.Rows = append(a.Rows, l.itself())
	if int64(len(a.Rows)) < r.value("rows") {
		return false
	}
	a.Key = stream.KeyWith(l.Tx.Terminal, stream.Key(day))
	return true
}
