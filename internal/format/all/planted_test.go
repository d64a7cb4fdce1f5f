package all

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

// plantsPerFile makes a thousand numbers and more over the files of testdata.
const plantsPerFile = 24

// TestPlantedCards puts card numbers in the place of words and numbers all over the files of every format,
// and looks for them in everything that comes out: records, issues, errors.
func TestPlantedCards(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	count := 0
	files := own(t)
	for _, room := range slices.Sorted(maps.Keys(files)) { // always the same numbers in the same places
		for _, name := range files[room] {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(name, ".xlsx") {
				continue // packed: TestPlantedInWorkbooks
			}
			words := formattest.WordsOf(raw)
			if len(words) == 0 && (strings.HasSuffix(name, ".ipm") || strings.HasSuffix(name, "itf.ctf")) {
				continue // EBCDIC: its room puts numbers into it
			}
			if len(words) == 0 {
				t.Errorf("%s: no word to replace", name)
				continue
			}
			for i := range plantsPerFile {
				pan := formattest.Planted[rng.IntN(len(formattest.Planted))]
				as := formattest.Disguises[i%len(formattest.Disguises)](pan)
				w := words[rng.IntN(len(words))]
				b, ok := formattest.Plant(raw, w, as)
				if !ok {
					continue // the charset has no full-width digits
				}
				count++
				out := everything(b, "export "+as+".txt")
				if formattest.Shows(out, pan) {
					t.Errorf("%s: %q for %q is left in %s",
						name, as, raw[w[0]:w[1]], formattest.Around(out, pan))
				}
			}
		}
	}
	if count < 1000 {
		t.Errorf("%d numbers planted, fewer than a thousand", count)
	}
}

// everything is all that reading a file gives: the source, its records, and the error with its parts.
func everything(raw []byte, name string) string {
	in, err := format.NewInput(name, bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return fmt.Sprint(err)
	}
	var records []tillproof.Record
	src, err := format.Load(in, Formats(), format.Options{}, func(r tillproof.Record) error {
		records = append(records, r)
		return nil
	})
	out := fmt.Sprintf("%+v %+v %v", src, records, err)
	var e *tillproof.Error
	if errors.As(err, &e) {
		out += fmt.Sprintf(" %+v %v", *e, e.Err)
	}
	return out
}
