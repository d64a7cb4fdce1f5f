package wrap

import (
	"bytes"
	"crypto/sha256"
	"io"
	"testing"

	"github.com/tillproof/tillproof/internal/format"
)

// FuzzOpen: any bytes are opened or refused without a panic, within the bounds, under harmless names, and a
// second reading of a file gives the same bytes.
func FuzzOpen(f *testing.F) {
	inner := zipOf(f, entryOf{name: "a.csv", body: rows})
	for _, b := range [][]byte{
		inner, zipOf(f, entryOf{name: "in.zip", body: string(inner)}, entryOf{name: "../x", body: "x"}),
		gzipOf(f, "day.csv", rows), append(gzipOf(f, "", rows), gzipOf(f, "b", "b")...),
		gzipOf(f, "in.zip", string(inner)), zipOf(f, entryOf{"\xd2\xb5", "x", true}),
		inner[:50], []byte("PK\x03\x04"), []byte("\x1f\x8b\x08\x1cxxxxxx"),
		zipOf(f, entryOf{name: "__MACOSX/x", body: "x"}, entryOf{name: "y"}),
	} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		in, err := format.NewInput("a.zip", bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		c, packed, err := openKeeping(in, 1<<20)
		if err != nil && code(err) == "" {
			t.Fatalf("an error without a code: %v", err)
		}
		if !packed && (err != nil || len(c.Members) > 0) {
			t.Fatalf("no wrapper, but %v %v", c, err)
		}
		if len(c.Members) > maxMembers {
			t.Fatalf("%d members", len(c.Members))
		}
		for _, m := range c.Members {
			for _, r := range m.Name {
				if r < ' ' {
					t.Fatalf("name %q", m.Name)
				}
			}
			if first, second := digest(t, m), digest(t, m); first != second {
				t.Fatalf("%s is read in two ways", m.Name)
			}
		}
	})
}

func digest(t *testing.T, m *Member) (d [sha256.Size]byte) {
	in, err := m.Input()
	if err != nil {
		if code(err) == "" {
			t.Fatalf("an error without a code: %v", err)
		}
		return d
	}
	h := sha256.New()
	if n, err := io.Copy(h, in.Bytes()); err != nil || n != in.Size {
		t.Fatalf("%s: %d bytes of %d, %v", m.Name, n, in.Size, err)
	}
	h.Sum(d[:0])
	return d
}
