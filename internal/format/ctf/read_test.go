package ctf

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

var leaf = formattest.Leaf{
	Formats: Formats(), Ending: ".ctf", Record: show, Shape: formattest.Decided,
	Also: func(_ []byte, src tillproof.Source, records []tillproof.Record) string {
		if shown := fmt.Sprintf("%+v %+v", src, records); strings.Contains(shown, "4111111111111111") {
			return "a full card number is left"
		}
		return ""
	},
}

// show writes a record so that a person can work it out from its positions.
func show(r tillproof.Record) string {
	or, billed := formattest.Or, "-"
	if r.Original.Currency().Known() {
		billed = r.Original.Param()
	}
	return fmt.Sprintf("%d %s %s billed %s on %s merchant %s terminal %s auth %s arn %s original %s "+
		"card %s by %s %s\n",
		r.Origin.Line, r.Kind, r.Amount.Param(), billed, or(r.Day().String()),
		or(string(r.Refs.Merchant)), or(string(r.Refs.Terminal)), or(r.Refs.Auth), or(r.Refs.Bank),
		or(r.Refs.Original), or(r.Card.String()), or(r.Entry.String()), r.Narrative)
}

// TestFiles compares each file of testdata with what was worked out from it by hand.
func TestFiles(t *testing.T) { leaf.Files(t) }

// TestLists: each damage gives its issue, and nothing else does.
func TestLists(t *testing.T) {
	day := string(formattest.File(t, "day.ctf"))
	change := func(old, with string) string {
		if !strings.Contains(day, old) {
			t.Fatalf("no %q", old)
		}
		return strings.Replace(day, old, with, 1)
	}
	const first = "000000000004000001" // transactions with an amount, and the number of the batch
	leaf.Lists(t, "format.ctf.", map[string]formattest.Bad{
		"whole":           {day, ""},
		"one amount less": {change(first, "000000000003000001"), "monetary"},
		"no number":       {change(first, "00000000000X000001"), "monetary"},
		"not held":        {change(first, strings.Repeat(" ", 12)+"000001"), ""},
		"another sum":     {change("000000000025845", "000000000025846"), "sum"},
		"a sale is lost": {
			change(strings.Split(day, "\n")[4]+"\n", ""),
			"records transactions monetary sum records transactions",
		},
		"a remark":          {"printed on paper\n" + day, "cut"},
		"no trailer":        {day[:strings.LastIndex(day, "92")], "trailer"},
		"blanks cut off":    {strings.ReplaceAll(day, " \n", "\n"), ""},
		"filled at the end": {day + "\x1a", ""},
	})
}

// TestStops: what is no such file, and what nobody may keep.
func TestStops(t *testing.T) {
	forced := format.Options{Profile: Name}
	if _, _, err := leaf.Load([]byte("05,a sale\n"), forced); formattest.Code(err) != codeForm {
		t.Error(err)
	}
	day := formattest.File(t, "day.ctf")
	track := bytes.Replace(day, []byte("CORNER STORE             SPRINGFIELD  "),
		[]byte(";4111111111111111=25121010000?        "), 1)
	if _, _, err := leaf.Load(track, format.Options{}); formattest.Code(err) != "card.track" {
		t.Error(err)
	}
}

// TestYear: a header, else the trailers, else the user; nothing else.
func TestYear(t *testing.T) {
	bad := formattest.File(t, "bad.ctf")
	src, records, err := leaf.Load(bad, format.Options{Year: 2024})
	if err != nil || len(records) != 2 || records[1].Day().String() != "2024-09-17" ||
		slices.ContainsFunc(src.Issues, func(i tillproof.Issue) bool { return i.Code == codeYear }) {
		t.Errorf("%v %+v", err, src.Issues)
	}
	for _, c := range []struct{ purchase, file, want string }{
		{"0229", "24366", "2024-02-29"},
		{"0229", "25059", "2024-02-29"},
		{"0229", "26059", ""},
		{"1231", "26001", "2025-12-31"},
		{"0101", "26001", "2026-01-01"},
		{"0102", "26001", "2025-01-02"},
		{"0916", "26366", ""},
		{"0916", "26000", ""},
		{"1301", "26001", ""},
		{"0a16", "26001", ""},
	} {
		day, _ := purchaseDay(c.purchase, dayOf(c.file), 0)
		if day.String() != c.want {
			t.Errorf("%s before %s: %s, want %s", c.purchase, c.file, day, c.want)
		}
	}
}

// TestSameRecords: lines or none, twice in one file: the transactions are the same.
func TestSameRecords(t *testing.T) {
	day := formattest.File(t, "day.ctf")
	plain := bytes.ReplaceAll(day, []byte("\n"), nil)
	_, want, _ := leaf.Load(day, format.Options{})
	src, got, err := leaf.Load(plain, format.Options{})
	if err != nil || len(want) != 7 || len(got) != 7 || src.IssueCount != 0 {
		t.Fatal(len(want), len(got), err)
	}
	for i := range got {
		if got[i].ID != want[i].ID || got[i].Amount != want[i].Amount {
			t.Errorf("%+v is not %+v", got[i], want[i])
		}
	}
	src, got, err = leaf.Load(append(bytes.Clone(plain), plain...), format.Options{})
	if err != nil || len(got) != 14 || src.IssueCount != 0 {
		t.Errorf("%d records, %+v, %v", len(got), src.Issues, err)
	}
}

// TestNoPositionShowsACard writes a number over each place of each record of both forms. Within the
// acquirer's reference, a number of 23 digits, 16 of them are no card number.
func TestNoPositionShowsACard(t *testing.T) {
	const pan = "4012888888881881"
	ebcdic, err := charmap.CodePage037.NewEncoder().String(pan)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		number string
		size   int
	}{"new_year.ctf": {pan, recordSize}, "itf.ctf": {ebcdic, recordSize + hashSize}} {
		raw := formattest.File(t, name)
		for at := range len(raw) - len(pan) {
			place := at%c.size + 1 - (c.size - recordSize)
			if place >= 27 && place+len(pan)-1 <= 49 {
				continue
			}
			b := bytes.Clone(raw)
			copy(b[at:], c.number)
			src, records, err := leaf.Load(b, format.Options{})
			if shown := fmt.Sprintf("%+v %+v %+v", src, records, err); strings.Contains(shown, pan) {
				t.Fatalf("%s at %d of its record: %s", name, place, shown)
			}
		}
	}
}

func FuzzRead(f *testing.F) { leaf.Fuzz(f, "9041234526260\n0500") }
