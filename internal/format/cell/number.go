package cell

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/tillproof/tillproof"
)

// Mark is the decimal mark of a file's amounts.
type Mark uint8

// The marks.
const (
	MarkAuto  Mark = iota // the file itself must show it
	MarkPoint             // 1,234.56
	MarkComma             // 1.234,56
	MarkMixed             // the file shows both: only amounts with one reading are read
)

// Causes of an amount that cannot be read; profile has a code and the catalogue a text for each.
var (
	ErrNotAmount = errors.New("not an amount")
	ErrTwoWays   = errors.New("can be read in two ways")
	ErrGroups    = errors.New("thousands are not in groups of three")
	ErrDirection = errors.New("says two directions")
	ErrCurrency  = errors.New("names no currency")
)

// Amount is an amount as it stands in a cell.
type Amount struct {
	Value    tillproof.Exact
	Currency tillproof.Currency // where the cell names one
	Sided    bool               // the cell says itself that it is a credit (positive) or a debit (negative)
	Open     bool               // its digits do not show its decimal mark
}

// ParseAmount reads an amount under the file's decimal mark.
func ParseAmount(s string, m Mark) (Amount, error) {
	if m == MarkPoint && IsPlain(s) {
		x, err := tillproof.ParseExact(s)
		return Amount{Value: x, Open: looksGrouped(s)}, err
	}
	a, err := Strip(s)
	if err != nil {
		return Amount{}, err
	}
	num, err := a.Plain(m)
	if err != nil {
		return Amount{}, err
	}
	x, err := tillproof.ParseExact(num)
	if err == nil && a.Negative {
		x = x.Neg()
	}
	shown, _ := MarkOf(a.Digits)
	return Amount{x, a.currency, a.Side != 0, shown == MarkMixed}, err
}

// looksGrouped reports a plain number whose point might group thousands.
func looksGrouped(s string) bool {
	if len(s) < 5 || s[len(s)-4] != '.' {
		return false
	}
	shown, err := MarkOf(strings.TrimLeft(s, "+-"))
	return err == nil && shown == MarkMixed
}

// IsPlain reports digits with at most a sign before and one point: the form most files have.
func IsPlain(s string) bool {
	points := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
		case c == '.':
			points++
		case i == 0 && (c == '-' || c == '+') && len(s) > 1:
		default:
			return false
		}
	}
	return points <= 1 && s != "" && s[len(s)-1] != '.'
}

// Written is an amount without its sign, brackets and currency: digits and separators only.
type Written struct {
	Digits   string
	Negative bool
	Side     int8 // 1 for a credit, -1 for a debit, where the cell says so
	currency tillproof.Currency
}

// Strip takes sign, accounting brackets, side and currency off an amount. Full-width forms are folded first
// (NFKC). Brackets and a minus say the same thing once.
func Strip(s string) (Written, error) {
	var w Written
	s = Fold(s)
	minus, plus, brackets := 0, 0, 0
	for changed := true; changed && s != ""; {
		before := s
		if len(s) > 2 && s[0] == '(' && s[len(s)-1] == ')' {
			s = strings.TrimSpace(s[1 : len(s)-1])
			brackets++
			continue
		}
		if c, rest, ok := trimCurrency(s); ok {
			if w.currency.Known() && c.Known() && c != w.currency {
				return w, ErrNotAmount
			}
			if c.Known() {
				w.currency = c
			}
			s = rest
		}
		if rest, side := trimSide(s); side != 0 && w.Side == 0 {
			w.Side, s = side, rest
		}
		if rest, neg, ok := trimSign(s); ok && neg {
			minus, s = minus+1, rest
		} else if ok {
			plus, s = plus+1, rest
		}
		changed = s != before
	}
	if namesNone(s) {
		return w, ErrCurrency
	}
	if s == "" || minus+plus > 1 || brackets > 1 || brackets+plus > 1 ||
		!IsDigit(s[len(s)-1]) && s[len(s)-1] != ',' && s[len(s)-1] != '.' {
		return w, ErrNotAmount
	}
	w.Digits, w.Negative = s, minus+brackets > 0
	if w.Side > 0 && w.Negative || w.Side < 0 && plus > 0 {
		return w, ErrDirection
	}
	w.Negative = w.Negative || w.Side < 0
	return w, nil
}

// sideWords stand behind the amounts of banks that write no sign.
var sideWords = [...]struct {
	word string
	side int8
}{
	{"cr.", 1},
	{"cr", 1},
	{"dr.", -1},
	{"dr", -1},
	{"c", 1},
	{"d", -1},
	{"贷", 1},
	{"借", -1},
	{"haben", 1},
	{"soll", -1},
	{"h", 1},
	{"s", -1},
}

// trimSide takes the word for credit or debit off the end. It is a word of its own: the end of IDR is none.
func trimSide(s string) (rest string, side int8) {
	for _, w := range sideWords {
		n := len(s) - len(w.word)
		if n <= 0 || !strings.EqualFold(s[n:], w.word) {
			continue
		}
		if c := s[n-1] | 0x20; c >= 'a' && c <= 'z' {
			return s, 0
		}
		return strings.TrimSpace(s[:n]), w.side
	}
	return s, 0
}

// Fold brings full-width digits, signs and blanks, typographic minus signs and apostrophes to their plain
// form.
func Fold(s string) string {
	ascii := true
	for i := 0; i < len(s) && ascii; i++ {
		ascii = s[i] < utf8.RuneSelf
	}
	if !ascii {
		s = strings.Map(func(r rune) rune {
			switch r {
			case '−', '‐', '‑', '–', '﹣':
				return '-'
			case '’', '‘', '`', '＇':
				return '\''
			case '￥':
				return '¥'
			}
			if unicode.IsSpace(r) {
				return ' '
			}
			return r
		}, norm.NFKC.String(s))
	}
	return strings.TrimLeft(strings.TrimSpace(s), "'`")
}

