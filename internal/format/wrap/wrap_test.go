package wrap

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

const rows = "日期,金额\n2026-09-16,12.30\n"

// entryOf is an entry to be put into a zip.
type entryOf struct {
	name, body string
	raw        bool // the name is bytes of GBK or the like: the flag for UTF-8 stays off
}

func zipOf(t testing.TB, entries ...entryOf) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		f, err := w.CreateHeader(&zip.FileHeader{Name: e.name, Method: zip.Deflate, NonUTF8: e.raw})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, e.body); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipOf(t testing.TB, name, body string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Name = name
	if _, err := io.WriteString(w, body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func open(t testing.TB, name string, b []byte) (Content, bool, error) {
	t.Helper()
	in, err := format.NewInput(name, bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return Open(in)
}

func code(err error) string {
	var e *tillproof.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// texts are the members' names and contents, or the codes of what is wrong with them.
func texts(t testing.TB, c Content) []string {
	t.Helper()
	var out []string
	for _, m := range c.Members {
		in, err := m.Input()
		if err != nil {
			out = append(out, m.Name+"="+code(err))
			continue
		}
		b, err := io.ReadAll(in.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, m.Name+"="+string(b))
	}
	return out
}

func gbk(t testing.TB, s string) string {
	t.Helper()
	out, err := simplifiedchinese.GBK.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// memberCase is an archive and what must be found in it: names and contents, or the code of the refusal.
type memberCase struct {
	name, file string
	raw        []byte
	want       []string
	fails      string
}

func nameCases(t *testing.T) []memberCase {
	return []memberCase{
		{
			"two files", "a.zip",
			zipOf(t, entryOf{name: "x/1.csv", body: rows}, entryOf{name: "2.csv", body: "b"}),
			[]string{"a.zip/x/1.csv=" + rows, "a.zip/2.csv=b"},
			"",
		},
		{
			"GBK name", "a.zip", zipOf(t, entryOf{gbk(t, "账务明细/业务明细.csv"), "x", true}),
			[]string{"a.zip/账务明细/业务明细.csv=x"},
			"",
		},
		{
			"UTF-8 name with its flag", "a.zip", zipOf(t, entryOf{name: "业务明细.csv", body: "x"}),
			[]string{"a.zip/业务明细.csv=x"},
			"",
		},
		{
			"UTF-8 name without its flag", "a.zip", zipOf(t, entryOf{"业务明细.csv", "x", true}),
			[]string{"a.zip/业务明细.csv=x"},
			"",
		},
		{
			"code page 437", "a.zip", zipOf(t, entryOf{"Ums\x84tze.csv\x81", "x", true}),
			[]string{"a.zip/Umsätze.csvü=x"},
			"",
		},
		{
			"backslashes", "a.zip", zipOf(t, entryOf{name: `bank\may.csv`, body: "x"}),
			[]string{"a.zip/bank/may.csv=x"},
			"",
		},
		{
			"steps upwards", "a.zip", zipOf(t, entryOf{name: "../../etc/pos.csv", body: "x"},
				entryOf{name: "/abs.csv", body: "y"}, entryOf{name: `..\..\w.csv`, body: "z"}),
			[]string{"a.zip/etc/pos.csv=x", "a.zip/abs.csv=y", "a.zip/w.csv=z"},
			"",
		},
		{
			"card number and control characters in a name", "a.zip",
			zipOf(t, entryOf{name: "\x1b[31m4111111111111111\u202e.csv", body: "x"}),
			[]string{"a.zip/?[31m411111******1111?.csv=x"},
			"",
		},
		{
			"one name twice", "a.zip", zipOf(t, entryOf{name: "x", body: "1"}, entryOf{name: "x", body: "2"}),
			[]string{"a.zip/x=1", "a.zip/x (2)=2"},
			"",
		},
	}
}

func nestedCases(t *testing.T) []memberCase {
	workbook := string(zipOf(t, entryOf{name: "[Content_Types].xml", body: "<Types/>"},
		entryOf{name: "xl/workbook.xml", body: "<workbook/>"}))
	inner := string(zipOf(t, entryOf{name: "a.csv", body: "a"}, entryOf{name: "b.csv", body: "b"}))
	middle := string(zipOf(t, entryOf{name: "y.zip", body: inner}))
	nestedTwice := zipOf(t, entryOf{name: "x.zip", body: middle})
	return []memberCase{
		{
			"zip in zip", "a.zip",
			zipOf(t, entryOf{name: "in.zip", body: inner}, entryOf{name: "c", body: "c"}),
			[]string{"a.zip/in.zip/a.csv=a", "a.zip/in.zip/b.csv=b", "a.zip/c=c"},
			"",
		},
		{
			"gzip in zip", "a.zip", zipOf(t, entryOf{name: "d.gz", body: string(gzipOf(t, "d.csv", "d"))}),
			[]string{"a.zip/d.gz/d.csv=d"},
			"",
		},
		{
			"zip in gzip", "a.zip.gz", gzipOf(t, "", inner),
			[]string{"a.zip.gz/a.csv=a", "a.zip.gz/b.csv=b"},
			"",
		},
		{"three deep", "a.zip", nestedTwice, nil, "wrap.deep"},
		{
			"gzip three deep", "a.gz", gzipOf(t, "", string(gzipOf(t, "", string(gzipOf(t, "", "x"))))),
			nil, "wrap.deep",
		},
		{
			"workbook in zip", "a.zip", zipOf(t, entryOf{name: "w.xlsx", body: workbook}),
			[]string{"a.zip/w.xlsx=" + workbook},
			"",
		},
		{"workbook in gzip", "w.gz", gzipOf(t, "w.xlsx", workbook), []string{"w.gz/w.xlsx=" + workbook}, ""},
	}
}

func gzipCases(t *testing.T) []memberCase {
	two := append(gzipOf(t, "day.csv", "one\n"), gzipOf(t, "", "two\n")...)
	return []memberCase{
		{"gzip", "day.csv.gz", gzipOf(t, "", rows), []string{"day.csv.gz=" + rows}, ""},
		{
			"gzip with its name in GBK", "d.gz", gzipOf(t, latin1(gbk(t, "流水.csv")), rows),
			[]string{"d.gz/流水.csv=" + rows},
			"",
		},
		{"gzip of several members", "d.gz", two, []string{"d.gz/day.csv=one\ntwo\n"}, ""},
		{
			"gzip with padding", "d.gz", append(slices.Clone(two), 0, 0, 0),
			[]string{"d.gz/day.csv=one\ntwo\n"},
			"",
		},
		{
			"gzip with something behind it", "d.gz", append(slices.Clone(two), "tail of something"...),
			[]string{"d.gz/day.csv=wrap.broken"},
			"",
		},
		{"gzip cut within a header", "d.gz", two[:len(two)-18], []string{"d.gz/day.csv=wrap.cut"}, ""},
		{"gzip cut", "d.gz", two[:len(two)-5], []string{"d.gz/day.csv=wrap.cut"}, ""},
		{"gzip header alone", "d.gz", two[:6], nil, "wrap.cut"},
		{"no header at all", "d.gz", []byte("\x1f\x8bxxxxxxxxxxx"), nil, "wrap.broken"},
		{"empty zip", "a.zip", zipOf(t), nil, "wrap.empty"},
		{"only system files", "a.zip", zipOf(t, entryOf{name: "__MACOSX/._a", body: "x"}), nil, "wrap.empty"},
	}
}

func TestMembers(t *testing.T) {
	for _, c := range slices.Concat(nameCases(t), nestedCases(t), gzipCases(t)) {
		t.Run(c.name, func(t *testing.T) {
			content, packed, err := open(t, c.file, c.raw)
			if !packed || code(err) != c.fails {
				t.Fatalf("packed %v, error %v, want %q", packed, err, c.fails)
			}
			if err != nil {
				return
			}
			for range 2 { // a second reading gives the same
				if got := texts(t, content); !slices.Equal(got, c.want) {
					t.Errorf("got  %q\nwant %q", got, c.want)
				}
			}
		})
	}
}

func latin1(s string) string {
	rs := make([]rune, len(s))
	for i := range len(s) {
		rs[i] = rune(s[i])
	}
	return string(rs)
}

func TestNoWrapper(t *testing.T) {
	workbook := zipOf(t,
		entryOf{name: "docProps/app.xml", body: "x"}, entryOf{name: "xl/workbook.xml", body: "x"})
	late := zipOf(t, entryOf{name: "a.bin", body: "x"}, entryOf{name: "[Content_Types].xml", body: "x"})
	for name, b := range map[string][]byte{
		"text": []byte(rows), "workbook": workbook, "workbook, parts in another order": late,
		"workbook cut off": workbook[:len(workbook)-40],
		"OpenDocument":     zipOf(t, entryOf{name: "mimetype", body: "x"}),
	} {
		if c, packed, err := open(t, "x", b); packed || err != nil || len(c.Members) > 0 {
			t.Errorf("%s: %v %v %v", name, c, packed, err)
		}
	}
}

func TestLeft(t *testing.T) {
	c, _, err := open(t, "a.zip", zipOf(t,
		entryOf{name: "bank/"}, entryOf{name: "bank/a.csv", body: rows},
		entryOf{name: "__MACOSX/bank/._a.csv", body: "x"}, entryOf{name: "bank/.DS_Store", body: "x"},
		entryOf{name: "Thumbs.db", body: "x"}, entryOf{name: "none.csv"}))
	want := []Left{
		{"a.zip/bank", Folder},
		{"a.zip/__MACOSX/bank/._a.csv", System},
		{"a.zip/bank/.DS_Store", System},
		{"a.zip/Thumbs.db", System},
		{"a.zip/none.csv", Empty},
	}
	if err != nil || !slices.Equal(c.Left, want) || len(c.Members) != 1 {
		t.Errorf("%v, left %v", err, c.Left)
	}
}

// TestDamagedZip: each kind of damage has its code, and what is whole beside it is read.
func TestDamagedZip(t *testing.T) {
	whole := zipOf(t,
		entryOf{name: "a.csv", body: strings.Repeat(rows, 9)}, entryOf{name: "b.csv", body: "b"})
	at := func(n int, b byte) []byte {
		out := slices.Clone(whole)
		out[n] ^= b
		return out
	}
	data := 30 + len("a.csv")
	central := bytes.Index(whole, []byte("PK\x01\x02"))
	for _, c := range []struct {
		name, fails string
		raw         []byte
		first       string
	}{
		{"cut in the data", "wrap.cut", whole[:data+10], ""},
		{"cut in the end record", "wrap.cut", whole[:len(whole)-3], ""},
		{"data", "", at(data+4, 0xFF), "wrap.broken"},
		{"check sum", "", at(central+16, 0xFF), "wrap.broken"},
		{"size smaller than it is", "", at(central+24, 0x05), "wrap.broken"},
		{"directory", "wrap.broken", at(central, 0xFF), ""},
		{"offset of the directory", "wrap.broken", at(len(whole)-3, 0xFF), ""},
		{"encrypted", "", at(central+8, 1), "wrap.password"},
		{"unknown method", "", at(central+10, 1), "wrap.method"},
	} {
		t.Run(c.name, func(t *testing.T) {
			content, packed, err := open(t, "a.zip", c.raw)
			if !packed || code(err) != c.fails {
				t.Fatalf("packed %v, error %v, want %q", packed, err, c.fails)
			}
			if err != nil {
				return
			}
			want := []string{"a.zip/a.csv=" + c.first, "a.zip/b.csv=b"}
			if got := texts(t, content); !slices.Equal(got, want) {
				t.Errorf("got %.200q, want %q", got, want)
			}
		})
	}
}

// TestLongMember: what does not fit into memory is inflated again where it is read backwards, and gives the
// same bytes at every place; a workbook of that size is refused.
func TestLongMember(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	line := make([]byte, 3<<20+11)
	for i := range line {
		line[i] = "0123456789ABCDEF,\n"[random.IntN(18)]
	}
	text := string(line)
	keeping := func(raw []byte) Content {
		in, err := format.NewInput("a", bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			t.Fatal(err)
		}
		c, _, err := openKeeping(in, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, raw := range [][]byte{zipOf(t, entryOf{name: "x", body: text}), gzipOf(t, "x", text)} {
		in, err := keeping(raw).Members[0].Input()
		if err != nil {
			t.Fatal(err)
		}
		if in.Size != int64(len(text)) {
			t.Fatalf("%d bytes, want %d", in.Size, len(text))
		}
		sum := crc32.NewIEEE()
		if _, err := io.Copy(sum, in.Bytes()); err != nil || sum.Sum32() != crc32.ChecksumIEEE([]byte(text)) {
			t.Errorf("read through: %v", err)
		}
		for _, off := range []int64{5, in.Size - 7, 1 << 20, 1<<20 + 9, 0} {
			got := make([]byte, 16)
			n, err := in.At.ReadAt(got, off)
			want := text[off:min(off+16, in.Size)]
			if string(got[:n]) != want || err != nil && !errors.Is(err, io.EOF) {
				t.Errorf("at %d: %q, %v; want %q", off, got[:n], err, want)
			}
		}
	}
	for _, raw := range [][]byte{
		gzipOf(t, "w.xls", string(oleMagic)+text),
		zipOf(t, entryOf{name: "w.xls", body: string(oleMagic) + text}),
		zipOf(t, entryOf{name: "w.xlsx", body: string(zipMagic) + text}),
	} {
		if _, err := keeping(raw).Members[0].Input(); code(err) != "wrap.large" {
			t.Errorf("a long workbook: %v", err)
		}
	}
}

func TestRestartsAreBounded(t *testing.T) {
	c, _, err := open(t, "a", zipOf(t, entryOf{name: "x", body: rows}))
	if err != nil {
		t.Fatal(err)
	}
	a := &again{from: c.Members[0].from, size: int64(len(rows))}
	for range maxRestarts {
		if _, err := a.ReadAt(make([]byte, 1), 0); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.ReadAt(make([]byte, 1), 0); code(err) != "wrap.large" {
		t.Errorf("got %v", err)
	}
}
