// Package dice is chance that comes out the same everywhere.
//
// Takes a seed, and numbers that name what the chance is for.
// Gives streams of whole numbers.
// Never reads a clock or a global source, and never uses a float.
package dice

import "math/bits"

// Stream is SplitMix64 (Steele, Lea, Flood 2014): small, fast, and the same on every machine and Go version,
// which a generator whose bytes are a promise needs.
type Stream struct{ state uint64 }

const golden = 0x9e3779b97f4a7c15

// New starts a stream of its own for each purpose, so that a change in one part of a month moves no other.
func New(seed uint64, parts ...uint64) *Stream {
	r := &Stream{seed}
	for _, p := range parts {
		r.state = r.Next() ^ p*golden
	}
	return r
}

// Next is 64 bits of chance.
func (r *Stream) Next() uint64 {
	r.state += golden
	z := r.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Below is a number from 0 to n−1. The bias of the multiplication is under n / 2^64.
func (r *Stream) Below(n int) int {
	hi, _ := bits.Mul64(r.Next(), uint64(n))
	return int(hi)
}

// Between is a number from lo to hi, both included.
func (r *Stream) Between(lo, hi int) int { return lo + r.Below(hi-lo+1) }

// Chance is true in permille of 1000 draws.
func (r *Stream) Chance(permille int) bool { return r.Below(1000) < permille }

// Weighted is an index drawn by its weight.
func (r *Stream) Weighted(weights []int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := r.Below(sum)
	for i, w := range weights {
		if n -= w; n < 0 {
			return i
		}
	}
	panic("dice: weights do not sum")
}

// Shuffle orders a list by the stream (Fisher and Yates).
func Shuffle[T any](r *Stream, list []T) {
	for i := len(list) - 1; i > 0; i-- {
		j := r.Below(i + 1)
		list[i], list[j] = list[j], list[i]
	}
}
