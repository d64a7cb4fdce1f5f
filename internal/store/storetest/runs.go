package storetest

import (
	"testing"

	"github.com/tillproof/tillproof"
)

// saved keeps a run and holds what changed to what was worked out. The runs of these tests are made after the
// one whose number their After begins with.
func saved(t *testing.T, s Store, r tillproof.NewRun, want tillproof.RunChanges) {
	t.Helper()
	got, err := s.SaveRun(t.Context(), r, acting(tillproof.ActRun, r.Run.ID.String()))
	ok(t, err)
	r.Run.Seq, r.Run.Changes = int64(r.After[0])+1, want
	same(t, "the run", got, r.Run)
	last, err := s.LastRun(t.Context())
	ok(t, err)
	same(t, "the newest run", last, r.Run)
}

// counted holds the sums of what stands to what was worked out.
func counted(t *testing.T, s Store, today string, want tillproof.ExceptionTally) {
	t.Helper()
	got, err := s.Tally(t.Context(), date(today))
	ok(t, err)
	same(t, "the tally", got, want)
}

// testRuns: three runs. The first shows A, B and C; A is dismissed. The second shows A as it was, B with
// other words and another amount, and D; C is gone. The third, made from what the first was made from, shows
// A, B and C as the first did: B says again what it said first, which is a third version, and D is gone.
func testRuns(t *testing.T, maker Maker) {
	s, _ := open(t, maker)
	ctx := t.Context()
	_, err := s.LastRun(ctx)
	notFound(t, err)

	a, b := exception(1, "2026-02-01", "a", cny(10000)), exception(2, "2026-02-02", "b", cny(250))
	c, d := exception(3, "2026-02-03", "c", eur(77)), exception(4, "2026-02-04", "d", cny(1))
	b.Bucket = tillproof.BucketAtRisk
	first := newRun(1, 0, c, b, a) // in any order
	first.Waiting = []tillproof.Waiting{
		waiting(1, tillproof.NoDate), waiting(2, date("2026-03-10")), waiting(3, date("2026-03-09")),
	}
	saved(t, s, first, tillproof.RunChanges{Fresh: 3})
	items, err := s.Waiting(ctx)
	ok(t, err)
	same(t, "what is under way", items, []tillproof.Waiting{
		waiting(3, date("2026-03-09")), waiting(2, date("2026-03-10")), waiting(1, tillproof.NoDate),
	})
	judgement := tillproof.Judgement{
		Time: at("2026-03-05", 1), By: "王芳", State: tillproof.ExceptionDismissed, Until: tillproof.NoDate,
		Reason: "测试交易",
	}
	ok(t, s.Judge(ctx, a.ID, tillproof.ExceptionNew, judgement, acting(tillproof.ActJudge)))
	counted(t, s, "2026-03-05", tillproof.ExceptionTally{
		States: map[tillproof.ExceptionState]int{"new": 2, "dismissed": 1},
		Buckets: []tillproof.BucketSum{
			{Currency: tillproof.CNY, Bucket: "at_risk", Exceptions: 1, Minor: 250},
			{Currency: c.Amount.Currency(), Bucket: "confirmed", Exceptions: 1, Minor: 77},
		},
	})

	b2 := exception(2, "2026-02-02", "b, otherwise", cny(300))
	second := newRun(2, 1, a, b2, d)
	second.Settled, second.Late = 2, 1
	saved(t, s, second, tillproof.RunChanges{Fresh: 1, Changed: 1, Cleared: 1, Arrived: 2, Overdue: 1})
	items, err = s.Waiting(ctx)
	ok(t, err)
	same(t, "what is under way", len(items), 0)
	counted(t, s, "2026-03-05", tillproof.ExceptionTally{
		States: map[tillproof.ExceptionState]int{"new": 2, "dismissed": 1},
		Buckets: []tillproof.BucketSum{
			{Currency: tillproof.CNY, Bucket: "confirmed", Exceptions: 2, Minor: 301},
		},
	})
	gone, _, err := s.Exception(ctx, c.ID)
	ok(t, err)
	c.First, c.Last, c.Cleared, c.ContentOf = runID(1), runID(1), runID(2), runID(1)
	c.Versions, c.State, c.Until = 1, tillproof.ExceptionNew, tillproof.NoDate
	same(t, "what is gone", gone, c)

	// A run is made after the newest one, and is not that one again.
	_, err = s.SaveRun(ctx, newRun(3, 1, a), acting(tillproof.ActRun))
	conflict(t, err)
	_, err = s.SaveRun(ctx, newRun(2, 2, a), acting(tillproof.ActRun)) // over the same days
	conflict(t, err)
	_, err = s.SaveRun(ctx, newRun(3, 0, a), acting(tillproof.ActRun))
	conflict(t, err)

	thirdRun(t, s, a, b)
	dismissed, _, err := s.Exception(ctx, a.ID)
	ok(t, err)
	same(t, "what a person said through three runs", dismissed.Judged, &judgement)
	same(t, "its state", dismissed.State, tillproof.ExceptionDismissed)
	second.Run.Seq = 2
	second.Run.Changes = tillproof.RunChanges{Fresh: 1, Changed: 1, Cleared: 1, Arrived: 2, Overdue: 1}
	kept, err := s.Run(ctx, runID(2))
	ok(t, err)
	same(t, "an older run", kept, second.Run)
}

