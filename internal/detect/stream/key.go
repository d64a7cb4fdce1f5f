package stream

import "strings"

// FNV-1a, and the finalizer of SplitMix64, which spreads its low bits: both are public, fixed and quick on
// the dozen bytes of a number.
const (
	fnvStart = 0xcbf29ce484222325
	fnvPrime = 0x100000001b3
)

// KeyOf is the key of a name, 0 for "".
func KeyOf(name string) Key {
	if name == "" {
		return 0
	}
	h := uint64(fnvStart)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * fnvPrime
	}
	return finish(h)
}

// KeyWith is the key of a pair, such as a card at a merchant. It is not symmetric.
func KeyWith(a, b Key) Key { return finish(uint64(a)*fnvPrime ^ uint64(b)) }

func finish(h uint64) Key {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return Key(max(h^h>>31, 1))
}

// RefKey is the key of a number by which sides name a transaction. Files pad numbers, and fill the field with
// noughts or dashes where there is none: such a one has no key.
func RefKey(ref string) Key {
	ref = strings.TrimLeft(strings.TrimSpace(ref), "0")
	if strings.Trim(ref, "0 -") == "" {
		return 0
	}
	return KeyOf(ref)
}

// STANKey is the RefKey of a terminal's own count, 0 where it does not show.
func STANKey(stan int32) Key {
	if stan <= 0 {
		return 0
	}
	var digits [10]byte
	i := len(digits)
	for ; stan > 0; stan /= 10 {
		i--
		digits[i] = byte('0' + stan%10)
	}
	h := uint64(fnvStart)
	for _, d := range digits[i:] {
		h = (h ^ uint64(d)) * fnvPrime
	}
	return finish(h)
}
