package formattest

import (
	"bytes"
	"strings"

	"github.com/tillproof/tillproof/internal/format"
	"golang.org/x/text/encoding/htmlindex"
)

// Planted are test numbers that the card schemes and processors publish, of the lengths that are masked
// everywhere.
var Planted = []string{
	"4111111111111111", "5555555555554444", "6212345678901265", "3530111333300000", "6011111111111117",
	"4012888888881881", "5105105105105100", "6205500000000000004",
}

// Disguises are the ways in which people write a number.
var Disguises = []func(pan string) string{
	func(pan string) string { return pan },
	func(pan string) string { return grouped(pan, " ") },
	func(pan string) string { return grouped(pan, "-") },
	fullWidth,
}

func grouped(pan, joint string) string {
	var parts []string
	for len(pan) > 4 {
		parts, pan = append(parts, pan[:4]), pan[4:]
	}
	return strings.Join(append(parts, pan), joint)
}

func fullWidth(pan string) string {
	return strings.Map(func(r rune) rune { return r - '0' + '０' }, pan)
}

// WordsOf are the runs of letters and digits in a file, as pairs of offsets.
func WordsOf(raw []byte) [][2]int {
	var out [][2]int
	from := -1
	for i, c := range append(bytes.Clone(raw), 0) {
		word := c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
		switch {
		case word && from < 0:
			from = i
		case !word && from >= 0:
			if i-from >= 4 && (from == 0 || raw[from-1] < 0x80) { // no trail byte of a Chinese character
				out = append(out, [2]int{from, i})
			}
			from = -1
		}
	}
	return out
}

// Plant replaces a word by a number, in the charset of the file.
func Plant(raw []byte, w [2]int, as string) ([]byte, bool) {
	in, err := format.NewInput("x", bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, false
	}
	text := []byte(as)
	if in.Charset != "" && in.Charset != format.UTF8 {
		enc, err := htmlindex.Get(in.Charset)
		if err != nil {
			return nil, false
		}
		if text, err = enc.NewEncoder().Bytes(text); err != nil {
			return nil, false
		}
	}
	out := append(bytes.Clone(raw[:w[0]]), text...)
	return append(out, raw[w[1]:]...), true
}

// Shows looks for a number whatever stands between its digits and however wide they are.
func Shows(out, pan string) bool { return strings.Contains(Plain(out), pan) }

// Plain is a text with the digits of its numbers in one piece, and of plain width.
func Plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == ' ' || r == '-':
			return -1
		}
		return r
	}, s)
}

// Around is the place where a number is shown.
func Around(out, pan string) string {
	s := Plain(out)
	i := strings.Index(s, pan)
	return s[max(0, i-60):min(len(s), i+len(pan)+20)]
}
