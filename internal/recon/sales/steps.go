package sales

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
	"github.com/tillproof/tillproof/internal/recon/choose"
)

// methods names the steps of leg 1 in the order in which they run: the keys, the same value in another field,
// the card, then the amount alone.
var methods = [...]tillproof.Method{
	keys[0].method, keys[1].method, keys[2].method, keys[3].method, keys[4].method, keys[5].method,
	keys[6].method, keys[7].method, keys[8].method, keys[9].method, keys[10].method, keys[11].method,
	keys[12].method, acrossFields, cardTime, cardDay, amountTime, preAuthorised, splitOrder,
	splitTime, orderAlone, cardTip, jointTime,
	tillproof.ByHand,
}

const (
	acrossFields tillproof.Method = "reference.other_field"
	cardTime     tillproof.Method = "card_amount_time"
	cardDay      tillproof.Method = "card_amount_day"
	amountTime   tillproof.Method = "amount_time"
	cardTip      tillproof.Method = "card_tip_time"
)

// The steps after the keys, as indexes into methods.
const (
	acrossStep = len(keys) + iota
	cardTimeStep
	cardDayStep
	amountTimeStep
	preAuthStep
	splitOrderStep
	splitTimeStep
	orderStep
	cardTipStep
	jointStep

	byHandStep // before all others
)

// maxPasses bounds how often the steps run again from the best because a weaker one settled a tie, in part or
// whole: each pass needs a match of the one before, and longer chains were never seen outside made-up files.
// In the last pass ties stand.
const maxPasses = 8

// maxSettleGap is how many settlement days the two sides of a sale may lie apart when only a part of the
// references and the amount agrees.
const maxSettleGap = 3

// matchTransactions joins the rows of leg 1.
func (e *engine) matchTransactions() {
	e.method = make([]uint8, len(e.Views[tillproof.Acquirer].Lines))
	e.joinByHand()
	e.readNames()
	e.findFillers()
	e.findCardless()
	e.runSteps()
	e.comparePayers()
	e.asRefunds()
	e.completeHolds()
	e.splitSales()
	e.joinSales()
}

// runSteps runs the steps until no tie can be settled any more.
func (e *engine) runSteps() {
	for pass := 1; ; pass++ {
		e.ties.begin(pass == maxPasses)
		delete(e.Bound, boundPairs)
		if e.eachStep(); !e.ties.settled {
			return
		}
	}
}

// eachStep runs the steps from the best to the weakest, until one has settled something about a tie: then
// better steps may have more to say.
func (e *engine) eachStep() {
	for i := range keys {
		if e.byReference(i); e.ties.settled {
			return
		}
	}
	weaker := [...]func(){
		e.byAnyField, e.learnClocks, e.byCardAndTime, e.byCardAndDay, e.byAmountAndTime, e.byCardAndTip,
	}
	for _, step := range weaker {
		if step(); e.ties.settled {
			return
		}
	}
}

// byReference joins the free rows that agree in the key.
func (e *engine) byReference(step int) {
	k := keys[step]
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	lefts := e.keyedRows(term, k)
	if len(lefts) == 0 {
		return
	}
	all := search{step: step, weigh: func(l, r int32) (uint64, bool) { return e.weigh(k, l, r) }}
	days := search{step: step, place: dayOf, weigh: func(l, r int32) (uint64, bool) {
		return e.weighSame(k, l, r)
	}}
	merge(lefts, e.keyedRows(acq, k), func(ls, rs []keyed) {
		if e.pairUp(&all, ls, rs, anyDistance) {
			return
		}
		// A counter that starts anew each day: only the same amount within the days is one transaction.
		e.spread(&days, ls, rs, maxSettleGap)
	})
}

// weighSame is weigh for rows of one amount.
func (e *engine) weighSame(k key, l, r int32) (uint64, bool) {
	if e.Views[tillproof.Terminal].Lines[l].Amount != e.Views[tillproof.Acquirer].Lines[r].Amount {
		return 0, false
	}
	return e.weigh(k, l, r)
}

// chooser takes pairs for a step of leg 1.
func (e *engine) chooser(step int) choose.Chooser {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	return choose.Chooser{
		SameL: func(a, b int32) bool { return identical(term.Rec(a), term.Rec(b)) },
		SameR: func(a, b int32) bool { return identical(acq.Rec(a), acq.Rec(b)) },
		Take: func(l, r int32) {
			term.Mate[l], acq.Mate[r] = r, l
			e.method[r] = uint8(step)
			e.taken = append(e.taken, choose.Pair{L: l, R: r})
			e.ties.took(l, r)
			e.learnShared(step, l, r)
		},
	}
}

// Weights of a pair: an approved row that still stands before one whose outcome is not known or that was
// undone, the same amount before another, a near settlement day before a far one, then the time between the
// two clocks.
const (
	amountWeight  = 1 << 62
	unknownWeight = 1 << 61
	dayWeight     = 1 << 44
	maxDays       = 1 << 16
	noTimeWeight  = dayWeight - 1
)

