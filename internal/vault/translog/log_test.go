package translog

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
)

const testWorkspace = "ws_test"

// testKey is the key of the logs of these tests.
func testKey(t testing.TB) (secret, public string) {
	t.Helper()
	secret, public, err := NewKey(bytes.NewReader(bytes.Repeat([]byte{7}, 32)), testWorkspace)
	if err != nil {
		t.Fatal(err)
	}
	return secret, public
}

func testAct(seq int64) tillproof.Act {
	return tillproof.Act{
		Seq: seq, Time: time.Date(2026, 3, 2, 8, 15, 4, 0, time.UTC).Add(time.Duration(seq) * time.Second),
		By: "王芳", From: "cli@till-1", Kind: tillproof.ActDecide, Done: seq%5 != 4,
		On: []string{fmt.Sprintf("rec_%d", seq)}, Detail: fmt.Appendf(nil, `{"row":%d}`, seq),
	}
}

// table is the rows of a store, open to whoever wants to tamper with them.
type table map[int64][]byte

func (m table) scan(from int64, each func(int64, []byte) error) error {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if key >= from {
			if err := each(key, m[key]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m table) clone() table {
	out := table{}
	for k, v := range m {
		out[k] = bytes.Clone(v)
	}
	return out
}

// testLog is a log in memory.
type testLog struct{ leaves, hashes table }

func (l *testLog) Leaves(_ context.Context, from int64, leaf func(int64, []byte) error) error {
	return l.leaves.scan(from, leaf)
}

func (l *testLog) StoredHashes(_ context.Context, from int64, each func(int64, []byte) error) error {
	return l.hashes.scan(from, each)
}

func (l *testLog) ReadHashes(at []int64) ([]Hash, error) {
	var out []Hash
	for _, i := range at {
		if len(l.hashes[i]) != len(Hash{}) {
			return nil, fmt.Errorf("no hash %d", i)
		}
		out = append(out, Hash(l.hashes[i]))
	}
	return out, nil
}

func (l *testLog) clone() *testLog { return &testLog{l.leaves.clone(), l.hashes.clone()} }

func (l *testLog) equal(o *testLog) bool {
	return maps.EqualFunc(l.leaves, o.leaves, bytes.Equal) && maps.EqualFunc(l.hashes, o.hashes, bytes.Equal)
}

func (l *testLog) size() int64 { return int64(len(l.leaves)) }

// add appends an act as a store does.
func (l *testLog) add(t testing.TB, a tillproof.Act) {
	t.Helper()
	n := l.size()
	a.Seq = n
	entry, err := Encode(a)
	if err != nil {
		t.Fatal(err)
	}
	more, err := Append(n, entry, l)
	if err != nil {
		t.Fatal(err)
	}
	l.leaves[n] = entry
	for i, h := range more {
		l.hashes[StoredIndex(n)+int64(i)] = h[:]
	}
}

// head is how the first n entries stood.
func (l *testLog) head(t testing.TB, n int64) Head {
	t.Helper()
	root, err := Root(n, l)
	if err != nil {
		t.Fatal(err)
	}
	return Head{testWorkspace, n, root, time.Date(2026, 3, 2, 18, 0, 0, 0, time.UTC)}
}

func (l *testLog) checkpoint(t testing.TB, n int64) []byte {
	t.Helper()
	secret, _ := testKey(t)
	text, err := Sign(secret, l.head(t, n))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (l *testLog) verify(t testing.TB, claims Claims) Report {
	t.Helper()
	_, claims.Public = testKey(t)
	r, err := Verify(t.Context(), l, claims, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// rebuild writes all hashes anew from the entries, as somebody does who knows the format.
func (l *testLog) rebuild(t testing.TB) {
	t.Helper()
	old := l.leaves
	l.leaves, l.hashes = table{}, table{}
	for _, key := range slices.Sorted(maps.Keys(old)) {
		n := l.size()
		entry := old[key]
		if a, err := Decode(entry); err == nil {
			a.Seq = n
			if entry, err = Encode(a); err != nil {
				t.Fatal(err)
			}
		}
		var more []Hash
		e := edge{}
		for i := int64(0); i < n; i++ {
			e.push(EntryHash(l.leaves[i]), func(_ int, h Hash) Hash { return h })
		}
		e.push(EntryHash(entry), func(_ int, h Hash) Hash { more = append(more, h); return h })
		l.leaves[n] = entry
		for i, h := range more {
			l.hashes[StoredIndex(n)+int64(i)] = h[:]
		}
	}
}

func newLog(t testing.TB, n int64) *testLog {
	t.Helper()
	l := &testLog{table{}, table{}}
	for i := range n {
		l.add(t, testAct(i))
	}
	return l
}
