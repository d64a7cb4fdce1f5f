package detect

import (
	"bytes"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// town is 200 cards. Each pays on the first four days at four terminals of its own, and on the fifth at that
// of its quarter: number 1 to 10, with 20 cards each. That makes 1,000 visits of a card to a terminal.
type town struct {
	rows   []stream.Txn
	labels map[int64]stream.Label
}

func newTown() *town {
	w := &town{labels: map[int64]stream.Label{}}
	for day := range 5 {
		for card := range 200 {
			at := 100 + card*4 + day
			if day == 4 {
				at = 1 + card%10
			}
			w.pay(card, at, day*secondsOfDay+card*60, 2000)
		}
	}
	return w
}

func (w *town) pay(card, terminal, second int, amount int64) stream.Txn {
	t := stream.Txn{
		Ref: int64(len(w.rows)), At: tillproof.LocalTime(1_790_000_000 + second), Timed: true,
		Card: stream.Key(1000 + card), Terminal: stream.Key(terminal), Amount: amount,
		Currency: tillproof.CNY, Kind: tillproof.Sale, STAN: -1,
	}
	w.rows = append(w.rows, t)
	return t
}

// abuse is a fraud that is known two days later.
func (w *town) abuse(card, terminal, second int) {
	t := w.pay(card, terminal, second, 50_000)
	w.labels[t.Ref] = stream.Label{Txn: t, Known: t.At + 2*secondsOfDay, Fraud: true}
}

// play sends the town through an engine; batch 0 is one without a teacher. With again, the engine is saved
// and restored after the row of that number.
func (w *town) play(t *testing.T, batch, again int) []*Incident {
	t.Helper()
	w.pay(199, 10, 99*secondsOfDay, 2000) // the stream goes on, so that all verdicts are heard
	defer func() { w.rows = w.rows[:len(w.rows)-1] }()
	opts := Options{Verdicts: true, Least: 100 * Certain}
	if batch > 0 {
		opts.Teacher = &byAmount{}
	}
	e := NewEngine(opts)
	for i, x := range w.rows {
		if batch > 0 {
			e.relay.size = batch
		}
		if l, ok := w.labels[x.Ref]; ok {
			e.Know(l)
		}
		if err := e.Push(x); err != nil {
			t.Fatal(err)
		}
		if again == i && i > 0 {
			var err error
			if e, err = RestoreEngine(bytes.NewReader(savedEngine(t, e)), opts); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := e.End(); err != nil {
		t.Fatal(err)
	}
	return e.Incidents()
}

// Of the 20 cards of quarter 8 eight are abused, each elsewhere. That makes 8 × 5 = 40 visits before abuse
// among 1,008, the last eight being those of the thieves; chance gives a terminal of 20 cards 20 × 40 / 1,008
// = 0.79 of them, and eight is more than 5 + 3 × 0.79 = 7.4. Of other terminals it is 32 of 988, 32 in 1,000.
func TestCommonPoint(t *testing.T) {
	w := newTown()
	for i := range 8 {
		w.abuse(7+10*i, 5000+i, 11*secondsOfDay+i*1000)
	}
	for _, c := range [][2]int{{0, 0}, {0, 1004}, {1, 0}, {64, 0}, {64, 1004}} {
		got := w.play(t, c[0], c[1])
		if len(got) != 1 {
			t.Fatalf("%v: %d incidents", c, len(got))
		}
		in := got[0]
		if in.Rule.ID != CommonPoint || in.Count != 8 || in.Sum != 8*50_000 ||
			in.Facts != [6]int64{8, 20, 32} {
			t.Errorf("%v: %s, %d rows, %d, %v", c, in.Rule.ID, in.Count, in.Sum, in.Facts)
		}
		for i, p := range in.Parts { // the visits of cards 7, 17 … on the fifth day
			if want := int64(4*200 + 7 + 10*i); p.Ref != want {
				t.Errorf("%v: row %d is %d, want %d", c, i, p.Ref, want)
			}
		}
	}
}

func TestCommonPointIsSilent(t *testing.T) {
	for name, crime := range map[string]func(w *town){
		// 20 × 35 / 1,007 is 0.70, and seven is less than 5 + 3 × 0.70.
		"seven cards": func(w *town) {
			for i := range 7 {
				w.abuse(7+10*i, 5000+i, 11*secondsOfDay+i*1000)
			}
		},
		"all at one terminal": func(w *town) {
			for i := range 8 {
				w.abuse(7+10*i, 5000, 11*secondsOfDay+i*1000)
			}
		},
		"two months later": func(w *town) {
			for i := range 8 {
				w.abuse(7+10*i, 5000+i, 65*secondsOfDay+i*1000)
			}
		},
		"of all quarters": func(w *town) {
			for i := range 20 {
				w.abuse(i, 5000+i, 11*secondsOfDay+i*1000)
			}
		},
		"one card eight times": func(w *town) {
			for i := range 8 {
				w.abuse(7, 5000+i, 11*secondsOfDay+i*1000)
			}
		},
	} {
		w := newTown()
		crime(w)
		if got := w.play(t, 0, 0); len(got) != 0 {
			t.Errorf("%s: %d incidents, %v", name, len(got), got[0].Facts)
		}
	}
}

// Guests of a terminal: three came on day 100, two on 103, one of them told late, four on 140, and one on day
// 300, when the first are too long ago to be remembered.
func TestGuestsOfTheDays(t *testing.T) {
	var at point
	came := func(days ...tillproof.Date) {
		for _, d := range days {
			at.came(d)
		}
	}
	abused := func(days ...tillproof.Date) int64 {
		at.abused = nil
		for _, d := range days {
			at.abused = append(at.abused, Part{At: d.At(12, 0, 0)})
		}
		return at.guests()
	}
	came(100, 100, 100, 103, 140, 140, 140, 103, 140)
	for _, c := range []struct {
		days []tillproof.Date
		want int64
	}{
		{[]tillproof.Date{100}, 5}, // up to 103
		{[]tillproof.Date{104}, 2}, // from 101 on
		{[]tillproof.Date{140, 100}, 9},
		{[]tillproof.Date{120}, 1}, // itself
	} {
		if got := abused(c.days...); got != c.want {
			t.Errorf("%v: %d guests, want %d", c.days, got, c.want)
		}
	}
	if came(300); abused(100, 300) != 2 {
		t.Errorf("%d guests, want the two that were abused", abused(100, 300))
	}
	at = point{}
	came(-3, -2) // before 1970
	if got := abused(-2); got != 2 {
		t.Errorf("%d guests, want 2", got)
	}
}
