package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes a text from outside, be it a name or a cell, fit for one line of a console; it is what every
// report shows texts with.
func Clean(s string) string { return clean(s) }

// clean makes a text of a file harmless to look at. Control characters, which could move the cursor, change
// colours or set a terminal's title, and the marks that reverse the reading direction (a known way to
// disguise a name) are spelled out; line breaks and tabs become blanks. Everything else stays as it is.
func clean(s string) string {
	if !strings.ContainsFunc(s, harmful) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			b.WriteByte(' ')
		case r == utf8.RuneError && strings.HasPrefix(s[i:], "\uFFFD"):
			b.WriteRune(r)
		case r == utf8.RuneError: // a byte that is no UTF-8
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case harmful(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func harmful(r rune) bool {
	return r == utf8.RuneError || unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Zl, r) ||
		unicode.Is(unicode.Zp, r) || unicode.Is(unicode.Bidi_Control, r) || isNonCharacter(r)
}

// isNonCharacter reports code points that XML forbids or that no text may interchange.
func isNonCharacter(r rune) bool { return r&0xFFFE == 0xFFFE || r >= 0xFDD0 && r <= 0xFDEF }
