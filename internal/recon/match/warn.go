package match

import (
	"cmp"
	"maps"
	"slices"

	"github.com/tillproof/tillproof"
)

func (e *engine) warn(code string, p tillproof.Params) {
	e.run.Warnings = append(e.run.Warnings, tillproof.Note{Code: code, Params: p})
}

// warnMissing says which side has no file, and which days no file covers.
func (e *engine) warnMissing() {
	for _, side := range tillproof.Sides {
		switch {
		case e.unread(side):
			e.warn("match.warning.unread."+side.String(), nil)
		case !e.has(side):
			e.warn("match.warning.no_file."+side.String(), nil)
		}
		spans := e.views[side].cover
		for i := 1; i < len(spans); i++ {
			gap := tillproof.Params{
				"from": dateParam(spans[i-1].to + 1), "to": dateParam(spans[i].from - 1),
			}
			e.run.Warnings = append(e.run.Warnings, spanNote("match.warning.gap."+side.String(), gap))
		}
	}
}

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
		e.warn("match.warning.bank_begins", tillproof.Params{
			"n": count(e.early[s].n), "amount": tillproof.NewMoney(e.early[s].net, s.cur).Param(),
			"day": dateParam(s.day),
		})
	}
}

// warnBounds says where a search was cut short.
func (e *engine) warnBounds() {
	for _, code := range slices.Sorted(maps.Keys(e.bound)) {
		e.warn(code, tillproof.Params{"n": count(e.bound[code])})
	}
}
