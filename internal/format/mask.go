package format

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"
)

// MaskText replaces every full card number in free text by its masked form and counts them: also where the
// number is spaced, dashed, dotted or written in full-width digits. Text without one comes back as it is, at
// the cost of one look. An IBAN stays: its own check (ISO 13616, modulo 97) tells it from a card.
func MaskText(s string) (string, int) {
	if !enoughDigits(s) {
		return s, 0
	}
	found := findPANs(s)
	if len(found) == 0 {
		return s, 0
	}
	var b strings.Builder
	at := 0
	for _, f := range found {
		b.WriteString(s[at:f.from])
		if f.veiled {
			b.WriteString(veil)
		} else {
			b.WriteString(maskDigits(string(f.digits)))
		}
		at = f.to
	}
	b.WriteString(s[at:])
	return b.String(), len(found)
}

// HasCard reports a full card number in a text: one in the place of an amount is no sum of money.
func HasCard(s string) bool { return enoughDigits(s) && len(findPANs(s)) > 0 }

// enoughDigits is the quick look: a text with fewer than 13 digits holds no card number.
func enoughDigits(s string) bool {
	if len(s) < minPAN {
		return false
	}
	n := 0
	for i := 0; i < len(s); i++ {
		// 0xEF begins the full-width forms, 0xD9 and 0xDB the Arabic ones.
		if c := s[i]; c >= '0' && c <= '9' || c == 0xEF || c == 0xD9 || c == 0xDB {
			n++
		}
	}
	return n >= minPAN
}

// group is a run of digits in a text.
type group struct {
	from, to int // bytes in the text
	digits   []byte
	joined   bool // only joints stand between the group before and this one
	stopped  bool // several of them, or one is a point, a slash or the like
}

// pan is a card number found in a text.
type pan struct {
	from, to int
	digits   []byte
	neat     bool // in one piece, or in the groups in which numbers are embossed
	grouped  bool // in such groups
	veiled   bool // the end of a chain of numbers, none of whose digits is shown
}

func findPANs(s string) []pan {
	groups := digitGroups(s)
	var found []pan
	for i := 0; i < len(groups); i++ {
		g := groups[i]
		if isPAN(g.digits) && !partOfIBAN(s, g.from) {
			found = append(found, pan{from: g.from, to: g.to, digits: g.digits, neat: true})
			continue
		}
		if digits, padded := gluedPAN(g.digits); digits != nil && !partOfIBAN(s, g.from) {
			found = append(found, pan{from: g.from, to: g.to, digits: digits, neat: padded})
			continue
		}
		if j, digits := joinedPAN(s, groups[i:]); j > 0 {
			as := printed(groups[i : i+j+1])
			found = append(found, pan{
				from: groups[i].from, to: groups[i+j].to, digits: digits, neat: as, grouped: as,
			})
			found, i = chained(found, s, groups, [2]int{i, i + j})
		}
	}
	return found
}

// veil stands for digits that are not shown at all.
const veil = "******"

// chained adds the numbers that begin within the last one found and end behind it, and answers the last
// group that they cover. What is left of the second is masked as its own; what is left of more of them is
// veiled, for their last digits together would show a number.
func chained(found []pan, s string, groups []group, at [2]int) ([]pan, int) {
	before := found[len(found)-1]
	for n := 0; ; n++ {
		k, more, digits := overlapping(s, groups, at[0], at[1])
		if more == 0 {
			return found, at[1]
		}
		found = append(found, pan{
			from: groups[at[1]+1].from, to: groups[k+more].to, digits: digits, neat: before.neat,
			grouped: before.grouped, veiled: n > 0,
		})
		at = [2]int{k, k + more}
	}
}

// overlapping looks for a number that begins within the one of the groups from first to last, and ends
// behind it; it answers its first group, how many follow, and its digits. Of two numbers that stand
// together, the end of one and the beginning of the other may look like a third: it must not hide that the
// second begins there.
func overlapping(s string, groups []group, first, last int) (begin, more int, digits []byte) {
	for k := first + 1; k <= last; k++ {
		if n, d := joinedPAN(s, groups[k:]); n > 0 && k+n > last {
			return k, n, d
		}
	}
	return 0, 0, nil
}

// gluedPAN is the card number in a run of digits that is longer than one: behind the zeros of a fixed field,
// or before its expiry (four digits or six, one pair of them a month).
func gluedPAN(digits []byte) (pan []byte, padded bool) {
	if len(digits) <= maxPAN {
		return nil, false
	}
	if rest := bytes.TrimLeft(digits, "0"); len(rest) < len(digits) && isPAN(rest) {
		return rest, true
	}
	for _, expiry := range [...]int{4, 6} {
		head, tail := digits[:len(digits)-expiry], digits[len(digits)-expiry:]
		if isPAN(head) && (isMonth(tail[:2]) || isMonth(tail[len(tail)-2:])) {
			return head, false
		}
	}
	return nil, false
}

func isMonth(b []byte) bool { return b[0] == '0' && b[1] > '0' || b[0] == '1' && b[1] <= '2' }

func digitGroups(s string) []group {
	var groups []group
	open, stopped := false, false
	joints, other := 0, 0 // since the last digit
	for i := 0; i < len(s); {
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s[i:])
		}
		d, ok := digitOf(r)
		switch {
		case ok && open:
			g := &groups[len(groups)-1]
			g.digits, g.to = append(g.digits, d), i+n
		case ok:
			joined := len(groups) > 0 && joints > 0 && joints <= maxJoints && other == 0
			groups = append(groups, group{
				from: i, to: i + n, digits: []byte{d}, joined: joined,
				stopped: joined && (stopped || joints > 1),
			})
			open, stopped, joints, other = true, false, 0, 0
		case isInvisible(r):
		case isJoint(r), isStop(r):
			open, stopped = false, stopped || isStop(r)
			joints++
		default:
			open = false
			other++
		}
		i += n
	}
	return groups
}

