package vaulttest

import (
	"errors"
	"io"
	"io/fs"
	"slices"
	"testing"

	"github.com/tillproof/tillproof/internal/vault"
)

// Blobs is the suite for blobs that are new and empty.
func Blobs(t *testing.T, b vault.Blobs) {
	t.Helper()
	put := func(name, text string, over bool) error {
		return b.Put(func(w io.Writer) (vault.Place, error) {
			_, err := io.WriteString(w, text)
			return vault.Place{Name: name, Over: over}, err
		})
	}
	want := func(name, text string) {
		t.Helper()
		got, err := read(b, name)
		if err != nil || got != text {
			t.Errorf("%s is %q, %v; want %q", name, got, err, text)
		}
	}
	check(t, "put", put("objects/aa/1.age", "one", false), nil)
	want("objects/aa/1.age", "one")
	check(t, "put over what is there", put("objects/aa/1.age", "two", false), fs.ErrExist)
	want("objects/aa/1.age", "one")
	check(t, "take over", put("objects/aa/1.age", "two", true), nil)
	want("objects/aa/1.age", "two")
	check(t, "take over what is not there", put("keys/k", "", true), nil)
	want("keys/k", "")
	check(t, "nowhere", put("", "lost", false), nil)
	broken := errors.New("the source breaks off")
	check(t, "a source that breaks off", b.Put(func(w io.Writer) (vault.Place, error) {
		_, _ = io.WriteString(w, "half")
		return vault.Place{Name: "keys/k", Over: true}, broken
	}), broken)
	want("keys/k", "")
	check(t, "settle", b.Settle("objects/aa/1.age"), nil)
	_, err := b.Get("objects/aa/2.age")
	check(t, "get what is not there", err, fs.ErrNotExist)
	list(t, b, "", vault.Named{Name: "keys/k"}, vault.Named{Name: "objects/aa/1.age", Size: 3})
	list(t, b, "objects/", vault.Named{Name: "objects/aa/1.age", Size: 3})
	check(t, "remove", b.Remove("objects/aa/1.age"), nil)
	check(t, "remove again", b.Remove("objects/aa/1.age"), fs.ErrNotExist)
	check(t, "put anew", put("objects/aa/1.age", "three", false), nil)
	want("objects/aa/1.age", "three")
}

func check(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func list(t *testing.T, b vault.Blobs, prefix string, want ...vault.Named) {
	t.Helper()
	if got, err := b.List(prefix); err != nil || !slices.Equal(got, want) {
		t.Errorf("the list of %q is %v, %v", prefix, got, err)
	}
}

func read(b vault.Blobs, name string) (string, error) {
	f, err := b.Get(name)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(io.NewSectionReader(f, 0, f.Size()))
	return string(text), errors.Join(err, f.Close())
}
