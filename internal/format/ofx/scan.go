package ofx

import (
	"bufio"
	"bytes"
	"errors"
	"html"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// The caps of one file: real values have some hundred characters, real elements some hundred parts, and the
// deepest path of the specification has ten elements.
const (
	maxTag   = 1 << 10 // bytes of a tag with its attributes
	maxValue = 1 << 18 // bytes of a value
	maxDepth = 64      // elements within elements
	maxParts = 20_000  // elements of one entry, balance or the like
	maxBytes = 1 << 20 // text of one entry, balance or the like
)

// kind says what a token is.
type kind uint8

const (
	opening kind = iota // <NAME>
	closing             // </NAME>
	empty               // <NAME/>
	value               // text between tags
)

// token is a tag, or a text that is not blank, with the place where it begins.
type token struct {
	kind      kind
	text      string // the name in capitals, or the value as it is meant
	line, col int
}

// scanner reads tags and values. It knows no element: whether a tag opens a leaf or an aggregate shows by
// what follows.
type scanner struct {
	src       *bufio.Reader
	line, col int // of the byte that comes next
	cr        bool
}

func newScanner(r io.Reader) *scanner {
	return &scanner{src: bufio.NewReaderSize(r, 64<<10), line: 1, col: 1}
}

// next is the next token; io.EOF after the last one.
func (s *scanner) next() (token, error) {
	for {
		if err := s.blanks(); err != nil {
			return token{}, err
		}
		head, err := s.peek()
		if err != nil {
			return token{}, err
		}
		t := token{line: s.line, col: s.col}
		t.kind, t.text = value, ""
		done := false
		switch n := markup(head); n {
		case 0:
			done, err = true, s.value(&t)
		case declaration:
			done, err = s.declaration(&t, head)
		default:
			done = true
			t.kind, t.text = tagOf(head[:n])
			s.skip(n)
		}
		if done || err != nil {
			return t, err
		}
	}
}

// peek is what comes next, at most a tag long; io.EOF where nothing comes.
func (s *scanner) peek() ([]byte, error) {
	head, err := s.src.Peek(maxTag)
	if len(head) > 0 || err == nil {
		return head, nil
	}
	return nil, err
}

// declaration is what markup answers for comments, sections and declarations.
const declaration = -1

// markup is the length of the tag that the text begins with, 0 where it begins with none. A < that begins no
// tag is text: banks do not escape it.
func markup(head []byte) int {
	if len(head) < 2 || head[0] != '<' {
		return 0
	}
	i := 1
	switch head[1] {
	case '!', '?':
		return declaration
	case '/':
		i++
	}
	start := i
	for i < len(head) && isName(head[i], i > start) {
		i++
	}
	if i == start || i == len(head) || head[i] != '>' && head[i] != '/' && !isBlank(head[i]) {
		return 0
	}
	for ; i < len(head) && head[i] != '<'; i++ { // attributes
		if head[i] == '>' {
			return i + 1
		}
	}
	return 0
}

func isName(c byte, inside bool) bool {
	letter := c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
	return letter || inside && (c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-')
}

// tagOf is the kind and the name of a whole tag, the name in capitals.
func tagOf(tag []byte) (kind, string) {
	k := opening
	if tag[1] == '/' {
		k, tag = closing, tag[1:]
	} else if tag[len(tag)-2] == '/' {
		k = empty
	}
	i := 1
	for isName(tag[i], i > 1) {
		i++
	}
	return k, strings.ToUpper(string(tag[1:i]))
}

// declaration reads what begins with <! or <?. It answers true where that is a text.
func (s *scanner) declaration(t *token, head []byte) (bool, error) {
	const comment, section = "<!--", "<![CDATA["
	switch {
	case bytes.HasPrefix(head, []byte(comment)):
		s.skip(len(comment))
		return false, s.until("-->", nil)
	case bytes.HasPrefix(head, []byte(section)):
		s.skip(len(section))
		var b strings.Builder
		err := s.until("]]>", &b)
		t.text = b.String()
		return strings.TrimSpace(t.text) != "", err
	case head[1] == '?':
		return false, s.until("?>", nil)
	}
	return false, s.refuse(tillproof.KindForbidden, "format.xml.dtd")
}

// value reads text up to the next tag.
func (s *scanner) value(t *token) error {
	var b strings.Builder
	for {
		c, err := s.byte()
		if err != nil {
			return err
		}
		b.WriteByte(c)
		if err := s.run(&b); err != nil {
			return err
		}
		head, err := s.peek()
		if errors.Is(err, io.EOF) || err == nil && markup(head) != 0 {
			t.text = unescape(b.String())
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// run takes what stands in the buffer before the next <, so that a long text is not looked at tag by tag.
func (s *scanner) run(b *strings.Builder) error {
	head, _ := s.src.Peek(s.src.Buffered())
	n := bytes.IndexByte(head, '<')
	if n < 0 {
		n = len(head)
	}
	if b.Len()+n > maxValue {
		return s.tooLarge("value", maxValue)
	}
	b.Write(head[:n])
	s.skip(n)
	return nil
}

// blanks goes to the next byte that is not blank.
func (s *scanner) blanks() error {
	for {
		c, err := s.src.ReadByte()
		if err != nil {
			return err
		}
		if err := s.src.UnreadByte(); err != nil {
			return err
		}
		if !isBlank(c) {
			return nil
		}
		s.skip(1)
	}
}

// until reads to the end of a comment, a declaration or a section, and keeps it where b is given.
func (s *scanner) until(end string, b *strings.Builder) error {
	for matched := 0; matched < len(end); {
		c, err := s.byte()
		if errors.Is(err, io.EOF) {
			return nil // the reader says that the file is cut
		}
		if err != nil {
			return err
		}
		switch {
		case c == end[matched]:
			matched++
		case c == end[0]:
			matched = len(end) - 1 // "--->" and "]]]>" end too
		default:
			matched = 0
		}
		if b == nil {
			continue
		}
		if b.Len() >= maxValue {
			return s.tooLarge("value", maxValue)
		}
		b.WriteByte(c)
	}
	if b != nil {
		kept := strings.TrimSuffix(b.String(), end)
		b.Reset()
		b.WriteString(kept)
	}
	return nil
}

func (s *scanner) skip(n int) {
	for range n {
		_, _ = s.byte() // peeked before
	}
}

// byte reads one byte and keeps the place: LF, CR LF and CR alone end a line.
func (s *scanner) byte() (byte, error) {
	c, err := s.src.ReadByte()
	if err != nil {
		return 0, err
	}
	switch {
	case c == '\n' && s.cr:
	case c == '\n' || c == '\r':
		s.line++
		s.col = 1
	default:
		s.col++
	}
	s.cr = c == '\r'
	return c, nil
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

var entity = regexp.MustCompile(`&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]\w{1,30});`)

// unescape replaces the entities that HTML and XML know; any other, and a bare &, stays as it is written.
func unescape(s string) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	return entity.ReplaceAllStringFunc(s, html.UnescapeString)
}

func (s *scanner) tooLarge(what string, most int) error {
	e := s.refuse(tillproof.KindTooLarge, "format.xml.size")
	e.Params["limit"], e.Params["max"] = what, strconv.Itoa(most)
	return e
}

func (s *scanner) refuse(kind tillproof.ErrorKind, code string) *tillproof.Error {
	return &tillproof.Error{
		Op: "read", Kind: kind, Code: code, Place: tillproof.Place{Line: s.line, Column: s.col},
		Params: tillproof.Params{"line": strconv.Itoa(s.line), "column": strconv.Itoa(s.col)},
	}
}
