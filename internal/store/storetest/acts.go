package storetest

import (
	"context"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
)

// oneAct is an act that a store can do, once what comes before it was done.
type oneAct struct {
	name string
	kind tillproof.ActKind
	do   func(ctx context.Context, s Store, a tillproof.Act) error
	// twice says that doing it again is another act, and no retry of the same.
	twice bool
}

// story is every act of a store, in an order in which each can be done.
var story = []oneAct{
	{
		name: "set the policy", kind: tillproof.ActPolicy,
		do: func(ctx context.Context, s Store, a act) error {
			return s.SetPolicy(ctx, digestOf("policy"), keptObject("policy", tillproof.ObjectPolicy), a)
		},
	},
	{
		name: "import two files", kind: tillproof.ActImport,
		do: func(ctx context.Context, s Store, a act) error {
			return s.AddImport(ctx, importing(1, "2026-03-02", "feb.csv", "mar.csv"), []tillproof.KeptObject{
				keptObject("masked feb.csv", tillproof.ObjectSource),
				keptObject("masked mar.csv", tillproof.ObjectSource),
			}, a)
		},
	},
	{
		name: "import a wrong file", kind: tillproof.ActImport,
		do: func(ctx context.Context, s Store, a act) error {
			return s.AddImport(ctx, importing(2, "2026-03-02", "wrong.csv"), []tillproof.KeptObject{
				keptObject("masked wrong.csv", tillproof.ObjectSource),
			}, a)
		},
	},
	{
		name: "take it back", kind: tillproof.ActUndo,
		do: func(ctx context.Context, s Store, a act) error {
			return s.UndoImport(ctx, importID(2), taken("2026-03-02", "另一家店"), a)
		},
	},
	{
		name: "decide", kind: tillproof.ActDecide,
		do: func(ctx context.Context, s Store, a act) error {
			return s.AddDecision(ctx, decision(1, tillproof.RuleMatch), a)
		},
	},
	{
		name: "decide again", kind: tillproof.ActDecide,
		do: func(ctx context.Context, s Store, a act) error {
			return s.AddDecision(ctx, decision(2, tillproof.RuleExclude), a)
		},
	},
	{
		name: "take a decision back", kind: tillproof.ActUndecide,
		do: func(ctx context.Context, s Store, a act) error {
			return s.UndoDecision(ctx, rulingID(2), taken("2026-03-03", "看错了"), a)
		},
	},
	{
		name: "keep a run", kind: tillproof.ActRun,
		do: func(ctx context.Context, s Store, a act) error {
			r := newRun(1, 0,
				exception(1, "2026-02-01", "first", cny(100)), exception(2, "2026-02-02", "second", cny(20)))
			r.Waiting = []tillproof.Waiting{waiting(1, date("2026-03-09"))}
			_, err := s.SaveRun(ctx, r, a)
			return err
		},
	},
	{
		name: "judge", kind: tillproof.ActJudge,
		do: func(ctx context.Context, s Store, a act) error {
			return s.Judge(ctx, exceptionID(1), tillproof.ExceptionNew, tillproof.Judgement{
				Time: at("2026-03-05", 1), By: "王芳", State: tillproof.ExceptionConfirmed, Reason: "漏结",
			}, a)
		},
	},
	{
		name: "judge again", kind: tillproof.ActJudge,
		do: func(ctx context.Context, s Store, a act) error {
			return s.Judge(ctx, exceptionID(1), tillproof.ExceptionConfirmed, tillproof.Judgement{
				Time: at("2026-03-05", 2), By: "王芳", State: tillproof.ExceptionConfirmed, Reason: "已核实",
			}, a)
		},
	},
	{
		name: "keep another run", kind: tillproof.ActRun,
		do: func(ctx context.Context, s Store, a act) error {
			_, err := s.SaveRun(ctx, newRun(2, 1,
				exception(1, "2026-02-01", "first, more exactly", cny(90)),
				exception(3, "2026-02-03", "third", eur(7))), a)
			return err
		},
	},
	{
		name: "put an object on hold", kind: tillproof.ActHold,
		do: func(ctx context.Context, s Store, a act) error {
			return s.Hold(ctx, digestOf("masked feb.csv"), "法院", a)
		},
	},
	{
		name: "free it", kind: tillproof.ActRelease,
		do: func(ctx context.Context, s Store, a act) error {
			return s.Hold(ctx, digestOf("masked feb.csv"), "", a)
		},
	},
	{
		name: "erase an object", kind: tillproof.ActErase,
		do: func(ctx context.Context, s Store, a act) error {
			return s.MarkErased(ctx, digestOf("masked wrong.csv"), taken("2026-03-05", "另一家店"), a)
		},
	},
	{
		name: "keep a checkpoint", kind: tillproof.ActCheckpoint,
		do: func(ctx context.Context, s Store, a act) error {
			return s.AddCheckpoint(ctx, tillproof.Checkpoint{
				Size: 4, Time: at("2026-03-06", 1), Text: []byte("a signed note\n"),
			}, a)
		},
	},
	{
		name: "prove a backup", kind: tillproof.ActProve,
		do: func(ctx context.Context, s Store, a act) error {
			return s.AddProof(ctx, tillproof.Proof{
				Time: at("2026-03-06", 2), Name: "2026-03-06.tpb", Digest: digestOf("backup"), Size: 12,
			}, a)
		},
	},
	{
		name: "note an export", kind: tillproof.ActBackup, twice: true,
		do: func(ctx context.Context, s Store, a act) error { return s.Append(ctx, a) },
	},
}

// entryOf is the entry that an act of the story asks for, told apart by its number.
func entryOf(i int) tillproof.Act {
	a := acting(story[i].kind, "step_"+string(rune('a'+i)))
	a.Detail = []byte(`{"story":"` + strings.ReplaceAll(story[i].name, " ", "_") + `"}`)
	return a
}

// Tell does every act that a store knows, in a small history: what other tests of an engine begin with.
func Tell(t *testing.T, s Store) {
	t.Helper()
	for i, one := range story {
		if err := one.do(t.Context(), s, entryOf(i)); err != nil {
			t.Fatalf("%s: %v", one.name, err)
		}
	}
}

// testActs: each act has an effect and one entry; done again it is refused and leaves nothing.
func testActs(t *testing.T, maker Maker) {
	s, p := open(t, maker)
	for i, one := range story {
		before := now(t, s)
		if err := one.do(t.Context(), s, entryOf(i)); err != nil {
			t.Fatalf("%s: %v", one.name, err)
		}
		after := now(t, s)
		if after.kept == before.kept && !one.twice {
			t.Errorf("%s: it had no effect", one.name)
		}
		if len(after.log) != len(before.log)+1 {
			t.Fatalf("%s: the log grew by %d entries", one.name, len(after.log)-len(before.log))
		}
		same(t, one.name+": the log so far", after.log[:len(before.log)], before.log)
		acts, err := s.Acts(t.Context(), int64(len(before.log)), 1)
		ok(t, err)
		want := entryOf(i)
		want.Seq = int64(len(before.log))
		same(t, one.name+": its entry", acts, []tillproof.Act{want})
		if one.twice {
			continue
		}
		conflict(t, one.do(t.Context(), s, entryOf(i)))
		unchanged(t, s, one.name+" again", after)
	}
	told := now(t, s)
	ok(t, s.Close())
	unchanged(t, p.Again(t, workspaceID(1)), "opened again", told)
}
