package bulk

import (
	"cmp"
	"maps"
	"slices"

	"github.com/tillproof/tillproof"
)

const (
	// maxOffClocks bounds the terminals whose clocks are looked at: those with a row that has no key.
	maxOffClocks = 50_000
	// clockPairs is how many pairs of a terminal are looked at. Where the first few agree to half a minute
	// the others are not.
	clockPairs = 10
	fewPairs   = 3
	rightClock = 30
)

// keptPairs is how many pairs a worker keeps of a terminal: they come to it in the order of their hashes but
// for the last bits, in which two of them may be told apart only later.
const keptPairs = clockPairs + 2

// clockSlots is how many slots say where terminals still wait for pairs. One look there spares the pairs of
// all others the way into a map; more slots than terminals, and few enough to stay near the processor.
const clockSlots = 1 << 16

// clockPair is a pair by its key: those of the lowest hashes are taken, whoever found them.
type clockPair struct {
	hash uint64
	t, a rowAt
}

// offClocks are pairs of terminals of which a row has no key, by their numbers without leading zeros.
type offClocks map[uint32][]clockPair

// clockWaits counts, by slot, the terminals that wait for pairs.
type clockWaits [clockSlots]uint16

func clockSlot(term uint32) uint32 { return term * 0x9e3779b1 >> 16 }

// plainTerm is a terminal's number without the zeros before it.
func (j *job) plainTerm(term uint32) uint32 {
	if term&textTerm != 0 {
		return textTerm | j.terminals.same[term&^textTerm]
	}
	return term & (1<<termBits - 1)
}

// planClocks chooses the terminals whose clocks matter.
func (j *job) planClocks(found map[uint32]bool) {
	if len(found) == 0 || len(found) > maxOffClocks {
		return
	}
	j.offTerms = map[uint32]bool{}
	for term := range found {
		j.offTerms[j.plainTerm(term)] = true
	}
}

// clockWaits counts the terminals of which a worker has no pair yet.
func (j *job) clockWaits() *clockWaits {
	if j.offTerms == nil {
		return nil
	}
	w := &clockWaits{}
	for term := range j.offTerms {
		w[clockSlot(term)]++
	}
	return w
}

// clock keeps a pair that may show by how much the clock of its terminal is off.
func (w *joiner) clock(hash uint64, t, a *entry) {
	if w.waits == nil {
		return
	}
	term := w.job.plainTerm(t.term)
	if w.waits[clockSlot(term)] == 0 || !w.job.offTerms[term] || len(w.off[term]) == keptPairs {
		return
	}
	if w.off == nil {
		w.off = offClocks{}
	}
	w.off[term] = append(w.off[term], clockPair{hash, w.job.atOf(t), w.job.atOf(a)})
	if len(w.off[term]) == keptPairs {
		w.waits[clockSlot(term)]--
	}
}

func comparePairs(x, y clockPair) int {
	return cmp.Or(cmp.Compare(x.hash, y.hash), cmp.Compare(x.t.source, y.t.source),
		cmp.Compare(x.t.offset, y.t.offset), cmp.Compare(x.a.source, y.a.source),
		cmp.Compare(x.a.offset, y.a.offset))
}

// apart reads off the pairs by how many seconds the report's clock is later.
func (j *job) apart() (map[tillproof.TerminalID][]int64, error) {
	out := map[tillproof.TerminalID][]int64{}
	kept := j.records.reader()
	recordAt := func(at rowAt) (tillproof.Record, error) {
		if at.kept {
			return kept.get(at.offset)
		}
		return j.scanned[at.source].At(at.offset, 0)
	}
	for _, term := range slices.Sorted(maps.Keys(j.off)) {
		list := j.off[term]
		slices.SortFunc(list, comparePairs)
		right := true
		for i, p := range list[:min(len(list), clockPairs)] {
			if i == fewPairs && right {
				break
			}
			t, err1 := recordAt(p.t)
			a, err2 := recordAt(p.a)
			if err := cmp.Or(err1, err2); err != nil {
				return nil, err
			}
			if !t.Time.Known() || !a.Time.Known() {
				continue
			}
			later := int64(a.Time - t.Time)
			right = right && max(later, -later) <= rightClock
			out[t.Refs.Terminal] = append(out[t.Refs.Terminal], later)
		}
	}
	return out, nil
}
