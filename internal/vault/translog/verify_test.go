package translog

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/mod/sumdb/tlog"
)

// want is what a tampered log must be told as: the first fault.
type want struct {
	kind        FaultKind
	first, last int64
}

// check verifies a tampered log with one checkpoint from elsewhere and compares the first fault.
func check(t *testing.T, name string, l *testLog, given Claim, w want) {
	t.Helper()
	r := l.verify(t, Claims{Given: []Claim{given}})
	if r.Good() {
		t.Errorf("%s: not noticed", name)
		return
	}
	f := r.Faults[0]
	if got := (want{f.Kind, f.First, f.Last}); got != w {
		t.Errorf("%s: told as %+v, want %+v (all: %+v)", name, got, w, r.Faults)
	}
}

const small = 21 // a log with a complete left half, an odd end and subtrees of every size

func TestAGoodLogIsGood(t *testing.T) {
	for n := range int64(40) {
		l := newLog(t, n)
		given := l.head(t, n).Claim("paper")
		r := l.verify(t, Claims{
			Kept:  [][]byte{l.checkpoint(t, n/3), l.checkpoint(t, n/2), l.checkpoint(t, n)},
			Given: []Claim{given, {Name: "footer", Size: n, Root: given.Root[:16]}},
		})
		if !r.Good() || r.Size != n || r.Root != l.head(t, n).Root || r.Proven != n || len(r.Claims) != 5 {
			t.Errorf("%d entries: %+v", n, r)
		}
		for _, c := range r.Claims {
			if !c.Holds {
				t.Errorf("%d entries: %+v does not hold", n, c)
			}
		}
		if r := l.verify(t, Claims{Kept: [][]byte{l.checkpoint(t, n)}}); !r.Good() || r.Proven != 0 {
			t.Errorf("%d entries without a checkpoint from elsewhere: %+v", n, r)
		}
	}
}

func TestEveryByteOfEveryEntry(t *testing.T) {
	l := newLog(t, small)
	given := l.head(t, small).Claim("paper")
	tried := 0
	for seq := range int64(small) {
		for at := range l.leaves[seq] {
			for _, bit := range []byte{1, 0x20, 0x80} {
				tried++
				bad := l.clone()
				bad.leaves[seq][at] ^= bit
				kind := FaultChanged
				switch got := numberOf(bad.leaves[seq]); {
				case got < 0:
					kind = FaultUndecodable
				case got < seq:
					kind = FaultMoved // it gives itself an earlier number
				}
				check(t, fmt.Sprintf("entry %d, byte %d, bit %#x", seq, at, bit), bad, given,
					want{kind, seq, seq})
			}
		}
	}
	if tried < 9_000 {
		t.Errorf("only %d edits tried", tried)
	}
}

func TestEveryByteOfEveryHash(t *testing.T) {
	l := newLog(t, small)
	given := l.head(t, small).Claim("paper")
	for index := range l.hashes {
		for at := range l.hashes[index] {
			bad := l.clone()
			bad.hashes[index][at] ^= 1
			r := bad.verify(t, Claims{Given: []Claim{given}})
			// The entries are what the checkpoint says, so only the hash can be wrong, and one fault is told.
			if len(r.Faults) != 1 || r.Faults[0].Kind != FaultHash || !r.Claims[0].Holds {
				t.Fatalf("hash %d, byte %d: %+v", index, at, r)
			}
		}
		bad := l.clone()
		delete(bad.hashes, index)
		if r := bad.verify(t, Claims{Given: []Claim{given}}); r.Good() || r.Faults[0].Kind != FaultHash {
			t.Errorf("hash %d taken out: %+v", index, r.Faults)
		}
		bad.hashes[index] = l.hashes[index][:31]
		if r := bad.verify(t, Claims{Given: []Claim{given}}); r.Good() || r.Faults[0].Kind != FaultHash {
			t.Errorf("hash %d cut: %+v", index, r.Faults)
		}
	}
	for _, stray := range []int64{-1, StoredCount(small) + 5} {
		bad := l.clone()
		bad.hashes[stray] = l.hashes[0]
		if r := bad.verify(t, Claims{Given: []Claim{given}}); r.Good() || r.Faults[0].Kind != FaultHash {
			t.Errorf("stray hash %d: %+v", stray, r.Faults)
		}
	}
}

func TestTakenOut(t *testing.T) {
	l := newLog(t, small)
	given := l.head(t, small).Claim("paper")
	for first := range int64(small) {
		for last := first; last < small; last++ {
			name := fmt.Sprintf("entries %d to %d", first, last)
			holes, closed := l.clone(), l.clone()
			for i := first; i <= last; i++ {
				delete(holes.leaves, i)
			}
			check(t, name, holes, given, want{FaultMissing, first, last})
			closed.leaves = table{}
			for i := range int64(small) {
				if i < first || i > last {
					closed.leaves[closed.size()] = l.leaves[i]
				}
			}
			check(t, name+" and the keys closed up", closed, given, want{FaultMissing, first, last})
			closed.rebuild(t)
			check(t, name+" and all written anew", closed, given, want{
				FaultRolledBack, small - (last - first + 1), small - 1,
			})
		}
	}
}

