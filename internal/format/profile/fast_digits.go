package profile

import "encoding/binary"

// zeroDigits are eight characters 0.
const zeroDigits = 0x3030303030303030

// load is a text of at most eight bytes as a number, its first byte the lowest. Where more bytes lie behind
// it in its buffer, which is the rule, it costs one look.
func load(text []byte) uint64 {
	n := len(text)
	if cap(text) < 8 {
		x := uint64(0)
		for i, c := range text {
			x |= uint64(c) << (8 * i)
		}
		return x
	}
	x := binary.LittleEndian.Uint64(text[:8])
	if n < 8 {
		x &= 1<<(8*n) - 1
	}
	return x
}

// isDigits reports a text of digits alone, eight at a time.
func isDigits(b []byte) bool {
	n := len(b)
	if n <= 8 {
		return areDigits(load(b) | zeroDigits<<(8*n)) // those that are missing are 0
	}
	for i := 0; i+8 < n; i += 8 {
		if !areDigits(binary.LittleEndian.Uint64(b[i:])) {
			return false
		}
	}
	return areDigits(binary.LittleEndian.Uint64(b[n-8:]))
}

// areDigits: each byte has the high half 3, and keeps it when 6 is added.
func areDigits(x uint64) bool {
	const high, six = 0xF0F0F0F0F0F0F0F0, 0x0606060606060606
	return x&high == zeroDigits && (x+six)&high == zeroDigits
}

// eightDigits is the number that eight digits write: pairs, fours, and all of them are put together.
func eightDigits(x uint64) int64 {
	x -= zeroDigits
	x = x*10 + x>>8
	x = (x&0x000000FF000000FF*(100+1000000<<32) + x>>16&0x000000FF000000FF*(1+10000<<32)) >> 32
	return int64(uint32(x))
}

// shortNumber reads one to eight digits.
func shortNumber(text []byte) (int64, bool) {
	n := len(text)
	if n == 0 || n > 8 {
		return 0, false
	}
	x := load(text)<<(64-8*n) | zeroDigits&(1<<(64-8*n)-1) // as if zeros stood before it
	return eightDigits(x), areDigits(x)
}
