package translog

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tillproof/tillproof"
)

// The vectors are written by testdata/vectors.py, which shares nothing with this package.

func readVectors(t testing.TB, name string, to any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		t.Fatal(err)
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// vectorAct is an act as the vectors write it.
type vectorAct struct {
	Seq      int64
	Time     time.Time
	By, From string
	Kind     tillproof.ActKind
	OK       bool
	On       []string
	Detail   string
}

func (v *vectorAct) act(t *testing.T) tillproof.Act {
	return tillproof.Act{
		Seq: v.Seq, Time: v.Time, By: string(unhex(t, v.By)), From: string(unhex(t, v.From)), Kind: v.Kind,
		Done: v.OK, On: v.On, Detail: []byte(v.Detail),
	}
}

func TestEntryVectors(t *testing.T) {
	var v struct {
		Note string
		Good []struct {
			Name, Entry, Hash string
			Act               vectorAct
		}
		Refused []struct{ Name, Entry string }
	}
	readVectors(t, "entries.json", &v)
	if len(v.Good) < 20 || len(v.Refused) < 50 {
		t.Fatalf("%d and %d vectors: the file is not what it was", len(v.Good), len(v.Refused))
	}
	for _, good := range v.Good {
		t.Run(good.Name, func(t *testing.T) {
			a := good.Act.act(t)
			entry, err := Encode(a)
			if err != nil {
				t.Fatal(err)
			}
			if string(entry) != good.Entry {
				t.Fatalf("entry\n%s\nwant\n%s", entry, good.Entry)
			}
			if h := EntryHash(entry); hex.EncodeToString(h[:]) != good.Hash {
				t.Errorf("hash %x, want %s", h, good.Hash)
			}
			back, err := Decode(entry)
			if err != nil {
				t.Fatal(err)
			}
			want, err := Normal(a)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, back); d != "" {
				t.Error(d)
			}
		})
	}
	for _, bad := range v.Refused {
		if a, err := Decode([]byte(bad.Entry)); codeOf(err) != "translog.entry" {
			t.Errorf("%s: taken as %+v, error %v", bad.Name, a, err)
		}
	}
}

func codeOf(err error) string {
	var e *tillproof.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// memory is stored hashes in memory.
type memory []Hash

func (m memory) ReadHashes(at []int64) ([]Hash, error) {
	var out []Hash
	for _, i := range at {
		if i < 0 || i >= int64(len(m)) {
			return nil, errors.New("no such hash")
		}
		out = append(out, m[i])
	}
	return out, nil
}

func hexHashes(hashes []Hash) []string {
	out := make([]string, 0, len(hashes))
	for _, h := range hashes {
		out = append(out, hex.EncodeToString(h[:]))
	}
	return out
}

func hashesOf(t *testing.T, texts []string) []Hash {
	t.Helper()
	out := make([]Hash, 0, len(texts))
	for _, s := range texts {
		out = append(out, Hash(unhex(t, s)))
	}
	return out
}

type treeVectors struct {
	Entries, Roots, Stored []string
	Paths                  []struct {
		Size, Index int64
		Hashes      []string
	}
	Growth []struct {
		Size, Old int64
		Hashes    []string
	}
}

func TestTreeVectors(t *testing.T) {
	var v treeVectors
	readVectors(t, "tree.json", &v)
	var kept memory
	var grown edge
	for n, entry := range v.Entries {
		size := int64(n)
		if StoredIndex(size) != int64(len(kept)) || StoredCount(size) != int64(len(kept)) {
			t.Fatalf("entry %d is to be stored at %d, %d are stored", n, StoredIndex(size), len(kept))
		}
		checkRoot(t, v.Roots[n], size, kept, &grown)
		more, err := Append(size, []byte(entry), kept)
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, more...)
		var seen []Hash
		grown.push(EntryHash([]byte(entry)), func(_ int, h Hash) Hash {
			seen = append(seen, h)
			return h
		})
		if d := cmp.Diff(more, seen); d != "" {
			t.Fatalf("entry %d: the edge completes others: %s", n, d)
		}
	}
	checkRoot(t, v.Roots[len(v.Entries)], int64(len(v.Entries)), kept, &grown)
	if d := cmp.Diff(v.Stored, hexHashes(kept)); d != "" {
		t.Error(d)
	}
	if _, err := Append(3, []byte(v.Entries[4]), kept); codeOf(err) != "translog.act" {
		t.Errorf("entry 4 in the place of entry 3: %v", err)
	}
	checkGrowthVectors(t, &v, kept)
}

