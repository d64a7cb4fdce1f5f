package bulk

import (
	"fmt"
	"slices"
	"testing"

	"github.com/tillproof/tillproof"
)

// fakeFile gives each line the id of its text and of the number that it is told.
func fakeFile(lines map[int64]string, asked *int) func(int64, int) (tillproof.Record, error) {
	return func(offset int64, nth int) (tillproof.Record, error) {
		*asked++
		text, ok := lines[offset]
		if !ok {
			return tillproof.Record{}, fmt.Errorf("no line at %d", offset)
		}
		id := tillproof.RecordIDOf(tillproof.Terminal, []byte(text), uint32(nth))
		return tillproof.Record{ID: id}, nil
	}
}

// TestAnAskerCountsEqualLines: a line has the id of its place among the equal ones before it, also those that
// another file has; the file is asked twice only where lines are alike.
func TestAnAskerCountsEqualLines(t *testing.T) {
	lines := map[int64]string{0: "a", 10: "b", 20: "a", 30: "c", 40: "a", 50: "b"}
	rows := []wanted{{0, 7, 0}, {20, 7, 0}, {30, 7, 0}, {40, 7, 0}, {50, 8, 0}}
	asked := 0
	ask := asker{
		at: fakeFile(lines, &asked), twins: twinsOf(rows), seen: map[tillproof.RecordID]int{},
		before: func(offset int64) int {
			if offset == 50 {
				return 1 // the line at 10, which counts in an earlier export
			}
			return 0
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

// TestManyEqualLinesAreReadTwice: ten thousand lines that say the same have ten thousand ids, and each is
// read for itself alone.
func TestManyEqualLinesAreReadTwice(t *testing.T) {
	const equal = 10_000
	lines := map[int64]string{}
	var rows []wanted
	for i := range int64(equal) {
		lines[i*80] = "the same"
		rows = append(rows, wanted{offset: i * 80, hash: 7})
	}
	asked := 0
	ask := asker{
		at: fakeFile(lines, &asked), twins: twinsOf(rows), seen: map[tillproof.RecordID]int{},
		before: func(int64) int { return 0 },
	}
	for i, row := range rows {
		r, err := ask.record(row)
		want := tillproof.RecordIDOf(tillproof.Terminal, []byte("the same"), uint32(i))
		if err != nil || r.ID != want {
			t.Fatalf("line %d: %v, want %v, %v", i, r.ID, want, err)
		}
	}
	if asked != 2*equal-1 {
		t.Errorf("asked %d times", asked)
	}
}
