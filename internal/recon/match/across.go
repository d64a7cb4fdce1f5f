package match

import (
	"slices"

	"github.com/tillproof/tillproof"
)

// numbers are the references that one system keeps in one field and another in another: the number of a
// terminal's log stands in the report as the merchant's reference, a till's receipt as the RRN.
var numbers = [...]field{rrnField, orderField, bankField, traceField}

const (
	// distinctive is the fewest characters, without leading zeros, that name a transaction rather than count
	// the day's: a trace number has six digits.
	distinctive = 6
	// longNumber is the fewest characters that need no clock beside them: only the days must be near. A
	// counter of fewer digits may well show one value on two sides by chance.
	longNumber = 10
)

// byAnyField joins rows that show one value in two different fields, where no other row of a side shows it
// and the amount is the same. Once such rows prove that two fields hold the same long numbers, those are
// references as any, and two rows that share one are one transaction with two amounts.
func (e *engine) byAnyField() {
	proven := e.shared.across
	e.joinAcross()
	if e.shared.across != proven {
		e.joinAcross()
	}
}

func (e *engine) joinAcross() {
	term, acq := &e.views[tillproof.Terminal], &e.views[tillproof.Acquirer]
	lefts := e.numbered(term)
	if len(lefts) == 0 {
		return
	}
	found := map[uint64]pair{}
	merge(lefts, e.numbered(acq), func(ls, rs []keyed) {
		if len(ls) == 1 && len(rs) == 1 && e.fitsAcross(ls[0].row, rs[0].row) {
			found[ls[0].hash] = pair{l: ls[0].row, r: rs[0].row}
		}
	})
	if len(found) == 0 {
		return
	}
	for _, v := range [...]*view{term, acq} {
		for rank, mate := range v.mate {
			if mate == alone {
				continue
			}
			e.eachNumber(v, int32(rank), func(h uint64) { delete(found, h) })
		}
	}
	var pairs []pair
	for _, p := range found {
		pairs = append(pairs, p)
	}
	slices.SortFunc(pairs, comparePairs)
	e.decide(acrossStep, slices.Compact(pairs))
}

// eachNumber visits the hashes of the row's distinctive numbers.
func (e *engine) eachNumber(v *view, rank int32, visit func(uint64)) {
	for _, f := range numbers {
		if s := e.value(f, v.rec(rank)); len(s) >= distinctive {
			visit(uint64(hashSeed.class(&v.lines[rank]).text(s)))
		}
	}
}

// numbered lists the free rows by their distinctive numbers; a row has a place under each.
func (e *engine) numbered(v *view) []keyed {
	out := e.scratchOf(v)
	for rank := range v.lines {
		if row := int32(rank); v.free(row) {
			e.eachNumber(v, row, func(h uint64) { out = append(out, keyed{h, row}) })
		}
	}
	sortKeyed(out)
	return slices.Compact(out)
}

// fitsAcross reports whether two rows that seem to share a number can be one transaction.
func (e *engine) fitsAcross(l, r int32) bool {
	term, acq := &e.views[tillproof.Terminal], &e.views[tillproof.Acquirer]
	a, b := &term.lines[l], &acq.lines[r]
	ra, rb := term.rec(l), acq.rec(r)
	if a.class != b.class || a.cur != b.cur || a.amount == 0 || b.amount == 0 ||
		e.otherNumber(ra, rb) || e.otherPlace(ra, rb) || otherCard(ra, rb) {
		return false
	}
	longest, proven := 0, false
	e.eachAcross(ra, rb, func(f, g field, va, vb string) {
		if va == vb {
			longest = max(longest, len(va))
			proven = proven || len(va) >= longNumber && e.shared.across[f][g]
		}
	})
	if a.amount != b.amount && !proven {
		return false
	}
	apart := a.day.Known() && b.day.Known() && max(a.day-b.day, b.day-a.day) > maxSettleGap
	switch {
	case longest < distinctive || apart:
		return false
	case longest >= longNumber:
		return true
	case a.at.Known() && b.at.Known():
		return secondsBetween(a.at, b.at) <= uint64(e.window())
	}
	return a.day == b.day
}

// eachAcross visits each two fields of which the rows show a value.
func (e *engine) eachAcross(a, b *tillproof.Record, visit func(f, g field, va, vb string)) {
	for _, f := range numbers {
		va := e.value(f, a)
		if va == "" {
			continue
		}
		for _, g := range numbers {
			if vb := e.value(g, b); vb != "" {
				visit(f, g, va, vb)
			}
		}
	}
}

// learnAcross notes which fields hold the same numbers, where chance is out of the question.
func (e *engine) learnAcross(l, r int32) {
	a, b := e.views[tillproof.Terminal].rec(l), e.views[tillproof.Acquirer].rec(r)
	e.eachAcross(a, b, func(f, g field, va, vb string) {
		if va == vb && len(va) >= longNumber {
			e.shared.across[f][g] = true
		}
	})
}

// otherAcross reports numbers that differ although the two fields hold the same ones.
func (e *engine) otherAcross(a, b *tillproof.Record) bool {
	if e.shared.across == [fieldCount][fieldCount]bool{} {
		return false
	}
	other := false
	e.eachAcross(a, b, func(f, g field, va, vb string) {
		other = other || e.shared.across[f][g] && va != vb &&
			va != originalField.of(b) && vb != originalField.of(a)
	})
	return other
}
