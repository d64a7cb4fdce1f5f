package qif

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

var leaf = formattest.Leaf{
	Formats: Formats(), Ending: ".qif", Record: show,
	Shape: decided, InStatements: true,
}

func load(raw []byte, opt format.Options) (tillproof.Source, []tillproof.Record, error) {
	return leaf.Load(raw, opt)
}

// show writes an entry and its splits as a person can work them out from the file.
func show(r tillproof.Record) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d part %d %s %s booked %s bank %s who %s text %s\n",
		r.Origin.Line, r.Origin.Part, r.Amount.Param(), r.Status, formattest.Or(r.BookingDate.String()),
		formattest.Or(r.Refs.Bank), formattest.Or(r.Counterparty), formattest.Or(r.Narrative))
	for _, k := range r.Children {
		fmt.Fprintf(&b, " %d %s text %s\n", k.Origin.Line, k.Amount.Param(), formattest.Or(k.Narrative))
	}
	return b.String()
}

// decided puts the decisions before the issues.
func decided(src tillproof.Source, text string) string {
	at := strings.Index(text, "issue ")
	if at < 0 {
		at = len(text)
	}
	var b strings.Builder
	for _, d := range src.Decisions {
		fmt.Fprintf(&b, "decided %s %s %s\n", d.Code, d.Params["value"], d.Params["line"])
	}
	return text[:at] + b.String() + text[at:]
}

// TestRead compares each file of testdata with what was worked out from it by hand.
func TestRead(t *testing.T) { leaf.Files(t) }

// entries is a file with one entry of each date.
func entries(dates ...string) []byte {
	var b strings.Builder
	b.WriteString("!Type:Bank\n")
	for _, d := range dates {
		b.WriteString("D" + d + "\nT1.00\n^\n")
	}
	return []byte(b.String())
}

// TestDateOrder: the dates of a file as each order of the user gives them; "-" is a listed row.
func TestDateOrder(t *testing.T) {
	const any, ymd, dmy, mdy = format.AnyOrder, format.YearFirst, format.DayFirst, format.MonthFirst
	for _, c := range []struct {
		dates string
		told  format.DateOrder
		want  string
		issue string
	}{
		{"8/12/13 8/15/13", any, "2013-08-12 2013-08-15", ""},
		{"12/8/13 15/8/13", any, "2013-08-12 2013-08-15", ""},
		{"1/2/26", any, "-", "format.qif.date_two_ways"},
		{"1/2/26", dmy, "2026-02-01", ""},
		{"1/2/26", mdy, "2026-01-02", ""},
		{"1/2/26 3/3/26", any, "- 2026-03-03", "format.qif.date_two_ways"},
		{"1/2/26 25/12/26", dmy, "2026-02-01 2026-12-25", ""},
		{"1/2/26 25/12/26 12/25/26", any, "- 2026-12-25 2026-12-25", "format.qif.date_two_ways"},
		{"1/2/26 25/12/26 12/25/26", dmy, "2026-02-01 2026-12-25 2026-12-25", "format.qif.dates_mixed"},
		{"2026-02-01 2026/2/3 20260204", any, "2026-02-01 2026-02-03 2026-02-04", ""},
		{"99/12/31 00/01/02", any, "1999-12-31 2000-01-02", ""},
		{"1/ 5' 5 1/25'05", any, "2005-01-05 2005-01-25", ""},
		{"1/25/94 1/25/79 1/25'94", any, "1994-01-25 2079-01-25 2094-01-25", ""},
		{"31/4/26", any, "-", "format.qif.date"},
		{"2026-13-01", ymd, "-", "format.qif.date"},
		{"1/2 x 1/2/3/4", any, "- - -", "format.qif.date"},
	} {
		var got []string
		dates := strings.Split(strings.ReplaceAll(c.dates, "/ 5' 5", "/_5'_5"), " ")
		for i := range dates {
			dates[i] = strings.ReplaceAll(dates[i], "_", " ")
		}
		src, records, err := load(entries(dates...), format.Options{Dates: c.told})
		if err != nil {
			t.Errorf("%s: %v", c.dates, err)
			continue
		}
		for i := range dates {
			day := "-"
			for _, r := range records {
				if r.Origin.Line == int32(3*i+2) {
					day = r.BookingDate.String()
				}
			}
			got = append(got, day)
		}
		issue := ""
		if len(src.Issues) > 0 {
			issue = src.Issues[0].Code
		}
		if strings.Join(got, " ") != c.want || issue != c.issue {
			t.Errorf("%s told %d: %v %s; want %s %s", c.dates, c.told, got, issue, c.want, c.issue)
		}
		if src.Unread+len(records) != len(dates) || src.Totals.Entries != len(dates) {
			t.Errorf("%s: %d records, %d unread", c.dates, len(records), src.Unread)
		}
	}
}

// TestDateOrderContradicted: a date that has one order only refutes the user's word for another.
func TestDateOrderContradicted(t *testing.T) {
	_, _, err := load(entries("1/2/26", "25/12/26"), format.Options{Dates: format.MonthFirst})
	var e *tillproof.Error
	if !errors.As(err, &e) || e.Code != "format.qif.dates_told" || e.Place.Line != 5 ||
		e.Params["value"] != "25/12/26" || e.Params["told"] != "mdy" {
		t.Errorf("got %v", err)
	}
}

