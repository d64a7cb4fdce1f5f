package match

import (
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
)

// ledgers is how many small ledgers TestOracle judges; `make fuzz` asks for two million.
var ledgers = flag.Int("ledgers", 50_000, "small ledgers that the oracle judges")

// TestOracle holds leg 1 against a brute force that shares no code with it. The rules, for the rows of one
// merchant and terminal whose two sides number transactions alike:
//
//  1. Only what moved money takes part: sales with sales, refunds with refunds. Rows that show two RRNs, or
//     two cards, are two transactions.
//  2. Two rows fit, from the best way to the weakest: by RRN; by card and amount within five minutes; by
//     card, amount and day where a time is missing; by amount within five minutes where neither shows a card.
//     Among rows that fit by RRN the same amount is better than another, then the nearer day, then the nearer
//     time. Of two that fit equally well by one way, the one may be better that fits better by the next.
//  3. A pair that is strictly the best for both its rows stands, and then those that are the best of the
//     rest, and so on: there is no other answer in which nobody would rather swap.
//     Only where two pairs that fit by time cross, neither of one moment, and would lie apart by the same if
//     exchanged, they are: a clock is late.
//  4. What is left has several equally good answers: none may be picked, unless rows that nothing tells apart
//     are all there is to choose between.
//  5. No two rows that fit stay alone side by side unless they are refused as ambiguous.
//  6. (see joint_test.go) Two or three sales of one card that one report row within five minutes of each
//     makes to the cent, while no others do, are that row, where no better way joins them and its number
//     is not that of a voided sale.
//  7. A sale that the terminal voided is no sale: the report row that settles it stands alone, unless another
//     sale may be meant. Only what is forced with it and without it is asked of the others.
func TestOracle(t *testing.T) {
	for seed := range *ledgers {
		l := drawLedger(rand.New(rand.NewPCG(uint64(seed), 7)))
		if err := l.judge(); err != nil {
			t.Fatalf("ledger %d: %v\n%s", seed, err, l)
		}
	}
}

// slip is one row of either side, as the oracle sees it.
type slip struct {
	refund, declined, voided bool
	rrn, card                string
	amount                   int64
	minute                   int // −1: no time
	day                      int
}

type ledger struct {
	term, acq []slip
	void      int // the terminal sale that is voided, −1 for none
}

// oracleDay is the first of the two days of the ledgers.
const oracleDay = tillproof.Date(20711) // 2026-09-15

func drawLedger(rng *rand.Rand) *ledger {
	l := &ledger{void: -1}
	crowded := rng.IntN(4) == 0
	for range rng.IntN(7) {
		l.term = append(l.term, drawSlip(rng, crowded))
	}
	for range rng.IntN(7) {
		if len(l.term) > 0 && rng.IntN(3) > 0 {
			l.acq = append(l.acq, settled(rng, l.term[rng.IntN(len(l.term))]))
			continue
		}
		s := drawSlip(rng, crowded)
		s.declined = false
		l.acq = append(l.acq, s)
	}
	if len(l.term) > 1 && rng.IntN(4) == 0 {
		l.acq = append(l.acq, l.drawJoint(rng))
	}
	if i := rng.IntN(12); i < len(l.term) && l.mayVoid(i) {
		l.void, l.term[i].voided = i, true
	}
	return l
}

func drawSlip(rng *rand.Rand, crowded bool) slip {
	s := slip{
		refund: rng.IntN(6) == 0, declined: rng.IntN(10) == 0,
		rrn:    []string{"", "", "11", "12", "13", "14"}[rng.IntN(6)],
		card:   []string{"", "0001", "0002"}[rng.IntN(3)],
		amount: []int64{1000, 1000, 2500}[rng.IntN(3)],
		minute: []int{600, 601, 602, 603, 606, 612, 640, -1}[rng.IntN(8)],
		day:    rng.IntN(2),
	}
	if crowded {
		s.rrn, s.card, s.amount, s.day = "", "0001", 1000, 0
	}
	return s
}

