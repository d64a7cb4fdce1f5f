package bulk

import (
	"encoding/binary"
	"math/bits"
)

// Numbers are compared without leading zeros, as the room of matching does, and keep how many characters they
// have, so that a list shows them as the file does.

const (
	maxDigits = 16 // that digits reads
	maxRRN    = 12 // ISO 8583, data element 37
	zeros     = 0x3030303030303030
)

// digits reads up to maxDigits digits; false for anything else, and for none.
func digits(b []byte) (uint64, bool) {
	switch n := len(b); {
	case n < 8:
		return fewDigits(b)
	case n == 8:
		return eightDigits(binary.LittleEndian.Uint64(b))
	case n <= maxDigits:
		shift := 8 * uint(maxDigits-n)
		head := binary.LittleEndian.Uint64(b)<<shift | zeros&(1<<shift-1)
		hi, ok := eightDigits(head)
		lo, ok2 := eightDigits(binary.LittleEndian.Uint64(b[n-8:]))
		return hi*1e8 + lo, ok && ok2
	}
	return 0, false
}

func fewDigits(b []byte) (uint64, bool) {
	var v uint64
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		v = v*10 + uint64(c-'0')
	}
	return v, len(b) > 0
}

// eightDigits reads eight bytes in the order of a little-endian load: pairs, then fours, then all.
func eightDigits(x uint64) (uint64, bool) {
	if (x&0xf0f0f0f0f0f0f0f0)|((x+0x0606060606060606)&0xf0f0f0f0f0f0f0f0)>>4 != 0x3333333333333333 {
		return 0, false
	}
	x &= 0x0f0f0f0f0f0f0f0f
	x = x*10 + x>>8
	const mask = 0x000000ff000000ff
	return ((x&mask)*0x000f424000000064 + (x>>16&mask)*0x0000271000000001) >> 32, true
}

// lettered marks a number that has letters: it is one of base 36.
const lettered = 1 << 63

// packRRN is a reference of up to maxRRN digits and capital letters; false for one that names nothing (zeros
// only, no digit) or that has other characters.
func packRRN(b []byte) (uint64, bool) {
	if len(b) == 0 || len(b) > maxRRN {
		return 0, false
	}
	if v, ok := digits(b); ok {
		return v, v != 0
	}
	var v uint64
	digit := false
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9':
			v = v*36 + uint64(c-'0')
			digit = true
		case c >= 'A' && c <= 'Z':
			v = v*36 + uint64(c-'A') + 10
		default:
			return 0, false
		}
	}
	return v | lettered, digit
}

// appendRRN writes a packed reference of n characters.
func appendRRN(out []byte, v uint64, n int) []byte {
	if v&lettered == 0 {
		return appendDigits(out, v, n)
	}
	const symbols = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	at := len(out)
	out = append(out, noDigits[:n]...)
	for i, v := len(out)-1, v&^lettered; i >= at; i-- {
		out[i] = symbols[v%36]
		v /= 36
	}
	return out
}

// noDigits is the room for the longest number.
var noDigits [maxDigits]byte

// appendDigits writes the last n digits of a number.
func appendDigits(out []byte, v uint64, n int) []byte {
	at := len(out)
	out = append(out, noDigits[:n]...)
	to := out[at:]
	i := n
	for ; i >= 2; i -= 2 {
		pair := v % 100 * 2
		v /= 100
		to[i-2], to[i-1] = pairs[pair], pairs[pair+1]
	}
	if i > 0 {
		to[0] = byte('0' + v%10)
	}
	return out
}

// pairs are the numbers from 00 to 99.
const pairs = "00010203040506070809101112131415161718192021222324252627282930313233343536373839" +
	"40414243444546474849505152535455565758596061626364656667686970717273747576777879" +
	"8081828384858687888990919293949596979899"

// mix spreads the bits of two words over one.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^0x9e3779b97f4a7c15, b^0xbf58476d1ce4e5b9)
	return hi ^ lo
}

// hashText is for texts that are no numbers.
func hashText(s []byte) uint64 {
	h := uint64(len(s))
	for ; len(s) >= 8; s = s[8:] {
		h = mix(h, binary.LittleEndian.Uint64(s))
	}
	var last [8]byte
	copy(last[:], s)
	return mix(h, binary.LittleEndian.Uint64(last[:]))
}

// hashName hashes a number without its leading zeros.
func hashName(b []byte) uint64 {
	if v, ok := digits(b); ok {
		return hashNumber(v)
	}
	for len(b) > 0 && b[0] == '0' {
		b = b[1:]
	}
	return hashText(b)
}

// hashNumber is hashName of digits alone.
func hashNumber(v uint64) uint64 { return mix(v, 3) }

// keyHash is the hash of merchant, terminal and reference: its first bits choose the partition, and what
// comes out of one is in its order.
func keyHash(merchant, terminal, rrn uint64) uint64 { return mix(mix(merchant, terminal), rrn) }
