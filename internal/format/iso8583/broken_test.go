package iso8583

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

// dayLog is a log of sales and their answers, one a line behind the time, as a switch writes it.
func dayLog() []string {
	var lines []string
	for i := range 4 {
		trace := fmt.Sprintf("11:%06d", i+1)
		at := fmt.Sprintf("2026-03-02 11:0%d:00.123 ", i)
		lines = append(lines, at+"SEND "+sale87("0200", trace), at+"RECV "+sale87("0210", trace, "39:00"))
	}
	return lines
}

// damage overwrites seven characters of a line behind the start of its message.
func damage(line string, at int) string {
	const before = len("2026-03-02 11:00:00.123 SEND ")
	return line[:before+at] + "GARBAGE" + line[before+at+7:]
}

// Where damage may begin in a message.
const inCard, inAmount, inBitmap, inType = 26, 50, 10, 1

// TestDamagedLines: a message that cannot be read is listed, with its transaction where no half of it can be
// read; the rest is read.
func TestDamagedLines(t *testing.T) {
	lines := dayLog()
	with := func(change func(l []string) []string) []string { return change(slices.Clone(lines)) }
	broken := func(lines ...string) (codes []string) {
		for _, l := range lines {
			codes = append(codes, "format.iso8583.broken "+l)
		}
		return codes
	}
	for name, c := range map[string]struct {
		lines           []string
		records, unread int
		issues          []string
	}{
		"none": {lines, 4, 0, nil},
		"the request": {with(func(l []string) []string {
			l[2] = damage(l[2], inCard)
			return l
		}), 4, 0, broken("3")},
		"the answer": {with(func(l []string) []string {
			l[3] = damage(l[3], inAmount)
			return l
		}), 4, 0, broken("4")},
		"both": {with(func(l []string) []string {
			l[2], l[3] = damage(l[2], inCard), damage(l[3], inAmount)
			return l
		}), 3, 1, broken("3", "4")},
		"two of two": {with(func(l []string) []string {
			l[0], l[1] = damage(l[0], inCard), damage(l[1], inCard)
			l[4], l[5] = damage(l[4], inAmount), damage(l[5], inAmount)
			return l
		}), 2, 2, broken("1", "2", "5", "6")},
		"requests that stand together": {with(func(l []string) []string {
			return []string{l[0], damage(l[2], inCard), damage(l[4], inCard), l[1]}
		}), 1, 2, broken("2", "3")},
		"the bitmap": {with(func(l []string) []string {
			l[2], l[3] = damage(l[2], inBitmap), damage(l[3], inBitmap)
			return l
		}), 3, 0, []string{"format.iso8583.type 3", "format.iso8583.type 4"}},
		"the type": {with(func(l []string) []string {
			l[3] = damage(l[3], inType)
			return l
		}), 4, 0, []string{"format.iso8583.type 4"}},
		"cut in the card":   {append(lines[:2:2], lines[2][:29+30]), 1, 1, broken("3")},
		"cut in the bitmap": {append(lines[:2:2], lines[2][:29+9]), 1, 1, broken("3")},
		"cut in the type":   {append(lines[:2:2], lines[2][:29+2]), 1, 0, nil},
		"noise": {append(slices.Clone(lines), "2026-03-02 12:00:00.000 SEND hello world",
			"2026-03-02 12:00:00.000 trace 0200 of 4f3c2b1a09d8e7f6a5b4c3d2e1f00102 done",
			"sha256 0200a1b23c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7", "MTI 0200",
			"2026-03-02 12:00:00.000 SEND 020012345678", "x"), 4, 0, nil},
	} {
		src, records, err := formattest.Load([]byte(strings.Join(c.lines, "\n")), Formats(), format.Options{})
		if err != nil || len(records) != c.records || src.Unread != c.unread {
			t.Errorf("%s: %d records, %d unread, %v; want %d, %d; %+v", name, len(records), src.Unread, err,
				c.records, c.unread, src.Issues)
		}
		var issues []string
		for _, i := range src.Issues {
			if i.Code != codeElement && i.Code != "format.iso8583.unanswered" {
				issues = append(issues, fmt.Sprintf("%s %d", i.Code, i.Place.Line))
			}
		}
		if !slices.Equal(issues, c.issues) {
			t.Errorf("%s: %v, want %v", name, issues, c.issues)
		}
		if strings.Contains(fmt.Sprint(src, records), "4111111111111111") {
			t.Errorf("%s: a card number is shown", name)
		}
	}
}

// TestDamagedHex: the same of packed messages that stand in hexadecimal.
func TestDamagedHex(t *testing.T) {
	message := func(trace string) string {
		return cupMessage("0220", "3:000000", "4:000000000500", "11:"+trace, "12:101112", "13:0302",
			"41:3830303230303032", "42:313034333330303132333430303032", "49:313536",
			"60:001322000042000000")
	}
	pairs := func(s string) (out string) {
		for ; s != ""; s = s[2:] {
			out += s[:2] + " "
		}
		return out
	}
	whole, other := message("000009"), message("000010")
	amount := strings.Replace(other, "000000000500", "0000000005AB", 1)
	for name, c := range map[string]struct {
		text   string
		issues int
	}{
		"an amount that is none": {whole + "\n" + amount + "\n" + message("000011"), 1},
		"behind a time": {
			"10:00 " + whole + "\n10:01 " + amount + "\n10:02 " + message("000011"), 1,
		},
		"in pairs": {
			"10:00 " + pairs(whole) + "\n10:01 " + pairs(amount) + "\n10:02 " + pairs(message("000011")), 1,
		},
		"cut in the amount": {whole + "\n" + message("000011") + "\n" + other[:64], 1},
		"two":               {amount + "\n" + amount + "\n" + whole + "\n" + message("000011"), 2},
		"a key": {
			whole + "\n" + message("000011") + "\n" + strings.Repeat("0123456789ABCDEF", 3), 0,
		},
	} {
		src, records, err := formattest.Load([]byte(c.text), Formats(), in2026)
		if err != nil || len(records) != 2 || src.Unread != c.issues || len(src.Issues) != c.issues {
			t.Errorf("%s: %d records, %d unread, %+v, %v", name, len(records), src.Unread, src.Issues, err)
		}
	}
}