// settled is the report's row of a slip, with something lost or changed now and then.
func settled(rng *rand.Rand, s slip) slip {
	s.declined = false
	switch rng.IntN(6) {
	case 0:
		s.rrn = ""
	case 1:
		s.card = ""
	case 2:
		s.amount = 3700 - s.amount
	case 3:
		s.minute = -1
	case 4:
		if s.minute >= 0 {
			s.minute += rng.IntN(5) - 2
		}
	}
	return s
}

// mayVoid reports whether a void that names the sale's RRN can mean nothing else, and no refund of the report
// can be the void.
func (l *ledger) mayVoid(i int) bool {
	s := l.term[i]
	if s.refund || s.declined || s.rrn == "" {
		return false
	}
	for j, o := range l.term {
		if j != i && o.rrn == s.rrn {
			return false
		}
	}
	return !slices.ContainsFunc(l.acq, func(a slip) bool {
		return a.refund && (a.rrn == s.rrn || a.amount == s.amount)
	})
}

// fit is how well two rows fit by each of the ways of rule 2, the smaller the better: ways of which the first
// that tells two pairs apart decides.
type fit [4]way

// way is how well two rows fit by one way.
type way struct {
	not, other, days, seconds int
}

func compareWays(x, y way) int {
	return cmp.Or(
		cmp.Compare(x.not, y.not), cmp.Compare(x.other, y.other), cmp.Compare(x.days, y.days),
		cmp.Compare(x.seconds, y.seconds),
	)
}

func compareFits(a, b fit) int { return slices.CompareFunc(a[:], b[:], compareWays) }

// sure reports whether a is better than b by the best way in which either fits.
func (a fit) sure(b fit) bool {
	for i := range a {
		if a[i].not == 0 || b[i].not == 0 {
			return compareWays(a[i], b[i]) < 0
		}
	}
	return false
}

const (
	oracleWindow = 300
	noSeconds    = 1 << 30
)

// fitOf is rule 1 and 2; false where the rows cannot be one transaction.
func fitOf(a, b slip) (fit, bool) {
	f := fit{{not: 1}, {not: 1}, {not: 1}, {not: 1}}
	switch {
	case a.declined || b.declined || a.refund != b.refund,
		a.rrn != "" && b.rrn != "" && a.rrn != b.rrn,
		a.card != "" && b.card != "" && a.card != b.card:
		return f, false
	}
	seconds := noSeconds
	if a.minute >= 0 && b.minute >= 0 {
		x, y := a.day*86400+a.minute*60, b.day*86400+b.minute*60
		seconds = max(x-y, y-x)
	}
	days := max(a.day-b.day, b.day-a.day)
	same, card, near := a.amount == b.amount, a.card != "" && a.card == b.card, seconds <= oracleWindow
	if a.rrn != "" && a.rrn == b.rrn {
		f[0] = way{days: days, seconds: seconds}
		if !same {
			f[0].other = 1
		}
	}
	if same && card && near {
		f[1] = way{seconds: seconds}
	}
	if same && card && seconds == noSeconds && days == 0 {
		f[2] = way{}
	}
	if same && a.card == "" && b.card == "" && near {
		f[3] = way{seconds: seconds}
	}
	return f, f[0].not+f[1].not+f[2].not+f[3].not < 4
}

// forced is rule 3: the report row of each terminal row, −1 where nothing is forced.
func (l *ledger) forced() []int {
	mate := l.forcedWithout(-1)
	if l.void >= 0 {
		for i, j := range l.forcedWithout(l.void) {
			if mate[i] != j {
				mate[i] = -1
			}
		}
	}
	return mate
}

