package storetest

import (
	"testing"

	"github.com/tillproof/tillproof"
)

// dump reads everything that a store shows, but for its log.
func dump(t *testing.T, s Store) string {
	t.Helper()
	ctx := t.Context()
	all := map[string]any{}
	keep := func(name string) func(any, error) {
		return func(v any, err error) {
			t.Helper()
			ok(t, err)
			all[name] = v
		}
	}
	everything := tillproof.WantedExceptions{
		From: tillproof.NoDate, To: tillproof.NoDate, Today: tillproof.NoDate, Cleared: true,
	}
	keep("workspace")(any2(s.Workspace(ctx)))
	keep("imports")(any2(s.Imports(ctx, page{})))
	keep("sources")(any2(s.Sources(ctx)))
	keep("decisions")(any2(s.Decisions(ctx, true)))
	keep("runs")(any2(s.Runs(ctx, page{})))
	keep("waiting")(any2(s.Waiting(ctx)))
	keep("tally")(any2(s.Tally(ctx, date("2026-03-05"))))
	keep("objects")(any2(s.Objects(ctx, page{})))
	keep("checkpoints")(any2(s.Checkpoints(ctx, page{})))
	list, err := s.Exceptions(ctx, everything, page{})
	keep("exceptions")(list, err)
	for _, e := range list {
		whole, versions, err := s.Exception(ctx, e.ID)
		keep("exception "+string(e.ID))(whole, err)
		keep("versions "+string(e.ID))(versions, err)
		keep("judgements " + string(e.ID))(any2(s.Judgements(ctx, e.ID)))
	}
	return text(t, all)
}

// any2 forgets the type of an answer.
func any2[T any](v T, err error) (any, error) { return v, err }

// history reads the log of acts as texts.
func history(t *testing.T, s Store) []string {
	t.Helper()
	var leaves []string
	ok(t, s.Leaves(t.Context(), 0, func(seq int64, b []byte) error {
		if seq != int64(len(leaves)) {
			t.Fatalf("entry %d follows %d entries", seq, len(leaves))
		}
		leaves = append(leaves, string(b))
		return nil
	}))
	size, err := s.Size(t.Context())
	ok(t, err)
	if int(size) != len(leaves) {
		t.Fatalf("the log says %d entries and has %d", size, len(leaves))
	}
	return leaves
}

// moment is all that a store shows at one time.
type moment struct {
	kept string
	log  []string
}

func now(t *testing.T, s Store) moment {
	t.Helper()
	return moment{dump(t, s), history(t, s)}
}

// unchanged holds a store to what it showed before.
func unchanged(t *testing.T, s Store, what string, before moment) {
	t.Helper()
	after := now(t, s)
	if after.kept != before.kept {
		t.Fatalf("%s: the store is\n%s\nand was\n%s", what, after.kept, before.kept)
	}
	same(t, what+": the log", after.log, before.log)
}
