package deposit

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// minTerms is the least number of deposits that must show other terms than the agreed ones.
const minTerms = 5

// dayNet is what one merchant's settlement day nets.
type dayNet struct {
	merchant tillproof.MerchantID
	cur      tillproof.Currency
	day      tillproof.Date
	net      int64
}

// learnTerms takes other terms than the agreed ones where they explain the deposits better, and all of them:
// each deposit that is due by them came on its day to the cent, and no credit of the acquirer is left over.
// Then no money is missing, whatever the terms are; by the agreed ones equal sums would be taken for those of
// other days, and one day's money would seem short and unexpected at once.
func (e *engine) learnTerms() {
	agreed := e.Policy.Settlement
	if e.Beyond != nil && e.Beyond.Terms != nil {
		return // what one part shows may not hold for the others
	}
	if !agreed.Known || e.ledger != tillproof.Acquirer || len(e.groups) < minTerms {
		return
	}
	nets := e.dayNets()
	most, all := e.explained(nets, agreed)
	if all || most == 0 {
		return
	}
	p := tillproof.Params{"agreed": book.Count(agreed.Days)}
	weekends := agreed
	weekends.Calendar = tillproof.Calendar{}
	if n, all := e.explained(nets, weekends); all && n > most && n >= minTerms {
		e.useTerms(weekends)
		e.Warn("match.warning.terms_calendar", p)
		return
	}
	for days := range maxLearnedDays + 1 {
		other := agreed
		other.Days = days
		if n, all := e.explained(nets, other); all && n > most && n >= minTerms {
			e.useTerms(other)
			p["days"] = book.Count(days)
			e.Warn("match.warning.terms_days", p)
			return
		}
	}
}

func (e *engine) useTerms(s tillproof.Settlement) {
	e.Policy.Settlement = s
	clear(e.payDays)
	clear(e.lastDays)
	e.buildGroups()
}

// dayNets are the nets by settlement day, nil where the report itself says when or under which name it pays.
func (e *engine) dayNets() []dayNet {
	v := &e.Views[e.ledger]
	at := map[dayNet]int{}
	var out []dayNet
	for g := range e.groups {
		k := dayNet{merchant: e.groups[g].merchant, cur: e.groups[g].cur, day: tillproof.NoDate}
		i := -1
		for _, rank := range e.groupRows(int32(g)) {
			r := v.Rec(rank)
			if r.ValueDate.Known() || r.Refs.Payout != "" || r.Kind == tillproof.Payout {
				return nil
			}
			if day := v.Lines[rank].Day; day != k.day || i < 0 { // the rows of a group stand by day
				k.day = day
				i = placeOf(at, k)
			}
			if i == len(out) {
				out = append(out, k)
			}
			out[i].net += e.due[rank]
		}
	}
	return out
}

// placeOf is the place of the key, the next free one where it has none yet.
func placeOf(at map[dayNet]int, k dayNet) int {
	i, seen := at[k]
	if !seen {
		i = len(at)
		at[k] = i
	}
	return i
}

// explained counts the deposits that are due by the terms and came on their day to the cent, each by a credit
// of its own that shows that it is the acquirer's. All says that none of them is left over, and no credit.
func (e *engine) explained(nets []dayNet, terms tillproof.Settlement) (n int, all bool) {
	due := map[dayNet]int64{}
	var order []dayNet
	for _, d := range nets {
		k := dayNet{merchant: d.merchant, cur: d.cur, day: terms.Calendar.AddBanking(d.day, terms.Days)}
		if _, seen := due[k]; !seen {
			order = append(order, k)
		}
		due[k] += d.net
	}
	slices.SortFunc(order, func(a, b dayNet) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.merchant, b.merchant),
			slices.Compare(a.cur[:], b.cur[:]))
	})
	taken := map[int32]bool{}
	days := book.Days{From: tillproof.NoDate, To: tillproof.NoDate}
	all = true
	for _, k := range order {
		if e.Views[tillproof.Bank].Cover.Place(k.day) != book.Within {
			continue
		}
		if !days.From.Known() {
			days.From = k.day
		}
		days.To = k.day
		rank := e.creditOf(k, due[k], taken)
		if rank == book.Alone {
			all = false
			continue
		}
		taken[rank] = true
		n++
	}
	return n, all && !e.creditLeft(days, taken)
}

// creditOf is the acquirer's credit of the net on the day, book.Alone where there is none.
func (e *engine) creditOf(k dayNet, net int64, taken map[int32]bool) int32 {
	for _, rank := range e.ofAmount(k.cur, net) {
		if net > 0 && !taken[rank] && !e.entries[rank].used && e.on(rank, k.day) &&
			e.speaks(rank, k.merchant) >= byPayer {
			return rank
		}
	}
	return book.Alone
}

// creditLeft reports whether a credit of the acquirer from the days on is not taken.
func (e *engine) creditLeft(days book.Days, taken map[int32]bool) bool {
	v := &e.Views[tillproof.Bank]
	for rank := range v.Lines {
		row, l := int32(rank), &v.Lines[rank]
		if l.Amount > 0 && l.Day >= days.From && l.Day <= days.To && !taken[row] && !e.entries[rank].used &&
			e.fromAcquirer(row) {
			return true
		}
	}
	return false
}