func thirdRun(t *testing.T, s Store, a, b tillproof.KeptException) {
	t.Helper()
	ctx := t.Context()
	third := newRun(1, 2, a, b, exception(3, "2026-02-03", "c", eur(77)))
	saved(t, s, third, tillproof.RunChanges{Returned: 1, Changed: 1, Cleared: 1})
	again, versions, err := s.Exception(ctx, b.ID)
	ok(t, err)
	b.First, b.Last, b.ContentOf, b.Versions = runID(1), runID(1), runID(1), 3
	b.State, b.Until = tillproof.ExceptionNew, tillproof.NoDate
	same(t, "what says again what it said", again, b)
	same(t, "all that it said", versions, []tillproof.ExceptionVersion{
		{Run: runID(1), Content: []byte("b")},
		{Run: runID(2), Content: []byte("b, otherwise")},
		{Run: runID(1), Content: []byte("b")},
	})
	list, err := s.Runs(ctx, page{})
	ok(t, err)
	same(t, "the newest of three runs", []any{len(list), list[0].Seq, list[2].Seq}, []any{3, 3, 1})
	_, err = s.Run(ctx, runID(9))
	notFound(t, err)
}

// testPeriods: a run of a period clears what lies within it, its first and last day included, and nothing
// else; what has no day is cleared by a run of everything only.
func testPeriods(t *testing.T, maker Maker) {
	s, _ := open(t, maker)
	shown := []tillproof.KeptException{
		exception(1, "2026-01-31", "before", cny(1)), exception(2, "2026-02-01", "first day", cny(2)),
		exception(3, "2026-02-28", "last day", cny(4)), exception(4, "2026-03-01", "after", cny(8)),
		exception(5, "2026-02-10", "no day", cny(16)),
	}
	shown[4].Day = tillproof.NoDate
	saved(t, s, newRun(1, 0, shown...), tillproof.RunChanges{Fresh: 5})

	february := newRun(2, 1)
	february.Run.From, february.Run.To = date("2026-02-01"), date("2026-02-28")
	saved(t, s, february, tillproof.RunChanges{Cleared: 2})
	stand := func(minor int64, exceptions int) tillproof.ExceptionTally {
		return tillproof.ExceptionTally{
			States: map[tillproof.ExceptionState]int{"new": exceptions},
			Buckets: []tillproof.BucketSum{
				{Currency: tillproof.CNY, Bucket: "confirmed", Exceptions: exceptions, Minor: minor},
			},
		}
	}
	counted(t, s, "2026-03-05", stand(1+8+16, 3))

	until := newRun(3, 2)
	until.Run.To = date("2026-02-28")
	saved(t, s, until, tillproof.RunChanges{Cleared: 1})
	counted(t, s, "2026-03-05", stand(8+16, 2))

	since := newRun(4, 3)
	since.Run.From = date("2026-03-01")
	saved(t, s, since, tillproof.RunChanges{Cleared: 1})
	counted(t, s, "2026-03-05", stand(16, 1))

	saved(t, s, newRun(5, 4), tillproof.RunChanges{Cleared: 1})
	counted(t, s, "2026-03-05", tillproof.ExceptionTally{States: map[tillproof.ExceptionState]int{}})
	saved(t, s, newRun(6, 5, shown...), tillproof.RunChanges{Returned: 5})
	counted(t, s, "2026-03-05", stand(1+2+4+8+16, 5))

	// What was made from the same over other days is another run; over the same days it is the same.
	again := newRun(6, 6, shown[0])
	again.Run.To = date("2026-01-31")
	saved(t, s, again, tillproof.RunChanges{})
	_, err := s.SaveRun(t.Context(), again, acting(tillproof.ActRun))
	conflict(t, err)
}