// forcedWithout is forced as if one of the terminal rows did not stand.
func (l *ledger) forcedWithout(gone int) []int {
	mate := slices.Repeat([]int{-1}, len(l.term))
	taken := make([]bool, len(l.acq))
	if gone >= 0 {
		mate[gone] = len(l.acq)
	}
	for again := true; again; {
		again = false
		for i := range l.term {
			for j := range l.acq {
				if mate[i] < 0 && !taken[j] && l.best(i, j, mate, taken) {
					mate[i], taken[j], again = j, true, true
				}
			}
		}
	}
	return mate
}

// best reports whether two free rows fit each other better than anything else that is free fits either.
func (l *ledger) best(i, j int, mate []int, taken []bool) bool {
	mine, ok := fitOf(l.term[i], l.acq[j])
	if !ok {
		return false
	}
	for k := range l.term {
		if f, ok := fitOf(l.term[k], l.acq[j]); k != i && mate[k] < 0 && ok && !mine.sure(f) {
			return false
		}
	}
	for k := range l.acq {
		if f, ok := fitOf(l.term[i], l.acq[k]); k != j && !taken[k] && ok && !mine.sure(f) {
			return false
		}
	}
	return true
}

// run is the ledger as the engine reads it, with one pair of rows beside it that shows that both sides number
// alike, and the void at the end.
func (l *ledger) run() *tillproof.Run {
	run := &tillproof.Run{}
	run.Policy.Currency = tillproof.CNY
	for n, side := range []tillproof.Side{tillproof.Terminal, tillproof.Acquirer} {
		src := tillproof.Source{Side: side, From: oracleDay - 3, To: oracleDay + 8}
		run.Sources = append(run.Sources, src)
		slips := [][]slip{l.term, l.acq}[n]
		for _, s := range append(slices.Clone(slips), slip{rrn: "99", amount: 7, minute: -1, day: 5}) {
			addSlip(run, side, s.record())
		}
	}
	if l.void >= 0 {
		s := l.term[l.void]
		s.amount, s.minute, s.day = -s.amount, 1200, 1
		r := s.record()
		r.Kind, r.Refs.RRN, r.Refs.Original = tillproof.Void, "88", s.rrn
		addSlip(run, tillproof.Terminal, r)
	}
	return run
}

func addSlip(run *tillproof.Run, side tillproof.Side, r tillproof.Record) {
	n := len(run.Records[side])
	r.Origin = tillproof.Origin{Source: int32(side - tillproof.Terminal), Line: int32(n + 2)}
	r.ID = tillproof.RecordIDOf(side, []byte(strconv.Itoa(n)), 0)
	run.Records[side] = append(run.Records[side], r)
}

func (s slip) record() tillproof.Record {
	r := tillproof.NewRecord(tillproof.Sale)
	amount := s.amount
	if s.refund {
		r.Kind, amount = tillproof.Refund, -amount
	}
	if s.declined {
		r.Status = tillproof.Declined
	}
	r.Amount = tillproof.NewMoney(amount, tillproof.CNY)
	r.Refs = tillproof.References{Merchant: "M1", Terminal: "T1", RRN: s.rrn}
	copy(r.Card.Last[:], s.card)
	r.SettleDate = oracleDay + tillproof.Date(s.day)
	if s.minute >= 0 {
		r.Time = r.SettleDate.At(s.minute/60, s.minute%60, 0)
	}
	return r
}

// verdict is what the engine says about the rows of the ledger.
type verdict struct {
	mate    []int // of the terminal rows
	refused [2][]bool
	joint   map[int][]int // report row → the terminal rows that it settles together
}

