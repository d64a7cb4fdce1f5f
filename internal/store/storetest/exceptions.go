package storetest

import (
	"testing"

	"github.com/tillproof/tillproof"
)

// wish is a list that somebody wants.
type wish struct {
	tillproof.WantedExceptions
	page page
}

// every is the wish for all exceptions that stand.
func every() wish { return paged(page{}) }

// paged is the wish for some of them.
func paged(p page) wish {
	return wish{tillproof.WantedExceptions{
		From: tillproof.NoDate, To: tillproof.NoDate, Today: date("2026-03-05"),
	}, p}
}

// listed holds the ids of a list to the numbers of their exceptions.
func listed(t *testing.T, s Store, want wish, numbers ...byte) {
	t.Helper()
	list, err := s.Exceptions(t.Context(), want.WantedExceptions, want.page)
	ok(t, err)
	got, ids := []tillproof.ExceptionID{}, []tillproof.ExceptionID{}
	for _, e := range list {
		got = append(got, e.ID)
		if e.Content != nil {
			t.Errorf("the list holds the content of %s", e.ID)
		}
	}
	for _, n := range numbers {
		ids = append(ids, exceptionID(n))
	}
	same(t, "the list", got, ids)
}

func judging(day string, state tillproof.ExceptionState, until tillproof.Date) tillproof.Judgement {
	return tillproof.Judgement{Time: at(day, 1), By: "王芳", State: state, Until: until, Reason: "等一等"}
}

// testSnooze: a snooze until the 10th is one on the 9th and new on the 10th, in lists and sums, and can then
// be judged as new; it is not forgotten when a run clears the exception and another shows it again.
func testSnooze(t *testing.T, maker Maker) {
	s, _ := open(t, maker)
	ctx := t.Context()
	saved(t, s, newRun(1, 0,
		exception(1, "2026-02-01", "a", cny(5)), exception(2, "2026-02-02", "b", cny(7)),
	), tillproof.RunChanges{Fresh: 2})
	snooze := judging("2026-03-05", tillproof.ExceptionSnoozed, date("2026-03-10"))
	ok(t, s.Judge(ctx, exceptionID(1), tillproof.ExceptionNew, snooze, acting(tillproof.ActJudge)))

	sums := []tillproof.BucketSum{{Currency: tillproof.CNY, Bucket: "confirmed", Exceptions: 2, Minor: 12}}
	counted(t, s, "2026-03-09", tillproof.ExceptionTally{
		States: map[tillproof.ExceptionState]int{"new": 1, "snoozed": 1}, Buckets: sums,
	})
	counted(t, s, "2026-03-10", tillproof.ExceptionTally{
		States: map[tillproof.ExceptionState]int{"new": 2}, Buckets: sums,
	})
	want := every()
	want.States = []tillproof.ExceptionState{tillproof.ExceptionNew}
	want.Today = date("2026-03-09")
	listed(t, s, want, 2)
	want.Today = date("2026-03-10")
	listed(t, s, want, 2, 1)
	want.States = []tillproof.ExceptionState{tillproof.ExceptionSnoozed}
	listed(t, s, want)

	early := judging("2026-03-06", tillproof.ExceptionConfirmed, tillproof.NoDate)
	conflict(t, s.Judge(ctx, exceptionID(1), tillproof.ExceptionNew, early, acting(tillproof.ActJudge)))
	saved(t, s, newRun(2, 1), tillproof.RunChanges{Cleared: 2})
	saved(t, s, newRun(3, 2, exception(1, "2026-02-01", "a", cny(5))), tillproof.RunChanges{Returned: 1})
	counted(t, s, "2026-03-09", tillproof.ExceptionTally{
		States: map[tillproof.ExceptionState]int{"snoozed": 1},
		Buckets: []tillproof.BucketSum{
			{Currency: tillproof.CNY, Bucket: "confirmed", Exceptions: 1, Minor: 5},
		},
	})
	late := judging("2026-03-10", tillproof.ExceptionDismissed, tillproof.NoDate)
	ok(t, s.Judge(ctx, exceptionID(1), tillproof.ExceptionNew, late, acting(tillproof.ActJudge)))
	counted(t, s, "2026-03-10", tillproof.ExceptionTally{
		States: map[tillproof.ExceptionState]int{"dismissed": 1},
	})
	list, err := s.Judgements(ctx, exceptionID(1))
	ok(t, err)
	same(t, "what was said", list, []tillproof.Judgement{snooze, late})

	// What is gone can be judged too; it counts again when it comes back.
	said := judging("2026-03-11", tillproof.ExceptionConfirmed, tillproof.NoDate)
	ok(t, s.Judge(ctx, exceptionID(2), tillproof.ExceptionNew, said, acting(tillproof.ActJudge)))
	counted(t, s, "2026-03-11", tillproof.ExceptionTally{
		States: map[tillproof.ExceptionState]int{"dismissed": 1},
	})
	saved(t, s, newRun(4, 3, exception(2, "2026-02-02", "b", cny(7))),
		tillproof.RunChanges{Returned: 1, Cleared: 1})
	counted(t, s, "2026-03-11", tillproof.ExceptionTally{
		States: map[tillproof.ExceptionState]int{"confirmed": 1},
		Buckets: []tillproof.BucketSum{
			{Currency: tillproof.CNY, Bucket: "confirmed", Exceptions: 1, Minor: 7},
		},
	})
	conflict(t, s.Judge(ctx, exceptionID(2), tillproof.ExceptionNew, late, acting(tillproof.ActJudge)))
	notFound(t, s.Judge(ctx, exceptionID(9), tillproof.ExceptionNew, late, acting(tillproof.ActJudge)))
	_, err = s.Judgements(ctx, exceptionID(9))
	notFound(t, err)
}

