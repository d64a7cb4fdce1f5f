package synth

import "math/bits"

// rng is SplitMix64 (Steele, Lea, Flood 2014): small, fast, and the same on every machine and Go version,
// which a generator whose bytes are a promise needs.
type rng struct{ state uint64 }

const golden = 0x9e3779b97f4a7c15

// newRNG starts a stream of its own for each purpose, so that a change in one part of the month moves no
// other.
func newRNG(seed uint64, parts ...uint64) *rng {
	r := &rng{seed}
	for _, p := range parts {
		r.state = r.next() ^ p*golden
	}
	return r
}

func (r *rng) next() uint64 {
	r.state += golden
	z := r.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below is a number from 0 to n−1. The bias of the multiplication is under n / 2^64.
func (r *rng) below(n int) int {
	hi, _ := bits.Mul64(r.next(), uint64(n))
	return int(hi)
}

// between is a number from lo to hi, both included.
func (r *rng) between(lo, hi int) int { return lo + r.below(hi-lo+1) }

// chance is true in permille of 1000 draws.
func (r *rng) chance(permille int) bool { return r.below(1000) < permille }

// weighted is an index drawn by its weight.
func (r *rng) weighted(weights []int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := r.below(sum)
	for i, w := range weights {
		if n -= w; n < 0 {
			return i
		}
	}
	panic("synth: weights do not sum")
}

// shuffle orders a list by the stream (Fisher and Yates).
func shuffle[T any](r *rng, list []T) {
	for i := len(list) - 1; i > 0; i-- {
		j := r.below(i + 1)
		list[i], list[j] = list[j], list[i]
	}
}
