package habit

import (
	"math"
	"math/bits"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect/stream"
)

// Every number of this room is whole, so that the same rows give the same facts on any machine.

// octave is one doubling in the logarithms of this room.
const octave = 256

// logSteps holds octave·log2(1 + i/octave), worked out by repeated squaring.
var logSteps = func() (steps [octave]int32) {
	for i := range steps {
		steps[i] = slowLog(uint64(octave+i) << 22)
	}
	return steps
}()

// slowLog is octave·log2(x / 2^30) for x in [2^30, 2^31): one binary digit for each squaring.
func slowLog(x uint64) int32 {
	var out int32
	for range 9 { // eight digits and one to round by
		x = x * x >> 30
		out <<= 1
		if x >= 1<<31 {
			out |= 1
			x >>= 1
		}
	}
	return (out + 1) / 2
}

// log2 is octave·log2(x) rounded, 0 for what is not above 1.
func log2(x int64) int32 {
	if x <= 1 {
		return 0
	}
	n := bits.Len64(uint64(x)) - 1
	var step int64
	if n >= 8 {
		step = x >> (n - 8) & (octave - 1)
	} else {
		step = x << (8 - n) & (octave - 1)
	}
	return int32(n)*octave + logSteps[step]
}

// fact brings a number into the bounds of a fact; Missing stays free.
func fact(x int64) int32 {
	return int32(max(-math.MaxInt32, min(x, math.MaxInt32)))
}

// maxAmount bounds amounts (in minor units) so that no sum of this room overflows: 10^12 is ten thousand
// million of a currency of two digits.
const maxAmount = 1_000_000_000_000

// permille is 1000·a/b, and 0 where there is nothing to divide by.
func permille(a, b int64) int32 {
	if b <= 0 {
		return 0
	}
	return fact(a * 1000 / b)
}

// moment is seconds after 1970 as the memories keep it: until 2106.
type moment uint32

const day = 86400

func momentOf(t tillproof.LocalTime) moment {
	return moment(max(0, min(int64(t), math.MaxUint32)))
}

// since is how long before now then was, never negative.
func (now moment) since(then moment) int64 { return max(0, int64(now)-int64(then)) }

// short is a key cut to 32 bits, for lists in which two keys that meet by chance do no harm.
func short(k stream.Key) uint32 { return uint32(k ^ k>>32) }
