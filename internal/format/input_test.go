package format

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/tillproof/tillproof"
)

func inputOf(t testing.TB, name string, b []byte) *Input {
	t.Helper()
	in, err := NewInput(name, bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func textOf(t testing.TB, in *Input) string {
	t.Helper()
	r, err := in.Text()
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func codeOf(err error) string {
	var e *tillproof.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func encoded(t *testing.T, e encoding.Encoding, s string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// charsetCase is a file's beginning; no raw means that it is written as UTF-8.
type charsetCase struct {
	name, text, charset string
	raw                 []byte
	assumed             bool
}

func charsetCases(t *testing.T) []charsetCase {
	ascii := strings.Repeat("2026-09-16,100.00\n", 8<<10) // beyond the head
	utf16 := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	utf16bare := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	return []charsetCase{
		{name: "ASCII", text: "a,b\n", charset: UTF8},
		{name: "UTF-8", text: "商户编号,金额\n", charset: UTF8},
		{name: "UTF-8 with mark", text: "金额\n", charset: UTF8, raw: []byte("\xEF\xBB\xBF金额\n")},
		{
			name: "GB18030", text: "商户编号,终端编号\n", charset: GB18030,
			raw: encoded(t, simplifiedchinese.GB18030, "商户编号,终端编号\n"),
		},
		{
			name: "GB18030, damaged", text: strings.Repeat("商户编号", 13) + "�,合计\n", charset: GB18030,
			raw: append(append(encoded(t, simplifiedchinese.GB18030, strings.Repeat("商户编号", 13)), 0xFF),
				encoded(t, simplifiedchinese.GB18030, ",合计\n")...),
		},
		{
			name: "UTF-8, damaged", text: strings.Repeat("商户编号", 13) + "�,合计\n", charset: UTF8,
			raw: []byte(strings.Repeat("商户编号", 13) + "\xFF,合计\n"),
		},
		{
			name: "GB18030, one word", text: "total,合计\n", charset: GB18030,
			raw: encoded(t, simplifiedchinese.GB18030, "total,合计\n"),
		},
		{
			name: "GB18030, four bytes", text: "姓名：㐂田，金额\n", charset: GB18030,
			raw: encoded(t, simplifiedchinese.GB18030, "姓名：㐂田，金额\n"),
		},
		{
			name: "GB18030 beyond an ASCII head", text: ascii + "合计,金额\n", charset: GB18030,
			raw: encoded(t, simplifiedchinese.GB18030, ascii+"合计,金额\n"),
		},
		{name: "UTF-8 beyond an ASCII head", text: ascii + "合计\n", charset: UTF8},
		{
			name: "German", text: "Müller, Umsätze, größer\n", charset: CP1252, assumed: true,
			raw: encoded(t, charmap.Windows1252, "Müller, Umsätze, größer\n"),
		},
		{
			name: "two accented letters side by side", text: "CRÉÉ, NOËL\n", charset: CP1252, assumed: true,
			raw: encoded(t, charmap.Windows1252, "CRÉÉ, NOËL\n"),
		},
		{
			name: "Russian falls to the default", charset: CP1252, assumed: true,
			raw: encoded(t, charmap.Windows1251, "Поступление на счет\n"),
		},
		{name: "UTF-16LE with mark", text: "金额,1\n", charset: UTF16LE, raw: encoded(t, utf16, "金额,1\n")},
		{
			name: "UTF-16BE without mark", text: "Amount,1.00\n", charset: UTF16BE,
			raw: encoded(t, utf16bare, "Amount,1.00\n"),
		},
		{name: "zip", charset: "", raw: []byte("PK\x03\x04\x14\x00\x06\x00rest")},
		{name: "NUL among text", charset: "", raw: []byte("a,b\x00\x01\n")},
	}
}

func TestCharset(t *testing.T) {
	for _, c := range charsetCases(t) {
		t.Run(c.name, func(t *testing.T) {
			if c.raw == nil {
				c.raw = []byte(c.text)
			}
			in := inputOf(t, "x", c.raw)
			if in.Charset != c.charset || in.Assumed != c.assumed {
				t.Fatalf("charset %q assumed %v, want %q %v", in.Charset, in.Assumed, c.charset, c.assumed)
			}
			if c.text == "" {
				return
			}
			if got := textOf(t, in); got != c.text {
				t.Errorf("text %.60q, want %.60q", got, c.text)
			}
			if !strings.HasPrefix(c.text, in.Head.Text) || in.Head.Text == "" {
				t.Errorf("head %.60q", in.Head.Text)
			}
		})
	}
}

func TestInputErrors(t *testing.T) {
	if _, err := NewInput("x", bytes.NewReader(nil), 0); codeOf(err) != "format.empty" {
		t.Errorf("empty file: %v", err)
	}
	if _, err := NewInput("x", strings.NewReader("abc"), 10); codeOf(err) != "source.changed" {
		t.Errorf("a file that shrank: %v", err)
	}
	if _, err := inputOf(t, "x", []byte("PK\x03\x04\x00")).Text(); codeOf(err) != "format.binary" {
		t.Errorf("text of a zip: %v", err)
	}
	if _, err := inputOf(t, "x", []byte("a")).As("klingon"); codeOf(err) != "format.charset" {
		t.Errorf("unknown charset: %v", err)
	}
	late := append(bytes.Repeat([]byte("a\n"), HeadBytes), 0)
	r, err := inputOf(t, "x", late).Text()
	if err != nil {
		t.Fatal(err)
	}
	if _, err = io.ReadAll(r); codeOf(err) != "format.binary" {
		t.Errorf("NUL behind the head: %v", err)
	}
}

func TestAsDeclaredCodePage(t *testing.T) {
	want := "zażółć gęślą jaźń\n"
	for _, page := range []struct {
		name string
		enc  encoding.Encoding
	}{
		{"windows-1250", charmap.Windows1250},
		{"ISO-8859-2", charmap.ISO8859_2},
		{"cp852", charmap.CodePage852},
	} {
		in, err := inputOf(t, "x", encoded(t, page.enc, want)).As(page.name)
		if err != nil {
			t.Fatal(err)
		}
		if got := textOf(t, in); got != want || in.Head.Text != want {
			t.Errorf("%s: %q, head %q", page.name, got, in.Head.Text)
		}
	}
}

// TestUndecodedIsCounted splits the text at every byte: no fault may be lost between two reads.
func TestUndecodedIsCounted(t *testing.T) {
	text := "金额\n一\n坏��字\n完�\n"
	for size := 1; size < 9; size++ {
		d := &decoded{}
		r := &textReader{src: &slow{strings.NewReader(text), size}, met: d, line: 1}
		if b, err := io.ReadAll(r); err != nil || string(b) != text {
			t.Fatalf("%d: %q %v", size, b, err)
		}
		if d.n != 3 || d.line != 3 {
			t.Errorf("reads of %d: %d faults from line %d, want 3 from line 3", size, d.n, d.line)
		}
	}
}

// slow reads a few bytes at a time.
type slow struct {
	r io.Reader
	n int
}

func (s *slow) Read(p []byte) (int, error) { return s.r.Read(p[:min(len(p), s.n)]) }

func TestLines(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
	}{
		{"a\nb\n", []string{"a", "b"}},
		{"a\r\nb", []string{"a", "b"}},
		{"a\rb\rc\r", []string{"a", "b", "c"}},
		{"a\r\r\nb\r\r\n", []string{"a", "b"}},
		{"a\n\nb", []string{"a", "", "b"}},
		{"a\r\rb", []string{"a", "", "b"}},
		{"", nil},
		{"\n", []string{""}},
	} {
		for size := 1; size < 4; size++ {
			l := NewLines(&slow{strings.NewReader(c.in), size})
			var got []string
			for {
				line, n, err := l.Next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil || n != len(got)+1 {
					t.Fatalf("%q: line %d, %v", c.in, n, err)
				}
				got = append(got, string(line))
			}
			if strings.Join(got, "|") != strings.Join(c.want, "|") || len(got) != len(c.want) {
				t.Errorf("%q read by %d: %q, want %q", c.in, size, got, c.want)
			}
		}
	}
	l := NewLines(strings.NewReader("ok\n" + strings.Repeat("x", MaxLine+MaxLine)))
	if line, _, err := l.Next(); err != nil || string(line) != "ok" {
		t.Fatal(err)
	}
	_, _, err := l.Next()
	var e *tillproof.Error
	if !errors.As(err, &e) || e.Code != "format.line.long" || e.Place.Line != 2 {
		t.Errorf("a long line: %v", err)
	}
}

func FuzzCharset(f *testing.F) {
	for _, s := range []string{
		"a,b\n", "金额\n", "\xEF\xBB\xBFx", "\xFF\xFEa\x00", "PK\x03\x04", "\xC9\xCC\xBB\xA7\n",
		"M\xfcller\n", "\x81\x30\x81\x30", "a\xff\nb\r\rc",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		in, err := NewInput("x", bytes.NewReader(b), int64(len(b)))
		if err != nil {
			if len(b) > 0 {
				t.Fatal(err)
			}
			return
		}
		r, err := in.Text()
		if err != nil {
			return
		}
		text, err := io.ReadAll(r)
		if err != nil {
			if codeOf(err) != "format.binary" {
				t.Fatal(err)
			}
			return
		}
		if !utf8.Valid(text) {
			t.Fatalf("%q gives no UTF-8", b)
		}
		if n := bytes.Count(text, undecoded); n != in.decoded.n {
			t.Errorf("%d undecoded characters, %d counted", n, in.decoded.n)
		}
		var lines [][]byte
		for l := NewLines(bytes.NewReader(text)); ; {
			line, _, err := l.Next()
			if err != nil {
				break
			}
			lines = append(lines, bytes.Clone(line))
		}
		if got, want := len(bytes.Join(lines, nil)), len(text)-bytes.Count(text, []byte("\n"))-
			bytes.Count(text, []byte("\r")); got != want {
			t.Errorf("lines hold %d bytes of %d", got, want)
		}
	})
}
