package mt94x

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

var leaf = formattest.Leaf{
	Formats: Formats(), Ending: ".sta", Record: show, InStatements: true,
}

func load(raw []byte, opt format.Options) (tillproof.Source, []tillproof.Record, error) {
	return leaf.Load(raw, opt)
}

// show writes an entry as a person can work it out from the file.
func show(r tillproof.Record) string {
	var b strings.Builder
	line := func(format string, a ...any) { fmt.Fprintf(&b, format+"\n", a...) }
	more := ""
	if !r.Fee.IsZero() {
		more = " fee " + r.Fee.String()
	}
	if !r.Original.IsZero() {
		more += " original " + r.Original.Param()
	}
	line("%d part %d %s booked %s value %s bank %s payout %s order %s who %s text %s%s",
		r.Origin.Line, r.Origin.Part, r.Amount.Param(), formattest.Or(r.BookingDate.String()),
		formattest.Or(r.ValueDate.String()),
		formattest.Or(r.Refs.Bank), formattest.Or(r.Refs.Payout), formattest.Or(r.Refs.Order),
		formattest.Or(r.Counterparty), formattest.Or(r.Narrative), more)
	return b.String()
}

// TestRead compares each file of testdata with what was worked out from it by hand.
func TestRead(t *testing.T) { leaf.Files(t) }

func TestMark(t *testing.T) {
	for _, c := range []struct {
		in      string
		sign, n int
	}{
		{"C1,", 1, 1},
		{"D1,", -1, 1},
		{"RC1,", -1, 2},
		{"RD1,", 1, 2},
		{"CR1,", 1, 2}, // German: credit, and the R of EUR
		{"DR1,", -1, 2},
		{"DN1,", -1, 2},
		{"CF1,", 1, 2},
		{"DD1,", -1, 2},
		{"RDR1,", 1, 3},
		{"X1,", 0, 0},
		{"", 0, 0},
		{"R", 0, 0},
		{"1,", 0, 0},
	} {
		if sign, n := markOf(c.in); sign != c.sign || n != c.n {
			t.Errorf("markOf(%q) = %d, %d; want %d, %d", c.in, sign, n, c.sign, c.n)
		}
	}
}

func TestAmount(t *testing.T) {
	for in, want := range map[string]string{
		"0,": "0", "00,12": "0.12", "000000000473,17": "473.17", "380115,1": "380115.1",
		"1234,567": "1234.567",
	} {
		if x, err := amountOf(in); err != nil || x.String() != want {
			t.Errorf("amountOf(%q) = %s, %v; want %s", in, x, err, want)
		}
	}
	for _, bad := range []string{
		"", ",", ",5", "5", "5.00", "1,2,3", "-5,00", "1.000,00", "99999999999999999999,00",
	} {
		if x, err := amountOf(bad); err == nil {
			t.Errorf("amountOf(%q) = %s", bad, x)
		}
	}
}

func TestDates(t *testing.T) {
	for _, c := range []struct {
		in, want string
		clamped  bool
	}{
		{"260916", "2026-09-16", false},
		{"790101", "2079-01-01", false},
		{"800101", "1980-01-01", false},
		{"260230", "2026-02-28", true},
		{"240230", "2024-02-29", true},
		{"240229", "2024-02-29", false},
		{"260431", "2026-04-30", true},
	} {
		d, clamped, err := dateOf(c.in)
		if err != nil || d.String() != c.want || clamped != c.clamped {
			t.Errorf("dateOf(%q) = %s %v %v", c.in, d, clamped, err)
		}
	}
	for _, bad := range []string{"", "26091", "261301", "260100", "260932", "26O916"} {
		if d, _, err := dateOf(bad); err == nil {
			t.Errorf("dateOf(%q) = %s", bad, d)
		}
	}
	for _, c := range []struct{ value, entry, want string }{
		{"261231", "0102", "2027-01-02"},
		{"270102", "1231", "2026-12-31"},
		{"260916", "0915", "2026-09-15"},
		{"260630", "0629", "2026-06-29"},
	} {
		v, _, _ := dateOf(c.value)
		if d, _, err := entryDate(c.entry, v); err != nil || d.String() != c.want {
			t.Errorf("entry %s beside %s = %s, %v; want %s", c.entry, c.value, d, err, c.want)
		}
	}
}

