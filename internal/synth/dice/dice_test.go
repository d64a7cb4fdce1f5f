package dice

import (
	"slices"
	"testing"
)

// TestPublished holds the stream to the numbers that Vigna's reference program prints for the seed 1234567.
func TestPublished(t *testing.T) {
	r := New(1234567)
	for i, want := range []uint64{
		6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431,
		16408922859458223821,
	} {
		if got := r.Next(); got != want {
			t.Errorf("number %d is %d, published is %d", i, got, want)
		}
	}
}

func TestRanges(t *testing.T) {
	r := New(7, 1)
	seen := map[int]bool{}
	for range 1000 {
		n := r.Between(3, 5)
		seen[n] = true
		if n < 3 || n > 5 {
			t.Fatalf("%d is not between 3 and 5", n)
		}
		if r.Chance(0) || !r.Chance(1000) {
			t.Fatal("a chance of none came true, or one of all did not")
		}
		if r.Weighted([]int{0, 4, 0}) != 1 {
			t.Fatal("an index without weight was drawn")
		}
	}
	if len(seen) != 3 {
		t.Errorf("of three numbers only %v were drawn", seen)
	}
	list := []int{1, 2, 3, 4, 5, 6, 7, 8}
	Shuffle(r, list)
	if slices.IsSorted(list) {
		t.Error("the list was not shuffled")
	}
	slices.Sort(list)
	if !slices.Equal(list, []int{1, 2, 3, 4, 5, 6, 7, 8}) {
		t.Errorf("shuffling changed the list to %v", list)
	}
}
