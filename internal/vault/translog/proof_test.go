package translog

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// TestHistories proves the whole log after every step of random histories: it verifies, every entry has its
// proof, and it has only grown since every earlier head.
func TestHistories(t *testing.T) {
	_, public := testKey(t)
	for seed := range uint64(histories) {
		r := rand.New(rand.NewPCG(seed, 1))
		l := newLog(t, 0)
		heads := []Head{l.head(t, 0)}
		for range 1 + r.IntN(40) {
			a := testAct(l.size())
			a.By = string(rune('a' + r.IntN(26)))
			a.Done = r.IntN(2) == 0
			l.add(t, a)
			n := l.size()
			now := l.head(t, n)
			if report := l.verify(t, Claims{Given: []Claim{now.Claim("now")}}); !report.Good() {
				t.Fatalf("seed %d, %d entries: %+v", seed, n, report)
			}
			for _, old := range heads {
				path, err := ProveGrowth(old.Size, n, l)
				if err == nil {
					err = CheckGrowth(old, now, path)
				}
				if err != nil {
					t.Fatalf("seed %d, from %d to %d: %v", seed, old.Size, n, err)
				}
			}
			heads = append(heads, now)
		}
		checkpoint := l.checkpoint(t, l.size())
		for seq := range l.size() {
			text, err := Prove(l.leaves[seq], checkpoint, public, l)
			if err != nil {
				t.Fatalf("seed %d, entry %d of %d: %v", seed, seq, l.size(), err)
			}
			if p, err := CheckProof(text, public); err != nil || p.Act.Seq != seq {
				t.Fatalf("seed %d, entry %d of %d: %v", seed, seq, l.size(), err)
			}
		}
	}
}

// TestMutatedProofs changes proofs in every way that a text can be changed; none of them may pass.
func TestMutatedProofs(t *testing.T) {
	_, public := testKey(t)
	l := newLog(t, 70)
	var proofs [][]byte
	for _, n := range []int64{1, 2, 7, 8, 33, 64, 70} {
		for seq := range n {
			text, err := Prove(l.leaves[seq], l.checkpoint(t, n), public, l)
			if err != nil {
				t.Fatal(err)
			}
			proofs = append(proofs, text)
		}
	}
	r := rand.New(rand.NewPCG(12, 34))
	for tried := 0; tried < mutatedProofs; {
		good := proofs[r.IntN(len(proofs))]
		bad := mutate(r, good, proofs[r.IntN(len(proofs))])
		if bytes.Equal(good, bad) || isProof(proofs, bad) {
			continue
		}
		tried++
		if p, err := CheckProof(bad, public); err == nil {
			t.Fatalf("taken as %+v:\n%s\nmade from\n%s", p, bad, good)
		}
	}
}

func isProof(proofs [][]byte, text []byte) bool {
	for _, p := range proofs {
		if bytes.Equal(p, text) {
			return true
		}
	}
	return false
}

// mutate changes a proof: a bit, a byte, a line, a part of another proof, the end.
func mutate(r *rand.Rand, good, other []byte) []byte {
	bad := bytes.Clone(good)
	at := r.IntN(len(bad))
	switch r.IntN(9) {
	case 0:
		bad[at] ^= 1 << r.IntN(8)
	case 1:
		bad[at] = "0123456789+/=ABC\n\r \x00"[r.IntN(20)]
	case 2:
		return append(bad[:at:at], bad[at+1:]...)
	case 3:
		return append(append(bad[:at:at], good[r.IntN(len(good))]), bad[at:]...)
	case 4:
		return bad[:at]
	case 5:
		return append(bad, good[at:]...)
	case 6, 7:
		mine, theirs := bytes.SplitAfter(bad, []byte("\n")), bytes.SplitAfter(other, []byte("\n"))
		i := r.IntN(len(mine))
		switch r.IntN(4) {
		case 0:
			mine[i] = theirs[r.IntN(len(theirs))] // a line of another proof
		case 1:
			mine = append(mine[:i:i], mine[i+1:]...)
		case 2:
			j := r.IntN(len(mine))
			mine[i], mine[j] = mine[j], mine[i]
		case 3:
			mine = append(mine[:i:i], append([][]byte{mine[i]}, mine[i:]...)...)
		}
		return bytes.Join(mine, nil)
	case 8: // the parts of two proofs
		mine, theirs := bytes.SplitN(bad, []byte("\n\n"), 3), bytes.SplitN(other, []byte("\n\n"), 3)
		mine[r.IntN(3)] = theirs[r.IntN(3)]
		return bytes.Join(mine, []byte("\n\n"))
	}
	return bad
}

