package bulk

import (
	"fmt"
	"testing"

	"github.com/tillproof/tillproof"
)

// TestFramesHoldWhatCellsHold: rows of all sorts, more merchants, days and payouts than there is room for
// side by side, have the sums that a plain map gives them; those of a reading that was given up have none.
func TestFramesHoldWhatCellsHold(t *testing.T) {
	f := newFrames()
	f.room = 3 // pages
	want := map[string]sums{}
	day, _ := tillproof.ParseDate("2026-05-11")
	for i := range 20_000 {
		s := summed{
			merchant: uint32(i*i%71) + uint32(i%2)*maxFramed, kind: tillproof.Sale, cur: uint8(i % 2),
			reading: uint8(i % 3), settle: day + tillproof.Date(i%(maxFrames/4)), value: tillproof.NoDate,
		}
		if i%5 == 0 {
			s.kind, s.payout = tillproof.Refund, uint32(i%7)
		}
		c := f.at(&s)
		c.n++
		c.gross += int64(i)
		c.fee -= int64(i % 9)
		c.due += int64(i - i%9)
		if s.reading == 2 {
			continue
		}
		k := fmt.Sprintf("%+v", s)
		w := want[k]
		want[k] = sums{w.n + 1, w.gross + int64(i), w.fee - int64(i%9), w.due + int64(i-i%9)}
	}
	got := newCells()
	f.mergeInto(got, func(reading uint8) bool { return reading != 2 })
	if len(got.list) != len(want) {
		t.Errorf("%d cells, want %d", len(got.list), len(want))
	}
	for i := range got.list {
		k := got.list[i].key
		s := summed{
			k.merchant(), k.payout(), k.kind(), k.cur(), k.source(), k.settle(), k.value(),
		}
		if name := fmt.Sprintf("%+v", s); got.list[i].sums != want[name] {
			t.Errorf("%s: %+v, want %+v", name, got.list[i].sums, want[name])
		}
	}
}
