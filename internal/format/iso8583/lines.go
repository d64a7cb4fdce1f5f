package iso8583

import (
	"bytes"
	"encoding/hex"
	"regexp"

	"github.com/tillproof/tillproof/internal/format"
)

// widestDump is how many bytes the widest line of a dump shows.
const widestDump = 32

// maxPending bounds a message in hexadecimal that goes over several lines.
const maxPending = 8 << 10

var (
	// dumped is a line of a dump: an offset where there is one, bytes in hexadecimal, and behind two blanks
	// the same as characters. piped is the other form, in which bars stand around the characters and a double
	// blank in the middle.
	dumped = regexp.MustCompile(`^\s*(?:[0-9A-Fa-f]{4,8}(?::\s*|\s{2,}))?` +
		`((?:[0-9A-Fa-f]{2}[ -]?){2,})(?:\s{2,}.*|\s*)$`)
	piped = regexp.MustCompile(`^\s*(?:[0-9A-Fa-f]{4,8}:?\s+)?((?:[0-9A-Fa-f]{2} {0,2}){2,})\s*\|.*$`)
	// unbroken and inPairs are runs of hexadecimal digits that are long enough, behind whatever a log writes
	// before them: all in one, or in pairs.
	unbroken = regexp.MustCompile(`(?:^|[^0-9A-Za-z]|0[xX])([0-9A-Fa-f]{40,})`)
	inPairs  = regexp.MustCompile(`(?:^|[^0-9A-Za-z])((?:[0-9A-Fa-f]{2} ){20,}(?:[0-9A-Fa-f]{2})?)`)
	// typed is where a message of characters may begin: a type and a bitmap in hexadecimal.
	typed = regexp.MustCompile(`0[1-689][0-4][0-5][0-9A-Fa-f]{16}`)
	// dated is a day that a log writes before its messages.
	dated = regexp.MustCompile(`(20[0-9][0-9])[-/.年]?(0[1-9]|1[0-2])[-/.月]?(0[1-9]|[12][0-9]|3[01])`)
)

// lineScan finds the messages in the lines of a text. A log may write one message over several lines in
// hexadecimal; pending is what of it has come.
type lineScan struct {
	opt     format.Options
	pending []byte
	from    int // the line on which pending began
	stamp   string
	found   []message

	taken  int    // the line of the last message
	column int    // where the last message of characters began in its line, counted from 1; 0: none yet
	last   []byte // the last line, which may be cut
	lastAt int
}

// line takes one line; messages that are whole by then are in found. The digits of a packed message look the
// same as hexadecimal text and as characters, so a reading that uses the line up comes before one that leaves
// a rest, and what breaks off comes last.
func (s *lineScan) line(b []byte, n int) {
	s.last, s.lastAt = append(s.last[:0], b...), n
	if len(s.pending) == 0 && !hexRun(b) {
		lost, at := s.untyped(b)
		s.noise(lost, at, b, n)
		return
	}
	texts, before, rest := characters(b, s.opt)
	if len(texts) > 0 && !headed(b[:before]) {
		if _, at := s.damaged(b); at >= 0 && at < before { // it lies within a message that cannot be read
			texts = nil
		}
	}
	if len(texts) > 0 && len(bytes.Trim(b[rest:], " \t\"'])}>")) == 0 {
		s.take(texts, b[:before], n)
		return
	}
	if raw, ok := dumpOf(b); ok {
		s.hexLine(raw, n)
		return
	}
	m, at := hexadecimal(b, s.opt)
	switch {
	case at >= 0 && m.stop == whole:
		s.take([]message{m}, b[:at], n)
	case len(texts) > 0:
		s.take(texts, b[:before], n)
	default:
		s.unfit(m, at, b, n)
	}
}

// leastRun is how many hexadecimal digits stand together wherever a message begins: a bitmap, or a line of a
// dump of 8 bytes.
const leastRun = 16

// hexRun is the quick look that most lines of a log do not pass: it reports so many hexadecimal digits with
// nothing but blanks and dashes between them.
func hexRun(b []byte) bool {
	run := 0
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'F', c >= 'a' && c <= 'f':
			if run++; run >= leastRun {
				return true
			}
		case c != ' ' && c != '-':
			run = 0
		}
	}
	return false
}

