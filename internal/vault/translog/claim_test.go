package translog

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func TestShortForms(t *testing.T) {
	l := newLog(t, 5)
	h := l.head(t, 5)
	short, ok := ParseShort(h.Short())
	if !ok || short.Size != 5 || len(short.Prefix) != 16 ||
		!strings.HasPrefix(h.Claim("").Root, short.Prefix) {
		t.Errorf("%s: %+v, %v", h.Short(), short, ok)
	}
	for _, bad := range []string{
		"", "5", "5-", "-04b1a06143f0e4a5", "05-04b1a06143f0e4a5", "-5-04b1a06143f0e4a5",
		"5-04b1a06143f0e4a", "5-04b1a06143f0e4a55", "5-04B1A06143F0E4A5", "5-04b1a06143f0e4ag",
		"5 04b1a06143f0e4a5", "x-04b1a06143f0e4a5",
	} {
		if short, ok := ParseShort(bad); ok {
			t.Errorf("%q is taken as %+v", bad, short)
		}
	}
}

func TestClaims(t *testing.T) {
	_, public := testKey(t)
	l := newLog(t, 5)
	h := l.head(t, 5)
	for _, text := range []string{h.Short(), " " + h.Short() + "\n", string(l.checkpoint(t, 5))} {
		c, err := ParseClaim("paper", []byte(text), public)
		if err != nil || c.Name != "paper" || c.Kept || c.Size != 5 || !c.fits(h.Root) ||
			c.fits(l.head(t, 4).Root) {
			t.Errorf("%q: %+v, %v", text, c, err)
		}
		for _, n := range []int64{4, 5, 6} {
			r := newLog(t, n).verify(t, Claims{Given: []Claim{c}})
			if r.Good() != (n >= 5) {
				t.Errorf("%q against %d entries: %+v", text, n, r)
			}
		}
	}
	if (&Claim{Size: 5}).fits(h.Root) {
		t.Error("a claim without a root fits")
	}
	for code, text := range map[string]string{
		"translog.checkpoint.form":      "5-04b1",
		"translog.checkpoint.signature": strings.Replace(string(l.checkpoint(t, 5)), "\n5\n", "\n6\n", 1),
	} {
		if c, err := ParseClaim("paper", []byte(text), public); codeOf(err) != code {
			t.Errorf("%q: %+v, %v", text, c, err)
		}
	}
}

// TestCheckpointsHaveABound: witnesses may add lines up to it, and not beyond.
func TestCheckpointsHaveABound(t *testing.T) {
	_, public := testKey(t)
	text := newLog(t, 5).checkpoint(t, 5)
	for _, c := range []struct {
		size int
		ok   bool
	}{{MaxCheckpoint, true}, {MaxCheckpoint + 1, false}} {
		room := c.size - len(text) - len("— witness ") - 1
		name := strings.Repeat("w", room%4) // base64 comes in fours
		long := append(bytes.Clone(text), "— witness"+name+" "+strings.Repeat("A", room-room%4)+"\n"...)
		if len(long) != c.size {
			t.Fatalf("%d bytes, want %d", len(long), c.size)
		}
		if _, err := Open(long, public); (err == nil) != c.ok {
			t.Errorf("%d bytes: %v", c.size, err)
		}
	}
}

// TestLost: where an entry and its hash are gone together, no root can be computed any more; the entries
// after it are still held to their own hashes, and the checkpoint is not said to differ.
func TestLost(t *testing.T) {
	l := newLog(t, small)
	given := l.head(t, small).Claim("paper")
	for seq := range int64(small - 1) {
		bad := l.clone()
		delete(bad.leaves, seq)
		delete(bad.hashes, StoredIndex(seq))
		r := bad.verify(t, Claims{Given: []Claim{given}})
		if len(r.Faults) != 1 || r.Faults[0].Kind != FaultMissing || r.Faults[0].First != seq ||
			r.Faults[0].Last != seq || r.Size != small || r.Claims[0].Compared || r.Claims[0].Holds {
			t.Errorf("entry %d and its hash: %+v", seq, r)
		}
		bad.leaves[small-1] = mustEncode(t, "Mallory", small-1)
		r = bad.verify(t, Claims{})
		if len(r.Faults) != 2 || r.Faults[1].Kind != FaultChanged || r.Faults[1].First != small-1 {
			t.Errorf("entry %d and its hash, and the last one edited: %+v", seq, r)
		}
	}
}

// TestAcrossBatches tampers where one batch of rows ends and the next begins.
func TestAcrossBatches(t *testing.T) {
	l := newLog(t, 2*batchRows+5)
	given := l.head(t, l.size()).Claim("paper")
	if r := l.verify(t, Claims{Given: []Claim{given}}); !r.Good() || r.Proven != l.size() {
		t.Fatalf("%+v", r)
	}
	for _, seq := range []int64{batchRows - 2, batchRows - 1, batchRows, 2*batchRows - 1, 2 * batchRows} {
		keep, next := l.leaves[seq], l.leaves[seq+1]
		l.leaves[seq] = mustEncode(t, "Mallory", seq)
		check(t, fmt.Sprintf("%d edited", seq), l, given, want{FaultChanged, seq, seq})
		delete(l.leaves, seq)
		check(t, fmt.Sprintf("%d taken out", seq), l, given, want{FaultMissing, seq, seq})
		l.leaves[seq], l.leaves[seq+1] = next, keep
		check(t, fmt.Sprintf("%d and the next", seq), l, given, want{FaultMoved, seq, seq})
		l.leaves[seq], l.leaves[seq+1] = keep, next
	}
}

// TestLargeEntries: a batch of a few large entries is as good as one of many small ones.
func TestLargeEntries(t *testing.T) {
	l := newLog(t, 0)
	for l.size() < 2*batchBytes/maxDetail {
		a := testAct(l.size())
		a.Detail = []byte(`{"a":"` + strings.Repeat("x", maxDetail-100) + `"}`)
		l.add(t, a)
	}
	given := l.head(t, l.size()).Claim("paper")
	if r := l.verify(t, Claims{Given: []Claim{given}}); !r.Good() || r.Proven != l.size() {
		t.Fatalf("%+v", r)
	}
	last := l.size() - 2
	l.leaves[last] = mustEncode(t, "Mallory", last)
	check(t, "the last but one", l, given, want{FaultChanged, last, last})
}
