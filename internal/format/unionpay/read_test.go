package unionpay

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

var leaf = formattest.Leaf{
	Formats: []format.Format{Format()}, Ending: ".txt", Record: show,
}

func load(raw []byte) (tillproof.Source, []tillproof.Record, error) {
	return leaf.Load(raw, format.Options{})
}

func show(r tillproof.Record) string {
	or := formattest.Or
	return fmt.Sprintf("%d %s %s %s fee %s net %s at %s card %s %s shop %s term %s stan %s rrn %s auth %s "+
		"order %s bank %s undoes %s text %s\n",
		r.Origin.Line, r.Kind, r.Status, r.Amount.Param(), r.Fee, r.Net, or(r.Time.String()),
		or(r.Card.String()), or(r.Card.Kind.String()), r.Refs.Merchant,
		or(string(r.Refs.Terminal)), or(r.Refs.STAN), or(r.Refs.RRN), or(r.Refs.Auth), or(r.Refs.Order),
		or(r.Refs.Bank), or(r.Refs.Original), or(strings.TrimSpace(r.Counterparty+" "+r.Narrative)))
}

// TestRead compares each file of testdata with what was worked out from it by hand.
func TestRead(t *testing.T) { leaf.Files(t) }

// TestYearOfName: the file's own name states the settlement day, and a transaction lies at most a year before
// it.
func TestYearOfName(t *testing.T) {
	raw := bytes.SplitAfter(formattest.File(t, "acom.txt"), []byte("\r\n"))[0]
	for name, want := range map[string]string{
		"IND26091701ACOMN":          "2026-09-16 10:11:12 2026-09-17",
		`C:\bank\ind26091601acom`:   "2026-09-16 10:11:12 2026-09-16",
		"in.zip/INN27010301ZM_8983": "2026-09-16 10:11:12 2027-01-03",
		"acom.txt":                  " ",
		"IND26133101ACOMN":          " ",
	} {
		in, err := format.NewInput(name, bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			t.Fatal(err)
		}
		var got string
		src, err := format.Load(in, leaf.Formats, format.Options{}, func(r tillproof.Record) error {
			got = r.Time.String() + " " + r.SettleDate.String()
			return nil
		})
		if err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", name, got, err, want)
		}
		if asked := src.IssueCount == 1; asked != (want == " ") {
			t.Errorf("%s: issues %+v", name, src.Issues)
		}
	}
}

