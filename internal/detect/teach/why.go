package teach

import (
	"cmp"
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
}

// Why names the facts that made the chance of a row high, the heaviest first, and says whether they are more
// about its terminal than about its card. The facts are those that Next gave.
func (t *Teacher) Why(facts []int32) (reasons []Reason, terminal bool) {
	var parts [habit.FactCount]int32
	if t.model != nil {
		t.model.Share(facts, parts[:])
	} else {
		t.memory.Strange((*habit.Vector)(facts), &parts)
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
		reasons = append(reasons, Reason{Fact: int32(f), Value: facts[f], Share: part})
	}
	slices.SortStableFunc(reasons, func(a, b Reason) int { return cmp.Compare(b.Share, a.Share) })
	reasons = reasons[:min(len(reasons), maxReasons)]
	for i := range reasons {
		r := &reasons[i]
		if r.Share = int32(int64(r.Share) * 1000 / all); i > 0 && r.Share < leastShare {
			reasons = reasons[:i]
			break
		}
	}
	return reasons, ofTerminal*2 > all
}

// Note is the reason as a sentence; the currency is that of the row.
func (r Reason) Note(c tillproof.Currency) tillproof.Note {
	return habit.Say(int(r.Fact), r.Value, r.Share, c)
}
