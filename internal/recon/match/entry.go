package match

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

// eachText visits the texts of a bank line in which references may stand.
func eachText(r *tillproof.Record, visit func(string)) {
	for _, s := range [...]string{
		r.Narrative, r.Counterparty, r.Refs.Payout, r.Refs.Bank, r.Refs.Order, r.Refs.Original,
		string(r.Refs.Merchant),
	} {
		if s != "" {
			visit(s)
		}
	}
	for i := range r.Children {
		eachText(&r.Children[i], visit)
	}
}

// minToken is the shortest number that is evidence when it stands in a text: shorter ones are in many texts
// by chance.
const minToken = 4

// tokens finds known numbers in texts. They are looked up by their longest run of letters and digits, so that
// a text costs one look-up for each of its words.
type tokens map[string][]string

func (t tokens) add(name string) {
	if len(name) < minToken {
		return
	}
	longest := ""
	eachRun(name, func(run string) {
		if len(run) > len(longest) {
			longest = run
		}
	})
	for _, key := range [...]string{longest, plain(name)} {
		if key != "" && !slices.Contains(t[key], name) {
			t[key] = append(t[key], name)
		}
	}
}

// find visits the known numbers that stand as whole words in the text, with or without leading zeros.
func (t tokens) find(text string, visit func(name string)) {
	eachRun(text, func(run string) {
		for _, name := range t[run] {
			if name == run || plain(name) == run || holdsToken(text, name) {
				visit(name)
			}
		}
		if p := plain(run); p != "" && p != run {
			for _, name := range t[p] {
				if plain(name) == p {
					visit(name)
				}
			}
		}
	})
}

func isWord(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z'
}

func eachRun(s string, visit func(string)) {
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && isWord(s[j]) {
			j++
		}
		if j > i {
			visit(s[i:j])
		}
		i = j + 1
	}
}

func holdsToken(text, name string) bool {
	for at := 0; ; at++ {
		i := strings.Index(text[at:], name)
		if i < 0 {
			return false
		}
		at += i
		end := at + len(name)
		if (at == 0 || !isWord(text[at-1])) && (end == len(text) || !isWord(text[end])) {
			return true
		}
	}
}

// readEntries looks for merchants and payers in the bank's lines, and sorts them by amount.
func (e *engine) readEntries() {
	merchants := tokens{}
	for _, side := range [...]tillproof.Side{tillproof.Terminal, tillproof.Acquirer} {
		last := tillproof.MerchantID("")
		for i := range e.run.Records[side] {
			if m := e.run.Records[side][i].Refs.Merchant; m != last {
				merchants.add(string(m))
				last = m
			}
		}
	}
	v := &e.views[tillproof.Bank]
	e.entries = make([]entry, len(v.lines))
	e.byAmount = make([]int32, len(v.lines))
	for rank := range v.lines {
		e.byAmount[rank] = int32(rank)
		r := v.rec(int32(rank))
		at := &e.entries[rank]
		at.used = e.left(tillproof.Bank, int32(rank))
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
		la, lb := &v.lines[a], &v.lines[b]
		return cmp.Or(
			slices.Compare(la.cur[:], lb.cur[:]), cmp.Compare(la.amount, lb.amount), cmp.Compare(a, b),
		)
	})
}

func (e *engine) namesPayer(text string) bool {
	for _, p := range e.policy.Payers {
		if p != "" && strings.Contains(text, p) {
			return true
		}
	}
	return false
}

// ofAmount lists the bank lines of the amount, in the total order.
func (e *engine) ofAmount(cur tillproof.Currency, amount int64) []int32 {
	v := &e.views[tillproof.Bank]
	compare := func(rank int32) int {
		l := &v.lines[rank]
		return cmp.Or(slices.Compare(l.cur[:], cur[:]), cmp.Compare(l.amount, amount))
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
	case e.learned[e.views[tillproof.Bank].rec(rank).Counterparty]:
		return learned
	}
	return none
}

// fromAcquirer reports whether the line looks like the acquirer's.
func (e *engine) fromAcquirer(rank int32) bool { return e.speaks(rank, "") > none }

// on reports whether the line is of the day: booked on it, or of its value.
func (e *engine) on(rank int32, day tillproof.Date) bool {
	v := &e.views[tillproof.Bank]
	return v.lines[rank].day == day || v.rec(rank).ValueDate == day
}

// alikeEntries reports lines that no evidence tells apart.
func (e *engine) alikeEntries(a, b int32) bool {
	v := &e.views[tillproof.Bank]
	return v.rec(a).Counterparty == v.rec(b).Counterparty && e.entries[a].owner == e.entries[b].owner &&
		v.lines[a].day == v.lines[b].day
}