// TestLeapDay: a 29 February is of the leap year before the settlement day, or of none.
func TestLeapDay(t *testing.T) {
	day := func(s string) tillproof.Date {
		d, err := tillproof.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct {
		moment, query string
		settled       tillproof.Date
		stated        int
		want          string
		ok            bool
	}{
		{"0229101112", "", day("2024-03-01"), 0, "2024-02-29 10:11:12", true},
		{"0229101112", "", day("2026-03-01"), 0, "", false},
		{"1231235959", "", day("2027-01-02"), 0, "2026-12-31 23:59:59", true},
		{"1231235959", "202512312359590000017", day("2027-01-02"), 0, "2025-12-31 23:59:59", true},
		{"1231235959", "081912312359590000017", tillproof.NoDate, 0, "2019-12-31 23:59:59", true},
		{"1231235959", "080112312359590000017", tillproof.NoDate, 0, "", true},
		{"1231235959", "081912302359580000017", tillproof.NoDate, 0, "2019-12-31 23:59:59", true},
		{"1231235959", "202601010000010000017", tillproof.NoDate, 0, "2025-12-31 23:59:59", true},
		{"0101000000", "202512312359590000017", tillproof.NoDate, 0, "2026-01-01 00:00:00", true},
		{"1231235959", "201907012359580000017", tillproof.NoDate, 0, "", true},
		{"1231235959", "201913322359580000017", tillproof.NoDate, 0, "", true},
		{"1231245959", "", day("2027-01-02"), 0, "", false},
		{"0931101112", "", day("2027-01-02"), 0, "", false},
		{"", "", day("2027-01-02"), 0, "", false},
		{"0916101112", "", tillproof.NoDate, 2026, "2026-09-16 10:11:12", true},
		{"0229101112", "", tillproof.NoDate, 2026, "", false},
	} {
		got, ok := moment(c.moment, c.query, c.settled, c.stated)
		if got.String() != c.want || ok != c.ok {
			t.Errorf("%s %s %s: %s %v", c.moment, c.query, c.settled, got, ok)
		}
	}
}

// TestEncodings: the widths count bytes of a Chinese code page whatever the file is written in.
func TestEncodings(t *testing.T) {
	raw := formattest.File(t, "zm.txt")
	_, want, err := load(raw)
	if err != nil {
		t.Fatal(err)
	}
	in, err := format.NewInput("x", bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	text := in.Head.Text
	for name, b := range map[string][]byte{
		"UTF-8": []byte(text), "with a mark": []byte("\ufeff" + text),
		"LF only": bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")),
	} {
		_, got, err := load(b)
		if d := cmp.Diff(fmt.Sprint(want), fmt.Sprint(got)); err != nil || d != "" {
			t.Errorf("%s: %v %s", name, err, d)
		}
	}
}

// TestFullCard: the number that stands in full is in no field, no key and no issue.
func TestFullCard(t *testing.T) {
	raw := formattest.File(t, "zm.txt")
	raw = bytes.ReplaceAll(raw, []byte("621234*********8811"), []byte("4111111111111111   "))
	src, records, err := load(raw)
	if err != nil {
		t.Fatal(err)
	}
	if all := fmt.Sprintf("%+v %+v", src, records); strings.Contains(all, "411111111111") {
		t.Error("a full card number came through")
	}
	if got := records[0].Card.String(); got != "411111******1111" || src.Masked != 5 {
		t.Errorf("%s, %d masked", got, src.Masked)
	}
}

// TestSameIDs: repeats are kept, and another file with the same lines gives the same ids.
func TestSameIDs(t *testing.T) {
	line := bytes.SplitAfter(formattest.File(t, "zm.txt"), []byte("\r\n"))[0]
	_, a, errA := load(append(bytes.Clone(line), line...))
	_, b, errB := load(append([]byte("\r\n"), line...))
	if errA != nil || errB != nil || len(a) != 2 || len(b) != 1 {
		t.Fatalf("%d and %d records, %v %v", len(a), len(b), errA, errB)
	}
	if a[0].ID == a[1].ID || a[0].ID != b[0].ID {
		t.Error("ids are not those of the lines")
	}
}

// TestFeeComesIn: a sale that is settled with a fee on top is read and noted.
func TestFeeComesIn(t *testing.T) {
	line := bytes.SplitAfter(formattest.File(t, "zm.txt"), []byte("\r\n"))[0]
	out, in := []byte("D000000000070 C000000012730"), []byte("C000000000070 C000000012870")
	line = bytes.Replace(line, out, in, 1)
	src, records, err := load(line)
	if err != nil || len(records) != 1 || records[0].Fee.String() != "0.70" || src.IssueCount != 1 ||
		src.Issues[0].Code != "format.unionpay.fee" {
		t.Errorf("%+v %+v %v", src, records, err)
	}
}

// TestCutLine: a line that ends before its last filled field is listed, wherever it was cut.
func TestCutLine(t *testing.T) {
	line := bytes.SplitAfter(formattest.File(t, "zm.txt"), []byte("\r\n"))[0]
	for _, cut := range []int{100, 396, 430, 469} {
		src, records, err := load(append(bytes.Clone(line), line[:cut]...))
		if err != nil || len(records) != 1 || src.Unread != 1 || src.Issues[0].Code != codeWidth {
			t.Errorf("cut at %d: %d records, %+v, %v", cut, len(records), src.Issues, err)
		}
	}
}

// TestForced: a file that is none of them, forced.
func TestForced(t *testing.T) {
	_, _, err := leaf.Load([]byte("a,b\n1,2\n"), format.Options{Profile: "unionpay"})
	if code := formattest.Code(err); code != "format.unionpay.layout" {
		t.Errorf("%v", err)
	}
	zm := format.Options{Profile: "unionpay_zm"}
	src, records, err := leaf.Load([]byte("a,b\n1,2\n"), zm)
	if err != nil || len(records) != 0 || src.Unread != 2 {
		t.Errorf("%+v %v", src, err)
	}
}

// TestCodes: every list says where it is from, how sure it is and since when.
func TestCodes(t *testing.T) {
	for _, c := range []struct {
		raw  string
		good bool
	}{
		{string(codesFile), true},
		{"zm_types: {kinds: {sold: ['01']}}", false},
		{"zm_types: {kinds: {sale: ['01'], refund: ['01']}}", false},
		{"zm_types: {colour: red}", false},
	} {
		if _, err := readCodes([]byte(c.raw)); (err == nil) != c.good {
			t.Errorf("%.40s: %v", c.raw, err)
		}
	}
	for _, word := range []string{"source:", "confidence:", "from:"} {
		if n := strings.Count(string(codesFile), "\n  "+word); n != 5 {
			t.Errorf("%d lists have %s", n, word)
		}
	}
}

func FuzzRead(f *testing.F) {
	leaf.Fuzz(f, "S22 01052900    00019900    000411 0916101112 \xff\xfe")
}
