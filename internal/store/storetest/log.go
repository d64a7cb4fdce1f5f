package storetest

import (
	"context"
	"crypto/sha256"
	"errors"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/vault/translog"
)

// testLog: acts are numbered without a gap and in their order, leaves are their bytes, and the stored hashes
// are those of the tree of RFC 6962 over the leaves, which is worked out here from its definition.
func testLog(t *testing.T, maker Maker) {
	s, p := open(t, maker)
	ctx := t.Context()
	Tell(t, s)
	ok(t, s.Append(ctx)) // of nothing
	many := []tillproof.Act{acting(tillproof.ActBackup, "a"), acting(tillproof.ActBackup, "b")}
	many[1].Done = false
	ok(t, s.Append(ctx, many...))

	leaves := history(t, s)
	if want := 1 + len(story) + len(many); len(leaves) != want {
		t.Fatalf("%d entries, expected %d", len(leaves), want)
	}
	acts, err := s.Acts(ctx, 0, 0)
	ok(t, err)
	for i, a := range acts {
		leaf, err := translog.Encode(a)
		ok(t, err)
		if a.Seq != int64(i) || string(leaf) != leaves[i] {
			t.Fatalf("act %d is not what its entry says", i)
		}
	}
	checkRoot(t, s, leaves)

	var from []int64
	ok(t, s.Leaves(ctx, int64(len(leaves)-2), func(seq int64, _ []byte) error {
		from = append(from, seq)
		return nil
	}))
	same(t, "the last two", from, []int64{int64(len(leaves) - 2), int64(len(leaves) - 1)})
	enough := errors.New("enough")
	if err := s.Leaves(ctx, 0, func(int64, []byte) error { return enough }); !errors.Is(err, enough) {
		t.Fatalf("a reader that has enough is answered %v", err)
	}

	// An act that no entry can be made of does not happen.
	before := now(t, s)
	bad := acting(tillproof.ActDecide)
	bad.By = ""
	err = s.AddDecision(ctx, decision(7, tillproof.RuleMatch), bad)
	refused(t, err, tillproof.KindInvalid, "translog.act")
	unchanged(t, s, "after a nameless act", before)
	err = s.Append(ctx, acting(tillproof.ActBackup), bad)
	refused(t, err, tillproof.KindInvalid, "translog.act")
	unchanged(t, s, "after half a list of acts", before)

	ok(t, s.Close())
	s = p.Again(t, workspaceID(1))
	ok(t, s.Append(ctx, acting(tillproof.ActBackup, "c")))
	checkRoot(t, s, history(t, s))
}

func checkRoot(t *testing.T, s Store, leaves []string) {
	t.Helper()
	root, err := translog.Root(int64(len(leaves)), translog.HashReaderFunc(
		func(at []int64) ([]translog.Hash, error) {
			stored, err := s.Hashes(t.Context(), at)
			out := make([]translog.Hash, len(stored))
			for i, h := range stored {
				out[i] = h
			}
			return out, err
		}))
	ok(t, err)
	if want := rootOf(leaves); root != translog.Hash(want) {
		t.Fatalf("the root is %x, expected %x", root, want)
	}
	report, err := translog.Verify(t.Context(), s, translog.Claims{}, nil)
	ok(t, err)
	if !report.Good() {
		t.Fatalf("the log is said to be bad: %+v", report.Faults)
	}
}

// rootOf is RFC 6962, section 2.1, word for word.
func rootOf(leaves []string) [32]byte {
	if len(leaves) == 1 {
		return sha256.Sum256([]byte("\x00" + leaves[0]))
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	left, right := rootOf(leaves[:k]), rootOf(leaves[k:])
	return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
}

// testCancelled: who leaves before the act has begun has done nothing.
func testCancelled(t *testing.T, maker Maker) {
	s, p := open(t, maker)
	before := now(t, s)
	left, leave := context.WithCancel(t.Context())
	leave()
	for range 50 { // it must not depend on who is faster
		err := s.AddDecision(left, decision(1, tillproof.RuleMatch), acting(tillproof.ActDecide))
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("answered %v", err)
		}
	}
	unchanged(t, s, "after one who left", before)
	if _, err := s.Decisions(left, true); !errors.Is(err, context.Canceled) {
		t.Fatalf("a reader who left is answered %v", err)
	}

	// Who leaves in the middle is told what became of the act: it is there, with its answer, or it is not.
	during, leave := context.WithCancel(t.Context())
	defer leave()
	p.Fault(func(step string) error {
		if step == "commit" {
			leave()
		}
		return nil
	})
	err := s.AddDecision(during, decision(1, tillproof.RuleMatch), acting(tillproof.ActDecide))
	p.Fault(nil)
	ok(t, err)
	list, err := s.Decisions(t.Context(), true)
	ok(t, err)
	same(t, "the decisions", len(list), 1)
	same(t, "the log", len(history(t, s)), len(before.log)+1)
}