// take keeps the messages of a line, and the day that stands before them.
func (s *lineScan) take(found []message, before []byte, n int) {
	s.flush()
	s.day(before)
	if found[0].mti != "" {
		s.column = len(before) + 1
	}
	s.taken = n
	for _, m := range found {
		s.add(m, n)
	}
}

// unfit keeps a message that breaks off, in the reading that comes further; a line without one may tell the
// day of the next.
func (s *lineScan) unfit(m message, at int, b []byte, n int) {
	if text, from := firstText(b, s.opt, anywhere, (*message).likely); text.count() > m.count() {
		m, at = text, from
	}
	lost, from := s.damaged(b)
	switch {
	case at < 0, from >= 0 && from < at: // what looks like a message within another is none
		s.noise(lost, from, b, n)
	default:
		s.take([]message{m}, b[:at], n)
	}
}

// day keeps the last day that the log wrote.
func (s *lineScan) day(b []byte) {
	if d := dated.FindSubmatch(b); d != nil {
		s.stamp = string(d[1]) + string(d[2]) + string(d[3])
	}
}

// maxTries bounds the places of a line at which a message may begin.
const maxTries = 256

// characters is the messages of a line that stand there as characters, one behind the other, where the first
// of them begins, and what stands behind the last. A length before a message and its type may together look
// like a type, so places at which a message may begin come before others.
func characters(b []byte, opt format.Options) (found []message, before, rest int) {
	if found, before, rest = messagesIn(b, opt, headed); len(found) > 0 {
		return found, before, rest
	}
	return messagesIn(b, opt, anywhere)
}

func anywhere([]byte) bool { return true }

// messagesIn finds them; first says where the first may begin.
func messagesIn(
	b []byte, opt format.Options, first func(before []byte) bool,
) (found []message, before, rest int) {
	at := 0
	for tries := 0; tries < maxTries; tries++ {
		next := typed.FindIndex(b[at:])
		if next == nil {
			break
		}
		at += next[0]
		if len(found) == 0 && !first(b[:at]) {
			at++
			continue
		}
		m, used := openAny(b[at:], opt, hexMapped)
		switch {
		case len(found) == 0 && m.sound():
			before = at
		case len(found) > 0 && (m.sound() && headed(b[rest:at]) || m.likely() && at == rest):
		default:
			at++
			continue
		}
		found = append(found, m)
		at += max(used, 1)
		rest, tries = at, 0
	}
	return found, before, rest
}

// firstText is the first message of characters in a line that stands and is as asked, one that breaks off,
// and where it begins; -1 where there is none.
func firstText(
	b []byte, opt format.Options, stands func(before []byte) bool, is func(*message) bool,
) (message, int) {
	at := 0
	for range maxTries {
		next := typed.FindIndex(b[at:])
		if next == nil {
			break
		}
		at += next[0]
		if stands(b[:at]) {
			if m, _ := openAny(b[at:], opt, hexMapped); is(&m) {
				return m, at
			}
		}
		at++
	}
	return message{}, -1
}

// hexadecimal is the message of a line that stands there as hexadecimal digits, and where it begins; -1 where
// there is none.
func hexadecimal(b []byte, opt format.Options) (message, int) {
	for _, run := range hexIn(b) {
		if m := fromHex(run.raw, opt); m.sound() || m.likely() {
			return m, run.at
		}
	}
	return message{}, -1
}

// hexRunIn is bytes that a line shows in hexadecimal, and where.
type hexRunIn struct {
	raw []byte
	at  int
}

// maxBefore is how many pairs of digits before a message may belong to the time that a log writes.
const maxBefore = 3

// hexIn is the runs of hexadecimal digits that may be the message of a line. The seconds of a time look like
// the first byte of one.
func hexIn(b []byte) (runs []hexRunIn) {
	if at := unbroken.FindSubmatchIndex(b); at != nil {
		if raw := bytesOfHex(b[at[2]:at[3]]); raw != nil {
			runs = append(runs, hexRunIn{raw, at[2]})
		}
	}
	if at := inPairs.FindSubmatchIndex(b); at != nil {
		raw := bytesOfHex(b[at[2]:at[3]])
		for i := range min(maxBefore+1, len(raw)) {
			runs = append(runs, hexRunIn{raw[i:], at[2] + 3*i})
		}
	}
	return runs
}