// trimSign takes one sign off the front or the end.
func trimSign(s string) (rest string, negative, ok bool) {
	switch {
	case s[0] == '-' || s[0] == '+':
		return strings.TrimSpace(s[1:]), s[0] == '-', true
	case s[len(s)-1] == '-' || s[len(s)-1] == '+':
		return strings.TrimSpace(s[:len(s)-1]), s[len(s)-1] == '-', true
	}
	return s, false, false
}

func isUpper(r rune) bool { return r >= 'A' && r <= 'Z' }

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

// IsDigit reports a digit of ASCII.
func IsDigit(c byte) bool { return c >= '0' && c <= '9' }

// shape is how often each separator stands in a number, and where the last point or comma is.
type shape struct {
	points, commas, others int // others: apostrophes and blanks, which only ever group thousands
	last                   int // index of the last point or comma, -1
}

func shapeOf(s string) (shape, error) {
	sh := shape{last: -1}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case IsDigit(c):
		case c == '.':
			sh.points, sh.last = sh.points+1, i
		case c == ',':
			sh.commas, sh.last = sh.commas+1, i
		case c == '\'' || c == ' ':
			sh.others++
		default:
			return sh, ErrNotAmount
		}
	}
	return sh, nil
}

// MarkOf says which decimal mark a number shows: point or comma where only that one fits, MarkAuto where it
// shows none (a whole number), MarkMixed where both readings fit ("1,234").
func MarkOf(s string) (Mark, error) {
	sh, err := shapeOf(s)
	if err != nil {
		return MarkAuto, err
	}
	if sh.last < 0 {
		return MarkAuto, nil
	}
	lastIs, other := MarkPoint, MarkComma
	count := sh.points
	if s[sh.last] == ',' {
		lastIs, other, count = MarkComma, MarkPoint, sh.commas
	}
	switch {
	case count > 1:
		return other, nil // a mark that stands twice groups thousands
	case sh.points+sh.commas > 1 || sh.others > 0:
		return lastIs, nil
	}
	before, after := sh.last, len(s)-sh.last-1
	if after != 3 || before > 3 || before == 0 || s[0] == '0' {
		return lastIs, nil
	}
	return MarkMixed, nil
}

// Plain is the number with a point as decimal mark and without thousands, read strictly under m.
func (w Written) Plain(m Mark) (string, error) {
	shown, err := MarkOf(w.Digits)
	if err != nil {
		return "", err
	}
	if m == MarkAuto || m == MarkMixed {
		if shown == MarkMixed {
			return "", ErrTwoWays
		}
		m = shown
	}
	decimal := byte('.')
	if m == MarkComma {
		decimal = ','
	}
	whole, fraction, has := strings.Cut(w.Digits, string(decimal))
	if strings.ContainsFunc(fraction, func(r rune) bool { return r < '0' || r > '9' }) {
		return "", ErrNotAmount
	}
	whole, err = ungroup(whole)
	if err != nil {
		return "", err
	}
	if !has || fraction == "" {
		return whole, nil
	}
	return whole + "." + fraction, nil
}

// ungroup takes the thousands separators out: one kind of separator, groups of exactly three digits.
func ungroup(s string) (string, error) {
	i := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if i < 0 {
		if s == "" {
			s = "0"
		}
		return s, nil
	}
	groups := strings.Split(s, s[i:i+1])
	for n, g := range groups {
		if n == 0 && (len(g) < 1 || len(g) > 3) || n > 0 && len(g) != 3 {
			return "", ErrGroups
		}
		if strings.ContainsFunc(g, func(r rune) bool { return r < '0' || r > '9' }) {
			return "", ErrNotAmount
		}
	}
	return strings.Join(groups, ""), nil
}

// noiseScale: a workbook stores amounts as binary fractions. A number cell counts as a decimal of the
// currency when it lies within 10^-9 of one: a sum of a million float64 cents errs by less, and no price is
// that close to another. Anything farther is an issue, not a rounding.
const noiseScale = 9

// CutNoise drops the decimals of a binary number beyond those that an Exact keeps: they are a thousandth of
// the noise that Denoise allows, and what is no noise is refused all the same.
func CutNoise(s string) string {
	i := strings.IndexByte(s, '.')
	if i < 0 || len(s)-i-1 <= tillproof.MaxScale || !IsPlain(s) {
		return s
	}
	return s[:i+1+tillproof.MaxScale]
}

// Denoise is the decimal of the given scale that lies within 10^-noiseScale of x.
func Denoise(x tillproof.Exact, scale uint8) (tillproof.Exact, bool) {
	if x.Scale <= noiseScale || scale >= noiseScale {
		return x, true
	}
	unit, slack := int64(1), int64(1)
	for s := x.Scale; s > scale; s-- {
		unit *= 10
	}
	for s := x.Scale; s > noiseScale; s-- {
		slack *= 10
	}
	q, r := x.Unscaled/unit, x.Unscaled%unit
	if r < 0 {
		q, r = q-1, r+unit
	}
	switch {
	case r <= slack:
	case unit-r <= slack:
		q++
	default:
		return x, false
	}
	return tillproof.Exact{Unscaled: q, Scale: scale}, true
}

// WholeDigits counts the digits before the decimal point.
func WholeDigits(s string) int {
	whole, _, _ := strings.Cut(s, ".")
	return len(whole)
}