// testLists: the newest day comes first, then the id; filters narrow, pages follow each other without a gap.
func testLists(t *testing.T, maker Maker) {
	s, _ := open(t, maker)
	ctx := t.Context()
	shown := []tillproof.KeptException{
		exception(1, "2026-02-01", "1", cny(1)), exception(2, "2026-02-03", "2", cny(1)),
		exception(3, "2026-02-03", "3", cny(1)), exception(4, "2026-02-02", "4", cny(1)),
		exception(5, "2026-02-09", "5", cny(1)),
	}
	shown[0].Kind, shown[3].Side = "late", tillproof.Bank
	shown[4].Day = tillproof.NoDate
	saved(t, s, newRun(1, 0, shown...), tillproof.RunChanges{Fresh: 5})
	listed(t, s, every(), 2, 3, 4, 1, 5)
	listed(t, s, paged(page{Limit: 2}), 2, 3)
	listed(t, s, paged(page{Limit: 1}), 2) // a page may end within a day
	listed(t, s, paged(page{After: 1, Limit: 1}), 3)
	listed(t, s, paged(page{After: 2, Limit: 2}), 4, 1)
	listed(t, s, paged(page{After: 4, Limit: 2}), 5)
	listed(t, s, paged(page{After: 5, Limit: 2}))

	want := every()
	want.Kind = "late"
	listed(t, s, want, 1)
	want = every()
	want.Side = tillproof.Bank
	listed(t, s, want, 4)
	want = every()
	want.From, want.To = date("2026-02-02"), date("2026-02-03")
	listed(t, s, want, 2, 3, 4)
	want = every()
	want.To = date("2026-02-02")
	listed(t, s, want, 4, 1)

	ok(t, s.Judge(ctx, exceptionID(2), tillproof.ExceptionNew,
		judging("2026-03-05", tillproof.ExceptionConfirmed, tillproof.NoDate), acting(tillproof.ActJudge)))
	ok(t, s.Judge(ctx, exceptionID(4), tillproof.ExceptionNew,
		judging("2026-03-05", tillproof.ExceptionDismissed, tillproof.NoDate), acting(tillproof.ActJudge)))
	want = every()
	want.States = []tillproof.ExceptionState{tillproof.ExceptionConfirmed, tillproof.ExceptionDismissed}
	listed(t, s, want, 2, 4)

	saved(t, s, newRun(2, 1, shown[1]), tillproof.RunChanges{Cleared: 4})
	listed(t, s, every(), 2)
	want = every()
	want.Cleared = true
	listed(t, s, want, 2, 3, 4, 1, 5)

	found, err := s.FindExceptions(ctx, string(exceptionID(3)))
	ok(t, err)
	same(t, "what a whole id finds", found, []tillproof.ExceptionID{exceptionID(3)})
	found, err = s.FindExceptions(ctx, "brk_")
	ok(t, err)
	same(t, "what the beginning of all finds", len(found), 5)
	found, err = s.FindExceptions(ctx, "fnd_")
	ok(t, err)
	same(t, "what another beginning finds", len(found), 0)
	_, _, err = s.Exception(ctx, exceptionID(9))
	notFound(t, err)
}
