package tillproof

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Errors of money arithmetic. They mean a broken input or a broken invariant, never a rounding.
var (
	ErrCurrencyMixed = errors.New("amounts of different currencies")
	ErrOverflow      = errors.New("amount out of range")
	ErrInexact       = errors.New("amount has more decimals than its currency")
)

// Money is an amount in minor units of one currency (fen, cents). Its sign is the merchant's view:
// positive comes in, negative goes out.
type Money struct {
	minor    int64
	currency Currency
}

// NewMoney is minor units of a currency.
func NewMoney(minor int64, c Currency) Money { return Money{minor, c} }

// Minor is the amount in minor units.
func (m Money) Minor() int64 { return m.minor }

// Currency is the amount's currency.
func (m Money) Currency() Currency { return m.currency }

// IsZero reports an amount of nothing, whatever its currency.
func (m Money) IsZero() bool { return m.minor == 0 }

// Add sums two amounts of one currency; a zero value without currency is neutral.
func (m Money) Add(o Money) (Money, error) {
	switch {
	case !m.currency.Known() && m.minor == 0:
		return o, nil
	case !o.currency.Known() && o.minor == 0:
		return m, nil
	case m.currency != o.currency:
		return Money{}, ErrCurrencyMixed
	}
	s, err := AddMinor(m.minor, o.minor)
	return Money{s, m.currency}, err
}

// Neg is the amount with the other sign.
func (m Money) Neg() Money { return Money{-m.minor, m.currency} }

// String is the decimal form with the currency's decimals, without separators: "-1234.50".
func (m Money) String() string { return FormatMinor(m.minor, m.currency) }

