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
	base := uint64(10)
	if v&lettered != 0 {
		v &^= lettered
		base = 36
	}
	return appendBase(out, v, base, n)
}

func appendBase(out []byte, v, base uint64, n int) []byte {
	const symbols = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	at := len(out)
	for range n {
		out = append(out, '0')
	}
	for i := len(out) - 1; i >= at && v > 0; i-- {
		out[i] = symbols[v%base]
		v /= base
	}
	return out
}

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
		return mix(v, 3)
	}
	for len(b) > 0 && b[0] == '0' {
		b = b[1:]
	}
	return hashText(b)
}

// keyHash is the hash of merchant, terminal and reference: its first bits choose the partition, and what
// comes out of one is in its order.
func keyHash(merchant, terminal, rrn uint64) uint64 { return mix(mix(merchant, terminal), rrn) }
