package deposit

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// A group that is not whole is paid together with days that no file shows. What those net is not known, but
// mostly it is not less than nothing: sales outweigh refunds. So a deposit below what the report does show is
// short, unless the merchant's own days show that the hidden ones may have been in the red.

// tooLittle reports lines that pay less for the groups than their rows net together with hidden days that are
// as bad as the worst that the report shows of the merchant.
func (e *engine) tooLittle(groups, lines []int32) bool {
	var least int64
	for _, g := range groups {
		least += e.groups[g].net + int64(e.hiddenDays(g).n)*min(0, e.worstDay(g))
	}
	return e.sumOfLines(lines) < least
}

// comparable reports groups that may be compared with the lines to the cent: they are whole, or even what
// they show is more.
func (e *engine) comparable(groups, lines []int32) bool {
	return e.allWhole(groups) || e.tooLittle(groups, lines)
}

// worstDay is the lowest net of a settlement day that the report shows of the group's merchant.
func (e *engine) worstDay(g int32) int64 {
	if e.worst == nil {
		e.worst = e.worstDays()
	}
	return e.worst[owner{e.groups[g].merchant, e.groups[g].cur}]
}

func (e *engine) worstDays() map[owner]int64 {
	v := &e.Views[e.ledger]
	nets := map[dayNet]int64{}
	for i := range e.groups {
		g := &e.groups[i]
		for _, row := range e.groupRows(int32(i)) {
			nets[dayNet{merchant: g.merchant, cur: g.cur, day: v.Lines[row].Day}] += e.due[row]
		}
	}
	out := map[owner]int64{}
	for d, net := range nets {
		who := owner{d.merchant, d.cur}
		if least, seen := out[who]; !seen || net < least {
			out[who] = net
		}
	}
	return out
}

// hidden are the settlement days that are paid with a group and that no file shows.
type hidden struct {
	book.Days
	n int
}

func (e *engine) hiddenDays(g int32) hidden {
	out := hidden{Days: book.Days{From: tillproof.NoDate, To: tillproof.NoDate}}
	days, paid := e.ledgerCover(e.groups[g].merchant), e.paidWith(g)
	for d := paid.From; d <= paid.To; d++ {
		if days.Place(d) == book.Within {
			continue
		}
		if out.n == 0 {
			out.From = d
		}
		out.To = d
		out.n++
	}
	return out
}

// doubtHidden says which days nobody has seen of a deposit that is short, and what they would have to be.
func (e *engine) doubtHidden(groups []int32, w *tillproof.Waterfall) tillproof.Note {
	for _, g := range groups {
		if h := e.hiddenDays(g); h.n > 0 && !e.whole(g) {
			return book.SpanNote("match.doubt.hidden", tillproof.Params{
				"from": book.DateParam(h.From), "to": book.DateParam(h.To),
				"difference": w.Residual.Neg().Param(),
				"worst":      tillproof.NewMoney(e.worstDay(g), w.Net.Currency()).Param(),
			})
		}
	}
	return tillproof.Note{}
}
