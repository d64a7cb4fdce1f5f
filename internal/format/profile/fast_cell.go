package profile

import (
	"math/bits"
	"strings"

	"github.com/tillproof/tillproof/internal/format"
)

// money is an amount cell of a fast row.
type money struct {
	minor   int64 // in units of the currency's decimals
	scale   uint8 // of the amount as the layout reads it
	written uint8 // decimals of the cell
	shown   bool
}

// maxFastDigits is the longest number that a fast amount has: sums of a block of them stay far from the range
// of numbers.
const maxFastDigits = 13

// readMoney reads "1234", "-12.50", "1,234.56"; whole numbers alone in minor units. A number that could be
// read in another way is refused.
func (l *Lane) readMoney(out *money, text []byte) bool {
	if value, ok := shortNumber(text); ok && l.rule.inMinor {
		*out = money{value, l.digits, 0, true}
		return true
	}
	neg := text[0] == '-'
	digits := text
	if neg {
		digits = text[1:]
	}
	value, n, written, point, group := int64(0), 0, 0, false, -1
	for _, c := range digits {
		switch {
		case c-'0' <= 9:
			value = value*10 + int64(c-'0')
			if n++; n > maxFastDigits {
				return false
			}
			if point {
				written++
			}
			if group >= 0 && !point {
				group++
			}
		case c == ',' && !point && (group == 3 || group < 0 && n > 0 && n < 4):
			group = 0
		case c == '.' && !point && n > 0:
			point = true
		default:
			return false
		}
	}
	grouped := group >= 0
	switch {
	case n == 0, point && written == 0, grouped && (group != 3 || !point), written == 3:
		return false
	case written > int(l.digits):
		return false
	}
	if neg {
		value = -value
	}
	if l.rule.inMinor {
		*out = money{value, l.digits, 0, true}
		return !point && !grouped
	}
	for d := written; d < int(l.digits); d++ {
		value *= 10
	}
	// So one that is padded to the 12 digits of ISO 8583 is refused too.
	*out = money{value, uint8(written), uint8(written), true}
	return n-written+int(l.digits) <= maxFastDigits
}

// cellKind is what the bytes of a cell are together.
type cellKind uint8

const (
	hasOther   cellKind = 1 << iota // a character that is neither digit nor plain letter
	hasHint                         // what track data, a CVV or a PIN might begin with
	hasPlus                         // a number of powers of ten has one
	hasBeyond                       // a byte that is not ASCII
	hasControl                      // a byte that no plain cell has
	hasDigit
)

var kinds = func() (k [256]cellKind) {
	for i := range k {
		switch c := byte(i); {
		case c < ' ' || c == 0x7F || c == '"':
			k[i] = hasControl
		case c >= 0x80:
			k[i] = hasBeyond
		case c >= '0' && c <= '9':
			k[i] = hasDigit
		case strings.IndexByte("^=DcCpP", c) >= 0:
			k[i] = hasHint
		case c == '+':
			k[i] = hasPlus
		case c|0x20 < 'a' || c|0x20 > 'z':
			k[i] = hasOther
		}
	}
	return k
}()

// lookAt is what the bytes of a cell are, and how many of them are digits.
func lookAt(text []byte) (all cellKind, digits int) {
	for _, c := range text {
		k := kinds[c]
		all |= k
		digits += int(k >> (bits.Len8(uint8(hasDigit)) - 1))
	}
	return all, digits
}

// minCard is the shortest card number, minRef the shortest that is masked in a reference that may be as long.
const (
	minCard = 13
	minRef  = 16
)

// isRef reports a reference that the record shows as it stands.
func (l *Lane) isRef(f Field, text []byte) bool {
	if (len(text) < minCard || f.isLong() && len(text) < minRef) && isDigits(text) {
		return true
	}
	all, _ := lookAt(text)
	return all&(hasBeyond|hasPlus) == 0 && l.isText(f, text)
}

// isText reports a cell that needs no cleaning, no masking and no refusal, and that labels no balance.
func (l *Lane) isText(f Field, text []byte) bool {
	if len(text) < minCard && isDigits(text) {
		return true
	}
	all, digits := lookAt(text)
	if all&hasControl != 0 {
		return false
	}
	first, last := text[0], text[len(text)-1]
	if first == ' ' || first == '`' || first == '\'' || last == ' ' || last == '`' {
		return false
	}
	mayBeEmpty := len(text) <= maxEmptyWord && (first == '-' || first == '/' || first == 'N' || first == '*')
	plain := all&(hasBeyond|hasHint) == 0 && digits < minCard && !mayBeEmpty
	if plain && !l.rule.bank {
		return true
	}
	return l.lookThrough(f, text)
}

// Bounds of what a lane remembers of cells.
const (
	maxKept     = 4096
	maxKeptSize = 64
)

// lookThrough asks the rules of the Reader itself, once for each text.
func (l *Lane) lookThrough(f Field, text []byte) bool {
	kept := l.looks[0]
	if f.isLong() {
		kept = l.looks[1]
	}
	if ok, known := kept[string(text)]; known {
		return ok
	}
	ok := false
	s, whole := l.decode(string(text))
	if whole && l.isUntouched(s) {
		_, n := f.mask(s)
		ok = n == 0
	}
	if len(kept) < maxKept && len(text) <= maxKeptSize {
		kept[string(text)] = ok
	}
	return ok
}

// isUntouched reports a cell that is read as it stands and labels nothing.
func (l *Lane) isUntouched(s string) bool {
	t := l.t
	if s != clean(s) || s == "" || format.Forbidden(s) != nil {
		return false
	}
	mayBeEmpty := len(s) <= maxEmptyWord && strings.IndexByte("-/N*", s[0]) >= 0
	if mayBeEmpty && t.lay.words.empty[normal(s)] {
		return false
	}
	if l.rule.bank {
		_, label := t.lay.words.balanceLine(s)
		return !label
	}
	return true
}