// MarshalText writes the decimal form and the currency, "1234.50 CNY"; without a currency the minor units
// alone, and nothing for a zero value.
func (m Money) MarshalText() ([]byte, error) {
	switch {
	case m == Money{}:
		return nil, nil
	case !m.currency.Known():
		return strconv.AppendInt(nil, m.minor, 10), nil
	}
	return []byte(m.String() + " " + m.currency.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (m *Money) UnmarshalText(b []byte) error {
	*m = Money{}
	number, code, found := strings.Cut(string(b), " ")
	if number == "" {
		return nil
	}
	if !found {
		minor, err := strconv.ParseInt(number, 10, 64)
		*m = Money{minor: minor}
		return err
	}
	x, err := ParseExact(number)
	if err != nil {
		return err
	}
	c, err := ParseCurrency(code)
	if err != nil {
		return err
	}
	*m, err = x.Money(c)
	return err
}

// AddMinor adds minor units and refuses overflow. The smallest int64 is refused too, so that every sum has a
// negative.
func AddMinor(a, b int64) (int64, error) {
	s := a + b
	if (a > 0 && b > 0 && s < 0) || (a < 0 && b < 0 && s >= 0) || s == math.MinInt64 {
		return 0, ErrOverflow
	}
	return s, nil
}

// FormatMinor writes minor units as a decimal string: 123450 CNY is "1234.50".
func FormatMinor(minor int64, c Currency) string {
	d := c.MinorDigits()
	neg := minor < 0
	u := uint64(minor)
	if neg {
		u = -u
	}
	s := strconv.FormatUint(u, 10)
	if d > 0 {
		if len(s) <= d {
			s = strings.Repeat("0", d-len(s)+1) + s
		}
		s = s[:len(s)-d] + "." + s[len(s)-d:]
	}
	if neg {
		s = "-" + s
	}
	return s
}

// Exact is an amount as a file wrote it: unscaled × 10^-scale. Files hold up to 9 decimals;
// it becomes Money only where nothing is lost.
type Exact struct {
	Unscaled int64
	Scale    uint8
}

// MaxScale is the largest number of decimals an Exact keeps; samples reach 16, ISO 20022 allows 17 digits in
// all.
const MaxScale = 17

// ParseExact reads a plain decimal: optional sign, digits, optional point and digits. No separators, no
// exponent; readers of local styles normalise first.
func ParseExact(s string) (Exact, error) {
	body := s
	neg := false
	if body != "" && (body[0] == '-' || body[0] == '+') {
		neg = body[0] == '-'
		body = body[1:]
	}
	var x Exact
	digits, point := 0, false
	for i := 0; i < len(body); i++ {
		ch := body[i]
		switch {
		case ch == '.' && !point:
			point = true
		case ch >= '0' && ch <= '9':
			if x.Unscaled > (math.MaxInt64-9)/10 {
				return Exact{}, fmt.Errorf("amount %q: %w", s, ErrOverflow)
			}
			x.Unscaled = x.Unscaled*10 + int64(ch-'0')
			digits++
			if point {
				x.Scale++
			}
			if x.Scale > MaxScale { // here, because more digits would wrap the count
				return Exact{}, fmt.Errorf("amount %q: %w", s, ErrInexact)
			}
		default:
			return Exact{}, fmt.Errorf("amount %q has %q", s, string(ch))
		}
	}
	if digits == 0 {
		return Exact{}, fmt.Errorf("amount %q has no digit", s)
	}
	if neg {
		x.Unscaled = -x.Unscaled
	}
	return x, nil
}

// Minor is the amount in minor units of c; ErrInexact where decimals beyond the minor unit are not zero.
func (x Exact) Minor(c Currency) (int64, error) {
	want := uint8(c.MinorDigits())
	v, s := x.Unscaled, x.Scale
	for ; s > want; s-- {
		if v%10 != 0 {
			return 0, ErrInexact
		}
		v /= 10
	}
	for ; s < want; s++ {
		if v > math.MaxInt64/10 || v < math.MinInt64/10 {
			return 0, ErrOverflow
		}
		v *= 10
	}
	return v, nil
}

// Money is the amount in the currency; ErrInexact where it does not fit.
func (x Exact) Money(c Currency) (Money, error) {
	v, err := x.Minor(c)
	return Money{v, c}, err
}

// String is the decimal form with the scale the file used.
func (x Exact) String() string {
	neg := x.Unscaled < 0
	u := uint64(x.Unscaled)
	if neg {
		u = -u
	}
	s := strconv.FormatUint(u, 10)
	if d := int(x.Scale); d > 0 {
		if len(s) <= d {
			s = strings.Repeat("0", d-len(s)+1) + s
		}
		s = s[:len(s)-d] + "." + s[len(s)-d:]
	}
	if neg {
		s = "-" + s
	}
	return s
}

// Add sums two decimals at the larger scale.
func (x Exact) Add(o Exact) (Exact, error) {
	a, b := x, o
	for ; a.Scale < b.Scale; a.Scale++ {
		if a.Unscaled > math.MaxInt64/10 || a.Unscaled < math.MinInt64/10 {
			return Exact{}, ErrOverflow
		}
		a.Unscaled *= 10
	}
	for ; b.Scale < a.Scale; b.Scale++ {
		if b.Unscaled > math.MaxInt64/10 || b.Unscaled < math.MinInt64/10 {
			return Exact{}, ErrOverflow
		}
		b.Unscaled *= 10
	}
	s, err := AddMinor(a.Unscaled, b.Unscaled)
	return Exact{s, a.Scale}, err
}

// Neg is the decimal with the other sign.
func (x Exact) Neg() Exact { return Exact{-x.Unscaled, x.Scale} }

// Same reports whether two decimals are one number, whatever their scales: 1.5 and 1.50 are. It is not named
// Equal, which a comparison in a test would take for its own, and then miss a scale that was lost.
func (x Exact) Same(o Exact) bool {
	d, err := x.Add(o.Neg())
	return err == nil && d.Unscaled == 0
}

// Param is the canonical form in catalogue parameters, as that of Money with the scale the file used.
func (x Exact) Param(c Currency) string {
	if !c.Known() {
		return x.String()
	}
	return x.String() + " " + c.String()
}

// Exact is the amount with the scale of its currency.
func (m Money) Exact() Exact { return Exact{m.minor, uint8(m.currency.MinorDigits())} }

// Param is the canonical form in catalogue parameters, "1234.50 CNY"; locale writes it as people do.
func (m Money) Param() string { return m.Exact().Param(m.currency) }
