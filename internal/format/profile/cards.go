package profile

import (
	"slices"

	"github.com/tillproof/tillproof"
)

// A table of a day, an amount and a card fits the common names of a bank's statement. Nothing in it is of an
// account, though: it is as likely a log or a report that lacks the numbers of terminal and merchant, and
// read as a statement its sales would be money on the account.

// ofAccount are the columns that only a statement has.
var ofAccount = [...]Field{Balance, Debit, Credit, Flag, Account, Counterparty, Payee, ValueDay}

// cardsOnly answers the name of a card's column in a table that was taken for a statement by common names
// alone, and without anything of an account; "" for all others, and where the user names the layout or the
// bank's side. A card's kind alone may stand beside the text of a statement.
func (b *Book) cardsOnly(f *found, want Want) string {
	l := f.best[0]
	if len(f.best) > 1 || !l.Generic || l.Side != tillproof.Bank || want.Profile != "" ||
		want.Side == tillproof.Bank || slices.ContainsFunc(ofAccount[:], l.has) {
		return ""
	}
	for _, cells := range f.preamble {
		if l.namesAccount(cells) {
			return ""
		}
	}
	for i, name := range headersOf(l.header) {
		if l.field[i] == NoField && (b.calls(name, Card) || b.calls(name, CardKind) && !l.has(Narrative)) {
			return l.header[i]
		}
	}
	return ""
}

// namesAccount reports a line above the table that names its account or a balance.
func (l *Layout) namesAccount(cells []string) bool {
	for _, c := range cells {
		for _, pair := range pairs(clean(c)) {
			label, _ := splitLabel(pair)
			f, known := l.preamble[normal(label)]
			if !known {
				f, known = l.words.balanceLine(label)
			}
			if known && (f == Account || f == Opening || f == Closing) {
				return true
			}
		}
	}
	return false
}

// calls reports a name that a layout of a terminal or an acquirer gives to a field.
func (b *Book) calls(h headerCell, f Field) bool {
	return slices.ContainsFunc(b.layouts, func(p Profile) bool {
		return p.Side != tillproof.Bank && slices.Contains(p.columns[f], h.name)
	})
}

// nearest is the layout of another side that knows most columns of a header, of the side that the user names.
func (b *Book) nearest(cells []string, want Want) *Layout {
	var best *Layout
	heads := headersOf(cells)
	for i := range b.layouts {
		p := &b.layouts[i]
		if p.Side == tillproof.Bank || want.Side != tillproof.NoSide && p.Side != want.Side || !p.headed() {
			continue
		}
		if l := p.bind(cells, heads); best == nil || l.known > best.known {
			best = l
		}
	}
	return best
}
