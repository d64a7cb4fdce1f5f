package main

import (
	"slices"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// TestSpan reads how long a verdict takes.
func TestSpan(t *testing.T) {
	for in, want := range map[string]int64{
		"7d": 604800, "12h": 43200, "30m": 1800, "45s": 45, "0": 0, "0d": 0, "550d": 550 * 86400,
		"": -1, "7": -1, "d": -1, "-1d": -1, "7 d": -1, "551d": -1,
		"9223372036854775807d": -1, "1.5d": -1, "7w": -1,
	} {
		got, err := seconds(in)
		if err != nil {
			got = -1
		}
		if got != want {
			t.Errorf("%q: %d, want %d", in, got, want)
		}
	}
}

// TestEventBytes: a row comes back as it was laid down, every field of it.
func TestEventBytes(t *testing.T) {
	e := event{
		txn: stream.Txn{
			Ref: 1 << 40, At: -5, Card: 1<<63 + 2, Terminal: 3, Merchant: 4, Category: 5, Amount: 1 << 50,
			Currency: tillproof.CNY, Kind: tillproof.Refund, Status: tillproof.Declined,
			Entry: tillproof.EntryFallback, Class: tillproof.Wallet, Timed: true, Undone: true, Aside: true,
			Token: true, Mask: stream.Mask{6, 2, 0, 9}, Response: [2]byte{'5', '1'}, STAN: -1,
			Batch: 6, RRN: 7, Auth: 8, Order: 9, Original: 10,
		},
		verdict: fraud, known: 1 << 33,
	}
	for _, want := range []event{e, {known: tillproof.NoTime}} {
		var b [eventBytes]byte
		var got event
		want.put(&b)
		if got.take(&b); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

// TestSorter: rows in any order come back in that of time, more than one piece of them too.
func TestSorter(t *testing.T) {
	const rows = 2*pieceRows + 1000
	for name, at := range map[string]func(i int) int{
		"in order":     func(i int) int { return i / 3 },
		"newest first": func(i int) int { return rows - i },
		"by terminal":  func(i int) int { return i % 1000 * 50 },
	} {
		s, err := newSorter()
		if err != nil {
			t.Fatal(err)
		}
		var want []event
		for i := range rows {
			e := event{txn: stream.Txn{
				Ref: int64(i), At: tillproof.LocalTime(at(i)), Amount: int64(i * 7 % 11),
			}}
			want = append(want, e)
			if err := s.add(&e); err != nil {
				t.Fatal(err)
			}
		}
		slices.SortFunc(want, func(a, b event) int { return stream.Compare(&a.txn, &b.txn) })
		n := 0
		err = s.each(func(e *event) error {
			if n < len(want) && *e != want[n] {
				t.Fatalf("%s: row %d is %+v, want %+v", name, n, *e, want[n])
			}
			n++
			return nil
		})
		if err != nil || n != rows {
			t.Errorf("%s: %d rows, %v", name, n, err)
		}
		s.close()
	}
}

// TestVerdictIsNeverEarly: known_at may make a verdict later than its delay, never earlier, and none counts
// at the moment of its own transaction.
func TestVerdictIsNeverEarly(t *testing.T) {
	r := tillproof.NewRecord(tillproof.Sale)
	r.Refs.Order = "77"
	for _, c := range []struct{ delay, known, want int64 }{
		{100, -1, 1100}, {100, 1050, 1100}, {100, 1200, 1200}, {0, -1, 1001}, {0, 900, 1001},
	} {
		b := label{key: stream.KeyOf("77"), known: tillproof.NoTime, fraud: true}
		if c.known >= 0 {
			b.known = tillproof.LocalTime(c.known)
		}
		l := labels{all: []label{b}}
		said, known := l.of(&r, 1000, c.delay)
		if said != fraud || known != tillproof.LocalTime(c.want) {
			t.Errorf("%+v: %v at %d", c, said, known)
		}
	}
}

// TestBudget: the budget is for each day, the most money first, and money counts once. Worked out by hand:
// the second incident of the first day names a row of the first again (50 of its 80), so it saves 27 of 72.
func TestBudget(t *testing.T) {
	day := tillproof.LocalTime(86400 * 20000)
	rule := detect.Rule{ID: "x", Score: 900}
	incident := func(at tillproof.LocalTime, parts ...detect.Part) ranked {
		in := &detect.Incident{Rule: &rule, First: at, Parts: parts, Count: len(parts)}
		for _, p := range parts {
			in.Sum += p.Amount
		}
		return ranked{in: in, chance: 9e8, saved: in.Sum * 9 / 10}
	}
	a := incident(day, detect.Part{Ref: 1, Amount: 100}, detect.Part{Ref: 2, Amount: 50})
	b := incident(day+5, detect.Part{Ref: 2, Amount: 50}, detect.Part{Ref: 3, Amount: 30})
	c := incident(day+9, detect.Part{Ref: 4, Amount: 40})
	d := incident(day+86400, detect.Part{Ref: 5, Amount: 10})
	w := &watch{flags: &detectFlags{alerts: 2, rank: rankMoney}}
	shown, left := w.within([]ranked{d, b, c, a})
	var got []int64
	for _, r := range append(shown, left...) {
		got = append(got, r.in.Parts[0].Ref, r.saved)
	}
	if want := []int64{1, 135, 4, 36, 5, 9, 2, 27}; !slices.Equal(got, want) || len(left) != 1 {
		t.Errorf("%v, %d left, want %v", got, len(left), want)
	}
}
