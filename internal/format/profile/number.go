package profile

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/tillproof/tillproof"
)

// mark is the decimal mark of a file's amounts.
type mark uint8

const (
	markAuto  mark = iota // the file itself must show it
	markPoint             // 1,234.56
	markComma             // 1.234,56
	markMixed             // the file shows both: only amounts with one reading are read
)

// Causes of an amount that cannot be read; each has its text in the catalogue.
var (
	errNotAmount = errors.New("not an amount")
	errTwoWays   = errors.New("can be read in two ways")
	errGroups    = errors.New("thousands are not in groups of three")
	errDirection = errors.New("says two directions")
	errCurrency  = errors.New("names no currency")
)

// amountCell is an amount as it stands in a cell.
type amountCell struct {
	value    tillproof.Exact
	currency tillproof.Currency // where the cell names one
	sided    bool               // the cell says itself that it is a credit (positive) or a debit (negative)
	open     bool               // its digits do not show its decimal mark
}

// parseAmount reads an amount under the file's decimal mark.
func parseAmount(s string, m mark) (amountCell, error) {
	if m == markPoint && isPlain(s) {
		x, err := tillproof.ParseExact(s)
		return amountCell{value: x, open: looksGrouped(s)}, err
	}
	a, err := strip(s)
	if err != nil {
		return amountCell{}, err
	}
	num, err := a.plain(m)
	if err != nil {
		return amountCell{}, err
	}
	x, err := tillproof.ParseExact(num)
	if err == nil && a.negative {
		x = x.Neg()
	}
	shown, _ := reading(a.digits)
	return amountCell{x, a.currency, a.side != 0, shown == markMixed}, err
}

// looksGrouped reports a plain number whose point might group thousands.
func looksGrouped(s string) bool {
	if len(s) < 5 || s[len(s)-4] != '.' {
		return false
	}
	shown, err := reading(strings.TrimLeft(s, "+-"))
	return err == nil && shown == markMixed
}

// isPlain reports digits with at most a sign before and one point: the form most files have.
func isPlain(s string) bool {
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

// written is an amount without its sign, brackets and currency: digits and separators only.
type written struct {
	digits   string
	negative bool
	side     int8 // 1 for a credit, -1 for a debit, where the cell says so
	currency tillproof.Currency
}

// currencySigns are read where they stand for one currency in the files of one country; "$" and "¥" name none
// for certain (dollars of many countries; yuan or yen). The longer ones come first. RMB and CNH are no codes
// of ISO 4217; words.yaml has them too.
var currencySigns = [...]struct {
	sign     string
	currency tillproof.Currency
}{
	{"RMB", tillproof.CNY},
	{"CNH", tillproof.CNY},
	{"US$", tillproof.Currency{'U', 'S', 'D'}},
	{"HK$", tillproof.Currency{'H', 'K', 'D'}},
	{"€", tillproof.Currency{'E', 'U', 'R'}},
	{"£", tillproof.Currency{'G', 'B', 'P'}},
	{"円", tillproof.Currency{'J', 'P', 'Y'}},
	{"$", tillproof.Currency{}},
	{"¥", tillproof.Currency{}},
	{"元", tillproof.Currency{}},
}

// strip takes sign, accounting brackets, side and currency off an amount. Full-width forms are folded first
// (NFKC). Brackets and a minus say the same thing once.
func strip(s string) (written, error) {
	var w written
	s = fold(s)
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
				return w, errNotAmount
			}
			if c.Known() {
				w.currency = c
			}
			s = rest
		}
		if rest, side := trimSide(s); side != 0 && w.side == 0 {
			w.side, s = side, rest
		}
		if rest, neg, ok := trimSign(s); ok && neg {
			minus, s = minus+1, rest
		} else if ok {
			plus, s = plus+1, rest
		}
		changed = s != before
	}
	if namesNone(s) {
		return w, errCurrency
	}
	if s == "" || minus+plus > 1 || brackets > 1 || brackets+plus > 1 ||
		!isDigit(s[len(s)-1]) && s[len(s)-1] != ',' && s[len(s)-1] != '.' {
		return w, errNotAmount
	}
	w.digits, w.negative = s, minus+brackets > 0
	if w.side > 0 && w.negative || w.side < 0 && plus > 0 {
		return w, errDirection
	}
	w.negative = w.negative || w.side < 0
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

