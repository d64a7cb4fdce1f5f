package translog

import (
	"encoding/hex"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// hidden are characters that would end a line, or make a text read otherwise than it is written. The list is
// written out: tables of Unicode change, the bytes of an entry must not.
func hidden(c rune) bool {
	switch {
	case c < 0x20, c >= 0x7f && c <= 0x9f:
		return true
	case c >= 0x2028 && c <= 0x202e, c >= 0x2066 && c <= 0x2069:
		return true
	}
	return false
}

// escape writes any bytes as text on one line.
func escape(to []byte, s string) []byte {
	for i := 0; i < len(s); {
		c, n := utf8.DecodeRuneInString(s[i:])
		if c == '\\' || hidden(c) || c == utf8.RuneError && n == 1 {
			for _, b := range []byte(s[i : i+n]) {
				to = append(to, '\\', 'x', hexDigits[b>>4], hexDigits[b&15])
			}
		} else {
			to = append(to, s[i:i+n]...)
		}
		i += n
	}
	return to
}

// unescape reads what escape wrote. It may take other forms too: Decode writes the entry again and compares.
func unescape(s string) (string, bool) {
	var out []byte
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			if out != nil {
				out = append(out, s[i])
			}
			continue
		}
		if i+4 > len(s) || s[i+1] != 'x' {
			return "", false
		}
		if out == nil {
			out = append(make([]byte, 0, len(s)), s[:i]...)
		}
		b, err := hex.DecodeString(s[i+2 : i+4])
		if err != nil {
			return "", false
		}
		out = append(out, b...)
		i += 3
	}
	if out == nil {
		return s, true
	}
	return string(out), true
}