// TestAmounts: each list of amounts is one file; "-" is a listed row.
func TestAmounts(t *testing.T) {
	for in, want := range map[string]string{
		"-1,000.00 -75.46":                     "-1000.00 -75.46",
		"1,234":                                "1234.00",
		"1.234":                                "-",
		"1.234 1,50":                           "1234.00 1.50",
		"1,234 1,50":                           "- 1.50",
		"1.234 1.50":                           "- 1.50", // three decimals, which the currency does not have
		"1.234.567,89":                         "1234567.89",
		"1,234,567":                            "1234567.00",
		"1.234 1,50 2.50":                      "- 1.50 2.50", // both marks: only what shows its own
		"$5.00 5.00- +3 €2,5":                  "5.00 - 3.00 2.50",
		"1'234.50 0.125":                       "1234.50 -",
		"12,34.50 1,2345 .5":                   "- - 0.50",
		"5. ,50":                               "5.00 0.50",
		"":                                     "-",
		"1e3 0x10 ,":                           "- - -",
		"4111111111111111 4111'1111'1111'1111": "- -",
	} {
		amounts := strings.Split(in, " ")
		var b strings.Builder
		b.WriteString("!Type:Bank\n")
		for _, a := range amounts {
			b.WriteString("D3/3/26\nT" + a + "\n^\n")
		}
		src, records, err := load([]byte(b.String()), format.Options{Currency: tillproof.CNY})
		if err != nil {
			t.Fatal(in, err)
		}
		var got []string
		for i := range amounts {
			one := "-"
			for _, r := range records {
				if r.Origin.Line == int32(3*i+2) {
					one = r.Amount.String()
				}
			}
			got = append(got, one)
		}
		if strings.Join(got, " ") != want || src.Unread+len(records) != len(amounts) {
			t.Errorf("%q: %v, want %s", in, got, want)
		}
	}
}

func TestSniff(t *testing.T) {
	for text, want := range map[string]bool{
		"!Type:Bank\nD1/1/26\nT1\n^\n": true, "\ufeff\r\n!type:ccard\r\n": true, "!Account\rNx\r^\r": true,
		"!Option:MDY\n": true, "!Clear:AutoSwitch\n": true,
		"D12/31/26\nPShop\nT-5.00\n^\nD1/1/27\n": true, "D12/31/26\nT-5.00\nPShop\n": false,
		"!important: read this\n": false, "Date,Amount\n": false, "Dear bank\nThank you\n^\n": false,
	} {
		in, err := format.NewInput("x", strings.NewReader(text), int64(len(text)))
		if err != nil {
			t.Fatal(err)
		}
		if got := sniff(&in.Head).Confidence > 0; got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// TestHeadless: a file without any header is a register.
func TestHeadless(t *testing.T) {
	src, records, err := load([]byte("D12/31/26\nPShop\nT-5.00\n^\n"), format.Options{})
	if err != nil || len(records) != 1 || src.IssueCount != 0 || len(src.Statements) != 1 {
		t.Errorf("%v, %v, %v", records, src.Issues, err)
	}
}

func TestRefused(t *testing.T) {
	long := "A" + strings.Repeat("x", 60) + "\n"
	leaf.Refuses(t, map[string]formattest.Bad{
		"no QIF": {"!important\n", "format.unknown"},
		"track data": {
			"!Type:Bank\nD3/3/26\nT1\nM;4111111111111111=25121010000?\n^\n", "card.track",
		},
		"an entry without end":  {"!Type:Bank\n" + strings.Repeat(long, 20000), "format.qif.long"},
		"a section without end": {"!Type:Cat\n" + strings.Repeat("N\n", 40000), "format.qif.long"},
		"registers":             {strings.Repeat("!Type:Bank\nT1\n^\n", maxRegisters+1), "format.qif.many"},
		"sum": {
			"!Type:Bank\n" + strings.Repeat("D3/3/26\nT90000000000000000.00\n^\n", 2), "format.sum",
		},
	})
}

// TestOverlap: two exports of one account share the ids of their lines, and repeats stay apart.
func TestOverlap(t *testing.T) {
	head, one := "!Account\nNShop\n^\n!Type:Bank\n", "D3/3/26\nT1.00\nPA\nSx\n$1.00\n^\n"
	leaf.Overlap(t, head+one, head+"D2/2/26\nT1.00\n^\n"+one+one)
}

// TestNoCard puts a published test number into every field.
func TestNoCard(t *testing.T) {
	const number = "4111111111111111"
	entry := "D3/3/26\nT1.00\nNn\nPp\nMm\nLl\nSs\nEe\n$1.00\nSs\n$0.00\nQq\n^\n"
	lines := strings.Split(entry, "\n")
	for i, s := range lines {
		if s == "" || s == "^" {
			continue
		}
		with := append([]string{}, lines...)
		with[i] = s[:1] + number
		text := "!Account\nN" + number + "\n^\n!Type:Bank\n" + strings.Join(with, "\n") +
			"!Type:" + number + "\nNx\n^\n"
		src, records, err := load([]byte(text), format.Options{})
		if err != nil {
			t.Errorf("%s: %v", with[i], err)
		}
		if got := fmt.Sprintf("%+v %+v", src, records); strings.Contains(got, number) {
			t.Errorf("%s: the number is left in %s", with[i], got)
		}
	}
}

func FuzzRead(f *testing.F) { leaf.Fuzz(f, string(entries("1/2/26", "31/1/26", "1/31/26"))) }