// fold brings full-width digits, signs and blanks, typographic minus signs and apostrophes to their plain
// form.
func fold(s string) string {
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

// trimCurrency takes a currency sign or a code of three capitals off the front or the end.
func trimCurrency(s string) (tillproof.Currency, string, bool) {
	for _, x := range currencySigns {
		if rest, ok := strings.CutPrefix(s, x.sign); ok {
			return x.currency, strings.TrimSpace(rest), rest != ""
		}
		if rest, ok := strings.CutSuffix(s, x.sign); ok {
			return x.currency, strings.TrimSpace(rest), rest != ""
		}
	}
	if len(s) > 3 {
		if c, ok := code(s[:3]); ok {
			return c, strings.TrimSpace(s[3:]), true
		}
		if c, ok := code(s[len(s)-3:]); ok {
			return c, strings.TrimSpace(s[:len(s)-3]), true
		}
	}
	return tillproof.Currency{}, s, false
}

// looksCode reports three capitals, which are a currency's code or nothing.
func looksCode(s string) bool {
	_, err := tillproof.ParseCurrency(s)
	return err == nil
}

// namesNone reports an amount that three capitals stand beside which are no currency's code.
func namesNone(s string) bool {
	n := len(s) - 3
	return n > 0 && (looksCode(s[:3]) && strings.IndexFunc(s[3:], isUpper) < 0 && hasDigit(s[3:]) ||
		looksCode(s[n:]) && strings.IndexFunc(s[:n], isUpper) < 0 && hasDigit(s[:n]))
}

func isUpper(r rune) bool { return r >= 'A' && r <= 'Z' }

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// shape is how often each separator stands in a number, and where the last point or comma is.
type shape struct {
	points, commas, others int // others: apostrophes and blanks, which only ever group thousands
	last                   int // index of the last point or comma, -1
}

func shapeOf(s string) (shape, error) {
	sh := shape{last: -1}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isDigit(c):
		case c == '.':
			sh.points, sh.last = sh.points+1, i
		case c == ',':
			sh.commas, sh.last = sh.commas+1, i
		case c == '\'' || c == ' ':
			sh.others++
		default:
			return sh, errNotAmount
		}
	}
	return sh, nil
}

// reading says which decimal mark a number shows: point or comma where only that one fits, markAuto where it
// shows none (a whole number), markMixed where both readings fit ("1,234").
func reading(s string) (mark, error) {
	sh, err := shapeOf(s)
	if err != nil {
		return markAuto, err
	}
	if sh.last < 0 {
		return markAuto, nil
	}
	lastIs, other := markPoint, markComma
	count := sh.points
	if s[sh.last] == ',' {
		lastIs, other, count = markComma, markPoint, sh.commas
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
	return markMixed, nil
}

// plain is the number with a point as decimal mark and without thousands, read strictly under m.
func (w written) plain(m mark) (string, error) {
	shown, err := reading(w.digits)
	if err != nil {
		return "", err
	}
	if m == markAuto || m == markMixed {
		if shown == markMixed {
			return "", errTwoWays
		}
		m = shown
	}
	decimal := byte('.')
	if m == markComma {
		decimal = ','
	}
	whole, fraction, has := strings.Cut(w.digits, string(decimal))
	if strings.ContainsFunc(fraction, func(r rune) bool { return r < '0' || r > '9' }) {
		return "", errNotAmount
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
			return "", errGroups
		}
		if strings.ContainsFunc(g, func(r rune) bool { return r < '0' || r > '9' }) {
			return "", errNotAmount
		}
	}
	return strings.Join(groups, ""), nil
}

// noiseScale: a workbook stores amounts as binary fractions. A number cell counts as a decimal of the
// currency when it lies within 10^-9 of one: a sum of a million float64 cents errs by less, and no price is
// that close to another. Anything farther is an issue, not a rounding.
const noiseScale = 9

// cutNoise drops the decimals of a binary number beyond those that an Exact keeps: they are a thousandth of
// the noise that denoise allows, and what is no noise is refused all the same.
func cutNoise(s string) string {
	i := strings.IndexByte(s, '.')
	if i < 0 || len(s)-i-1 <= tillproof.MaxScale || !isPlain(s) {
		return s
	}
	return s[:i+1+tillproof.MaxScale]
}

// denoise is the decimal of the given scale that lies within 10^-noiseScale of x.
func denoise(x tillproof.Exact, scale uint8) (tillproof.Exact, bool) {
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

// amountCause names why an amount was not read, for the code.
func amountCause(err error) string {
	switch {
	case errors.Is(err, errTwoWays):
		return CodeAmountTwoWays
	case errors.Is(err, errGroups):
		return CodeAmountGroups
	case errors.Is(err, errDirection):
		return CodeAmountDirection
	case errors.Is(err, errCurrency):
		return CodeCurrency
	case errors.Is(err, tillproof.ErrInexact):
		return CodeAmountDecimals
	case errors.Is(err, tillproof.ErrOverflow):
		return CodeAmountRange
	}
	return CodeAmount
}

// exactAdd sums decimals and says so where the sum leaves the range.
func exactAdd(a, b tillproof.Exact) (tillproof.Exact, error) {
	s, err := a.Add(b)
	if err != nil {
		return a, fmt.Errorf("add %s to %s: %w", b, a, err)
	}
	return s, nil
}
