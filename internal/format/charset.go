package format

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/tillproof/tillproof"
)

// The charsets that the bytes themselves can decide, and the default of the rest.
const (
	UTF8    = "UTF-8"
	UTF16LE = "UTF-16LE"
	UTF16BE = "UTF-16BE"
	GB18030 = "GB18030"
	CP1252  = "windows-1252"
)

// evidence is how much is looked at from the first byte that is not ASCII.
const evidence = HeadBytes

// decide applies the rule: byte order mark; else valid UTF-8; else GB18030 if it decodes without error and
// gives many Chinese characters; else the default code page. Guessers by statistics are wrong for Central
// Europe.
func (in *Input) decide() {
	raw := in.Head.Raw
	switch {
	case bytes.HasPrefix(raw, []byte{0xEF, 0xBB, 0xBF}):
		in.Charset = UTF8
	case bytes.HasPrefix(raw, []byte{0xFF, 0xFE}):
		in.Charset = UTF16LE
	case bytes.HasPrefix(raw, []byte{0xFE, 0xFF}):
		in.Charset = UTF16BE
	case bytes.IndexByte(raw[:min(int64(len(raw)), in.end)], 0) >= 0:
		in.Charset, _ = wideWithoutMark(raw[:min(int64(len(raw)), in.end)])
	default:
		i := beyondASCII(raw)
		if i < 0 && !in.Head.Whole {
			in.late = &late{}
			i = len(raw)
		}
		in.Charset, in.Assumed = narrow(raw[max(i, 0):])
	}
	if in.Charset != "" && signature(raw) {
		in.Charset, in.late = "", nil
	}
}

// signature reports the heads of containers whose first bytes may hold no NUL.
func signature(raw []byte) bool {
	for _, s := range [...]string{
		"PK\x03\x04", "PK\x05\x06", "\xD0\xCF\x11\xE0", "\x1F\x8B", "\x1F\x9D", "%PDF-",
	} {
		if bytes.HasPrefix(raw, []byte(s)) {
			return true
		}
	}
	return false
}

// beyondASCII is the index of the first byte that is not ASCII, -1 where there is none; 32 bytes at a time,
// because an ASCII file is looked at to its end.
func beyondASCII(b []byte) int {
	const high = 0x8080808080808080
	i := 0
	for ; i+32 <= len(b); i += 32 {
		w := b[i : i+32]
		if (binary.LittleEndian.Uint64(w)|binary.LittleEndian.Uint64(w[8:])|
			binary.LittleEndian.Uint64(w[16:])|binary.LittleEndian.Uint64(w[24:]))&high != 0 {
			break
		}
	}
	for ; i < len(b); i++ {
		if b[i] >= utf8.RuneSelf {
			return i
		}
	}
	return -1
}

// narrow decides among the charsets without a mark; the second answer says that the default was assumed.
func narrow(window []byte) (string, bool) {
	switch {
	case isUTF8(wholeRunes(window)):
		return UTF8, false
	case isChinese(window):
		return GB18030, false
	}
	return CP1252, true
}

// damage counts what does and does not decode in one charset, by characters and by lines.
type damage struct {
	good, bad int // characters beyond ASCII
	clean     int // lines that hold some and are whole
	broken    int // lines that hold bytes that are no character
	before    [2]int
}

// endLine closes a line.
func (d *damage) endLine() {
	switch {
	case d.bad > d.before[1]:
		d.broken++
	case d.good > d.before[0]:
		d.clean++
	}
	d.before = [2]int{d.good, d.bad}
}

// Damaged text is taken for what it otherwise is, and its bad lines are listed: where fifty right characters
// stand to one wrong, or three whole lines to one broken. Bytes of another charset hardly ever come so.
const (
	maxDamage = 50
	maxBroken = 3
)

func (d *damage) bearable() bool {
	return d.good >= d.bad*maxDamage || d.clean >= d.broken*maxBroken
}

