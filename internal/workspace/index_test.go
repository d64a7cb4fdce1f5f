package workspace

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
)

// line is a record whose id is that of its text; like rows have the same day and amount.
func line(text string, day, minor int) tillproof.Record {
	r := tillproof.NewRecord(tillproof.Sale)
	r.ID = tillproof.RecordIDOf(tillproof.Terminal, []byte(text), 0)
	r.SettleDate = tillproof.Date(day)
	cny, _ := tillproof.ParseCurrency("CNY")
	r.Amount = tillproof.NewMoney(int64(minor), cny)
	return r
}

func indexOf(t interface{ Fatal(...any) }, records []tillproof.Record) (index, *indexWriter) {
	w, err := newIndex()
	if err == nil {
		for i := range records {
			err = errors.Join(err, w.add(&records[i]))
		}
		err = errors.Join(err, w.done())
	}
	size, wrong := w.size()
	if err = errors.Join(err, wrong); err != nil {
		t.Fatal(err)
	}
	return index{w.file, size}, w
}

// TestCompareByHand has rows that are the same, rows that look the same, and rows that are new.
func TestCompareByHand(t *testing.T) {
	own := []tillproof.Record{
		line("a", 10, 100), line("b", 10, 200), line("c", 11, 300), line("d", 11, 300), line("e", 12, 500),
	}
	others := []tillproof.Record{
		line("a", 10, 100),                       // the same line
		line("x", 11, 300),                       // looks like c and d, but is one row
		line("y", 13, 500),                       // another day
		line("z", 10, 100), line("zz", 10, 9999), // looks like a, which is known already
	}
	x, w := indexOf(t, own)
	defer w.drop()
	o, v := indexOf(t, others)
	defer v.drop()
	got, err := x.compare([]index{o})
	if want := (compared{known: 1, alike: 1}); err != nil || got != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
}

// TestCompareCounts compares with counting in maps.
func TestCompareCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) []tillproof.Record {
			texts := rapid.SliceOfNDistinct(rapid.IntRange(0, 60), 0, 40, rapid.ID[int]).Draw(t, label)
			out := make([]tillproof.Record, len(texts))
			for i, n := range texts {
				out[i] = line(fmt.Sprint(n), n%3, 100*(n%2))
			}
			return out
		}
		own, first, second := draw("own"), draw("first"), draw("second")
		have := map[tillproof.RecordID]bool{}
		for _, r := range append(append([]tillproof.Record{}, first...), second...) {
			have[r.ID] = true
		}
		var want compared
		left := map[[8]byte]int{}
		ownIDs := map[tillproof.RecordID]bool{}
		for i := range own {
			ownIDs[own[i].ID] = true
			if have[own[i].ID] {
				want.known++
				continue
			}
			left[likeness(&own[i])]++
		}
		for _, list := range [][]tillproof.Record{first, second} {
			for i := range list {
				if like := likeness(&list[i]); !ownIDs[list[i].ID] && left[like] > 0 {
					left[like]--
					want.alike++
				}
			}
		}
		x, w := indexOf(t, own)
		defer w.drop()
		a, v := indexOf(t, first)
		defer v.drop()
		b, u := indexOf(t, second)
		defer u.drop()
		if got, err := x.compare([]index{a, b}); err != nil || got != want {
			t.Fatalf("got %+v, %v; want %+v", got, err, want)
		}
	})
}

// TestDamagedIndex cuts an index at each byte: what is left is refused.
func TestDamagedIndex(t *testing.T) {
	_, w := indexOf(t, []tillproof.Record{line("a", 1, 1), line("b", 2, 2)})
	defer w.drop()
	whole, err := os.ReadFile(w.file.Name())
	if err != nil {
		t.Fatal(err)
	}
	for n := range whole {
		cut := index{at: readerAt(whole[:n]), size: int64(n)}
		err := cut.chunks(func([]row) error { return nil })
		if n != len(indexHead) && !isCode(err, "workspace.index") {
			t.Errorf("an index of %d bytes is read: %v", n, err)
		}
	}
}

type readerAt []byte

func (b readerAt) ReadAt(p []byte, off int64) (int, error) { return copy(p, b[off:]), nil }

// TestNoRoomForAnIndex: a temporary file that cannot be made is told as that, with what to do.
func TestNoRoomForAnIndex(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir()+"/gone")
	if _, err := newIndex(); !isCode(err, "workspace.scratch") {
		t.Errorf("%v", err)
	}
}