// bytesOfHex is what hexadecimal digits stand for; a last digit without its pair is left out.
func bytesOfHex(b []byte) []byte {
	digits := unspaced(b)
	raw := make([]byte, len(digits)/2)
	if _, err := hex.Decode(raw, digits[:len(digits)/2*2]); err != nil {
		return nil
	}
	return raw
}

// hexLine takes a line that holds nothing but hexadecimal. It is a message by itself, or the beginning or the
// next piece of one.
func (s *lineScan) hexLine(raw []byte, n int) {
	if m := fromHex(raw, s.opt); m.sound() {
		s.flush()
		s.add(m, n)
		return
	}
	if len(s.pending) > 0 && len(raw) > widestDump && brokenHex(raw, s.opt).broken { // another one begins
		s.flush()
	}
	if len(s.pending) == 0 {
		s.from = n
	}
	s.pending = append(s.pending, raw...)
	if m := fromHex(s.pending, s.opt); m.sound() || len(s.pending) > maxPending {
		s.flush()
	}
}

// flush ends a message that went over several lines.
func (s *lineScan) flush() {
	raw := s.pending
	s.pending = nil
	if len(raw) == 0 {
		return
	}
	if m := fromHex(raw, s.opt); m.sound() || m.likely() {
		s.add(m, s.from)
	} else if m := brokenHex(raw, s.opt); m.broken {
		s.add(m, s.from)
	}
}

func (s *lineScan) add(m message, n int) {
	m.line = n
	if m.stamp == "" {
		m.stamp, m.stampBy = s.stamp, byLog
	}
	s.found = append(s.found, m)
}

// hexMapped and anyLayout choose layouts.
func hexMapped(l *layout) bool { return l.hexMap }

func anyLayout(*layout) bool { return true }

// openAny decodes under the layout that fits to the end, else under the one that comes furthest.
func openAny(b []byte, opt format.Options, which func(*layout) bool) (best message, used int) {
	for _, l := range layouts() {
		if !which(l) {
			continue
		}
		m, n := l.open(b, opt)
		if m.mti == "" || m.stop != whole && m.count() <= best.count() {
			continue
		}
		best, used = m, n
		if m.sound() {
			break
		}
	}
	return best, used
}

// fromHex decodes the bytes that a line showed, with a length before them or without.
func fromHex(raw []byte, opt format.Options) (best message) {
	for _, k := range lengthKinds {
		b := raw
		if k != noLength {
			n, ok := k.read(raw)
			if !ok || n != len(raw)-k.size() {
				continue
			}
			b = raw[k.size():]
		}
		m, used := openAny(b, opt, anyLayout)
		if m.sound() && used == len(b) {
			return m
		}
		if m.stop != whole && m.count() > best.count() {
			best = m
		}
	}
	return best
}

// dumpOf is the bytes of a line that is hexadecimal and nothing else.
func dumpOf(b []byte) ([]byte, bool) {
	m := piped.FindSubmatch(b)
	if m == nil {
		m = dumped.FindSubmatch(b)
	}
	if m == nil {
		return nil, false
	}
	if len(unspaced(m[1]))%2 != 0 {
		return nil, false
	}
	raw := bytesOfHex(m[1])
	return raw, raw != nil
}

func unspaced(b []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, b)
}

// sureLines is the confidence in lines of which one holds a whole message.
const sureLines = 95

// maxLooked is how many lines of a head are looked at.
const maxLooked = 400

// planLines looks for messages in the lines of a head.
func planLines(raw []byte) plan {
	s := &lineScan{}
	cutOff := 0
	for n := 1; n <= maxLooked && len(raw) > 0; n++ {
		line, rest, _ := bytes.Cut(raw, []byte("\n"))
		if len(line) > maxMessage/2 {
			break
		}
		s.line(bytes.TrimRight(line, "\r"), n)
		raw = rest
	}
	s.flush()
	for i := range s.found {
		switch m := &s.found[i]; {
		case m.sound():
			return plan{shape: byLines, sure: sureLines}
		case m.likely():
			cutOff++
		}
	}
	if cutOff > 0 {
		return plan{shape: byLines, sure: 60}
	}
	return plan{}
}
