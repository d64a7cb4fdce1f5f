package bulk

import (
	"fmt"
	"slices"
	"testing"

	"github.com/tillproof/tillproof"
)

// fakeFile gives each line the id of its text, counted among the lines that it is told of.
func fakeFile(lines map[int64]string, asked *int) func(int64, ...int64) (tillproof.Record, error) {
	return func(offset int64, alike ...int64) (tillproof.Record, error) {
		*asked++
		n := uint32(0)
		for _, o := range alike {
			if o < offset && lines[o] == lines[offset] {
				n++
			}
		}
		text, ok := lines[offset]
		if !ok {
			return tillproof.Record{}, fmt.Errorf("no line at %d", offset)
		}
		return tillproof.Record{ID: tillproof.RecordIDOf(tillproof.Terminal, []byte(text), n)}, nil
	}
}

// TestAnAskerCountsEqualLines: a line has the id of its place among the equal ones before it, also those that
// another file has; the file is asked twice only where lines are alike.
func TestAnAskerCountsEqualLines(t *testing.T) {
	lines := map[int64]string{0: "a", 10: "b", 20: "a", 30: "c", 40: "a", 50: "b"}
	rows := []wanted{{0, 7, 0}, {20, 7, 0}, {30, 7, 0}, {40, 7, 0}, {50, 8, 0}}
	asked := 0
	ask := asker{
		at: fakeFile(lines, &asked), twins: twinsOf(rows),
		before: func(offset int64) []int64 {
			if offset == 50 {
				return []int64{10} // it counts in an earlier export
			}
			return nil
		},
	}
	want := []tillproof.RecordID{}
	for _, w := range []struct {
		text string
		n    uint32
	}{{"a", 0}, {"a", 1}, {"c", 0}, {"a", 2}, {"b", 1}} {
		want = append(want, tillproof.RecordIDOf(tillproof.Terminal, []byte(w.text), w.n))
	}
	var got []tillproof.RecordID
	for _, row := range rows {
		r, err := ask.record(row)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if asked != 5+2+1 { // each once, and the second and third a, and the b, once more
		t.Errorf("asked %d times", asked)
	}
	if _, err := ask.record(wanted{offset: 99}); err == nil {
		t.Error("no error for a line that is not there")
	}
}
