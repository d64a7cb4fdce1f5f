package iso8583

import (
	"bytes"
	"regexp"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// A log is full of lines that are no messages. One that holds a message of which next to nothing can be read
// is not one of them: it is listed, because a transaction may be missing with it.

// rare are the elements that hardly any message has; a number that only looks like a bitmap sets half of
// them, digits as characters (0x30 to 0x39) four.
var rare = [...]int{8, 16, 17, 19, 20, 21, 27, 28, 29, 30, 31, 34}

const (
	maxRare    = 2
	leastNamed = 3
)

// shaped reports a bitmap that the message of a transaction may have: with a trace number and a processing
// code, an amount or an answer.
func shaped(bits []byte) bool {
	has := func(id int) bool { return bits[(id-1)/8]&(0x80>>((id-1)%8)) != 0 }
	named, odd := 0, 0
	for id := 2; id <= 64; id++ {
		if has(id) {
			named++
		}
	}
	for _, id := range rare {
		if has(id) {
			odd++
		}
	}
	return has(11) && (has(3) || has(4) || has(39)) && named >= leastNamed && odd <= maxRare
}

// moves reports a class of messages that transactions are made of.
func (m *message) moves() bool {
	return m.mti != "" && (m.class() == '1' || m.class() == '2' || m.class() == '4')
}

// lost reports a message of a transaction that breaks off before its amount: it gives nothing, and nothing
// tells what it belongs to. In XML the rest is read all the same.
func (m *message) lost() bool {
	return m.stop != whole && m.stop <= 4 && m.layout != "" && m.moves()
}

// noise takes a line in which no message was found that gives anything: perhaps one that was lost begins at
// at, else -1.
func (s *lineScan) noise(lost message, at int, b []byte, n int) {
	if at < 0 {
		s.flush()
		s.day(b)
		return
	}
	s.take([]message{lost}, b[:at], n)
}

// damaged is the message of a line of which nothing can be used, and where it begins; -1 where the line holds
// none.
func (s *lineScan) damaged(b []byte) (message, int) {
	isMessage := func(m *message) bool { return m.shaped && m.moves() }
	if m, at := firstText(b, s.opt, headed, isMessage); at >= 0 {
		m.broken = true
		return m, at
	}
	for _, run := range hexIn(b) {
		if m := brokenHex(run.raw, s.opt); m.broken {
			return m, run.at
		}
	}
	return s.untyped(b)
}

// untyped is a message whose type or bitmap is damaged, found where messages stand in this log.
func (s *lineScan) untyped(b []byte) (message, int) {
	if at := s.column - 1; at >= 0 && at < len(b) && mostlyDigits(b[at:]) {
		return message{}, at
	}
	return message{}, -1
}

// beforeType is what may stand right before a message type: nothing, a length of four digits, a transport
// address, the header of Base24.
var beforeType = regexp.MustCompile(`(?:^|[^0-9A-Za-z])(?:[0-9]{4})?(?:60[0-9A-Fa-f]{8}|ISO[0-9]{9})?$`)

// longestHead is that of a length and the header of Base24.
const longestHead = 16

// headed reports that a message may begin behind these bytes.
func headed(before []byte) bool {
	word := 0
	for word <= longestHead && word < len(before) && isWord(before[len(before)-1-word]) {
		word++
	}
	if word == 0 || word > longestHead {
		return word == 0
	}
	return beforeType.Match(before[max(0, len(before)-word-1):])
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// The least length of a word that is a message with a damaged type or bitmap, and how many of a hundred
// characters are digits: sums and keys in hexadecimal have some sixty.
const (
	leastWord   = 60
	leastDigits = 85
)

// mostlyDigits reports such a word at the front.
func mostlyDigits(b []byte) bool {
	if end := bytes.IndexAny(b, " \t\"',;"); end >= 0 {
		b = b[:end]
	}
	digits := 0
	for _, c := range b {
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	return len(b) >= leastWord && digits*100 >= len(b)*leastDigits
}

// brokenHex is the message at the front of bytes of which nothing can be used, behind a length that may claim
// more than is there; not broken where there is none.
func brokenHex(raw []byte, opt format.Options) message {
	for _, k := range lengthKinds {
		b := raw
		if k != noLength {
			n, ok := k.read(raw)
			if !ok || n < len(raw)-k.size() || n > maxPending {
				continue
			}
			b = raw[k.size():]
		}
		if m, _ := openAny(b, opt, anyLayout); m.stop != whole && m.shaped && m.moves() {
			m.broken = true
			return m
		}
	}
	return message{}
}

// begun is the beginning of a message, cut before the end of its bitmap.
var begun = regexp.MustCompile(`^0[1-689][0-4][0-5][0-9A-Fa-f]{0,31}$`)

// end ends the text. A last line that stops within the bitmap of a message, where messages stand in this log,
// is one that was cut.
func (s *lineScan) end() {
	s.flush()
	at := s.column - 1
	if at < 0 || at >= len(s.last) || s.taken == s.lastAt || !begun.Match(s.last[at:]) {
		return
	}
	s.add(message{mti: string(s.last[at : at+4]), stop: 1, broken: true}, s.lastAt)
}

// losses tells messages that were lost from transactions that were: of two halves of a transaction one may be
// read, and two that were lost are one transaction. Halves that do not follow each other are not joined.
type losses struct {
	request *message // one that was lost, until the next message shows whether its answer was
	asked   byte     // the class of the message before, where that is a request without an answer yet
}

// lose takes a message that gives nothing.
func (r *reader) lose(m *message) {
	l := &r.losses
	switch {
	case !m.moves():
		r.noteLost(false)
		r.Note(lostIssue(m))
		l.asked = 0
	case !m.isAnswer():
		r.noteLost(false)
		l.request, l.asked = m, m.class()
	default:
		known := l.asked == m.class() // counted with its request
		r.noteLost(false)
		r.Give(format.Line{}, &format.LineError{Issue: lostIssue(m), Entry: !known})
		l.asked = 0
	}
}

// noteLost lists the request that was lost before; answered says that its transaction is known from the
// answer.
func (r *reader) noteLost(answered bool) {
	m := r.losses.request
	r.losses.request = nil
	if m != nil {
		r.Give(format.Line{}, &format.LineError{Issue: lostIssue(m), Entry: !answered})
	}
}

// next tells of a message that was read. alone says that it is an answer without a request.
func (r *reader) next(m *message, alone bool) {
	l := &r.losses
	r.noteLost(alone && l.request != nil && l.request.class() == m.class())
	if l.asked = 0; m.moves() && !m.isAnswer() {
		l.asked = m.class()
	}
}

// lostIssue lists a message of which nothing can be used.
func lostIssue(m *message) tillproof.Issue {
	return issueAt("format.iso8583.broken", m, tillproof.Params{"field": m.stopField()})
}