func TestPutIn(t *testing.T) {
	l := newLog(t, small)
	given := l.head(t, small).Claim("paper")
	for at := range int64(small) {
		for _, forged := range []int64{at, 0, small + 7, -1} {
			entry := []byte("nonsense")
			if forged >= 0 {
				a := testAct(forged)
				a.By = "Mallory"
				var err error
				if entry, err = Encode(a); err != nil {
					t.Fatal(err)
				}
			}
			bad := l.clone()
			for i := int64(small); i > at; i-- {
				bad.leaves[i] = bad.leaves[i-1]
			}
			bad.leaves[at] = entry
			check(t, fmt.Sprintf("entry %d put in at %d", forged, at), bad, given,
				want{FaultInserted, at, at})
			if forged != at {
				continue
			}
			bad.rebuild(t)
			check(t, fmt.Sprintf("entry put in at %d, all written anew", at), bad, given,
				want{FaultRewritten, 0, small - 1})
		}
	}
	bad := l.clone()
	bad.leaves[small+3] = []byte("nonsense")
	check(t, "a row beyond the end", bad, given, want{FaultInserted, small, small})
	bad = l.clone()
	bad.leaves[-5] = l.leaves[3]
	check(t, "a row before the first", bad, given, want{FaultMoved, 0, 0})
}

func TestOtherOrder(t *testing.T) {
	l := newLog(t, small)
	given := l.head(t, small).Claim("paper")
	for a := range int64(small) {
		for b := a + 1; b < small; b++ {
			name := fmt.Sprintf("%d and %d", a, b)
			bad := l.clone()
			bad.leaves[a], bad.leaves[b] = l.leaves[b], l.leaves[a]
			r := bad.verify(t, Claims{Given: []Claim{given}})
			if r.Good() || r.Faults[0].First != a || r.Claims[0].Holds {
				t.Errorf("%s change places: %+v", name, r)
			}
			bad.rebuild(t)
			check(t, name+" change places, all written anew", bad, given, want{FaultRewritten, 0, small - 1})

			copied := l.clone()
			copied.leaves[b] = l.leaves[a]
			check(t, fmt.Sprintf("%d over %d", a, b), copied, given, want{FaultMoved, b, b})
		}
		if a+1 < small {
			bad := l.clone()
			bad.leaves[a], bad.leaves[a+1] = l.leaves[a+1], l.leaves[a]
			check(t, fmt.Sprintf("%d and the next", a), bad, given, want{FaultMoved, a, a})
		}
	}
}

// TestRewritten edits an entry and everything that follows from it: up to a level of the tree, or all of it.
func TestRewritten(t *testing.T) {
	l := newLog(t, small)
	for seq := range int64(small) {
		whole := l.clone()
		a := testAct(seq)
		a.By = "Mallory"
		entry, err := Encode(a)
		if err != nil {
			t.Fatal(err)
		}
		whole.leaves[seq] = entry
		whole.rebuild(t)
		for at := int64(1); at <= small; at++ {
			given := l.head(t, at).Claim("paper")
			r := whole.verify(t, Claims{Given: []Claim{given}})
			if noticed := !r.Good(); noticed != (seq < at) {
				t.Errorf("entry %d rewritten, checkpoint of %d: %+v", seq, at, r.Faults)
			}
			if r.Good() && r.Proven != at {
				t.Errorf("entry %d rewritten, checkpoint of %d proves %d entries", seq, at, r.Proven)
			}
		}
		checkPartly(t, l, whole, seq)

		// Between two checkpoints, of which the older holds, lies what was changed.
		claims := []Claim{l.head(t, seq).Claim("older"), l.head(t, seq+1).Claim("newer")}
		r := whole.verify(t, Claims{Given: claims})
		if len(r.Faults) != 1 || r.Faults[0].Kind != FaultRewritten || r.Faults[0].First != seq ||
			r.Faults[0].Last != seq || r.Faults[0].Against.Name != "newer" || r.Proven != seq {
			t.Errorf("entry %d between two checkpoints: %+v", seq, r)
		}
	}
}

// checkPartly takes over the rewritten hashes up to a level only: the next hash above gives it away.
func checkPartly(t *testing.T, l, whole *testLog, seq int64) {
	t.Helper()
	for level := 0; tlog.StoredHashIndex(level+1, seq>>(level+1)) < StoredCount(small); level++ {
		partly := l.clone()
		partly.leaves[seq] = whole.leaves[seq]
		for up := 0; up <= level; up++ {
			i := tlog.StoredHashIndex(up, seq>>up)
			partly.hashes[i] = whole.hashes[i]
		}
		first := seq >> (level + 1) << (level + 1)
		check(t, fmt.Sprintf("entry %d rewritten to level %d", seq, level), partly,
			l.head(t, small).Claim("paper"), want{FaultRewritten, first, first + 2<<level - 1})
	}
}

