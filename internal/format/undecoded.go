package format

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/tillproof/tillproof"
)

// Undecoded is the text of a file as its bytes, for readers that split it into lines and cells first and
// decode the few cells that need it. In its charset the bytes of line ends, blanks, quotes, commas,
// semicolons and tabs stand for nothing else. Others may be part of a longer character: see Wide.
type Undecoded struct {
	src     io.Reader
	charset encoding.Encoding // nil: UTF-8
	met     *decoded
	line    int // line ends seen
	words   map[string]string
	suspect bool // a cell since the last Mark held bytes that are no character
}

// Bounds of the cells that are decoded once: the words of type, status and shop come again in each row.
const (
	maxWord  = 64
	maxWords = 4096
)

// Undecoded is the file's text before decoding, without byte order mark and padding; false where its charset
// does not allow to split it so (UTF-16, Shift JIS and the like). As with Text, bytes that are no character
// are listed by Load, and a NUL character ends the text with format.binary.
func (in *Input) Undecoded() (*Undecoded, bool) {
	u := &Undecoded{words: map[string]string{}}
	switch name := strings.ToLower(strings.TrimSpace(in.Charset)); name {
	case "utf-8", "utf8":
	case "gb18030", "gbk", "gb2312", "cp936":
		u.charset = simplifiedchinese.GB18030
	default:
		page, ok := dosPages[name]
		if !ok {
			page, _ = htmlindex.Get(name) // an unknown name is an error of Text
		}
		if _, single := page.(*charmap.Charmap); !single {
			return nil, false
		}
		u.charset = page
	}
	skip := int64(bomLen(in.Head.Raw))
	u.src = io.NewSectionReader(in.At, skip, in.textEnd()-skip)
	if in.decoded == nil {
		in.decoded = &decoded{}
	}
	*in.decoded = decoded{charset: in.Charset}
	u.met = in.decoded
	return u, true
}

// Read gives the bytes as they are.
func (u *Undecoded) Read(p []byte) (int, error) {
	n, err := u.src.Read(p)
	b := p[:n]
	if i := bytes.IndexByte(b, 0); i >= 0 {
		e := fail(tillproof.KindUnsupported, "format.binary", nil)
		e.Place.Line = u.line + bytes.Count(b[:i], []byte{'\n'}) + 1
		return 0, e
	}
	u.line += bytes.Count(b, []byte{'\n'})
	return n, err
}

// Wide reports a charset in which a byte of ASCII from 0x40 on, such as the pipe, may be the second byte of a
// character: whoever splits at it goes from character to character.
func (u *Undecoded) Wide() bool { return u.charset == simplifiedchinese.GB18030 }

// CharLen is the length of the character at the start of b in a Wide charset, 1 for a byte that begins none.
func (u *Undecoded) CharLen(b string) int {
	if b[0] < utf8.RuneSelf {
		return 1
	}
	return max(1, min(gbLen([]byte(b[:min(len(b), 4)])), len(b)))
}

// Plain reports a line that needs no decoding.
func (u *Undecoded) Plain(s string) bool {
	if u.charset != nil {
		return isASCII(s)
	}
	return utf8.ValidString(s) && !strings.Contains(s, string(utf8.RuneError))
}

// Text decodes a cell. Bytes that are no character become U+FFFD; Mark then lists them with their place.
func (u *Undecoded) Text(s string) string {
	if isASCII(s) {
		return s
	}
	if w, ok := u.words[s]; ok {
		return w
	}
	text := u.decode(s)
	switch {
	case strings.Contains(text, string(utf8.RuneError)):
		u.suspect = true
	case len(s) <= maxWord && len(u.words) < maxWords:
		u.words[strings.Clone(s)] = text // a cell is a part of its line
	}
	return text
}

func (u *Undecoded) decode(s string) string {
	charset := u.charset
	if charset == nil {
		charset = unicode.UTF8
	}
	text, err := charset.NewDecoder().String(s)
	if err != nil {
		return strings.ToValidUTF8(s, string(utf8.RuneError)) // these decoders replace and go on
	}
	return text
}

// Suspect reports whether a cell since the last call held bytes that are no character.
func (u *Undecoded) Suspect() bool {
	was := u.suspect
	u.suspect = false
	return was
}

// Mark lists the bytes of a line that are no character. The line is given as it stands in the file, with its
// number.
func (u *Undecoded) Mark(s string, line int) {
	text, column := u.decode(s), 1
	for _, r := range text {
		if r == utf8.RuneError {
			u.met.note(line, column)
		}
		column++
	}
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
