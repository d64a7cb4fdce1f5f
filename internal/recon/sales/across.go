package sales

import (
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
	"github.com/tillproof/tillproof/internal/recon/choose"
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
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	lefts := e.numbered(term)
	if len(lefts) == 0 {
		return
	}
	found := map[uint64]choose.Pair{}
	merge(lefts, e.numbered(acq), func(ls, rs []keyed) {
		if len(ls) == 1 && len(rs) == 1 && e.fitsAcross(ls[0].row, rs[0].row) {
			found[ls[0].hash] = choose.Pair{L: ls[0].row, R: rs[0].row}
		}
	})
	if len(found) == 0 {
		return
	}
	for _, v := range [...]*book.View{term, acq} {
		for rank, mate := range v.Mate {
			if mate == book.Alone {
				continue
			}
			e.eachNumber(v, int32(rank), func(h uint64) { delete(found, h) })
		}
	}
	var pairs []choose.Pair
	for _, p := range found {
		pairs = append(pairs, p)
	}
	slices.SortFunc(pairs, choose.ComparePairs)
	e.decide(acrossStep, slices.Compact(pairs))
}

// eachNumber visits the hashes of the row's distinctive numbers.
func (e *engine) eachNumber(v *book.View, rank int32, visit func(uint64)) {
	for _, f := range numbers {
		if s := e.value(f, v.Rec(rank)); len(s) >= distinctive {
			visit(uint64(hashSeed.class(&v.Lines[rank]).text(s)))
		}
	}
}

// numbered lists the free rows by their distinctive numbers; a row has a place under each.
func (e *engine) numbered(v *book.View) []keyed {
	out := e.scratchOf(v)
	for rank := range v.Lines {
		if row := int32(rank); v.Free(row) {
			e.eachNumber(v, row, func(h uint64) { out = append(out, keyed{h, row}) })
		}
	}
	sortKeyed(out)
	return slices.Compact(out)
}

// fitsAcross reports whether two rows that seem to share a number can be one transaction.
func (e *engine) fitsAcross(l, r int32) bool {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	a, b := &term.Lines[l], &acq.Lines[r]
	ra, rb := term.Rec(l), acq.Rec(r)
	if a.Class != b.Class || a.Cur != b.Cur || a.Amount == 0 || b.Amount == 0 ||
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
	if a.Amount != b.Amount && !proven {
		return false
	}
	apart := a.Day.Known() && b.Day.Known() && max(a.Day-b.Day, b.Day-a.Day) > maxSettleGap
	switch {
	case longest < distinctive || apart:
		return false
	case longest >= longNumber:
		return true
	case a.At.Known() && b.At.Known():
		return secondsBetween(a.At, b.At) <= uint64(e.window())
	}
	return a.Day == b.Day
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
	a, b := e.Views[tillproof.Terminal].Rec(l), e.Views[tillproof.Acquirer].Rec(r)
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