func TestRolledBack(t *testing.T) {
	l := newLog(t, small)
	given := l.head(t, small).Claim("paper")
	for n := range int64(small) {
		back := newLog(t, n)
		check(t, fmt.Sprintf("back to %d", n), back, given, want{FaultRolledBack, n, small - 1})
		kept := Claims{Kept: [][]byte{l.checkpoint(t, n)}}
		if r := back.verify(t, kept); !r.Good() || r.Proven != 0 {
			t.Errorf("back to %d, without a checkpoint from elsewhere nothing can be said: %+v", n, r)
		}
		kept.Kept = append(kept.Kept, l.checkpoint(t, small))
		if r := back.verify(t, kept); r.Good() || r.Faults[0].Kind != FaultRolledBack {
			t.Errorf("back to %d, with a kept checkpoint forgotten: %+v", n, r)
		}
		for back.size() < small+3 { // and on from there
			a := testAct(back.size())
			a.By = "Mallory"
			back.add(t, a)
		}
		claims := Claims{Given: []Claim{l.head(t, n).Claim("older"), given}}
		r := back.verify(t, claims)
		if len(r.Faults) != 1 || r.Faults[0].Kind != FaultRewritten || r.Faults[0].First != n ||
			r.Faults[0].Last != small-1 || r.Proven != n {
			t.Errorf("back to %d and on: %+v", n, r)
		}
		tail := l.clone()
		for i := n; i < small; i++ {
			delete(tail.leaves, i)
		}
		if r := tail.verify(t, Claims{}); r.Good() || r.Faults[0].Kind != FaultMissing ||
			r.Faults[0].First != n || r.Faults[0].Last != small-1 {
			t.Errorf("tail from %d cut, hashes left: %+v", n, r.Faults)
		}
	}
}

func TestKeptCheckpoints(t *testing.T) {
	l := newLog(t, small)
	good := l.checkpoint(t, 9)
	for at := range good {
		bad := append([]byte(nil), good...)
		bad[at] ^= 1
		r := l.verify(t, Claims{Kept: [][]byte{bad, good}})
		if len(r.Faults) != 1 || r.Faults[0].Kind != FaultCheckpoint || codeOf(r.Faults[0].Why) == "" ||
			len(r.Claims) != 1 || !r.Claims[0].Holds {
			t.Fatalf("byte %d of a kept checkpoint: %+v", at, r)
		}
	}
}

// TestKeptAndGivenDisagree: whoever has the key can rewrite the log and sign its checkpoints anew. They agree
// with the log then, and say nothing against the one that was kept elsewhere.
func TestKeptAndGivenDisagree(t *testing.T) {
	l := newLog(t, small)
	bad := l.clone()
	bad.leaves[5] = mustEncode(t, "Mallory", 5)
	bad.rebuild(t)
	r := bad.verify(t, Claims{
		Kept:  [][]byte{bad.checkpoint(t, 4), bad.checkpoint(t, 8), bad.checkpoint(t, small)},
		Given: []Claim{l.head(t, 3).Claim("older"), l.head(t, 8).Claim("newer")},
	})
	if len(r.Faults) != 1 || r.Faults[0].Kind != FaultRewritten || r.Faults[0].First != 3 ||
		r.Faults[0].Last != 7 || r.Faults[0].Against.Name != "newer" || r.Proven != 3 {
		t.Errorf("%+v", r)
	}
}

// TestWithoutAnArbiter: where neither a hash above nor a checkpoint covers the last entry, the report does
// not pretend to know which of the two was changed.
func TestWithoutAnArbiter(t *testing.T) {
	for _, tamper := range []func(*testLog){
		func(l *testLog) { l.leaves[small-1] = mustEncode(t, "Mallory", small-1) },
		func(l *testLog) { l.hashes[StoredIndex(small-1)][3] ^= 1 },
	} {
		bad := newLog(t, small)
		tamper(bad)
		r := bad.verify(t, Claims{})
		opts := cmpopts.IgnoreFields(Fault{}, "Why")
		want := []Fault{{Kind: FaultUnclear, First: small - 1, Last: small - 1, Found: -1}}
		if d := cmp.Diff(want, r.Faults, opts); d != "" {
			t.Error(d)
		}
	}
}

func mustEncode(t *testing.T, by string, seq int64) []byte {
	t.Helper()
	a := testAct(seq)
	a.By = by
	entry, err := Encode(a)
	if err != nil {
		t.Fatal(err)
	}
	return entry
}