// weigh answers false where the two rows cannot be one transaction although they agree in the key.
func (e *engine) weigh(k key, l, r int32) (uint64, bool) {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	a, b := &term.Lines[l], &acq.Lines[r]
	ra, rb := term.Rec(l), acq.Rec(r)
	sameAmount := a.Amount == b.Amount
	if a.Class != b.Class || a.Cur != b.Cur || k.amount && !sameAmount || !k.same(ra, rb) ||
		k.undo == nil && e.otherNumber(ra, rb) || e.otherPlace(ra, rb) || otherCard(ra, rb) {
		return 0, false
	}
	days := uint64(maxDays)
	if a.Day.Known() && b.Day.Known() {
		days = min(maxDays, uint64(max(a.Day-b.Day, b.Day-a.Day)))
		number := k.names(rrnField, originalField) && samePlace(ra, rb)
		if days > maxSettleGap && !(sameAmount && number) {
			return 0, false
		}
	}
	score := days*dayWeight + secondsBetween(a.At, b.At)
	if !sameAmount {
		score += amountWeight
	}
	return score + e.unlikely(l), true
}

// unlikely is the weight of a terminal row that the report should not show.
func (e *engine) unlikely(l int32) uint64 {
	if e.Views[tillproof.Terminal].Rec(l).Status == tillproof.UnknownOutcome || e.undone[l] {
		return unknownWeight
	}
	return 0
}

func secondsBetween(a, b tillproof.LocalTime) uint64 {
	if !a.Known() || !b.Known() {
		return noTimeWeight
	}
	return min(noTimeWeight, uint64(max(a-b, b-a)))
}

// identical reports rows of one side that differ in nothing but their place in the file.
func identical(a, b *tillproof.Record) bool {
	return a.Kind == b.Kind && a.Status == b.Status && a.Time == b.Time && a.SettleDate == b.SettleDate &&
		a.ValueDate == b.ValueDate && a.Amount == b.Amount && a.Fee == b.Fee && a.Net == b.Net &&
		a.Refs == b.Refs && a.Card == b.Card
}

// window is how many seconds the two clocks may differ.
func (e *engine) window() int64 {
	if e.Policy.Window <= 0 {
		return tillproof.DefaultWindow
	}
	return int64(e.Policy.Window)
}

// byCardAndTime joins rows without common references by card, amount and the time between the two clocks.
// The nearest wins where it is the nearest for both.
func (e *engine) byCardAndTime() {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	timed := func(l *book.Line) bool { return l.At.Known() }
	near := search{step: cardTimeStep, place: timeOf, inOrder: true, weigh: e.weighTime}
	e.shiftClocks(1)
	defer e.shiftClocks(-1)
	merge(e.cardRows(term, timed), e.cardRows(acq, timed), func(ls, rs []keyed) {
		e.spread(&near, ls, rs, e.window())
	})
}

func (e *engine) weighTime(l, r int32) (uint64, bool) {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	if !e.sameCard(l, r) {
		return 0, false
	}
	return secondsBetween(term.Lines[l].At, acq.Lines[r].At) + e.unlikely(l), true
}

// byCardAndDay joins rows by card, amount and settlement day where one side shows no time. Only a single
// answer counts.
func (e *engine) byCardAndDay() {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	dated := func(l *book.Line) bool { return l.Day.Known() }
	same := search{step: cardDayStep, place: dayOf, weigh: func(l, r int32) (uint64, bool) {
		a, b := &term.Lines[l], &acq.Lines[r]
		return 0, !(a.At.Known() && b.At.Known()) && a.Day == b.Day && e.sameCard(l, r)
	}}
	merge(e.cardRows(term, dated), e.cardRows(acq, dated), func(ls, rs []keyed) {
		e.spread(&same, ls, rs, 0)
	})
}

func (e *engine) sameCard(l, r int32) bool {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	a, b := term.Rec(l), acq.Rec(r)
	return term.Lines[l].Amount == acq.Lines[r].Amount && term.Lines[l].Class == acq.Lines[r].Class &&
		term.Lines[l].Cur == acq.Lines[r].Cur && tillproof.SameCard(a.Card, b.Card) &&
		!e.otherNumber(a, b) && !e.otherPlace(a, b)
}

// cardRows lists the free rows that show a card and pass the filter, by card and amount and then by time.
func (e *engine) cardRows(v *book.View, want func(*book.Line) bool) []keyed {
	out := e.scratchOf(v)
	for rank := range v.Lines {
		l := &v.Lines[rank]
		if !v.Free(int32(rank)) || !want(l) {
			continue
		}
		if card := v.Rec(int32(rank)).Card; card.Known() {
			out = append(out, keyed{cardHash(l, card), int32(rank)})
		}
	}
	sortByHashAndTime(v, out)
	return out
}

func cardHash(l *book.Line, c tillproof.Card) uint64 {
	return uint64(hashSeed.class(l).number(l.Amount).text(string(c.Last[:])))
}
