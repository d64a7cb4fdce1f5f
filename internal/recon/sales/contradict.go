package sales

import (
	"github.com/tillproof/tillproof"
)

// sharedNames are the merchant and terminal numbers of each side. A number that the other side uses too is of
// the same numbering, so that another number there contradicts it.
type sharedNames map[field]map[string]bool

// sharedFields are the references that both sides use, as matched rows show: same by field, across by the
// field of the terminal and that of the report.
type sharedFields struct {
	same   [fieldCount]bool
	across [fieldCount][fieldCount]bool
}

// knowShared takes over the references by which rows that are not here were joined.
func (e *engine) knowShared() {
	if e.Beyond == nil {
		return
	}
	for _, name := range e.Beyond.Fields {
		if f, ok := fieldNames[name]; ok {
			e.shared.same[f] = true
		}
	}
}

// learnShared notes what the match of two rows says about the references of the two sides.
func (e *engine) learnShared(step int, l, r int32) {
	switch {
	case step < len(keys) && keys[step].undo == nil:
		for _, f := range keys[step].fields {
			e.shared.same[f] = true
		}
	case step == acrossStep:
		e.learnAcross(l, r)
	}
}

// readNames lists the merchants and terminals of both sides.
func (e *engine) readNames() {
	for _, side := range [...]tillproof.Side{tillproof.Terminal, tillproof.Acquirer} {
		e.names[side] = sharedNames{merchantField: {}, terminalField: {}}
		v := &e.Views[side]
		for rank := range v.Lines {
			for f, names := range e.names[side] {
				names[f.of(v.Rec(int32(rank)))] = true
			}
		}
	}
}

// differ reports the two values of a field where both rows have one and they are not the same.
func (e *engine) differ(f field, a, b *tillproof.Record) (string, string, bool) {
	va, vb := e.value(f, a), e.value(f, b)
	return va, vb, va != "" && vb != "" && va != vb
}

// otherNumber reports reference numbers that speak against two rows being one transaction, where both sides
// use the same ones. A number that is the other row's original is none: a void may be listed under the number
// of its sale.
func (e *engine) otherNumber(a, b *tillproof.Record) bool {
	return e.shared.same[rrnField] && e.otherValue(rrnField, a, b) || e.otherAcross(a, b)
}

// otherValue reports two values of a field, neither of which is the other row's original.
func (e *engine) otherValue(f field, a, b *tillproof.Record) bool {
	va, vb, no := e.differ(f, a, b)
	return no && va != originalField.of(b) && vb != originalField.of(a)
}

// otherPlace reports a terminal or a merchant that speaks against it, where both sides use one numbering.
func (e *engine) otherPlace(a, b *tillproof.Record) bool {
	for _, f := range [...]field{terminalField, merchantField} {
		if va, vb, no := e.differ(f, a, b); no &&
			(e.named(tillproof.Terminal, f, vb) || e.named(tillproof.Acquirer, f, va)) {
			return true
		}
	}
	return false
}

// otherCard reports two rows that show two cards. The slot of the terminal's own journal outweighs that: a
// phone shows the terminal another number than the card's.
func otherCard(a, b *tillproof.Record) bool {
	none := [4]byte{}
	if a.Card.Last == none || b.Card.Last == none || tillproof.SameCard(a.Card, b.Card) {
		return false
	}
	s := slot(a)
	return s == "" || terminalField.of(a) == "" || s != slot(b)
}

// samePlace reports rows that name the same terminal or the same merchant.
func samePlace(a, b *tillproof.Record) bool {
	for _, f := range [...]field{terminalField, merchantField} {
		if v := f.of(a); v != "" && v == f.of(b) {
			return true
		}
	}
	return false
}

var fieldNames = map[string]field{
	"merchant": merchantField, "terminal": terminalField, "rrn": rrnField,
}

// named reports whether any row of the side has the number, among those here or elsewhere.
func (e *engine) named(side tillproof.Side, f field, number string) bool {
	if e.names[side][f][number] {
		return true
	}
	switch {
	case e.Beyond == nil:
	case f == merchantField && e.Beyond.Merchant != nil:
		return e.Beyond.Merchant(side, number)
	case f == terminalField && e.Beyond.Terminal != nil:
		return e.Beyond.Terminal(side, number)
	}
	return false
}
