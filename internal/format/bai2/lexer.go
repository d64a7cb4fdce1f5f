package bai2

import (
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// The record codes.
const (
	fileHeader     = "01"
	groupHeader    = "02"
	accountHeader  = "03"
	detail         = "16"
	continuation   = "88"
	accountTrailer = "49"
	groupTrailer   = "98"
	fileTrailer    = "99"
	stray          = "" // a line that belongs to no record
)

// maxRecord bounds a record with its continuations: real ones have some KB.
const maxRecord = 1 << 20

// record is one physical record without its code and its slash.
type record struct {
	code   string
	body   string
	line   int
	column int // of its code, in bytes from 1
}

func (r *record) place() tillproof.Place {
	return tillproof.Place{Line: r.line, Column: r.column, Field: r.code}
}

// lexer cuts lines into records. A record ends by a slash that a line end or another record follows, or by a
// line end that another record follows; a slash within a text ends nothing.
type lexer struct {
	lines   *format.Lines
	open    *record
	wrapped []string // what further lines add to the open record
	size    int      // of them
	ended   bool     // the open record had its slash
	format.Queue[*record]
}

// next is the next record; io.EOF ends.
func (l *lexer) next() (*record, error) { return l.Take(l.step) }

// step reads one line.
func (l *lexer) step() error {
	raw, n, err := l.lines.Next()
	if errors.Is(err, io.EOF) {
		l.flush()
	}
	if err != nil {
		return err
	}
	return l.take(string(raw), n, 1)
}

// take cuts one physical line, or what is left of it from a column on.
func (l *lexer) take(s string, n, column int) error {
	for {
		body := strings.TrimLeft(s, " \t\x1a")
		column += len(s) - len(body)
		if strings.TrimLeft(body, " \t/") == "" { // blanks, or the slash of a wrapped record
			l.ended = l.ended || body != ""
			return nil
		}
		if !l.begin(body, n, column) {
			return l.follow(body, n, column)
		}
		if l.open.code == stray {
			return nil
		}
		head := len(l.open.code) + 1
		rest, next := l.cut(l.open.body)
		l.open.body = rest
		if next < 0 {
			return nil
		}
		column += head + next
		s = body[head+next:]
	}
}

// begin opens the record at the start of s; false where s goes on with the record before.
func (l *lexer) begin(s string, n, column int) bool {
	code := codeOf(s)
	switch {
	case code != "" && (l.open == nil || l.ended || isCode(code)):
	case l.open != nil && !l.ended:
		return false
	default:
		l.flush()
		l.Put(&record{code: stray, body: s, line: n, column: column})
		l.open, l.ended = &record{code: stray, line: n}, true
		return true
	}
	l.flush()
	l.open, l.ended = &record{code: code, body: s[len(code)+1:], line: n, column: column}, false
	return true
}

// follow adds a wrapped line to the open record; another record may still stand behind it.
func (l *lexer) follow(s string, n, column int) error {
	rest, next := l.cut(s)
	l.wrapped = append(l.wrapped, rest)
	if l.size += len(rest) + 16; l.size > maxRecord {
		return tooLong(n)
	}
	if next < 0 {
		return nil
	}
	return l.take(s[next:], n, column+next)
}

func tooLong(line int) error {
	p := tillproof.Params{"max": strconv.Itoa(maxRecord)}
	return format.ErrorAt(tillproof.KindTooLarge, "format.bai2.long", tillproof.Place{Line: line}, p)
}

// cut gives what belongs to the open record, and where the next record begins on the line; -1 where none
// does.
func (l *lexer) cut(s string) (body string, next int) {
	for i := 0; i < len(s); i++ {
		if s[i] == '/' && l.startsRecord(s[i+1:]) {
			l.ended = true
			return s[:i], i + 1
		}
	}
	s = strings.TrimRight(s, " \t\x1a")
	l.ended = strings.HasSuffix(s, "/")
	return strings.TrimSuffix(s, "/"), -1
}

// follower is a record as it may follow on the same line: its first fields must be what they should, for
// "INV 03/16,500" is text.
var follower = regexp.MustCompile(`^(?:` + strings.Join([]string{
	`01,[^,]{0,40},[^,]{0,40},\d{6}`,
	`02,[^,]{0,40},[^,]{0,40},[0-4]?,\d{6}`,
	`03,[^,]{0,40},[A-Z]{0,3}(?:,\d{3},|,,|,?/)`,
	`16,\d{3},[+-]?\d*,[012VSDZvsdz]?[,/]`,
	`49,[+-]?\d*,\d+ *(?:/|$)`,
	`9[89],[+-]?\d*,\d+,\d+ *(?:/|$)`,
}, "|") + ")")

// startsRecord reports a record behind a slash. A continuation has nothing to know it by: a blank must part
// it from the slash, save within an account header, which has no text.
func (l *lexer) startsRecord(s string) bool {
	body := strings.TrimLeft(s, " \t")
	if strings.HasPrefix(body, continuation+",") {
		return len(body) < len(s) || l.open.code == accountHeader
	}
	return follower.MatchString(body)
}

func (l *lexer) flush() {
	if l.open != nil && l.open.code != stray {
		if len(l.wrapped) > 0 {
			l.open.body += " " + strings.Join(l.wrapped, " ")
		}
		l.Put(l.open)
	}
	l.open, l.wrapped, l.size, l.ended = nil, nil, 0, false
}

// codeOf is the two digits before the first comma, "" where a line begins with something else.
func codeOf(s string) string {
	if len(s) > 2 && s[2] == ',' && allDigits(s[:2]) {
		return s[:2]
	}
	return ""
}

// isCode reports a record code of the format.
func isCode(s string) bool {
	switch s {
	case fileHeader, groupHeader, accountHeader, detail, continuation,
		accountTrailer, groupTrailer, fileTrailer:
		return true
	}
	return false
}

// isHeader reports the records that open a level.
func isHeader(code string) bool {
	return code == fileHeader || code == groupHeader || code == accountHeader
}