// maxJoints is the most characters between two groups of a number: a dash between blanks.
const maxJoints = 3

// isInvisible reports characters that are there and not seen.
func isInvisible(r rune) bool {
	return r >= '\u200b' && r <= '\u200d' || r == '\u2060' || r == '\ufeff' || r == '\u00ad'
}

// maxGroups is the most groups a printed card number has: 4-4-4-4-3.
const maxGroups = 5

// joinedPAN looks for a number printed in groups that starts with the first group; it answers the index of
// its last group, 0 where there is none. Groups of a card number have 3 to 13 digits, the last one may be
// shorter; or all have one digit, or two.
func joinedPAN(s string, groups []group) (int, []byte) {
	if partOfIBAN(s, groups[0].from) {
		return 0, nil
	}
	if len(groups[0].digits) < 3 {
		return spacedPAN(groups)
	}
	digits := append([]byte{}, groups[0].digits...)
	stopped := false
	for j := 1; j < len(groups) && j < maxGroups && groups[j].joined; j++ {
		digits = append(digits, groups[j].digits...)
		if len(digits) > maxPAN {
			break
		}
		stopped = stopped || groups[j].stopped
		ends := j+1 == len(groups) || !groups[j+1].joined || len(groups[j].digits) >= 3
		if isPAN(digits) && ends && (!stopped || printed(groups[:j+1])) {
			return j, digits
		}
		if len(groups[j].digits) < 3 {
			break
		}
	}
	return 0, nil
}

// spacedPAN looks for a number whose digits stand one by one, or in pairs, up to the end of such a row.
func spacedPAN(groups []group) (int, []byte) {
	size := len(groups[0].digits)
	digits := append([]byte{}, groups[0].digits...)
	last := 0
	for j := 1; j < len(groups) && groups[j].joined && !groups[j].stopped; j++ {
		if len(groups[j].digits) > size || len(digits) > maxPAN {
			return 0, nil
		}
		digits, last = append(digits, groups[j].digits...), j
	}
	if last == 0 || !isPAN(digits) {
		return 0, nil
	}
	return last, digits
}

// printed reports the groups in which numbers are embossed: 4-4-4-4, 4-4-4-4-3, 4-6-5 and 4-6-4. Groups
// joined by points or slashes must have this form: dates and paths seldom do.
func printed(groups []group) bool {
	if len(groups) == 3 {
		last := len(groups[2].digits)
		return len(groups[0].digits) == 4 && len(groups[1].digits) == 6 && (last == 5 || last == 4)
	}
	for i, g := range groups {
		if n := len(g.digits); n != 4 && (i < 4 || n != 3) {
			return false
		}
	}
	return len(groups) >= 4
}

// maxIBAN is an IBAN of 34 characters printed in groups of four.
const maxIBAN = 42

// partOfIBAN reports whether the digits from a byte on belong to a valid international bank account number,
// which begins at the start of a word: two letters and two check digits.
func partOfIBAN(s string, at int) bool {
	start := at
	for start > 0 && at-start < maxIBAN {
		blank := s[start-1] == ' ' && start > 1 && isAlnum(s[start-2])
		if !isAlnum(s[start-1]) && !blank {
			break
		}
		start--
	}
	for ; start <= at && start+4 < len(s); start++ {
		if start > 0 && (isAlnum(s[start-1]) || isLetter(s[start-1]&^0x20)) {
			continue // in the midst of a word every other pair of letters would begin one
		}
		begins := isLetter(s[start]) && isLetter(s[start+1]) && isDigit(s[start+2]) && isDigit(s[start+3])
		if begins && validIBAN(s[start:], at-start) {
			return true
		}
	}
	return false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// validIBAN reports whether s begins with an IBAN that reaches beyond the byte at: 15 to 34 characters,
// modulo 97.
func validIBAN(s string, at int) bool {
	var b []byte
	for i := 0; i < len(s) && len(b) < 34; i++ {
		switch c := s[i]; {
		case isAlnum(c):
			b = append(b, c)
		case c != ' ':
			i = len(s)
		}
		end := i+1 >= len(s) || !isAlnum(s[min(i+1, len(s)-1)])
		if end && i > at && len(b) >= 15 && mod97(b) == 1 {
			return true
		}
	}
	return false
}

func mod97(b []byte) int {
	rem := 0
	for i := range b {
		switch c := b[(i+4)%len(b)]; {
		case c >= '0' && c <= '9':
			rem = (rem*10 + int(c-'0')) % 97
		default:
			rem = (rem*100 + int(c|0x20-'a') + 10) % 97
		}
	}
	return rem
}

func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' }

func isAlnum(c byte) bool { return c >= '0' && c <= '9' || isLetter(c) }

// rounded is how a spreadsheet writes a long number.
var rounded = regexp.MustCompile(`^\d(?:[.,]\d+)?[Ee]\+?\d{1,2}$`)

// Rounded reports a reference that went through a spreadsheet and lost its digits: 1.23E+15.
func Rounded(s string) bool { return rounded.MatchString(s) }

// shownRunes is how much of a value an issue shows: enough to find it in the file.
const shownRunes = 40

// Shown is a value of a file as an issue may show it: card numbers masked, and no longer than a person needs
// to find it.
func Shown(s string) string {
	s, _ = MaskText(strings.ToValidUTF8(s, "?"))
	return cut(s, shownRunes)
}
