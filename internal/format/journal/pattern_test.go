package journal

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestWordsOf(t *testing.T) {
	for in, want := range map[string][]string{
		`签购单`: {"签购单"}, `(?i)total|amount`: {"TOTAL", "AMOUNT"}, `^\s*(?:a|[b-d]+)`: nil,
		`x?batch\s*(?P<batch>\d+)`: {"BATCH"}, `(?:ab)+c{2,}`: {"AB"}, `(?:ab){0,2}`: nil, `\d\d/\d\d`: {"/"},
	} {
		p, err := compilePattern(in)
		if err != nil || !slices.Equal(p.words, want) {
			t.Errorf("%s: %q, %v; want %q", in, p.words, err, want)
		}
	}
	if _, err := compilePattern("("); err == nil {
		t.Error("a broken pattern is not noticed")
	}
}

// TestWordsLoseNothing: whatever matches, holds one of the words.
func TestWordsLoseNothing(t *testing.T) {
	var lines []string
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.Split(string(raw), "\n")...)
	}
	matched := 0
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(lines).Draw(t, "line") + rapid.SampledFrom(lines).Draw(t, "more")
		if rapid.Bool().Draw(t, "small") {
			text = strings.ToLower(text)
		}
		for _, p := range profiles() {
			all := append([]pattern{p.start, p.end}, p.fields...)
			for _, s := range p.statuses {
				all = append(all, s.pattern)
			}
			for _, re := range all {
				if re.MatchString(text) {
					matched++
					if !re.in(lineOf(text)) {
						t.Fatalf("%s matches %q and holds none of %q", re, text, re.words)
					}
				}
			}
		}
	})
	if matched == 0 {
		t.Error("nothing matched")
	}
}
