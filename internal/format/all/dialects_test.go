package all

import (
	"slices"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// TestDialects: what a format says of a file is in its list, both at the first look and at the end, and each
// list names a dialect once.
func TestDialects(t *testing.T) {
	seen := map[string]int{}
	bare := map[string]bool{"camt.052": true, "xlsx": true} // none of their files in testdata shows one
	for _, names := range own(t) {
		for _, name := range names {
			in := inputOf(t, name)
			f, guess, err := format.Pick(&in.Head, Formats(), format.Options{})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			said := []string{guess.Dialect}
			drop := func(tillproof.Record) error { return nil }
			if src, err := format.Load(in, Formats(), format.Options{}, drop); err == nil {
				said = append(said, src.Dialect)
			}
			for _, dialect := range said {
				if dialect != "" && !slices.Contains(f.Dialects, dialect) {
					t.Errorf("%s: %s does not list its dialect %q", name, f.Name, dialect)
				}
				if dialect != "" {
					seen[f.Name]++
				}
			}
		}
	}
	for _, f := range Formats() {
		sorted := slices.Clone(f.Dialects)
		slices.Sort(sorted)
		if len(slices.Compact(sorted)) != len(f.Dialects) {
			t.Errorf("%s: a dialect is listed twice: %v", f.Name, f.Dialects)
		}
		if len(f.Dialects) > 0 && seen[f.Name] == 0 && !bare[f.Name] {
			t.Errorf("%s: no file of testdata shows a dialect", f.Name)
		}
	}
}