// isUTF8 reports valid UTF-8, and UTF-8 with bearable damage.
func isUTF8(b []byte) bool {
	var d damage
	for i := 0; i < len(b); {
		if c := b[i]; c < utf8.RuneSelf {
			if c == '\n' {
				d.endLine()
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			d.bad++
		} else {
			d.good++
		}
		i += n
	}
	d.endLine()
	return d.bad == 0 || d.good > 0 && d.bearable()
}

// maxWestern is the share of letters beyond ASCII that a text of a Western code page may have, one in so
// many: Czech, which has most, has one in six.
const maxWestern = 4

// undecided is what to say instead where a text's words were not recognised and its bytes are no charset that
// could be told: not that a header is missing, but that the encoding is not known. The place is where the
// charset that comes furthest breaks.
func undecided(err error, in *Input) error {
	var e *tillproof.Error
	if !errors.As(err, &e) {
		return err
	}
	if e.Code == "format.unknown" && in.Charset == "" && !signature(in.Head.Raw) {
		if _, open := wideWithoutMark(in.headText()); open {
			return fail(tillproof.KindUnsupported, "format.charset.wide", nil)
		}
	}
	if !in.Assumed {
		return err
	}
	if e.Code != "format.unknown" && !strings.HasSuffix(e.Code, ".header") {
		return err
	}
	raw := in.Head.Raw
	beyond := 0
	for _, c := range raw {
		if c >= utf8.RuneSelf {
			beyond++
		}
	}
	at, place := firstBad(raw, utf8Len)
	charset := UTF8
	if gb, there := firstBad(raw, gbLen); gb > at {
		at, place, charset = gb, there, GB18030
	}
	if at < 0 || beyond*maxWestern < len(raw) {
		return err
	}
	out := fail(tillproof.KindUnsupported, "format.charset.unknown", nil)
	out.Place = place
	out.Params = tillproof.Params{
		"line": strconv.Itoa(place.Line), "column": strconv.Itoa(place.Column), "charset": charset,
		"byte": strings.ToUpper(strconv.FormatUint(uint64(raw[at]), 16)),
	}
	return out
}

// firstBad is the first byte that begins no character, and its line and column in characters; -1 where there
// is none.
func firstBad(raw []byte, length func([]byte) int) (int, tillproof.Place) {
	place := tillproof.Place{Line: 1, Column: 1}
	for i := 0; i < len(raw); {
		n := length(raw[i:])
		switch {
		case n == 0:
			return i, place
		case n < 0:
			return -1, place
		case raw[i] == '\n':
			place = tillproof.Place{Line: place.Line + 1, Column: 1}
		default:
			place.Column++
		}
		i += n
	}
	return -1, place
}

// utf8Len is the length of the UTF-8 character at the start of b: 0 where there is none, -1 where b ends
// within.
func utf8Len(b []byte) int {
	r, n := utf8.DecodeRune(b)
	switch {
	case r != utf8.RuneError || n > 1:
		return n
	case !utf8.FullRune(b):
		return -1
	}
	return 0
}

// wholeRunes drops a last character of which the window holds only the beginning.
func wholeRunes(b []byte) []byte {
	for i := 1; i <= min(utf8.UTFMax-1, len(b)); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}

// isChinese reports whether the bytes decode as GB18030, but for a little damage, and most characters are the
// common ones of GB 2312 (level one, or its punctuation and full-width forms). Western text with accents
// decodes too, but to rare characters whose second byte is an ASCII letter.
func isChinese(b []byte) bool {
	var d damage // good are the common characters
	all := 0
	for i := 0; i < len(b); {
		n := gbLen(b[i:])
		switch {
		case n == 0:
			d.bad++
			n = 1
		case n < 0: // the window cuts the last character
			n = len(b)
		case n == 1 && b[i] == '\n':
			d.endLine()
		case n > 1:
			all++
			if lead := b[i]; n == 2 && b[i+1] >= 0xA1 && (lead <= 0xA3 || lead >= 0xB0 && lead <= 0xD7) {
				d.good++
			}
		}
		i += n
	}
	d.endLine()
	return d.good >= 2 && d.good*3 >= all*2 && d.bearable()
}

// gbLen is the length of the GB18030 character at the start of b: 0 where there is none, -1 where b ends
// within.
func gbLen(b []byte) int {
	lead := b[0]
	switch {
	case lead < 0x80:
		return 1
	case lead == 0x80 || lead == 0xFF:
		return 0
	case len(b) == 1:
		return -1
	case b[1] >= 0x40 && b[1] != 0x7F && b[1] != 0xFF:
		return 2
	case b[1] < 0x30 || b[1] > 0x39:
		return 0
	case len(b) < 4:
		return -1
	case b[2] < 0x81 || b[2] == 0xFF || b[3] < 0x30 || b[3] > 0x39:
		return 0
	}
	return 4
}

// dosPages are code pages that banks still write and the web's list of encodings does not know.
var dosPages = map[string]encoding.Encoding{
	"ibm437": charmap.CodePage437, "cp437": charmap.CodePage437,
	"ibm850": charmap.CodePage850, "cp850": charmap.CodePage850,
	"ibm852": charmap.CodePage852, "cp852": charmap.CodePage852,
	"ibm858": charmap.CodePage858, "cp858": charmap.CodePage858,
}

// decoderOf finds the decoder of a charset; format.charset for a name nobody knows.
func decoderOf(charset string) (*encoding.Decoder, error) {
	switch name := strings.ToLower(strings.TrimSpace(charset)); name {
	case "utf-8", "utf8", "us-ascii", "ascii":
		return unicode.UTF8.NewDecoder(), nil
	case "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder(), nil
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder(), nil
	case "gb18030", "gbk", "gb2312", "cp936":
		return simplifiedchinese.GB18030.NewDecoder(), nil // the superset decodes its subsets
	default:
		if page, ok := dosPages[name]; ok {
			return page.NewDecoder(), nil
		}
		enc, err := htmlindex.Get(name)
		if err != nil {
			e := fail(tillproof.KindUnsupported, "format.charset", err)
			name, _ := MaskText(strings.ToValidUTF8(charset, "?"))
			e.Params = tillproof.Params{"charset": cut(name, 40)}
			return nil, e
		}
		return enc.NewDecoder(), nil
	}
}

// decodeHead decodes a head whose last character may be cut; "" where it holds NUL characters.
func decodeHead(raw []byte, charset string) string {
	d, err := decoderOf(charset)
	if err != nil {
		return ""
	}
	b, err := d.Bytes(raw)
	if err != nil || bytes.IndexByte(b, 0) >= 0 {
		return ""
	}
	return strings.TrimSuffix(string(b), string(utf8.RuneError))
}

func bomLen(raw []byte) int {
	switch {
	case bytes.HasPrefix(raw, []byte{0xEF, 0xBB, 0xBF}):
		return 3
	case bytes.HasPrefix(raw, []byte{0xFF, 0xFE}), bytes.HasPrefix(raw, []byte{0xFE, 0xFF}):
		return 2
	}
	return 0
}

// cut bounds a text that goes into an error: at most n characters.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n]) + "…"
}
