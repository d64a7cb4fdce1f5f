package stream

import (
	"bytes"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
)

func pushed(q *Queue, rows []Txn) []Txn {
	var out []Txn
	pass := func(t *Txn) { out = append(out, *t) }
	for i := range rows {
		q.Push(&rows[i], pass)
	}
	q.End(pass)
	return out
}

// Rows that come late within the bound, in any order, leave in the written order.
func TestLateRowsWithinTheBoundAreSorted(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows := drawRows(rt)
		slices.SortFunc(rows, func(a, b Txn) int { return Compare(&a, &b) })
		lateness := rapid.IntRange(0, 15).Draw(rt, "lateness")
		came := slices.Clone(rows)
		// A row is held up by at most the bound; rows of one moment come in any order.
		delay := make(map[int64]int64, len(came))
		for _, r := range came {
			delay[r.Ref] = int64(r.At)*1000 + int64(rapid.IntRange(0, lateness*1000).Draw(rt, "delay")) +
				int64(rapid.IntRange(0, 999).Draw(rt, "shake"))
		}
		slices.SortStableFunc(came, func(a, b Txn) int { return int(delay[a.Ref] - delay[b.Ref]) })
		q := &Queue{Lateness: int64(lateness)}
		if got := pushed(q, came); !slices.Equal(got, rows) || q.Late != 0 {
			t.Fatalf("%d late; got %v\nwant %v", q.Late, got, rows)
		}
	})
}

func TestRowBeyondTheBoundIsPassedOnAndCounted(t *testing.T) {
	at := func(ref int64, second int) Txn { return Txn{Ref: ref, At: tillproof.LocalTime(second)} }
	q := &Queue{Lateness: 10}
	got := pushed(q, []Txn{at(1, 100), at(2, 90), at(3, 120), at(4, 110), at(5, 109), at(6, 119)})
	var order []int64
	for _, r := range got {
		order = append(order, r.Ref)
	}
	// Row 3 shows that nothing before 110 is awaited: 2 and 1 leave, and 5 is passed on at once.
	if want := []int64{2, 1, 5, 4, 6, 3}; !slices.Equal(order, want) || q.Late != 1 {
		t.Errorf("order %v, want %v; %d late", order, want, q.Late)
	}
}

// A queue that is saved with rows in it goes on as one that never stopped.
func TestQueueRestored(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows := drawRows(rt)
		cut := rapid.IntRange(0, len(rows)).Draw(rt, "cut")
		q := &Queue{Lateness: 7}
		want := pushed(&Queue{Lateness: 7}, rows)
		var got []Txn
		pass := func(t *Txn) { got = append(got, *t) }
		for i := range rows[:cut] {
			q.Push(&rows[i], pass)
		}
		var b bytes.Buffer
		w := TapeTo(&b, [4]byte{1}, 1)
		q.Walk(w)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		q = &Queue{}
		r := TapeFrom(&b, [4]byte{1}, 1)
		q.Walk(r)
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		for i := range rows[cut:] {
			q.Push(&rows[cut+i], pass)
		}
		q.End(pass)
		if !slices.Equal(got, want) {
			t.Fatalf("got %v\nwant %v", got, want)
		}
	})
}
