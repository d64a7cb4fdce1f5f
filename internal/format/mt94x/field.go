package mt94x

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// field is one tagged field: the text behind its tag and the physical lines that follow.
type field struct {
	tag   string
	lines []string
	line  int // of the tag
}

// head is the text behind the tag.
func (f *field) head() string { return f.lines[0] }

// tags are the fields of MT940 and MT942, with NS, a German addition. Another word between colons at a line's
// start is narrative: "…T16" ":26:37 …" is a broken time.
var tags = [...]string{
	"20", "21", "25", "25P", "28C", "28", "13D", "13", "34F", "60F", "60M", "61", "86", "62F", "62M", "64",
	"65", "90D", "90C", "NS",
}

// maxField bounds one field: field 86 has 6 lines by the standard, some hundred in the wild.
const maxField = 64 << 10

// end closes a message: a line of "-" alone, or a SWIFT block's brace.
const end = "-"

// lexer cuts lines into fields.
type lexer struct {
	lines *format.Lines
	open  *field // not yet complete
	size  int
	dash  bool // a line "-" was read; the next line tells whether it ended the message
	format.Queue[*field]
}

// next is the next field; one with the tag end closes a message. io.EOF ends.
func (l *lexer) next() (*field, error) { return l.Take(l.step) }

// step reads one line.
func (l *lexer) step() error {
	raw, n, err := l.lines.Next()
	if errors.Is(err, io.EOF) {
		l.flush()
	}
	if err != nil {
		return err
	}
	return l.take(string(raw), n)
}

// take puts one physical line where it belongs.
func (l *lexer) take(s string, n int) error {
	s = strings.TrimLeft(s, "\x01\x02")
	s = strings.TrimRight(s, "\x03\x04")
	if i := strings.Index(s, "{4:"); i >= 0 && strings.HasPrefix(s, "{") {
		s = s[i+len("{4:"):] // what follows the block's head is the first line
		l.endMessage(n)
	}
	tag := tagOf(s)
	wrapper := strings.HasPrefix(s, "{") || strings.HasPrefix(s, "}")
	if l.dash {
		l.dash = false
		if tag == "" && !wrapper && strings.TrimSpace(s) != "" {
			if err := l.follow(end, n); err != nil { // it was a line of the narrative
				return err
			}
		} else {
			l.endMessage(n)
		}
	}
	switch {
	case tag != "":
		l.flush()
		l.open, l.size = &field{tag: tag, lines: []string{s[len(tag)+2:]}, line: n}, len(s)
		return nil
	case s == end || strings.HasPrefix(s, "-}"):
		l.dash = s == end
		if !l.dash {
			l.endMessage(n)
		}
		return nil
	case wrapper:
		l.endMessage(n)
		return nil
	}
	return l.follow(s, n)
}

// follow adds a line to the open field; before the first tag lines are a bank's wrapper.
func (l *lexer) follow(s string, n int) error {
	if l.open == nil || strings.TrimSpace(s) == "" {
		return nil
	}
	if l.size += len(s); l.size > maxField {
		at := tillproof.Place{Line: n, Field: ":" + l.open.tag + ":"}
		p := tillproof.Params{"max": strconv.Itoa(maxField)}
		return format.ErrorAt(tillproof.KindTooLarge, "format.mt94x.field", at, p)
	}
	l.open.lines = append(l.open.lines, s)
	return nil
}

func (l *lexer) flush() {
	if l.open != nil {
		l.Put(l.open)
		l.open = nil
	}
}

func (l *lexer) endMessage(n int) {
	l.flush()
	l.Put(&field{tag: end, lines: []string{""}, line: n})
}

// tagOf is the known tag at the start of a line, "" where there is none.
func tagOf(s string) string {
	if len(s) < 4 || s[0] != ':' {
		return ""
	}
	name, _, found := strings.Cut(s[1:min(len(s), 6)], ":")
	if !found {
		return ""
	}
	for _, t := range tags {
		if t == name {
			return t
		}
	}
	return ""
}
