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
	"golang.org/x/text/encoding/htmlindex"
)

// planted are test numbers that the card schemes and processors publish, of the lengths that are masked
// everywhere.
var planted = []string{
	"4111111111111111", "5555555555554444", "6212345678901265", "3530111333300000", "6011111111111117",
	"4012888888881881", "5105105105105100", "6205500000000000004",
}

// disguises are the ways in which people write a number.
var disguises = []func(pan string) string{
	func(pan string) string { return pan },
	func(pan string) string { return grouped(pan, " ") },
	func(pan string) string { return grouped(pan, "-") },
	fullWidth,
}

func grouped(pan, joint string) string {
	var parts []string
	for len(pan) > 4 {
		parts, pan = append(parts, pan[:4]), pan[4:]
	}
	return strings.Join(append(parts, pan), joint)
}

func fullWidth(pan string) string {
	return strings.Map(func(r rune) rune { return r - '0' + '０' }, pan)
}

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
			words := wordsOf(raw)
			if len(words) == 0 && (strings.HasSuffix(name, ".ipm") || strings.HasSuffix(name, "itf.ctf")) {
				continue // EBCDIC: its room puts numbers into it
			}
			if len(words) == 0 {
				t.Errorf("%s: no word to replace", name)
				continue
			}
			for i := range plantsPerFile {
				pan := planted[rng.IntN(len(planted))]
				as := disguises[i%len(disguises)](pan)
				w := words[rng.IntN(len(words))]
				b, ok := plant(raw, w, as)
				if !ok {
					continue // the charset has no full-width digits
				}
				count++
				out := everything(b, "export "+as+".txt")
				if shows(out, pan) {
					t.Errorf("%s: %q for %q is left in %s", name, as, raw[w[0]:w[1]], around(out, pan))
				}
			}
		}
	}
	if count < 1000 {
		t.Errorf("%d numbers planted, fewer than a thousand", count)
	}
}

// wordsOf are the runs of letters and digits in a file, as pairs of offsets.
func wordsOf(raw []byte) [][2]int {
	var out [][2]int
	from := -1
	for i, c := range append(bytes.Clone(raw), 0) {
		word := c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
		switch {
		case word && from < 0:
			from = i
		case !word && from >= 0:
			if i-from >= 4 && (from == 0 || raw[from-1] < 0x80) { // no trail byte of a Chinese character
				out = append(out, [2]int{from, i})
			}
			from = -1
		}
	}
	return out
}

// plant replaces a word by a number, in the charset of the file.
func plant(raw []byte, w [2]int, as string) ([]byte, bool) {
	in, err := format.NewInput("x", bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, false
	}
	text := []byte(as)
	if in.Charset != "" && in.Charset != format.UTF8 {
		enc, err := htmlindex.Get(in.Charset)
		if err != nil {
			return nil, false
		}
		if text, err = enc.NewEncoder().Bytes(text); err != nil {
			return nil, false
		}
	}
	out := append(bytes.Clone(raw[:w[0]]), text...)
	return append(out, raw[w[1]:]...), true
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

// shows looks for a number whatever stands between its digits and however wide they are.
func shows(out, pan string) bool { return strings.Contains(plainDigits(out), pan) }

func plainDigits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == ' ' || r == '-':
			return -1
		}
		return r
	}, s)
}

func around(out, pan string) string {
	s := plainDigits(out)
	i := strings.Index(s, pan)
	return s[max(0, i-60):min(len(s), i+len(pan)+20)]
}
