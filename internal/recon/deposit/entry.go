package deposit

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/tillproof/tillproof"
)

// entry is what the steps know of a bank line.
type entry struct {
	owner   tillproof.MerchantID   // the merchant whose number it names, "" where none or several
	several bool                   // it names several merchants
	payer   bool                   // it names the acquirer
	used    bool                   // settled, refused or left out
	pays    []tillproof.MerchantID // whose groups it settled
}

// evidence says how much an entry speaks for a merchant's group.
type evidence int8

const (
	against  evidence = iota - 1 // it names another merchant
	none                         // nothing but the amount
	learned                      // its counterparty paid an exact deposit
	byPayer                      // it names the acquirer, or several merchants
	byNumber                     // it names the merchant
)

// readEntries looks for merchants and payers in the bank's lines, and sorts them by amount.
func (e *engine) readEntries() {
	merchants := tokens{}
	for _, side := range [...]tillproof.Side{tillproof.Terminal, tillproof.Acquirer} {
		last := tillproof.MerchantID("")
		for i := range e.Run.Records[side] {
			if m := e.Run.Records[side][i].Refs.Merchant; m != last {
				merchants.add(string(m))
				last = m
			}
		}
	}
	if e.Beyond != nil {
		for _, m := range e.Beyond.Merchants {
			merchants.add(string(m))
		}
	}
	v := &e.Views[tillproof.Bank]
	e.entries = make([]entry, len(v.Lines))
	e.byAmount = make([]int32, len(v.Lines))
	for rank := range v.Lines {
		e.byAmount[rank] = int32(rank)
		r := v.Rec(int32(rank))
		at := &e.entries[rank]
		at.used = e.Left(tillproof.Bank, int32(rank))
		eachText(r, func(text string) {
			merchants.find(text, func(name string) {
				m := e.spell(tillproof.MerchantID(name))
				at.several = at.several || at.owner != "" && at.owner != m
				at.owner = m
			})
			at.payer = at.payer || e.namesPayer(text)
		})
		if at.several {
			at.owner = ""
		}
	}
	slices.SortFunc(e.byAmount, func(a, b int32) int {
		la, lb := &v.Lines[a], &v.Lines[b]
		return cmp.Or(
			slices.Compare(la.Cur[:], lb.Cur[:]), cmp.Compare(la.Amount, lb.Amount), cmp.Compare(a, b),
		)
	})
}

func (e *engine) namesPayer(text string) bool {
	for _, p := range e.Policy.Payers {
		if p != "" && strings.Contains(text, p) {
			return true
		}
	}
	return false
}

// ofAmount lists the bank lines of the amount, in the total order.
func (e *engine) ofAmount(cur tillproof.Currency, amount int64) []int32 {
	v := &e.Views[tillproof.Bank]
	compare := func(rank int32) int {
		l := &v.Lines[rank]
		return cmp.Or(slices.Compare(l.Cur[:], cur[:]), cmp.Compare(l.Amount, amount))
	}
	from := sort.Search(len(e.byAmount), func(i int) bool { return compare(e.byAmount[i]) >= 0 })
	to := from
	for to < len(e.byAmount) && compare(e.byAmount[to]) == 0 {
		to++
	}
	return e.byAmount[from:to]
}

// speaks weighs a bank line against a merchant.
func (e *engine) speaks(rank int32, merchant tillproof.MerchantID) evidence {
	en := &e.entries[rank]
	switch {
	case en.owner != "" && en.owner == merchant:
		return byNumber
	case en.owner != "" && merchant != "" && len(merchant) >= minToken:
		return against
	case en.payer || en.several || en.owner != "":
		return byPayer
	case e.learned[e.Views[tillproof.Bank].Rec(rank).Counterparty]:
		return learned
	}
	return none
}

// fromAcquirer reports whether the line looks like the acquirer's.
func (e *engine) fromAcquirer(rank int32) bool { return e.speaks(rank, "") > none }

// on reports whether the line is of the day: booked on it, or of its value.
func (e *engine) on(rank int32, day tillproof.Date) bool {
	v := &e.Views[tillproof.Bank]
	return v.Lines[rank].Day == day || v.Rec(rank).ValueDate == day
}

// alikeEntries reports lines that no evidence tells apart.
func (e *engine) alikeEntries(a, b int32) bool {
	v := &e.Views[tillproof.Bank]
	return v.Rec(a).Counterparty == v.Rec(b).Counterparty && e.entries[a].owner == e.entries[b].owner &&
		v.Lines[a].Day == v.Lines[b].Day
}
