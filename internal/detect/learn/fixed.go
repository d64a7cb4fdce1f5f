package learn

import (
	"math"
	"math/bits"
)

// Unit is one unit of log odds in a margin. Twenty bits behind the point keep apart two rows whose chances
// differ by a millionth, and thirty-one bits still hold 2,000 units, of which ±16 can be told from certainty.
const Unit = 1 << 20

// Missing is the value of a fact that the row does not have. Each split learns on its own to which side such
// rows belong.
const Missing = math.MinInt32

const (
	oddsEnd  = 16             // beyond ±16 units the chance is taken as that of the end: one in nine million
	oddsStep = 64             // points of the table per unit: the lines between err by 3 in a million
	oddsBits = 14             // of a margin, between two points: Unit / oddsStep
	certain  = int64(1) << 30 // a chance of one, inside this room
)

// odds holds 1/(1+e^−x) from −16 to +16 units.
var odds = tableOfOdds()

// tableOfOdds works in whole numbers only, so that each machine has the same table: e^(−1/64) by its series
// in 62 bits, then powers of it.
func tableOfOdds() [2*oddsEnd*oddsStep + 2]int64 {
	const one = uint64(1) << 62
	step, term := one, one
	for k := uint64(1); term > 0; k++ {
		if term = term / oddsStep / k; k%2 == 1 {
			step -= term
		} else {
			step += term
		}
	}
	var table [2*oddsEnd*oddsStep + 2]int64
	const middle = oddsEnd * oddsStep
	power := one
	for k := 0; k <= middle; k++ {
		hi, lo := bits.Mul64(power, uint64(certain))
		low, _ := bits.Div64(hi, lo, one+power)
		table[middle-k], table[middle+k] = int64(low), certain-int64(low)
		hi, lo = bits.Mul64(power, step)
		power = hi<<2 | lo>>62
	}
	table[len(table)-1] = table[len(table)-2] // the right neighbour of the last point
	return table
}

// chanceOf is the chance that belongs to a margin, of `certain`.
func chanceOf(margin int64) int64 {
	at := min(max(margin+oddsEnd*Unit, 0), 2*oddsEnd*Unit)
	i, rest := at>>oddsBits, at&(1<<oddsBits-1)
	return odds[i] + (odds[i+1]-odds[i])*rest>>oddsBits
}

// marginOf is the margin at which the chance reaches part of whole.
func marginOf(part, whole int64) int64 {
	low, high := int64(-oddsEnd*Unit), int64(oddsEnd*Unit)
	want := mulDiv(part, certain, whole)
	for low < high {
		if mid := low + (high-low)/2; chanceOf(mid) < want {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// mulDiv is a·b/c rounded to the nearest, halves away from zero; b and c are positive. What does not fit is
// the largest number.
func mulDiv(a, b, c int64) int64 {
	size := uint64(a)
	if a < 0 {
		size = -size
	}
	hi, lo := bits.Mul64(size, uint64(b))
	lo, carry := bits.Add64(lo, uint64(c)/2, 0)
	hi += carry
	if hi >= uint64(c) {
		size = math.MaxInt64
	} else if size, _ = bits.Div64(hi, lo, uint64(c)); size > math.MaxInt64 {
		size = math.MaxInt64
	}
	if a < 0 {
		return -int64(size)
	}
	return int64(size)
}

// worth is g²/h: how much a leaf takes off the loss, twice.
func worth(g, h int64) uint64 {
	size := uint64(g)
	if g < 0 {
		size = -size
	}
	hi, lo := bits.Mul64(size, size)
	if hi >= uint64(h) {
		return math.MaxUint64 / 4 // so that two of them still add up
	}
	q, _ := bits.Div64(hi, lo, uint64(h))
	return min(q, math.MaxUint64/4)
}
