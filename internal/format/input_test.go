package format

import (
	"bytes"
	"errors"
	"io"
	"slices"
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
	utf16le := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
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
		{
			name: "UTF-16LE without mark, Chinese", text: wideRows, charset: UTF16LE,
			raw: encoded(t, utf16le, wideRows),
		},
		{
			name: "UTF-16BE without mark, Chinese", text: wideRows, charset: UTF16BE,
			raw: encoded(t, utf16bare, wideRows),
		},
		{name: "UTF-16 that does not tell its order", charset: "", raw: encoded(t, utf16le, onlyChinese)},
		{name: "zip", charset: "", raw: []byte("PK\x03\x04\x14\x00\x06\x00rest")},
		{name: "NUL among text", charset: "", raw: []byte("a,b\x00\x01\n")},
	}
}

// Rows of Chinese text with characters whose code ends in zeros (一 is U+4E00, 开 U+5F00), and text without
// any ASCII.
const (
	wideRows    = "日期,摘要,对方户名,收入,支出\r\n九月一日,第一批开户,一一公司,一,二\r\n"
	onlyChinese = "一开上下不丑丘一开一开上下不丑丘一开一开上下不丑丘一开"
)

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
	in := inputOf(t, "x", encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), onlyChinese))
	if _, err := Load(in, nil, Options{}, nil); codeOf(err) != "format.charset.wide" {
		t.Errorf("UTF-16 whose order is open: %v", err)
	}
	late := append(bytes.Repeat([]byte("a\n"), HeadBytes), 0, 'b')
	r, err := inputOf(t, "x", late).Text()
	if err != nil {
		t.Fatal(err)
	}
	if _, err = io.ReadAll(r); codeOf(err) != "format.binary" {
		t.Errorf("NUL behind the head: %v", err)
	}
}

// NUL bytes that fill the last block of a file are not part of its text, in whatever charset.
func TestPadding(t *testing.T) {
	for name, in := range map[string]string{
		"UTF-8":             "a;b\n" + strings.Repeat("\x00", 5000),
		"UTF-16":            "\xff\xfea\x00;\x00b\x00\n\x00" + strings.Repeat("\x00", 4001),
		"UTF-16 no mark":    "a\x00;\x00b\x00\n\x00" + strings.Repeat("\x00", 16),
		"UTF-16 big-endian": "\x00a\x00;\x00b\x00\n" + strings.Repeat("\x00", 16),
	} {
		r, err := inputOf(t, "x", []byte(in)).Text()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if text, err := io.ReadAll(r); err != nil || string(text) != "a;b\n" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	if _, err := NewInput("x", strings.NewReader(strings.Repeat("\x00", 100)), 100); err != nil {
		t.Errorf("a file of NUL bytes alone is no text, but not an error yet: %v", err)
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
		want := []badLine{{3, 2, 2}, {4, 2, 1}}
		if !slices.Equal(d.bad, want) || d.more != 0 {
			t.Errorf("reads of %d: %v and %d more, want %v", size, d.bad, d.more, want)
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
		"M\xfcller\n", "\x81\x30\x81\x30", "\xFE\xFF", " \n", "a\xff\nb\r\rc",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		in, err := NewInput("x", bytes.NewReader(b), int64(len(b)))
		if err != nil {
			if codeOf(err) != "format.empty" {
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
		n := 0
		for _, l := range in.decoded.bad {
			n += l.n
		}
		if all := bytes.Count(text, undecoded); n > all || n < all && len(in.decoded.bad) < MaxIssues {
			t.Errorf("%d undecoded characters, %d counted", all, n)
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

// TestDamagedCharset: a text that mostly is of one charset is read as that, and each bad line is listed with
// its line and column; a text of no charset says so.
func TestDamagedCharset(t *testing.T) {
	rows := []string{"日期,摘要", "一,消费", "二,退货", "三,消费", "四,消费", "五,消费"}
	whole := strings.Join(rows, "\n") + "\n"
	chinese, err := simplifiedchinese.GB18030.NewEncoder().String(whole)
	if err != nil {
		t.Fatal(err)
	}
	gbRow, _, _ := strings.Cut(strings.SplitN(chinese, "\n", 5)[3], "\n")
	swapped := strings.Join(rows[:3], "\n") + "\n" + gbRow + "\n" + strings.Join(rows[4:], "\n") + "\n"
	for _, c := range []struct {
		name, text, charset string
		bad                 []tillproof.Place
	}{
		{"one row in another charset", swapped, UTF8, []tillproof.Place{{Line: 4, Column: 1}}},
		{"bytes in the last row", whole + "六,a\xff\xfe\x81\n", UTF8, []tillproof.Place{{Line: 7, Column: 4}}},
		{
			"two rows", "a\xff\n" + whole + "b\xff\n", UTF8,
			[]tillproof.Place{{Line: 1, Column: 2}, {Line: 8, Column: 2}},
		},
		{"GB18030 with a bad row", chinese + "a\xff\xff\n", GB18030, []tillproof.Place{{Line: 7, Column: 2}}},
		{"whole", whole, UTF8, nil},
	} {
		in := inputOf(t, "x.csv", []byte(c.text))
		textOf(t, in)
		bad, more := in.textIssues()
		var got []tillproof.Place
		for _, i := range bad {
			got = append(got, i.Place)
		}
		if in.Charset != c.charset || more != 0 || !slices.Equal(got, c.bad) {
			t.Errorf("%s: %s, %v; want %s, %v", c.name, in.Charset, got, c.charset, c.bad)
		}
	}
	in := inputOf(t, "x.csv", []byte("a,b\nab\x80\x81\xff\xff\xfe\x90\x91,\xf1\xf2\n"))
	err = undecided(fail(tillproof.KindUnsupported, "format.unknown", nil), in)
	var e *tillproof.Error
	if !errors.As(err, &e) || e.Code != "format.charset.unknown" || e.Params["byte"] != "80" ||
		e.Place.Line != 2 || e.Place.Column != 3 {
		t.Errorf("%+v", err)
	}
}

// TestManyBadLines: all are counted, the first ones are kept.
func TestManyBadLines(t *testing.T) {
	d := &decoded{}
	for line := 1; line <= MaxIssues+5; line++ {
		d.note(line, 1)
		d.note(line, 2)
	}
	if len(d.bad) != MaxIssues || d.more != 5 || d.bad[MaxIssues-1].n != 2 {
		t.Errorf("%d kept, %d more", len(d.bad), d.more)
	}
}
