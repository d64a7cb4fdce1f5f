package teach

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/habit"
	"github.com/tillproof/tillproof/internal/detect/learn"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// A teacher works in two halves, which may run on two processors: Look takes the facts of rows, Judge asks
// the model about them and learns. The halves share nothing but pages: while the second goes through one, the
// first fills the next. What they say does not depend on where pages end.

// PageRows is how many rows a page has: their facts, and what these are told by, fit into the cache of a
// processor a few times over.
const PageRows = 64

// Page is rows and verdicts on their way from Look to Judge.
type Page struct {
	views  [PageRows]habit.View
	rows   [PageRows]pageRow
	n      int
	told   []pageLabel
	chance [PageRows]int64
	to     *learn.Model // whose chances these are
}

type pageRow struct {
	at   tillproof.LocalTime
	hash uint64
}

// pageLabel is a verdict that came before the row of that place.
type pageLabel struct {
	row   int
	at    tillproof.LocalTime
	hash  uint64
	fraud bool
}

// Full reports that the page has no room for a row.
func (p *Page) Full() bool { return p.n == PageRows }

// Facts are those of a row of the page.
func (p *Page) Facts(row int) []int32 { return p.views[row].Vector[:] }

// Look takes the facts of a row, which comes next in the stream.
func (t *Teacher) Look(p *Page, x *stream.Txn) {
	t.memory.Look(x, &p.views[p.n])
	p.rows[p.n] = pageRow{at: x.At, hash: hashOf(x)}
	p.n++
}

// Hear takes a verdict at the moment from which it counts. One that was heard before changes nothing.
func (t *Teacher) Hear(p *Page, l *stream.Label) {
	hash := hashOf(&l.Txn)
	if !t.heard.add(hash, l.Fraud) {
		return
	}
	t.memory.Know(l)
	p.told = append(p.told, pageLabel{row: p.n, at: l.Txn.At, hash: hash, fraud: l.Fraud})
}

// Judge goes through a page and empties it: for each row it says the chance of fraud, in parts of a thousand
// million. During the call of hear the model is the one that was asked, and Why answers for the row.
func (t *Teacher) Judge(p *Page, hear func(row int, chance int64)) {
	next := 0
	tell := func(row int) {
		for ; next < len(p.told) && p.told[next].row <= row; next++ {
			t.learnOf(&p.told[next])
		}
	}
	for i := range p.n {
		tell(i)
		r := &p.rows[i]
		if !t.opts.Fixed {
			t.goOn(r.at)
		}
		chance := t.chanceOf(p, i)
		if !t.opts.Fixed {
			one := row{at: t.now, hash: r.hash, chance: chance, hard: chance >= hardChance}
			t.waiting.add(one, &p.views[i].Vector, t.opts.Room.Waiting)
		}
		hear(i, chance)
	}
	tell(p.n)
	p.n, p.told, p.to = 0, p.told[:0], nil
}

// chanceOf is the chance of a row; those behind it are worked out with it where the model is another one than
// before.
func (t *Teacher) chanceOf(p *Page, row int) int64 {
	if t.model == nil {
		return t.memory.Surprise(&p.views[row].Vector)
	}
	if p.to != t.model {
		for i := row; i < p.n; i++ {
			p.chance[i] = t.model.Chance(t.model.Score(p.views[i].Vector[:]))
		}
		p.to = t.model
	}
	return p.chance[row]
}

func (t *Teacher) learnOf(l *pageLabel) {
	if !t.opts.Fixed && !t.waiting.tell(l.at, l.hash, l.fraud) {
		t.sample.tell(l.at, l.hash, l.fraud)
	}
}