func (l *ledger) ask() (verdict, error) {
	run := l.run()
	if err := Reconcile(run); err != nil {
		return verdict{}, err
	}
	v := verdict{mate: slices.Repeat([]int{-1}, len(l.term))}
	for n, side := range []tillproof.Side{tillproof.Terminal, tillproof.Acquirer} {
		v.refused[n] = make([]bool, len(run.Records[side]))
	}
	used := map[tillproof.RowRef]bool{}
	v.joint = map[int][]int{}
	for _, m := range run.Matches {
		joint := m.Method == "joint.time"
		if used[m.Left] || used[m.Right] && !joint {
			return v, fmt.Errorf("a row is used twice: %+v", m)
		}
		used[m.Left], used[m.Right] = true, true
		if joint {
			v.joint[int(m.Right.N)] = append(v.joint[int(m.Right.N)], int(m.Left.N))
			continue
		}
		if int(m.Left.N) < len(l.term) {
			v.mate[m.Left.N] = int(m.Right.N)
		}
	}
	for _, b := range run.Breaks {
		for _, ref := range b.Records {
			if b.Kind == tillproof.Ambiguous {
				v.refused[ref.Side-tillproof.Terminal][ref.N] = true
			}
		}
	}
	return v, nil
}

func (l *ledger) judge() error {
	got, err := l.ask()
	if err != nil {
		return err
	}
	for _, before := range l.beforeJoint(got) {
		if err = l.judgeOne(before); err == nil {
			return nil
		}
	}
	return err
}

// judgeOne judges what the engine said, or what it must have said before it joined sales.
func (l *ledger) judgeOne(got verdict) error {
	if err := l.joined(got); err != nil {
		return err
	}
	if err := l.crossing(got); err != nil {
		return err
	}
	err := l.hold(got)
	if near := l.nearestFirst(got); err != nil && near != nil {
		got.mate = near
		return l.hold(got)
	}
	return err
}

// at is the minute of a row on the scale of both days.
func (s slip) at() int { return s.day*1440 + s.minute }

// byTime reports whether two matched rows fit by their time and by nothing better.
func (l *ledger) byTime(i, j int) bool {
	if j < 0 || l.term[i].minute < 0 || l.acq[j].minute < 0 {
		return false
	}
	f, ok := fitOf(l.term[i], l.acq[j])
	return ok && f[0].not == 1
}

// exchangeable reports two pairs of which neither is of one moment, and that fit by time exchanged too.
func (l *ledger) exchangeable(got verdict, i, k int) bool {
	a, b := got.mate[i], got.mate[k]
	return l.byTime(i, a) && l.byTime(k, b) && l.byTime(i, b) && l.byTime(k, a) &&
		l.term[i].at() < l.term[k].at() && l.term[i].card == l.term[k].card
}

// crossing is the exception of rule 3.
func (l *ledger) crossing(got verdict) error {
	for i, a := range got.mate {
		for k, b := range got.mate {
			if !l.exchangeable(got, i, k) || l.term[i].at() == l.acq[a].at() ||
				l.term[k].at() == l.acq[b].at() {
				continue
			}
			if l.acq[a].at()-l.acq[b].at() == l.term[k].at()-l.term[i].at() {
				return fmt.Errorf("terminal rows %d and %d cross, and lie apart by the same in order", i, k)
			}
		}
	}
	return nil
}

// nearestFirst undoes the exception of rule 3; nil where it does not apply.
func (l *ledger) nearestFirst(got verdict) []int {
	near, changed := verdict{mate: slices.Clone(got.mate)}, false
	for again := true; again; {
		again = false
		for i := range near.mate {
			for k := range near.mate {
				if !l.exchangeable(near, i, k) {
					continue
				}
				a, b := near.mate[i], near.mate[k]
				late := l.acq[a].at() - l.term[i].at()
				first, last := l.acq[a].at()-l.term[k].at(), l.acq[b].at()-l.term[i].at()
				if late != l.acq[b].at()-l.term[k].at() || first == 0 || last == 0 ||
					min(max(first, -first), max(last, -last)) >= max(late, -late) {
					continue
				}
				near.mate[i], near.mate[k], again, changed = b, a, true, true
			}
		}
	}
	if !changed {
		return nil
	}
	return near.mate
}

