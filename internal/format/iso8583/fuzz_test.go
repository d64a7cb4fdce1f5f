package iso8583

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"testing"

	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

// FuzzRead: nothing panics, what is read twice is the same, and no transaction comes out of nothing.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.log")
	if err != nil || len(files) == 0 {
		f.Fatal(files, err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	for _, s := range []string{
		sale87("0200"), framed(twoBytes, pair()), framed(fourDigits, pair()), framed(fourBytes, pair()),
		"0200FFFF",
		"\xff\xff\xff\xff0200", cupMessage("0500", "11:000001", "48:0062"), `<isomsg><field id="0" value="0200"/>`,
	} {
		f.Add([]byte(s))
	}
	opt := format.Options{Profile: Name}
	f.Fuzz(func(t *testing.T, raw []byte) {
		src, records, err := formattest.Load(raw, Formats(), opt)
		again, others, err2 := formattest.Load(raw, Formats(), opt)
		if formattest.Code(err) != formattest.Code(err2) || !reflect.DeepEqual(records, others) ||
			!reflect.DeepEqual(src.Totals, again.Totals) {
			t.Error("a second reading gives something else")
		}
		if len(records)+src.Unread > len(raw)/10+1 {
			t.Errorf("%d transactions in %d bytes", len(records)+src.Unread, len(raw))
		}
		for _, r := range records {
			if full.MatchString(string(r.Refs.Merchant)+" "+r.Narrative) && src.Masked == 0 {
				t.Errorf("%+v", r)
			}
		}
	})
}

// full is a published test number.
var full = regexp.MustCompile(`4111111111111111|6200000000000005|5555555555554444`)
