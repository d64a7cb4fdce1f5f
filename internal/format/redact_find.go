package format

import (
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// maskStyle is how a number is replaced in the copy.
type maskStyle uint8

const (
	asRead  maskStyle = iota // as the readers mask it: "411111******1111", whatever its form
	asWide                   // the same, with blanks up to its width: for columns of a fixed width
	inPlace                  // each digit by itself: "4111 11** **** 1111"
)

// numbers are the card numbers that reading a file found.
type numbers struct {
	full   map[string]bool // as Options.Token was asked for
	masked map[string]bool // first six and last four digits of those that texts show masked
	shown  map[string]bool // numbers that pass for a card's and stand in a record as they are: references
	tails  []uint64        // bits by the last six digits of the full ones: a quick look
	length [maxPAN + 1]bool
}

// tailSpan is how many ends of six digits there are.
const tailSpan = 1_000_000

func newNumbers() *numbers {
	return &numbers{
		full: map[string]bool{}, masked: map[string]bool{}, shown: map[string]bool{},
		tails: make([]uint64, tailSpan/64+1),
	}
}

// add takes a full number.
func (n *numbers) add(pan string) {
	if len(pan) < minPAN-1 || len(pan) > maxPAN || n.full[pan] {
		return
	}
	n.full[strings.Clone(pan)] = true
	n.length[len(pan)] = true
	tail := 0
	for _, c := range pan[len(pan)-6:] {
		tail = tail*10 + int(c-'0')
	}
	n.tails[tail/64] |= 1 << (tail % 64)
}

func (n *numbers) empty() bool { return len(n.full) == 0 }

func (n *numbers) count() int { return len(n.full) }

// look takes what a record shows: masked numbers, and those that are left.
func (n *numbers) look(s string) {
	for at := 0; ; {
		i := strings.Index(s[at:], veil)
		if i < 0 {
			break
		}
		from, to := at+i-6, at+i+len(veil)+4
		at += i + len(veil)
		if from >= 0 && to <= len(s) && allDigits(s[from:from+6]) && allDigits(s[to-4:to]) {
			n.masked[s[from:from+6]+s[to-4:to]] = true
		}
	}
	if !enoughDigits(s) {
		return
	}
	for _, f := range findPANs(s) {
		n.shown[string(f.digits)] = true
	}
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// wants reports whether a number that stands in the file is to be masked: one that reading found, or one that
// no record shows.
func (n *numbers) wants(digits string) bool {
	return n.full[digits] || n.masked[digits[:6]+digits[len(digits)-4:]] || !n.shown[digits]
}

// place is a number in a text.
type place struct {
	from, to int
	digits   string
	veiled   bool
}

// places are the numbers of a text that are to be masked, in its order.
func (n *numbers) places(s string) []place {
	if !n.mayHold(s) {
		return nil
	}
	var out []place
	for _, f := range findPANs(s) {
		if d := string(f.digits); n.wants(d) {
			n.add(d)
			out = append(out, place{f.from, f.to, d, f.veiled})
		}
	}
	return n.withFull(out, s)
}

// mayHold is the quick look at a text.
func (n *numbers) mayHold(s string) bool {
	return len(s) >= minPAN && enoughDigits(s) || len(s) >= minPAN-1 && n.length[minPAN-1]
}

// withFull adds the full numbers that pass for no card's by themselves: those of private cards, and those
// in a longer run of digits.
func (n *numbers) withFull(found []place, s string) []place {
	var out []place
	m := matcher{of: n}
	next := 0
	for i, r := range s {
		for next < len(found) && found[next].to <= i {
			out, next = append(out, found[next]), next+1
			m.reset()
		}
		if next < len(found) && i >= found[next].from {
			continue
		}
		from, pan := m.step(r, i)
		if pan != "" {
			out = append(out, place{from, i + utf8.RuneLen(r), pan, false})
			m.reset()
		}
	}
	return append(out, found[next:]...)
}

// matcher looks for full numbers in a text, rune by rune: whatever joins their digits.
type matcher struct {
	of     *numbers
	digits []byte // of the chain that runs, the last of them
	at     []int  // where each of them stands
	joints int
}

func (m *matcher) reset() { m.digits, m.at, m.joints = m.digits[:0], m.at[:0], 0 }

// step takes the next rune; a number that ends with it is answered with the place where it begins.
func (m *matcher) step(r rune, i int) (int, string) {
	d, ok := digitOf(r)
	switch {
	case ok:
	case isInvisible(r):
		return 0, ""
	case (isJoint(r) || isStop(r)) && m.joints < maxJoints:
		m.joints++
		return 0, ""
	default:
		m.reset()
		return 0, ""
	}
	if len(m.digits) == 2*maxPAN {
		m.digits = append(m.digits[:0], m.digits[maxPAN:]...)
		m.at = append(m.at[:0], m.at[maxPAN:]...)
	}
	m.digits, m.at, m.joints = append(m.digits, d), append(m.at, i), 0
	return m.ends()
}

// ends is the longest full number that ends with the last digit.
func (m *matcher) ends() (int, string) {
	n := len(m.digits)
	if n < minPAN-1 {
		return 0, ""
	}
	tail := 0
	for _, c := range m.digits[n-6:] {
		tail = tail*10 + int(c-'0')
	}
	if m.of.tails[tail/64]&(1<<(tail%64)) == 0 {
		return 0, ""
	}
	for size := min(n, maxPAN); size >= minPAN-1; size-- {
		if m.of.length[size] && m.of.full[string(m.digits[n-size:])] {
			return m.at[n-size], string(m.digits[n-size:])
		}
	}
	return 0, ""
}

// masked is the text of a place in the copy.
func (p place) masked(s string, as maskStyle) string {
	text := s[p.from:p.to]
	short := veil
	if !p.veiled {
		short = maskDigits(p.digits)
	}
	switch as {
	case asWide:
		return short + strings.Repeat(" ", max(0, len(text)-len(short)))
	case inPlace:
		return p.starred(text)
	}
	return short
}

// starred replaces the digits one by one; what stands between them stays. Digits before the number, zeros
// that fill a field, stay; those behind it, its expiry, do not.
func (p place) starred(text string) string {
	all := plainDigits(text)
	from := max(0, strings.Index(all, p.digits))
	i := -1
	return strings.Map(func(r rune) rune {
		if _, ok := digitOf(r); !ok {
			return r
		}
		i++
		at := i - from
		shown := !p.veiled && (at < 6 || at >= len(p.digits)-4 && at < len(p.digits))
		switch {
		case shown:
			return r
		case r >= '０' && r <= '９':
			return '＊'
		}
		return '*'
	}, text)
}

// plainDigits are the digits of a text alone.
func plainDigits(s string) string {
	var b strings.Builder
	for _, r := range s {
		if d, ok := digitOf(r); ok {
			b.WriteByte(d)
		}
	}
	return b.String()
}

// leftIn looks for the full numbers in a copy.
func (n *numbers) leftIn(in *Input, charset string) (bool, error) {
	if n.empty() {
		return false, nil
	}
	if isZip(in.Head.Raw) {
		return anyPart(in, n.leftInText)
	}
	in, err := in.As(charset)
	if err != nil {
		return false, err
	}
	text, err := in.Text()
	if err != nil {
		return false, err
	}
	return n.leftInText(text)
}

func (n *numbers) leftInText(text io.Reader) (bool, error) {
	m := matcher{of: n}
	buf := make([]byte, scanChunk)
	kept := 0
	for {
		got, err := text.Read(buf[kept:])
		b := buf[:kept+got]
		whole := b
		if err == nil {
			whole = wholeRunes(b)
		}
		for _, r := range string(whole) {
			if _, pan := m.step(r, 0); pan != "" {
				return true, nil
			}
		}
		kept = copy(buf, b[len(whole):])
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
}