// TestMutatedPaths changes the parts of a proof one by one under a root that is given: what a verifier checks
// must reach from the entry to the root without a gap.
func TestMutatedPaths(t *testing.T) {
	l := newLog(t, 40)
	for n := int64(1); n <= 40; n++ {
		root := l.head(t, n).Root
		for seq := range n {
			path, err := tlog.ProveRecord(n, seq, l)
			if err != nil {
				t.Fatal(err)
			}
			refuse := func(path tlog.RecordProof, n, seq int64, entry []byte, root Hash) {
				t.Helper()
				if tlog.CheckRecord(path, n, root, seq, EntryHash(entry)) == nil {
					t.Errorf("entry %d of %d: a changed proof passes", seq, n)
				}
			}
			entry := l.leaves[seq]
			for i := range path {
				bad := append(tlog.RecordProof(nil), path...)
				bad[i][i%32] ^= 0x10
				refuse(bad, n, seq, entry, root)
				refuse(append(path[:i:i], path[i+1:]...), n, seq, entry, root)
				if i > 0 && path[i] != path[i-1] {
					bad = append(tlog.RecordProof(nil), path...)
					bad[i], bad[i-1] = bad[i-1], bad[i]
					refuse(bad, n, seq, entry, root)
				}
			}
			refuse(append(path[:len(path):len(path)], root), n, seq, entry, root)
			refuse(path, n, seq, l.leaves[(seq+1)%40], root)
			refuse(path, n, seq, entry, Hash{})
			if n < 40 {
				refuse(path, n, seq, entry, l.head(t, n+1).Root)
			}
			if seq > 0 {
				refuse(path, n, seq-1, entry, root)
			}
			// An inner node is no entry: its two hashes under the other prefix are another hash.
			if len(path) > 0 && seq%2 == 0 && seq+1 < n {
				h := EntryHash(entry)
				node := append(h[:], path[0][:]...)
				refuse(path[1:], (n+1)/2, seq/2, node, root)
			}
		}
	}
}

// TestMutatedGrowth: no other list of hashes shows that a log has only grown, and none at all that it has
// where it has not.
func TestMutatedGrowth(t *testing.T) {
	l := newLog(t, 24)
	fork := newLog(t, 3)
	for fork.size() < 24 {
		a := testAct(fork.size())
		a.By = "Mallory"
		fork.add(t, a)
	}
	for older := int64(0); older <= 24; older++ {
		for newer := older; newer <= 24; newer++ {
			a, b := l.head(t, older), l.head(t, newer)
			path, err := ProveGrowth(older, newer, l)
			if err != nil {
				t.Fatal(err)
			}
			for i := range path {
				bad := append([]Hash(nil), path...)
				bad[i][31-i] ^= 1
				short := append(path[:i:i], path[i+1:]...)
				if CheckGrowth(a, b, bad) == nil || CheckGrowth(a, b, short) == nil {
					t.Errorf("from %d to %d, hash %d: a changed proof passes", older, newer, i)
				}
			}
			if CheckGrowth(a, b, append(path[:len(path):len(path)], Hash{})) == nil {
				t.Errorf("from %d to %d: a hash too many passes", older, newer)
			}
			if older < newer && CheckGrowth(b, a, path) == nil {
				t.Errorf("from %d to %d: it shrank", newer, older)
			}
			if older > 3 {
				forked, err := ProveGrowth(older, newer, fork)
				if err != nil {
					t.Fatal(err)
				}
				if older < newer && (CheckGrowth(a, fork.head(t, newer), forked) == nil ||
					CheckGrowth(a, fork.head(t, newer), path) == nil) {
					t.Errorf("from %d to %d of the fork passes", older, newer)
				}
			}
			if other := (Head{"ws_other", newer, b.Root, b.Time}); CheckGrowth(a, other, path) == nil {
				t.Errorf("from %d to %d of another workspace passes", older, newer)
			}
		}
	}
}

func TestProveRefuses(t *testing.T) {
	_, public := testKey(t)
	l := newLog(t, 9)
	if _, err := Prove(l.leaves[8], l.checkpoint(t, 8), public, l); codeOf(err) != "translog.proof.false" {
		t.Errorf("an entry that is newer than the checkpoint: %v", err)
	}
	checkpoint := l.checkpoint(t, 9)
	l.hashes[StoredIndex(0)][5] ^= 1
	if _, err := Prove(l.leaves[1], checkpoint, public, l); codeOf(err) != "translog.proof.false" {
		t.Errorf("a damaged hash: %v", err)
	}
	delete(l.hashes, StoredIndex(0))
	if _, err := Prove(l.leaves[1], checkpoint, public, l); codeOf(err) != "translog.hash" {
		t.Errorf("a hash that is gone: %v", err)
	}
}
