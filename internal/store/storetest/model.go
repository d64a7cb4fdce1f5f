package storetest

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tillproof/tillproof"
)

const (
	histories = 12 // made-up histories, each by its own seed
	modelActs = 60 // acts of each
	modelIDs  = 7  // exceptions that runs show, or do not
)

// model is what a store should hold, kept in the plainest way: a second opinion on the rules of runs.
type model struct {
	runs       []tillproof.RunID
	exceptions map[tillproof.ExceptionID]*modelException
	acts       int
}

type modelException struct {
	tillproof.KeptException
	said    []string
	judged  int
	showing bool // by the newest run that could show it
}

// testModel makes up histories of runs of all and of periods, and of judgements, and asks after each act
// whether the store and the model agree on every exception, on the sums and on the log.
func testModel(t *testing.T, maker Maker) {
	for seed := range uint64(histories) {
		s, _ := open(t, maker)
		chance := rand.New(rand.NewPCG(seed, 4))
		m := &model{exceptions: map[tillproof.ExceptionID]*modelException{}, acts: 1}
		for n := range modelActs {
			if chance.IntN(3) == 0 || len(m.runs) == 0 {
				m.run(t, s, chance, byte(n+1))
			} else {
				m.judge(t, s, chance, n)
			}
			m.agree(t, s, fmt.Sprintf("seed %d, act %d", seed, n))
		}
		ok(t, s.Close())
	}
}

// run keeps a run that shows some of the exceptions, of a period now and then.
func (m *model) run(t *testing.T, s Store, chance *rand.Rand, id byte) {
	t.Helper()
	r := newRun(id, 0)
	if len(m.runs) > 0 {
		r.After = m.runs[len(m.runs)-1]
	}
	if chance.IntN(2) == 0 {
		r.Run.From, r.Run.To = date("2026-02-02"), date("2026-02-04")
	}
	within := func(e *tillproof.KeptException) bool {
		return !r.Run.From.Known() || e.Day >= r.Run.From && e.Day <= r.Run.To
	}
	want := tillproof.RunChanges{}
	shown := map[tillproof.ExceptionID]bool{}
	for n := range byte(modelIDs) {
		e := exception(n, fmt.Sprintf("2026-02-0%d", n+1), fmt.Sprint("v", chance.IntN(2)), cny(int64(1)<<n))
		if within(&e) && chance.IntN(2) == 0 {
			e.Amount = cny(e.Amount.Minor() * int64(len(e.Content)))
			r.Exceptions = append(r.Exceptions, e)
			shown[e.ID] = true
			m.show(e, r.Run.ID, &want)
		}
	}
	for id, e := range m.exceptions {
		if e.showing && !shown[id] && within(&e.KeptException) {
			e.showing = false
			e.Cleared = r.Run.ID
			want.Cleared++
		}
	}
	kept, err := s.SaveRun(t.Context(), r, acting(tillproof.ActRun))
	ok(t, err)
	same(t, "what changed", kept.Changes, want)
	m.runs = append(m.runs, r.Run.ID)
	m.acts++
}

func (m *model) show(e tillproof.KeptException, run tillproof.RunID, want *tillproof.RunChanges) {
	kept := m.exceptions[e.ID]
	if kept == nil {
		kept = &modelException{KeptException: e}
		kept.First, kept.State, kept.Until = run, tillproof.ExceptionNew, tillproof.NoDate
		m.exceptions[e.ID] = kept
		want.Fresh++
	} else if !kept.showing {
		want.Returned++
	}
	if said := string(e.Content); len(kept.said) == 0 || kept.said[len(kept.said)-1] != said {
		if kept.showing {
			want.Changed++
		}
		kept.said = append(kept.said, said)
		kept.ContentOf = run
	}
	kept.Last, kept.Cleared, kept.showing = run, tillproof.RunID{}, true
	kept.Amount, kept.Sentence, kept.Versions = e.Amount, e.Sentence, len(kept.said)
}

// judge says something of an exception, from a state that it has or from another.
func (m *model) judge(t *testing.T, s Store, chance *rand.Rand, n int) {
	t.Helper()
	states := []tillproof.ExceptionState{
		tillproof.ExceptionNew, tillproof.ExceptionConfirmed, tillproof.ExceptionDismissed,
		tillproof.ExceptionSnoozed,
	}
	j := judging("2026-03-05", states[chance.IntN(4)], tillproof.NoDate)
	j.Reason = fmt.Sprint("act ", n)
	if j.State == tillproof.ExceptionSnoozed {
		j.Until = date("2026-03-08") + tillproof.Date(chance.IntN(2))*30
	}
	id, from := exceptionID(byte(chance.IntN(modelIDs))), states[chance.IntN(4)]
	err := s.Judge(t.Context(), id, from, j, acting(tillproof.ActJudge))
	e := m.exceptions[id]
	switch {
	case e == nil:
		notFound(t, err)
		return
	case e.State != from:
		conflict(t, err)
		return
	}
	ok(t, err)
	e.State, e.Until, e.Judged = j.State, j.Until, &j
	e.judged++
	m.acts++
}

// agree compares everything.
func (m *model) agree(t *testing.T, s Store, when string) {
	t.Helper()
	var standing []tillproof.KeptException
	tally := tillproof.ExceptionTally{States: map[tillproof.ExceptionState]int{}}
	sum := tillproof.BucketSum{Currency: tillproof.CNY, Bucket: tillproof.BucketConfirmed}
	today := date("2026-03-08")
	for _, e := range m.exceptions {
		if !e.showing {
			continue
		}
		shown := e.KeptException
		shown.Content = nil
		standing = append(standing, shown)
		state := e.State
		if state == tillproof.ExceptionSnoozed && e.Until <= today {
			state = tillproof.ExceptionNew
		}
		tally.States[state]++
		if state != tillproof.ExceptionDismissed {
			sum.Exceptions++
			sum.Minor += e.Amount.Minor()
		}
	}
	if sum.Exceptions > 0 {
		tally.Buckets = append(tally.Buckets, sum)
	}
	slices.SortFunc(standing, func(a, b tillproof.KeptException) int {
		return cmp.Or(cmp.Compare(b.Day, a.Day), cmp.Compare(a.ID, b.ID))
	})
	list, err := s.Exceptions(t.Context(), tillproof.AnyException(), page{})
	ok(t, err)
	same(t, when+": what stands", append([]tillproof.KeptException(nil), list...), standing)
	counted(t, s, "2026-03-08", tally)
	for id, e := range m.exceptions {
		whole, versions, err := s.Exception(t.Context(), id)
		judgements, err2 := s.Judgements(t.Context(), id)
		ok(t, errors.Join(err, err2))
		var said []string
		for _, v := range versions {
			said = append(said, string(v.Content))
		}
		same(t, when+": what it said", said, e.said)
		same(t, when+": how often it was judged", len(judgements), e.judged)
		same(t, when+": its newest content", string(whole.Content), e.said[len(e.said)-1])
		same(t, when+": whether it stands", whole.Cleared, e.Cleared)
	}
	size, err := s.Size(t.Context())
	ok(t, err)
	same(t, when+": the log", size, m.acts)
}
