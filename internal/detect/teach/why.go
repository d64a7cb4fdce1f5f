package teach

import (
	"cmp"
	"math"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/habit"
)

// maxReasons is how many facts a finding names: nobody weighs more.
const maxReasons = 5

// leastShare is the part, in permille, below which a fact is not worth a sentence.
const leastShare = 50

// Reason is a fact that spoke for fraud.
type Reason struct {
	Fact  int32 // index into habit.Facts
	Value int32
	Share int32 // permille of all that spoke for fraud
	Of    int32 // see habit.Told
	Usual int64
}

// Why names the facts that made the chance of a row high, the heaviest first, and says whether they are more
// about its terminal than about its card. The facts are those that Next gave last. A fact of which nothing
// can be told that a person could count has its part in the whole, but is not among the reasons.
func (t *Teacher) Why(_ []int32) (reasons []Reason, terminal bool) { return t.WhyOf(&t.page, 0) }

// WhyOf is Why for a row of a page that is being judged.
func (t *Teacher) WhyOf(p *Page, row int) (reasons []Reason, terminal bool) {
	v := &p.views[row]
	facts := v.Vector[:]
	var parts [habit.FactCount]int32
	if t.model != nil {
		t.model.Share(facts, parts[:])
	} else {
		t.memory.Strange(&v.Vector, &parts)
	}
	all, ofTerminal := int64(0), int64(0)
	for f, part := range parts {
		if part <= 0 || facts[f] == habit.Missing { // what is not shown convinces nobody
			continue
		}
		all += int64(part)
		if habit.Facts[f].OfTerminal() {
			ofTerminal += int64(part)
		}
		if told, ok := v.Tell(f); ok {
			reasons = addReason(reasons, told, part)
		}
	}
	slices.SortStableFunc(reasons, func(a, b Reason) int { return cmp.Compare(b.Share, a.Share) })
	reasons = reasons[:min(len(reasons), maxReasons)]
	for i := range reasons {
		r := &reasons[i]
		if r.Share = int32(int64(r.Share) * 1000 / all); r.Share < leastShare {
			reasons = reasons[:i]
			break
		}
	}
	return reasons, ofTerminal*2 > all
}

// addReason adds what several facts say in the same words once, with the weight of all of them.
func addReason(reasons []Reason, told habit.Told, part int32) []Reason {
	for i := range reasons {
		if r := &reasons[i]; r.Told() == told {
			r.Share = int32(min(int64(r.Share)+int64(part), math.MaxInt32))
			return reasons
		}
	}
	return append(reasons, Reason{
		Fact: told.Fact, Value: told.Value, Share: part, Of: told.Of, Usual: told.Usual,
	})
}

// Told is the reason without its weight.
func (r Reason) Told() habit.Told {
	return habit.Told{Fact: r.Fact, Value: r.Value, Of: r.Of, Usual: r.Usual}
}

// Note is the reason as a sentence; the currency is that of the row.
func (r Reason) Note(c tillproof.Currency) tillproof.Note { return r.Told().Say(r.Share, c) }