func (l *ledger) hold(got verdict) error {
	taken := slices.Repeat([]int{-1}, len(l.acq))
	for i, j := range got.mate {
		if j >= len(l.acq) {
			return fmt.Errorf("terminal row %d has the pair beside the ledger", i)
		}
		if j >= 0 {
			taken[j] = i
		}
	}
	for i, j := range l.forced() {
		switch {
		case i == l.void && got.mate[i] >= 0:
			return fmt.Errorf("the voided sale %d is matched with %d", i, got.mate[i])
		case j >= 0 && i != l.void && got.mate[i] != j:
			return fmt.Errorf("terminal row %d has %d, not %d", i, got.mate[i], j)
		}
	}
	if err := l.arbitrary(got, taken); err != nil {
		return err
	}
	return l.alone(got, taken)
}

// arbitrary is rule 4: no match may be as good with another row in the place of one of its two.
func (l *ledger) arbitrary(got verdict, taken []int) error {
	for i, j := range got.mate {
		if j < 0 {
			continue
		}
		mine, ok := fitOf(l.term[i], l.acq[j])
		if !ok {
			return fmt.Errorf("terminal row %d cannot be %d", i, j)
		}
		for k := range l.term {
			f, ok := fitOf(l.term[k], l.acq[j])
			if ok && l.term[k] != l.term[i] && k != l.void && l.wouldSwap(got, f, mine, k) {
				return fmt.Errorf("report row %d has %d, and %d is as good", j, i, k)
			}
		}
		for k := range l.acq {
			f, ok := fitOf(l.term[i], l.acq[k])
			if ok && l.acq[k] != l.acq[j] && compareFits(f, mine) <= 0 && taken[k] < 0 && !l.voided(k) &&
				!l.promised(got, 1, k, f) {
				return fmt.Errorf("terminal row %d has %d, and %d is as good", i, j, k)
			}
		}
	}
	return nil
}

// wouldSwap reports whether a report row that fits its terminal row as mine could as well have row k, which
// it fits as f: k is alone, or would be no worse off.
func (l *ledger) wouldSwap(got verdict, f, mine fit, k int) bool {
	if got.mate[k] < 0 {
		return compareFits(f, mine) <= 0 && !l.promised(got, 0, k, f)
	}
	now, _ := fitOf(l.term[k], l.acq[got.mate[k]])
	return f.sure(mine) && f.sure(now)
}

// promised reports whether row k of a side was refused together with rows of the other that are better for it
// than one that fits it as f: whoever gets it, that one does not.
func (l *ledger) promised(got verdict, side, k int, f fit) bool {
	if !got.refused[side][k] {
		return false
	}
	for i := range [][]slip{l.acq, l.term}[side] {
		pair := [2]int{k, i}
		other, ok := fitOf(l.term[pair[side]], l.acq[pair[1-side]])
		if ok && got.refused[1-side][i] && other.sure(f) {
			return true
		}
	}
	return false
}

// voided reports whether the report row may settle the sale that was voided.
func (l *ledger) voided(j int) bool {
	if l.void < 0 {
		return false
	}
	_, ok := fitOf(l.term[l.void], l.acq[j])
	return ok
}

// alone is rule 5.
func (l *ledger) alone(got verdict, taken []int) error {
	for i := range l.term {
		for j := range l.acq {
			_, ok := fitOf(l.term[i], l.acq[j])
			if ok && i != l.void && got.mate[i] < 0 && taken[j] < 0 && !l.voided(j) &&
				!got.refused[0][i] && !got.refused[1][j] && got.joint[j] == nil && !got.inJoint(i) {
				return fmt.Errorf("terminal row %d and report row %d fit, and stay alone", i, j)
			}
		}
	}
	return nil
}

// String writes the ledger for a person.
func (l *ledger) String() string {
	var b strings.Builder
	for n, rows := range [][]slip{l.term, l.acq} {
		for i, s := range rows {
			fmt.Fprintf(&b, "%s %d %+v\n", []string{"terminal", "report"}[n], i, s)
		}
	}
	return b.String()
}