func checkRoot(t *testing.T, want string, size int64, kept memory, grown *edge) {
	t.Helper()
	root, err := Root(size, kept)
	if err != nil {
		t.Fatal(err)
	}
	other := grown.root()
	if got := hex.EncodeToString(root[:]); got != want || other != root {
		t.Errorf("root of %d: %s stored, %x grown, want %s", size, got, other, want)
	}
}

func checkGrowthVectors(t *testing.T, v *treeVectors, kept memory) {
	t.Helper()
	for _, g := range v.Growth {
		path, err := ProveGrowth(g.Old, g.Size, kept)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(g.Hashes, hexHashes(path)); d != "" {
			t.Errorf("from %d to %d: %s", g.Old, g.Size, d)
		}
		older := Head{Workspace: "w", Size: g.Old, Root: Hash(unhex(t, v.Roots[g.Old]))}
		newer := Head{Workspace: "w", Size: g.Size, Root: Hash(unhex(t, v.Roots[g.Size]))}
		if err := CheckGrowth(older, newer, hashesOf(t, g.Hashes)); err != nil {
			t.Errorf("from %d to %d: %v", g.Old, g.Size, err)
		}
	}
	if len(v.Growth) != 20*21/2 {
		t.Errorf("%d growths", len(v.Growth))
	}
}

func TestCheckpointVectors(t *testing.T) {
	var v struct {
		Seed, Workspace, Public, Secret string
		Time                            time.Time
		Good                            []struct {
			Name, Text, Root, Short string
			Size                    int64
		}
		Refused []struct{ Name, Why, Text string }
	}
	readVectors(t, "checkpoints.json", &v)
	secret, public, err := NewKey(bytes.NewReader(unhex(t, v.Seed)), v.Workspace)
	if err != nil || secret != v.Secret || public != v.Public {
		t.Fatalf("keys %s and %s, want %s and %s (%v)", secret, public, v.Secret, v.Public, err)
	}
	for _, good := range v.Good {
		want := Head{v.Workspace, good.Size, Hash(unhex(t, good.Root)), v.Time}
		h, err := Open([]byte(good.Text), v.Public)
		if err != nil || h != want || h.Short() != good.Short {
			t.Errorf("%s: %+v (%s), want %+v (%s): %v", good.Name, h, h.Short(), want, good.Short, err)
		}
		text, err := Sign(v.Secret, want)
		alone := !strings.Contains(good.Name, "witness")
		if err != nil || alone && string(text) != good.Text {
			t.Errorf("%s: signed as %s, want %s: %v", good.Name, text, good.Text, err)
		}
	}
	for _, bad := range v.Refused {
		if h, err := Open([]byte(bad.Text), v.Public); codeOf(err) != "translog.checkpoint."+bad.Why {
			t.Errorf("%s: opened as %+v, error %v, want %s", bad.Name, h, err, bad.Why)
		}
	}
	if len(v.Good) < 5 || len(v.Refused) < 20 {
		t.Fatalf("%d and %d vectors: the file is not what it was", len(v.Good), len(v.Refused))
	}
}

func TestProofVectors(t *testing.T) {
	var v struct {
		Public string
		Good   []struct {
			Name, Text  string
			Size, Index int64
		}
		Refused []struct{ Name, Why, Text string }
	}
	readVectors(t, "proofs.json", &v)
	var tree treeVectors
	readVectors(t, "tree.json", &tree)
	kept := memory(hashesOf(t, tree.Stored))
	for _, good := range v.Good {
		p, err := CheckProof([]byte(good.Text), v.Public)
		if err != nil || p.Act.Seq != good.Index || p.Head.Size != good.Size {
			t.Errorf("%s: %+v, %v", good.Name, p, err)
		}
		_, rest, _ := strings.Cut(good.Text, "\n\n")
		_, checkpoint, _ := strings.Cut(rest, "\n\n")
		text, err := Prove([]byte(tree.Entries[good.Index]), []byte(checkpoint), v.Public, kept)
		if err != nil || string(text) != good.Text {
			t.Errorf("%s: proof\n%s\nwant\n%s: %v", good.Name, text, good.Text, err)
		}
	}
	for _, bad := range v.Refused {
		p, err := CheckProof([]byte(bad.Text), v.Public)
		if code := codeOf(err); code != "translog.proof."+bad.Why && code != "translog.checkpoint."+bad.Why {
			t.Errorf("%s: %+v, error %v, want %s", bad.Name, p, err, bad.Why)
		}
	}
	if len(v.Good) < 10 || len(v.Refused) < 20 {
		t.Fatalf("%d and %d vectors: the file is not what it was", len(v.Good), len(v.Refused))
	}
}
