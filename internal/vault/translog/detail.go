package translog

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxDepth bounds the nesting of a detail: the deepest of ours has three levels.
const maxDepth = 16

// canonical writes a JSON object in the one form that an entry takes; no bytes for none and for an empty one.
func canonical(raw []byte) ([]byte, error) {
	s := scanner{text: raw}
	if len(raw) == 0 || s.object(1) && s.at == len(raw) {
		return unlessEmpty(raw), nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	w := writer{tokens: d}
	first, err := d.Token()
	if err != nil || first != json.Delim('{') || !utf8.Valid(raw) {
		return nil, badAct("detail")
	}
	out, ok := w.value(nil, first, 1)
	if _, err := d.Token(); !ok || err != io.EOF {
		return nil, badAct("detail")
	}
	return unlessEmpty(out), nil
}

func unlessEmpty(object []byte) []byte {
	if len(object) <= len("{}") {
		return nil
	}
	return object
}

// writer writes JSON anew from its tokens.
type writer struct{ tokens *json.Decoder }

// value writes what begins with a token; false where no canonical form can say it.
func (w *writer) value(to []byte, begin json.Token, depth int) ([]byte, bool) {
	switch v := begin.(type) {
	case nil:
		return append(to, "null"...), true
	case bool:
		return strconv.AppendBool(to, v), true
	case string:
		return quote(to, v), true
	case json.Number:
		n, err := strconv.ParseInt(v.String(), 10, 64)
		return strconv.AppendInt(to, n, 10), err == nil
	case json.Delim:
		if depth > maxDepth {
			return to, false
		}
		if v == '[' {
			return w.list(to, depth)
		}
		return w.object(to, depth)
	}
	return to, false
}

func (w *writer) list(to []byte, depth int) ([]byte, bool) {
	to = append(to, '[')
	for i := 0; ; i++ {
		t, err := w.tokens.Token()
		if err != nil || t == json.Delim(']') {
			return append(to, ']'), err == nil
		}
		if i > 0 {
			to = append(to, ',')
		}
		var ok bool
		if to, ok = w.value(to, t, depth+1); !ok {
			return to, false
		}
	}
}

func (w *writer) object(to []byte, depth int) ([]byte, bool) {
	type member struct {
		key   string
		value []byte
	}
	var members []member
	for {
		t, err := w.tokens.Token()
		if err != nil {
			return to, false
		}
		if t == json.Delim('}') {
			break
		}
		key := t.(string) // the decoder lets nothing else stand here
		if t, err = w.tokens.Token(); err != nil {
			return to, false
		}
		value, ok := w.value(nil, t, depth+1)
		if !ok {
			return to, false
		}
		members = append(members, member{key, value})
	}
	slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.key, b.key) })
	to = append(to, '{')
	for i, m := range members {
		if i > 0 {
			if m.key == members[i-1].key {
				return to, false // which of the two is meant?
			}
			to = append(to, ',')
		}
		to = append(append(quote(to, m.key), ':'), m.value...)
	}
	return append(to, '}'), true
}

// quote writes a string with no more escapes than needed.
func quote(to []byte, s string) []byte {
	to = append(to, '"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			to = append(to, '\\', byte(c))
		case hidden(c):
			to = append(to, '\\', 'u')
			for shift := 12; shift >= 0; shift -= 4 {
				to = append(to, hexDigits[c>>shift&15])
			}
		default:
			to = utf8.AppendRune(to, c)
		}
	}
	return append(to, '"')
}

// scanner reads JSON that is canonical, and stops at anything that is not. Verifying a log of a million
// entries spends its time here.
type scanner struct {
	text []byte
	at   int
}

func (s *scanner) next(c byte) bool {
	if s.at < len(s.text) && s.text[s.at] == c {
		s.at++
		return true
	}
	return false
}

func (s *scanner) object(depth int) bool {
	if depth > maxDepth || !s.next('{') {
		return false
	}
	if s.next('}') {
		return true
	}
	last := ""
	for i := 0; ; i++ {
		key, ok := s.str()
		if !ok || i > 0 && key <= last || !s.next(':') || !s.value(depth+1) {
			return false
		}
		last = key
		if !s.next(',') {
			return s.next('}')
		}
	}
}

func (s *scanner) list(depth int) bool {
	if depth > maxDepth || !s.next('[') {
		return false
	}
	if s.next(']') {
		return true
	}
	for s.value(depth + 1) {
		if !s.next(',') {
			return s.next(']')
		}
	}
	return false
}

func (s *scanner) value(depth int) bool {
	if s.at == len(s.text) {
		return false
	}
	switch c := s.text[s.at]; c {
	case '{':
		return s.object(depth)
	case '[':
		return s.list(depth)
	case '"':
		_, ok := s.str()
		return ok
	case 't', 'f', 'n':
		for _, word := range [...]string{"true", "false", "null"} {
			if bytes.HasPrefix(s.text[s.at:], []byte(word)) {
				s.at += len(word)
				return true
			}
		}
		return false
	}
	return s.number()
}

func (s *scanner) number() bool {
	begin := s.at
	s.next('-')
	for s.at < len(s.text) && s.text[s.at] >= '0' && s.text[s.at] <= '9' {
		s.at++
	}
	text := string(s.text[begin:s.at])
	n, err := strconv.ParseInt(text, 10, 64)
	return err == nil && strconv.FormatInt(n, 10) == text
}

// str reads a string; its content is compared only, so a string without escapes is not copied twice.
func (s *scanner) str() (string, bool) {
	begin := s.at
	if !s.next('"') {
		return "", false
	}
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case '"':
			s.at++
			return s.plain(s.text[begin:s.at])
		case '\\':
			s.at++
		}
		s.at++
	}
	return "", false
}

// plain is the content of a quoted string that is quoted as quote does it.
func (s *scanner) plain(quoted []byte) (string, bool) {
	simple := true
	for _, c := range quoted[1 : len(quoted)-1] {
		simple = simple && c >= 0x20 && c < 0x7f && c != '\\'
	}
	if simple {
		return string(quoted[1 : len(quoted)-1]), true
	}
	var content string
	if json.Unmarshal(quoted, &content) != nil {
		return "", false
	}
	return content, bytes.Equal(quote(nil, content), quoted)
}
