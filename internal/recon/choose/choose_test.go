package choose

import (
	"slices"
	"testing"
)

// By hand: which pairs are the strictly best of both their rows, and which rows nothing decides.
func TestDecide(t *testing.T) {
	for _, c := range []struct {
		name  string
		pairs []Pair
		alike bool // the rows of the right cannot be told apart
		taken [][2]int32
		ties  []Tie
	}{
		{
			name:  "the better pair leaves the rest to the other row",
			pairs: []Pair{{Score: 9, L: 0, R: 0}, {Score: 1, L: 1, R: 0}, {Score: 9, L: 0, R: 1}},
			taken: [][2]int32{{1, 0}, {0, 1}},
		},
		{
			name:  "two partners equally good are none",
			pairs: []Pair{{L: 0, R: 0}, {L: 0, R: 1}},
			ties:  []Tie{{Lefts: []int32{0}, Rights: []int32{0, 1}}},
		},
		{
			name:  "unless nothing tells them apart",
			pairs: []Pair{{L: 0, R: 1}, {L: 0, R: 0}},
			alike: true,
			taken: [][2]int32{{0, 0}},
		},
		{
			name:  "who would rather have a refused row waits",
			pairs: []Pair{{L: 0, R: 0}, {L: 1, R: 0}, {Score: 5, L: 2, R: 0}},
			ties: []Tie{
				{Lefts: []int32{0, 1}, Rights: []int32{0}},
				{Lefts: []int32{2}, Rights: []int32{0}, Waits: true},
			},
		},
		{
			name:  "a single pair that a better step holds waits too",
			pairs: []Pair{{L: 3, R: 4, Held: true}},
			ties:  []Tie{{Lefts: []int32{3}, Rights: []int32{4}, Waits: true}},
		},
	} {
		var taken [][2]int32
		ties := Chooser{
			SameL: func(a, b int32) bool { return a == b },
			SameR: func(a, b int32) bool { return c.alike || a == b },
			Take:  func(l, r int32) { taken = append(taken, [2]int32{l, r}) },
		}.Decide(c.pairs)
		if !slices.Equal(taken, c.taken) {
			t.Errorf("%s: took %v, not %v", c.name, taken, c.taken)
		}
		same := func(a, b Tie) bool {
			return slices.Equal(a.Lefts, b.Lefts) && slices.Equal(a.Rights, b.Rights) && a.Waits == b.Waits
		}
		if !slices.EqualFunc(ties, c.ties, same) {
			t.Errorf("%s: ties %v, not %v", c.name, ties, c.ties)
		}
	}
}
