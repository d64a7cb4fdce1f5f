package storetest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tillproof/tillproof"
)

const (
	writers   = 16
	actsEach  = 25
	judgeEach = 5
)

// testWriters: sixteen people at once. Each act that was answered is there, none is there twice, and the
// order of all has no gap. All of them want to be the first to judge the same exceptions: one is.
func testWriters(t *testing.T, maker Maker) {
	s, _ := open(t, maker)
	var shown []tillproof.KeptException
	for n := range byte(judgeEach) {
		shown = append(shown, exception(n, "2026-02-01", "x", cny(1)))
	}
	saved(t, s, newRun(1, 0, shown...), tillproof.RunChanges{Fresh: judgeEach})
	before := len(history(t, s))

	var all sync.WaitGroup
	var clock atomic.Int64
	people := make([]person, writers)
	for w := range people {
		people[w] = person{number: byte(w), clock: &clock}
		all.Go(func() { people[w].work(t.Context(), s) })
	}
	all.Wait()
	won := 0
	var spans []span
	for i := range people {
		if err := people[i].err; err != nil {
			t.Error(err)
		}
		won += people[i].first
		spans = append(spans, people[i].spans...)
	}
	if won != judgeEach {
		t.Errorf("%d were the first to judge %d exceptions", won, judgeEach)
	}
	list, err := s.Decisions(t.Context(), true)
	ok(t, err)
	there := map[tillproof.RulingID]bool{}
	for _, d := range list {
		there[d.ID] = true
	}
	if len(list) != writers*actsEach || len(there) != writers*actsEach {
		t.Errorf("%d decisions, %d of them different, expected %d", len(list), len(there), writers*actsEach)
	}
	leaves := history(t, s)
	if got := len(leaves) - before; got != writers*actsEach+judgeEach {
		t.Errorf("%d entries for %d acts", got, writers*actsEach+judgeEach)
	}
	checkRoot(t, s, leaves)
	inOrder(t, s, spans)
}

// person does acts, and notes when.
type person struct {
	number byte
	clock  *atomic.Int64 // counts what happens: the order in which it does
	first  int           // how often they were the first to judge
	spans  []span
	err    error
}

// span is an act from before it was asked for until after it was answered.
type span struct {
	id            string
	begun, answer int64
}

func (p *person) work(ctx context.Context, s Store) {
	for n := range byte(actsEach) {
		d := decision(1, tillproof.RuleMatch)
		d.ID = tillproof.RulingID{0: p.number, 1: n, 15: 1}
		at := span{id: d.ID.String(), begun: p.clock.Add(1)}
		err := s.AddDecision(ctx, d, acting(tillproof.ActDecide, at.id))
		at.answer = p.clock.Add(1)
		p.spans = append(p.spans, at)
		p.err = errors.Join(p.err, err)
		if n < judgeEach {
			p.judge(ctx, s, n)
		}
	}
}

func (p *person) judge(ctx context.Context, s Store, n byte) {
	j := judging("2026-03-05", tillproof.ExceptionConfirmed, tillproof.NoDate)
	err := s.Judge(ctx, exceptionID(n), tillproof.ExceptionNew, j, acting(tillproof.ActJudge))
	var e *tillproof.Error
	switch {
	case err == nil:
		p.first++
	case !errors.As(err, &e) || e.Kind != tillproof.KindConflict:
		p.err = errors.Join(p.err, err)
	}
}

// inOrder: where one act was answered before another was asked for, its entry comes first.
func inOrder(t *testing.T, s Store, spans []span) {
	t.Helper()
	seq := map[string]int64{}
	for from := int64(0); ; {
		acts, err := s.Acts(t.Context(), from, 100)
		ok(t, err)
		for _, a := range acts {
			from = a.Seq + 1
			for _, id := range a.On {
				seq[id] = a.Seq
			}
		}
		if len(acts) == 0 {
			break
		}
	}
	for _, a := range spans {
		for _, b := range spans {
			if a.answer < b.begun && seq[a.id] >= seq[b.id] {
				t.Fatalf("%s was answered before %s was asked for, and comes after it", a.id, b.id)
			}
		}
	}
}
