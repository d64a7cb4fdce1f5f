package all

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// own is each testdata file of the leaf formats, with the format that must recognise it.
func own(t *testing.T) map[string][]string {
	t.Helper()
	files := map[string][]string{}
	for room, pattern := range map[string]string{
		"ctf":        "../ctf/testdata/*.ctf",
		"ipm":        "../ipm/testdata/*.ipm",
		"1c":         "../onec/testdata/*.1c",
		"bai2":       "../bai2/testdata/*.bai",
		"camt.05":    "../camt/testdata/*.xml",
		"iso8583":    "../iso8583/testdata/*.log",
		"mrx":        "../mrx/testdata/*.xml",
		"mt94":       "../mt94x/testdata/*.sta",
		"poslog":     "../poslog/testdata/*.xml",
		"qif":        "../qif/testdata/*.qif",
		"table":      "../table/testdata/*.csv",
		"unionpay":   "../unionpay/testdata/*.txt",
		"xls":        "../xls/testdata/*.xls",
		"webtable":   "../webtable/testdata/*.xls",
		"ofx":        "../ofx/testdata/*.ofx",
		"paypal.stl": "../stl/testdata/*.csv",
		"journal":    "../journal/testdata/*.txt",
	} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files[room] = names
	}
	files["xlsx"] = workbooks(t, files["table"])
	for room, names := range files {
		if len(names) < 3 {
			t.Fatalf("%d files of %s: the pattern is wrong", len(names), room)
		}
	}
	return files
}

func inputOf(t *testing.T, name string) *format.Input {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	in, err := format.NewInput(name, bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// maybe is the confidence of a format that has no signature: a table of any kind of text.
const maybe = 30

// TestEachFileHasOneFormat: its own format is sure, and every other one at most says maybe.
func TestEachFileHasOneFormat(t *testing.T) {
	for room, names := range own(t) {
		for _, name := range names {
			in := inputOf(t, name)
			in.Head.Name = "download" // the content decides, not the name
			var claims []string
			for _, f := range Formats() {
				if f.Sniff(&in.Head).Confidence > maybe {
					claims = append(claims, f.Name)
				}
			}
			if len(claims) != 1 || !strings.HasPrefix(claims[0], room) {
				t.Errorf("%s: claimed by %v, want one %s", name, claims, room)
			}
			f, _, err := format.Pick(&in.Head, Formats(), format.Options{})
			if err != nil || len(claims) == 1 && f.Name != claims[0] {
				t.Errorf("%s: picked %q, %v", name, f.Name, err)
			}
		}
	}
}

// TestBothDoorsAgree: the bulk door gives the rows of the records, for every format.
func TestBothDoorsAgree(t *testing.T) {
	for _, names := range own(t) {
		for _, name := range names {
			opt := format.Options{Currency: tillproof.CNY}
			var want, got []format.Row
			src, err := format.Load(inputOf(t, name), Formats(), opt, func(r tillproof.Record) error {
				want = append(want, format.RowOf(&r, int64(r.Origin.Line)))
				return nil
			})
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			s, err := format.ScanRecords(t.Context(), inputOf(t, name), Formats(), opt,
				func(_ int, rows []format.Row) error {
					got = append(got, rows...)
					return nil
				})
			if err != nil || !reflect.DeepEqual(got, want) || len(got) == 0 {
				t.Errorf("%s: %d rows by the bulk door, %d by the other, %v", name, len(got), len(want), err)
			}
			if s != nil && !reflect.DeepEqual(s.Source, src) {
				t.Errorf("%s: %+v by the bulk door, %+v by the other", name, s.Source, src)
			}
		}
	}
}

func TestNamesAreApart(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Formats() {
		if seen[f.Name] || f.Name == "" || f.Sniff == nil || f.Open == nil || len(f.Sides) == 0 {
			t.Errorf("format %q is there twice or not whole", f.Name)
		}
		seen[f.Name] = true
	}
}

// TestNotOurs: what is no format of ours is said to be unknown, with what was tried.
func TestNotOurs(t *testing.T) {
	for name, raw := range map[string]string{
		"letter":   "Dear bank,\n\nplease send the file again.\n",
		"zeros":    strings.Repeat("\x00", 5000),
		"a number": "42",
	} {
		in, err := format.NewInput(name, strings.NewReader(raw), int64(len(raw)))
		if err != nil {
			t.Fatal(err)
		}
		_, err = format.Load(in, Formats(), format.Options{}, func(tillproof.Record) error { return nil })
		var e *tillproof.Error
		if !errors.As(err, &e) || e.Code != "format.unknown" ||
			!strings.Contains(e.Params["tried"], "camt.053") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestForeign: a file that is something else is named, with its own advice.
func TestForeign(t *testing.T) {
	for raw, code := range map[string]string{
		"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR":                            "format.foreign.picture",
		"\xff\xd8\xff\xe0\x00\x10JFIF":                                   "format.foreign.picture",
		"%PDF-1.7\n1 0 obj\n":                                            "format.foreign.pdf",
		"\x1f\x8b\x08\x00\x00\x00\x00\x00":                               "format.foreign.archive",
		"PK\x05\x06" + strings.Repeat("\x00", 18):                        "format.foreign.archive",
		"\xef\xbb\xbf<HTML><body><p>Session expired</p></body></HTML>":   "format.foreign.page",
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600): "format.xls.broken",
		"\xef\xbb\xbf": "format.empty", "\xff\xfe": "format.empty", "\n \n\n": "format.empty",
		"\xef\xbb\xbf \r\n\t": "format.empty", "": "format.empty",
	} {
		if _, said := said(code, raw); !said {
			t.Errorf("%q is not said to be %s", raw, code)
		}
	}
}
