package storetest

import (
	"testing"

	"github.com/tillproof/tillproof"
)

// maxSteps bounds the steps of an act of the story: a loop that never ends has not understood its engine.
const maxSteps = 200

// testFaults fails the first step of each act, then the second, and so on until it comes to the last: an act
// that fails leaves nothing and can be done afterwards; one that was done although its answer was lost is
// there once.
func testFaults(t *testing.T, maker Maker) {
	s, p := open(t, maker)
	for i, one := range story {
		before := now(t, s)
		failed := failSteps(t, s, p, i)
		if failed < 5 { // it begins, changes something, writes its entry and its hash, and ends
			t.Errorf("%s: only %d steps could fail", one.name, failed)
		}
		after := now(t, s)
		if len(after.log) != len(before.log)+1 || after.kept == before.kept && !one.twice {
			t.Fatalf("%s: done and reported lost, it is not there once", one.name)
		}
		if !one.twice {
			conflict(t, one.do(t.Context(), s, entryOf(i)))
			unchanged(t, s, one.name+" after a lost answer", after)
		}
	}
	told := now(t, s)
	ok(t, s.Close())
	unchanged(t, p.Again(t, workspaceID(1)), "opened again", told)

	whole, _ := open(t, maker)
	Tell(t, whole)
	unchanged(t, whole, "a story without faults", told)
}

// failSteps fails each step of an act of the story, the last after it was done, and answers how many failed
// before it was.
func failSteps(t *testing.T, s Store, p Place, i int) int {
	t.Helper()
	name, before := story[i].name, now(t, s)
	for n := 1; n <= maxSteps; n++ {
		hit, committed := failStep(p, n)
		err := story[i].do(t.Context(), s, entryOf(i))
		p.Fault(nil)
		switch {
		case !*hit:
			t.Fatalf("%s: it was done before its last step", name)
		case err == nil:
			t.Fatalf("%s: step %d failed and it was answered as done", name, n)
		case *committed:
			return n - 1
		}
		unchanged(t, s, name+" with a failed step", before)
	}
	t.Fatalf("%s: more than %d steps", name, maxSteps)
	return 0
}

// failStep makes step n fail, and tells whether it came to it and whether that was after the commit.
func failStep(p Place, n int) (hit, committed *bool) {
	hit, committed = new(bool), new(bool)
	p.Fault(func(step string) error {
		if n--; n != 0 {
			return nil
		}
		*hit, *committed = true, step == "committed"
		return errFault
	})
	return hit, committed
}

// testForeign: what one workspace keeps, another on the same engine neither sees nor changes.
func testForeign(t *testing.T, maker Maker) {
	ours, p := open(t, maker)
	Tell(t, ours)
	theirs := p.Store(t, workspaceID(2), acting(tillproof.ActInit, workspaceID(2).String()))
	told := now(t, ours)
	empty := dump(t, theirs)

	ctx := t.Context()
	_, err := theirs.Import(ctx, importID(1))
	notFound(t, err)
	_, err = theirs.LastRun(ctx)
	notFound(t, err)
	_, err = theirs.Run(ctx, runID(1))
	notFound(t, err)
	_, _, err = theirs.Exception(ctx, exceptionID(1))
	notFound(t, err)
	_, err = theirs.Judgements(ctx, exceptionID(1))
	notFound(t, err)
	_, err = theirs.Object(ctx, digestOf("masked feb.csv"))
	notFound(t, err)
	found, err := theirs.FindExceptions(ctx, "brk_")
	ok(t, err)
	same(t, "what a stranger finds", len(found), 0)
	notFound(t, theirs.UndoImport(ctx, importID(1), taken("2026-03-07", "x"), acting(tillproof.ActUndo)))
	notFound(t, theirs.UndoDecision(ctx, rulingID(1), taken("2026-03-07", "x"),
		acting(tillproof.ActUndecide)))
	notFound(t, theirs.Hold(ctx, digestOf("masked mar.csv"), "x", acting(tillproof.ActHold)))
	notFound(t, theirs.MarkErased(
		ctx, digestOf("masked mar.csv"), taken("2040-03-07", "x"), acting(tillproof.ActErase)))
	notFound(t, theirs.Judge(ctx, exceptionID(2), tillproof.ExceptionNew,
		tillproof.Judgement{Time: at("2026-03-07", 1), By: "x", State: tillproof.ExceptionDismissed},
		acting(tillproof.ActJudge)))
	same(t, "the stranger's store", dump(t, theirs), empty)
	same(t, "the stranger's log", len(history(t, theirs)), 1)

	Tell(t, theirs) // the same ids, in a workspace of its own
	unchanged(t, ours, "after a stranger's story", told)
}
