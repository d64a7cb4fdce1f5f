package format

import (
	"strings"

	"github.com/tillproof/tillproof"
)

// CardOf reads the cell of a card column: a full number, or one of the masked forms that files use
// ("621234******1234", "6212****1234", "****1234", "621234XXXXXX1234", the last four alone). What a cell does
// not show stays unknown; an empty cell is no card. The full number leaves only as its first six and last
// four digits and as opt.Token's answer. Track data, a CVV or a PIN block answers a *tillproof.Error of
// KindForbidden.
func CardOf(cell string, opt Options) (tillproof.Card, error) {
	if err := Forbidden(cell); err != nil {
		return tillproof.Card{}, err
	}
	head, tail, masked := shownDigits(cell)
	switch n := len(head); {
	case masked:
		return tillproof.Card{First: firstOf(head), Last: lastOf(tail)}, nil
	case n == 4:
		return tillproof.Card{Last: lastOf(head)}, nil
	case n == 10: // first six and last four, the stars left out
		return tillproof.Card{First: firstOf(head), Last: lastOf(head)}, nil
	case n >= minPAN-1 && n <= maxPAN:
		// In a card column a number that fails the check digit is a card all the same: private cards do.
		c := tillproof.Card{First: firstOf(head), Last: lastOf(head)}
		if opt.Token != nil {
			c.Token = opt.Token(head)
		}
		return c, nil
	}
	return tillproof.Card{}, nil
}

// shownDigits are the digits before and after the mask of a cell; without a mask all of them are the first
// answer.
func shownDigits(cell string) (head, tail string, masked bool) {
	var room [2][32]byte // more than a card number has digits
	b := [2][]byte{room[0][:0], room[1][:0]}
	part := 0
	rs := []rune(cell)
	for i, r := range rs {
		d, ok := digitOf(r)
		switch {
		case ok:
			b[part] = append(b[part], d)
		case isMask(rs, i):
			if part == 1 && len(b[1]) > 0 { // "62*12*34": what stands between masks is not the tail
				b[1] = b[1][:0]
			}
			part = 1
		case isJoint(r) || r == '\'' || r == '"' || r == '`':
		case part == 0:
			b[0] = b[0][:0] // a word before the number: "VISA 1234", "尾号1234"
		}
	}
	return string(b[0]), string(b[1]), part == 1
}

// isMask reports whether the character stands for hidden digits. A letter x does so only beside a digit or
// another mask, so that the x of a brand's name is a letter.
func isMask(rs []rune, i int) bool {
	switch rs[i] {
	case '*', '＊', '•', '●', '·', '#', '?':
		return true
	case 'x', 'X', '.':
		for _, j := range [...]int{i - 1, i + 1} {
			if j < 0 || j >= len(rs) {
				continue
			}
			if _, ok := digitOf(rs[j]); ok && rs[i] != '.' || rs[j] == rs[i] || rs[j] == '*' {
				return true
			}
		}
	}
	return false
}

// digitOf is the ASCII form of a digit, also of a full-width and of an Arabic one.
func digitOf(r rune) (byte, bool) {
	switch {
	case r >= '0' && r <= '9':
		return byte(r), true
	case r >= '０' && r <= '９':
		return byte(r-'０') + '0', true
	case r >= '٠' && r <= '٩':
		return byte(r-'٠') + '0', true
	case r >= '۰' && r <= '۹':
		return byte(r-'۰') + '0', true
	}
	return 0, false
}

// isJoint reports the characters that people put between the groups of a card number.
func isJoint(r rune) bool {
	switch r {
	case ' ', '-', '\u00A0', '\u2009', '\u202F', '\u3000', '－', '‐', '‑', '–', '—', '\t',
		'\n', '\r', '\v', '\f', '\u2028', '\u2029':
		return true
	}
	return false
}

// FullCard reports a cell of a card column that showed every digit: what CardOf masked.
func FullCard(cell string) bool {
	if len(cell) < minPAN-1 || strings.IndexByte(cell, '*') >= 0 {
		return false
	}
	head, _, masked := shownDigits(cell)
	return !masked && len(head) >= minPAN-1 && len(head) <= maxPAN
}

// MaskRef masks card numbers of 16 or 19 digits in a reference and counts them: one that is the whole of it,
// and one that stands in it as a run of digits of its own, or in the groups in which numbers are embossed. It
// is the rule for the ids that may be long by themselves: merchant and order numbers, payouts, a bank's
// references. A run of another length is left as it is: merchant numbers have 15 digits, and every tenth of
// them passes the check digit. A reference that is masked still matches, for it is masked alike on every
// side. Ids that are never so long (trace number, batch, RRN, approval code, terminal, response code: at most
// 12 characters by ISO 8583) go through MaskText instead.
func MaskRef(s string) (string, int) {
	if len(s) < len("4111111111111111") || !enoughDigits(s) {
		return s, 0
	}
	if digits, whole := wholeNumber(s); whole && isRefPAN(digits) {
		return maskDigits(string(digits)), 1
	}
	var b strings.Builder
	at, n := 0, 0
	for _, f := range findPANs(s) {
		if f.neat && (isRefPAN(f.digits) || f.grouped) {
			b.WriteString(s[at:f.from])
			b.WriteString(maskDigits(string(f.digits)))
			at, n = f.to, n+1
		}
	}
	if n == 0 {
		return s, 0
	}
	b.WriteString(s[at:])
	return b.String(), n
}

// isRefPAN reports a card number of the two lengths that count within references.
func isRefPAN(digits []byte) bool {
	return (len(digits) == 16 || len(digits) == 19) && isPAN(digits)
}

// wholeNumber is the digits of a text that is one number, with joints between its groups or without; a longer
// one than a card number is only known to be no card.
func wholeNumber(s string) ([]byte, bool) {
	digits := make([]byte, 0, maxPAN+1)
	for _, r := range s {
		d, ok := digitOf(r)
		switch {
		case ok && len(digits) <= maxPAN:
			digits = append(digits, d)
		case ok || isJoint(r) || isStop(r):
		default:
			return nil, false
		}
	}
	return digits, true
}

// isStop reports the characters that now and then stand between the groups of a card number, but more often
// within dates, amounts and paths.
func isStop(r rune) bool {
	switch r {
	case '.', '/', '_', '．', '／', '·', ':', '：', '+', ',', '，', '|':
		return true
	}
	return false
}

func firstOf(digits string) (f [6]byte) {
	copy(f[:], digits)
	return f
}

// lastOf keeps the last four; fewer than four say too little to be kept.
func lastOf(digits string) (l [4]byte) {
	if len(digits) >= len(l) {
		copy(l[:], digits[len(digits)-len(l):])
	}
	return l
}

// maskDigits is the only form in which a card number leaves this room as text.
func maskDigits(pan string) string {
	return tillproof.Card{First: firstOf(pan), Last: lastOf(pan)}.String()
}