func TestInfoDialects(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []string
		want  info
	}{
		{
			"German over lines",
			[]string{"166?00LOHN?20Teil eins ohne Bl", "ank?21EREF+NOTPROVIDED?32A?33B"},
			info{dialect: "de", narrative: "LOHN Teil eins ohne BlankEREF+NOTPROVIDED", party: "AB"},
		},
		{
			"other separator",
			[]string{"171+00SEPA+20EREF+X-1+21SVWZ+tel +49 1+32Name"},
			info{dialect: "de", narrative: "SEPA EREF+X-1SVWZ+tel +49 1", party: "Name", endToEnd: "X-1"},
		},
		{"?60 to ?63", []string{"105?20a?29b?60c?63d?31DE99"}, info{dialect: "de", narrative: "abcd"}},
		{"999 is free", []string{"999PN5477SCHECK"}, info{dialect: "free", narrative: "999PN5477SCHECK"}},
		{
			"slash keys",
			[]string{"/ORDP//NAME/R. SM", "ITH/REMI/Te:st/"},
			info{dialect: "keys", narrative: "/ORDP//NAME/R. SMITH/REMI/Te:st/", party: "R. SMITH"},
		},
		{"nothing", nil, info{dialect: "free"}},
	} {
		if d := cmp.Diff(c.want, infoOf(c.lines), cmp.AllowUnexported(info{})); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

const head = ":20:A\n:25:1\n:28C:1\n:60F:C260101EUR1,00\n"

func TestRefused(t *testing.T) {
	leaf.Refuses(t, map[string]formattest.Bad{
		"not a statement": {"1\n2\n3\n", "format.unknown"},
		"a field without end": {
			head + ":61:260102C1,00NTRF\n:86:" + strings.Repeat("x\n", maxField),
			"format.mt94x.field",
		},
		"a line without end": {head + ":86:" + strings.Repeat("x", 3<<20), "format.line.long"},
		"track data": {
			head + ":61:260102C1,00NTRF\n:86:;4111111111111111=25121010000?\n", "card.track",
		},
		"NUL": {
			head + ":61:260102C1,00NTRF\n" + strings.Repeat("x\n", format.HeadBytes) + "\x00x",
			"format.binary",
		},
	})
}

func TestIssues(t *testing.T) {
	for _, c := range []struct{ name, text, code string }{
		{"cut off", head + ":61:260102C1,00NTRF\n", "format.mt94x.unclosed"},
		{"balance", head + ":62F:C260102EURx\n", "format.mt94x.balance"},
		{
			"page", head + ":62M:C260102EUR1,00\n-\n:20:A\n:25:1\n:60M:C260102EUR1,01\n:62F:C260102EUR1,01\n",
			"format.mt94x.page",
		},
		{"control", ":20:A\n:28C:1\n:34F:EUR0,\n:90D:x\n", "format.mt94x.control"},
	} {
		src, _, err := load([]byte(c.text), format.Options{})
		if err != nil || len(src.Issues) == 0 || src.Issues[0].Code != c.code {
			t.Errorf("%s: %v, %v; want %s", c.name, src.Issues, err, c.code)
		}
	}
	pages := head + ":62M:C260102EUR1,0\n-\n:20:A\n:25:1\n:60M:C260102EUR1,00\n:62F:C260102EUR1,\n"
	src, _, err := load([]byte(pages), format.Options{})
	if err != nil || src.IssueCount != 0 || len(src.Statements) != 2 {
		t.Errorf("pages that go on: %v, %v", src.Issues, err)
	}
}

func FuzzRead(f *testing.F) { leaf.Fuzz(f, head+":62F:C260102EURx\n-}") }

// TestJoinedPieces: a card number beside a break is masked although digits go on behind it, one that was
// broken is whole again, and numbers that are too short for one stay.
func TestJoinedPieces(t *testing.T) {
	for _, c := range []struct {
		text, piece, want string
		masked            int
	}{
		{"card 5555555555554444", "05500000000000004", "card 555555******444405500000000000004", 1},
		{"no 12345678", "5555555555554444", "no 12345678555555******4444", 1},
		{"5555555555554444", "4111111111111111", "555555******4444411111******1111", 2},
		{"card 55555555", "55554444 paid", "card 5555555555554444 paid", 0}, // masked as a text later
		{"no 1234567890", "1234567890123", "no 12345678901234567890123", 0},
		{"5555 5555 5555 4444", "05 5000 0000 0000 004", "555555******444405 5000 0000 0000 004", 1},
		{"card 5555555555554444", " 05", "card 5555555555554444 05", 0},
	} {
		var j joiner
		if got := j.join(c.text, c.piece); got != c.want || j.masked != c.masked {
			t.Errorf("%q and %q: %q, %d masked", c.text, c.piece, got, j.masked)
		}
	}
}
