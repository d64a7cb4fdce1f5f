package all

import (
	"bytes"
	"context"
	"errors"
	"hash/fnv"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

// memory is a file in memory.
type memory struct{ b []byte }

func (m *memory) ReadAt(p []byte, off int64) (int, error) { return bytes.NewReader(m.b).ReadAt(p, off) }

func (m *memory) WriteAt(p []byte, off int64) (int, error) {
	if more := int(off) + len(p) - len(m.b); more > 0 {
		m.b = append(m.b, make([]byte, more)...)
	}
	return copy(m.b[off:], p), nil
}

func (m *memory) Truncate(size int64) error { m.b = m.b[:size]; return nil }

func tokenOf(pan string) uint64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, pan)
	return h.Sum64() | 1
}

// loaded is what a file reads to.
func loaded(raw []byte, opt format.Options) (tillproof.Source, []tillproof.Record, error) {
	in, err := format.NewInput("x", bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return tillproof.Source{}, nil, err
	}
	var records []tillproof.Record
	src, err := format.Load(in, Formats(), opt, func(r tillproof.Record) error {
		records = append(records, r)
		return nil
	})
	return src, records, err
}

func redacted(raw []byte, opt format.RedactOptions) ([]byte, *format.Redacted, error) {
	in, err := format.NewInput("x", bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, nil, err
	}
	to := &memory{}
	out, err := format.Redact(context.Background(), in, Formats(), opt, to)
	return to.b, out, err
}

// packed are the rooms of files with packed digits or fixed columns, which a planted number breaks: they may
// refuse. No copy of theirs may show a number all the same.
var packed = map[string]bool{"ctf": true, "ipm": true, "iso8583": true, "xls": true, "xlsx": true}

// TestRedactedPlants plants numbers all over the files of every format and asks for a copy.
func TestRedactedPlants(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	files := own(t)
	for _, room := range slices.Sorted(maps.Keys(files)) {
		done, refused := 0, 0
		for _, name := range files[room] {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			words := formattest.WordsOf(raw)
			for i := 0; i < plantsPerFile && len(words) > 0; i++ {
				pan := formattest.Planted[rng.IntN(len(formattest.Planted))]
				as := formattest.Disguises[i%len(formattest.Disguises)](pan)
				b, ok := formattest.Plant(raw, words[rng.IntN(len(words))], as)
				if !ok {
					continue
				}
				src, records, err := loaded(b, format.Options{Token: tokenOf})
				switch {
				case err != nil || src.Masked == 0:
				case checkRedacted(t, b, pan, records):
					done++
				default:
					refused++
				}
			}
		}
		t.Logf("%s: %d copies, %d refused", room, done, refused)
		if !packed[room] && (done == 0 || refused*20 > done) {
			t.Errorf("%s: %d copies, %d refused", room, done, refused)
		}
	}
}

// checkRedacted asks for a copy; false where that is refused.
func checkRedacted(t *testing.T, raw []byte, pan string, want []tillproof.Record) bool {
	t.Helper()
	text, out, err := redacted(raw, format.RedactOptions{Options: format.Options{Token: tokenOf}})
	var e *tillproof.Error
	if errors.As(err, &e) && e.Code == "format.redact.unable" {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	if formattest.Shows(string(text), pan) {
		t.Errorf("%s is left in %s", pan, formattest.Around(string(text), pan))
	}
	src, got, err := loaded(text, format.Options{Tokens: out.Tokens})
	if err != nil || src.Masked != 0 || len(got) != len(want) {
		t.Errorf("%d records for %d, %d masked, %v", len(got), len(want), src.Masked, err)
		return true
	}
	for i := range got {
		if got[i].ID != want[i].ID || got[i].Card != want[i].Card {
			t.Errorf("record %d: %+v %+v", i, got[i], want[i])
		}
	}
	return true
}
