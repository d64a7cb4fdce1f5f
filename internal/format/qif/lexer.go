package qif

import (
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// section is what a part of the file lists.
type section uint8

const (
	register section = iota // transactions of an account
	accounts                // accounts, of which one may be the next register's
	foreign                 // categories, securities, templates: no transactions of an account
)

// block is an entry up to its ^, or the header of a section, whose title it holds.
type block struct {
	section section
	title   string // of a header: "Bank"; "" for an entry
	fields  []field
	line    int
	closed  bool // by ^
}

// field is one line of an entry: its letter and its text.
type field struct {
	code rune
	text string
	line int
}

// maxBlock bounds an entry: real ones have a few hundred bytes, with their splits some KB.
const maxBlock = 1 << 20

// lexer cuts lines into blocks.
type lexer struct {
	lines   *format.Lines
	section section
	open    *block
	size    int
	format.Queue[*block]
}

// next is the next block; io.EOF ends.
func (l *lexer) next() (*block, error) { return l.Take(l.step) }

// step reads one line.
func (l *lexer) step() error {
	raw, n, err := l.lines.Next()
	if errors.Is(err, io.EOF) {
		l.flush(false)
	}
	if err != nil {
		return err
	}
	return l.take(strings.Trim(string(raw), " \t\x1a"), n)
}

func (l *lexer) take(s string, n int) error {
	switch {
	case s == "":
	case s[0] == '!':
		l.flush(false)
		l.header(s[1:], n)
	case s[0] == '^':
		l.flush(true)
	default:
		if l.open == nil {
			l.open, l.size = &block{section: l.section, line: n}, 0
		}
		if l.size += len(s) + 32; l.size > maxBlock {
			p := tillproof.Params{"max": strconv.Itoa(maxBlock), "start": strconv.Itoa(l.open.line)}
			return format.ErrorAt(tillproof.KindTooLarge, "format.qif.long", tillproof.Place{Line: n}, p)
		}
		code, size := utf8.DecodeRuneInString(s)
		l.open.fields = append(l.open.fields, field{code, strings.TrimSpace(s[size:]), n})
	}
	return nil
}

// header opens a section. !Option and !Clear switch how Quicken reads, and open none.
func (l *lexer) header(s string, n int) {
	name, title, typed := strings.Cut(s, ":")
	title = strings.TrimSpace(title)
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "type":
		l.section = foreign
		if isRegister(title) {
			l.section = register
		}
	case "account":
		l.section, title = accounts, "Account"
	case "option", "clear":
		return
	default:
		l.section = foreign
		if !typed {
			title = strings.TrimSpace(name)
		}
	}
	if title == "" {
		title = "?"
	}
	l.Put(&block{section: l.section, title: title, line: n, closed: true})
}

// registers are the kinds that are read: bank, cash, card, and other assets and liabilities.
var registers = [...]string{"bank", "cash", "ccard", "oth a", "oth l"}

func isRegister(title string) bool { return slices.Contains(registers[:], strings.ToLower(title)) }

func (l *lexer) flush(closed bool) {
	if l.open != nil {
		l.open.closed = closed
		l.Put(l.open)
		l.open = nil
	}
}

// first is the first field of a letter; false where the entry has none.
func (b *block) first(code rune) (field, bool) {
	for _, f := range b.fields {
		if f.code == code {
			return f, true
		}
	}
	return field{code: code, line: b.line}, false
}

// text is the text of the first field of a letter.
func (b *block) text(code rune) string {
	f, _ := b.first(code)
	return f.text
}
