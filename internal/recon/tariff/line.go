package tariff

import (
	"cmp"

	"github.com/tillproof/tillproof"
)

// Bounds of what is sought. A product of gross and rate stays within an int64.
const (
	maxGross = 9_000_000_000_000 // minor units: 90 billion in most currencies, no one sale is larger
	maxRate  = 100_000           // 10 %: cards cost up to 5, payment by instalments up to 8
	million  = 1_000_000
)

// line is a tariff that may explain sales.
type line struct {
	rate, fixed, min, cap int64
	round                 tillproof.FeeRounding
}

// fee is the fee of a positive amount.
func (l line) fee(gross int64) int64 {
	fee := max(share(gross, l.rate, l.round)+l.fixed, l.min)
	if l.cap > 0 {
		fee = min(fee, l.cap)
	}
	return fee
}

// share is a rate's part of an amount, rounded.
func share(gross, rate int64, round tillproof.FeeRounding) int64 {
	product := gross * rate
	switch round {
	case tillproof.RoundDown:
		return product / million
	case tillproof.RoundUp:
		return (product + million - 1) / million
	case tillproof.RoundHalfEven:
		whole, rest := product/million, product%million
		if rest > million/2 || rest == million/2 && whole%2 == 1 {
			whole++
		}
		return whole
	}
	return (product + million/2) / million
}

// clamps counts the parts that bend the line: a tariff with fewer is the simpler one.
func (l line) clamps() int {
	n := 0
	if l.min > 0 {
		n++
	}
	if l.cap > 0 {
		n++
	}
	return n
}

func lineOf(t tillproof.TariffLine) line {
	return line{t.RatePPM, t.Fixed, t.Min, t.Cap, tillproof.RoundHalfUp}
}

func (l line) tariff(kind tillproof.CardKind) tillproof.TariffLine {
	return tillproof.TariffLine{Kind: kind, RatePPM: l.rate, Fixed: l.fixed, Min: l.min, Cap: l.cap}
}

// compareLines orders lines that explain equally much: without a fixed part first, then by the rounder rate,
// then by the numbers themselves.
func compareLines(a, b line) int {
	return cmp.Or(
		cmp.Compare(sign(a.fixed), sign(b.fixed)),
		cmp.Compare(b.roundness(), a.roundness()),
		cmp.Compare(a.rate, b.rate),
		cmp.Compare(a.fixed, b.fixed),
		cmp.Compare(a.cap, b.cap),
		cmp.Compare(a.min, b.min),
	)
}

func sign(n int64) int {
	if n == 0 {
		return 0
	}
	return 1
}

// roundness is greater the fewer digits a rate has.
func (l line) roundness() int {
	for i, unit := range [...]int64{10_000, 1_000, 500, 100} {
		if l.rate%unit == 0 {
			return 4 - i
		}
	}
	return 0
}
