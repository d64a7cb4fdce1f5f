package translog

import (
	"context"
	"testing"
)

// flat is a log as slices: what a store costs is not measured here.
type flat struct {
	leaves [][]byte
	hashes []Hash
}

func (f *flat) Leaves(_ context.Context, from int64, leaf func(int64, []byte) error) error {
	for i := max(from, 0); i < int64(len(f.leaves)); i++ {
		if err := leaf(i, f.leaves[i]); err != nil {
			return err
		}
	}
	return nil
}

func (f *flat) StoredHashes(_ context.Context, from int64, each func(int64, []byte) error) error {
	for i := max(from, 0); i < int64(len(f.hashes)); i++ {
		if err := each(i, f.hashes[i][:]); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkVerify is the promise of docs/log-format.md: a million entries in at most five seconds.
func BenchmarkVerify(b *testing.B) {
	const entries = 1_000_000
	f := &flat{}
	var e edge
	for i := range int64(entries) {
		entry, err := Encode(testAct(i))
		if err != nil {
			b.Fatal(err)
		}
		f.leaves = append(f.leaves, entry)
		e.push(EntryHash(entry), func(_ int, h Hash) Hash { f.hashes = append(f.hashes, h); return h })
	}
	h := Head{Workspace: testWorkspace, Size: entries, Root: e.root()}
	b.ReportAllocs()
	for b.Loop() {
		r, err := Verify(b.Context(), f, Claims{Given: []Claim{h.Claim("paper")}}, nil)
		if err != nil || !r.Good() || r.Proven != entries {
			b.Fatal(r, err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	a := testAct(7)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Encode(a); err != nil {
			b.Fatal(err)
		}
	}
}
