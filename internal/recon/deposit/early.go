package deposit

import (
	"cmp"
	"maps"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// start is where a statement begins, and the money that was due before it.
type start struct {
	day tillproof.Date
	cur tillproof.Currency
}

// due are deposits and their sum.
type due struct {
	n   int
	net int64
}

// countEarly notes a deposit that was due before the statement begins. Whether it came, no file tells: it is
// no loss, but it must not go unsaid.
func (e *engine) countEarly(g *group, first tillproof.Date) {
	if e.early == nil {
		e.early = map[start]due{}
	}
	at := e.early[start{first, g.cur}]
	at.n++
	at.net += g.net
	e.early[start{first, g.cur}] = at
}

// warnEarly says how much was due before the statements begin.
func (e *engine) warnEarly() {
	starts := slices.SortedFunc(maps.Keys(e.early), func(a, b start) int {
		return cmp.Or(cmp.Compare(a.day, b.day), slices.Compare(a.cur[:], b.cur[:]))
	})
	for _, s := range starts {
		e.Warn("match.warning.bank_begins", tillproof.Params{
			"n": book.Count(e.early[s].n), "amount": tillproof.NewMoney(e.early[s].net, s.cur).Param(),
			"day": book.DateParam(s.day),
		})
	}
}
