package formattest

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// Leaf is a format under test.
type Leaf struct {
	Formats []format.Format
	Ending  string // of its files in testdata
	Options format.Options
	// Record writes a record as a person can work it out from the file.
	Record func(tillproof.Record) string
	// Shape is what the format adds to Show, or takes from it; nil: nothing.
	Shape func(src tillproof.Source, text string) string
	// InStatements says that each entry of a file belongs to one of its statements.
	InStatements bool
	// Also is what else must hold of any input, beside what Holds says; it answers what is wrong.
	Also func(raw []byte, src tillproof.Source, records []tillproof.Record) string
}

// Load reads bytes as a file of the format.
func (l Leaf) Load(raw []byte, opt format.Options) (tillproof.Source, []tillproof.Record, error) {
	return Load(raw, l.Formats, opt)
}

// Show writes what was read as lines, in the shape of the format.
func (l Leaf) Show(src tillproof.Source, records []tillproof.Record) string {
	text := Show(src, records, l.Record)
	if l.Shape != nil {
		text = l.Shape(src, text)
	}
	return text
}

// issueColumn is where a tag stands in its line, which says nothing that the line does not.
var issueColumn = regexp.MustCompile(`(?m)^(issue .*):\d+$`)

// NoColumns is the Shape of formats whose issues are found by their line.
func NoColumns(_ tillproof.Source, text string) string {
	return issueColumn.ReplaceAllString(text, "$1")
}

// Decided is the Shape of formats that decide how a file is read.
func Decided(src tillproof.Source, text string) string {
	for _, d := range src.Decisions {
		text += fmt.Sprintf("decision %s %s\n", d.Code, d.Params["n"])
	}
	return text
}

// files are the format's own, by their names.
func (l Leaf) files(t testing.TB) []string {
	t.Helper()
	names, err := filepath.Glob("testdata/*" + l.Ending)
	if err != nil || len(names) < 3 {
		t.Fatalf("testdata is missing: %d files, %v", len(names), err)
	}
	for i, name := range names {
		names[i] = filepath.Base(name)
	}
	return names
}

// File is a file of testdata.
func File(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// Files compares each file of testdata with what was worked out from it by hand: the file of the same name
// that ends in .want.
func (l Leaf) Files(t *testing.T) {
	for _, name := range l.files(t) {
		t.Run(name, func(t *testing.T) {
			raw, want := File(t, name), File(t, strings.TrimSuffix(name, l.Ending)+".want")
			src, records, err := l.Load(raw, l.Options)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), l.Show(src, records)); d != "" {
				t.Error(d)
			}
			l.Holds(t, raw, l.Options)
		})
	}
}

// Fuzz starts from the files of testdata and the seeds, and asks what Holds asks.
func (l Leaf) Fuzz(f *testing.F, seeds ...string) {
	for _, name := range l.files(f) {
		f.Add(File(f, name))
	}
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) { l.Holds(t, raw, l.Options) })
}

// Holds asks what holds of any input: nothing panics, an error has a code, each entry gave a record or is
// listed as unread, and the same bytes give the same again.
func (l Leaf) Holds(t *testing.T, raw []byte, opt format.Options) {
	t.Helper()
	if wrong := l.wrong(raw, opt); wrong != "" {
		t.Error(wrong)
	}
}

func (l Leaf) wrong(raw []byte, opt format.Options) string {
	src, records, err := l.Load(raw, opt)
	again, rows, err2 := l.Load(raw, opt)
	entries := 0
	for _, s := range src.Statements {
		entries += s.Entries
	}
	switch {
	case err != nil && Code(err) == "":
		return fmt.Sprintf("an error without a code: %v", err)
	case fmt.Sprint(err) != fmt.Sprint(err2):
		return fmt.Sprintf("read again: %v, and before: %v", err2, err)
	case err != nil:
		return ""
	case len(records)+src.Unread != src.Totals.Entries:
		return fmt.Sprintf("%d records, %d unread, %d entries", len(records), src.Unread, src.Totals.Entries)
	case l.InStatements && entries != src.Totals.Entries:
		return fmt.Sprintf("statements hold %d entries, the file %d", entries, src.Totals.Entries)
	case !reflect.DeepEqual(src, again) || !reflect.DeepEqual(records, rows):
		return "read again: " + cmp.Diff(l.Show(src, records), l.Show(again, rows))
	case l.Also != nil:
		return l.Also(raw, src, records)
	}
	return ""
}

// Bad is a text, and the code of why it is refused, or the codes of the issues it gives.
type Bad [2]string

// Refuses asks that each text stops the reading under its code.
func (l Leaf) Refuses(t *testing.T, cases map[string]Bad) {
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if _, _, err := l.Load([]byte(c[0]), format.Options{}); Code(err) != c[1] {
				t.Errorf("%v, want %s", err, c[1])
			}
		})
	}
}

// Lists asks that each text gives exactly its issues, in their order. Codes leave out the prefix of the
// format.
func (l Leaf) Lists(t *testing.T, prefix string, cases map[string]Bad) {
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			src, _, err := l.Load([]byte(c[0]), format.Options{})
			var got []string
			for _, i := range src.Issues {
				got = append(got, strings.TrimPrefix(i.Code, prefix))
			}
			if err != nil || strings.Join(got, " ") != c[1] {
				t.Errorf("%v, %v; want %q", got, err, c[1])
			}
		})
	}
}

// Overlap asks that two exports of one account share the ids of their lines, wherever these stand, and that
// repeats stay apart. The line of the first stands in the second as its second and third.
func (l Leaf) Overlap(t *testing.T, one, three string) {
	t.Helper()
	_, a, errA := l.Load([]byte(one), format.Options{})
	_, b, errB := l.Load([]byte(three), format.Options{})
	if errA != nil || errB != nil || len(a) != 1 || len(b) != 3 {
		t.Fatal(len(a), len(b), errA, errB)
	}
	if a[0].ID != b[1].ID || b[1].ID == b[2].ID {
		t.Errorf("ids %s, %s, %s", a[0].ID, b[1].ID, b[2].ID)
	}
}
