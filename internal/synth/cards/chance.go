package cards

import "github.com/tillproof/tillproof/internal/synth/dice"

// octave is a doubling, in the steps in which sizes are drawn.
const octave = 1024

// powers are 2^(i/16), of 65536.
var powers = [17]int64{
	65536, 68438, 71468, 74632, 77936, 81386, 84990, 88752, 92682, 96785, 101070, 105545, 110218, 115098,
	120194, 125515, 131072,
}

// times is v · 2^(steps/octave).
func times(v int64, steps int) int64 {
	whole, part := steps>>10, steps&(octave-1)
	low := powers[part>>6]
	v = v * (low + (powers[part>>6+1]-low)*int64(part&63)/64)
	if shift := 16 - whole; shift > 0 {
		return v >> min(shift, 62)
	}
	return v << (whole - 16)
}

// bell is near to a normal number of standard deviation `spread`: the sum of twelve even ones.
func bell(r *dice.Stream, spread int) int {
	sum := -6 * 1023
	for range 2 {
		bits := r.Next()
		for range 6 {
			sum += int(bits & 1023)
			bits >>= 10
		}
	}
	return sum * spread / 1023
}

// heavy draws like bell, but one draw in twenty reaches twice as far: incomes, prices and shops have few that
// are very large.
func heavy(r *dice.Stream, spread int) int {
	if r.Chance(50) {
		spread *= 2
	}
	return bell(r, spread)
}

// early is a number below n, small ones the more likely, as the first shops of a town are the busiest.
func early(r *dice.Stream, n int) int { return r.Below(r.Below(n) + 1) }
