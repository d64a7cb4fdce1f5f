package bai2

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

var leaf = formattest.Leaf{
	Formats: Formats(), Ending: ".bai", Record: show,
}

func load(raw []byte, opt format.Options) (tillproof.Source, []tillproof.Record, error) {
	return leaf.Load(raw, opt)
}

// show writes an entry as a person can work it out from the file.
func show(r tillproof.Record) string {
	return fmt.Sprintf("%d:%d part %d %s %s booked %s value %s bank %s order %s payout %s who %s text %s\n",
		r.Origin.Line, r.Origin.Column, r.Origin.Part, r.Amount.Param(), r.Status,
		formattest.Or(r.BookingDate.String()), formattest.Or(r.ValueDate.String()),
		formattest.Or(r.Refs.Bank),
		formattest.Or(r.Refs.Order), formattest.Or(r.Refs.Payout), formattest.Or(r.Counterparty),
		formattest.Or(r.Narrative))
}

// TestRead compares each file of testdata with what was worked out from it by hand.
func TestRead(t *testing.T) { leaf.Files(t) }

const (
	top    = "01,B,S,261102,0630,1,,,2/\n02,S,B,1,261101,,USD,2/\n03,1,USD/\n"
	bottom = "49,0,2/\n98,0,1,4/\n99,0,1,6/\n"
)

func TestRefused(t *testing.T) {
	piece := strings.Repeat("y", 999)
	leaf.Refuses(t, map[string]formattest.Bad{
		"no BAI2":      {"1,2,3\n", "format.unknown"},
		"another head": {"00,0004,12,260321,0829,001,80,1,2/\n", "format.bai2.header"},
		"track data":   {top + "16,165,1,Z,,,;4111111111111111=25121010000?/\n", "card.track"},
		"sum":          {top + strings.Repeat("16,165,9000000000000000000,Z,,,X/\n", 2), "format.sum"},
		"a record without end": {
			top + "16,165,1,Z,,,X" + strings.Repeat("\n88,"+piece, 2000),
			"format.bai2.long",
		},
		"a wrap without end": {
			top + "16,165,1,Z,,,X" + strings.Repeat("\n"+piece, 2000),
			"format.bai2.long",
		},
		"crumbs":   {top + "16,165,1,Z,,,X" + strings.Repeat("\ny", maxRecord/16), "format.bai2.long"},
		"accounts": {top + strings.Repeat("49,0,2/\n03,1,USD/\n", maxAccounts), "format.bai2.many"},
		"NUL": {
			top + strings.Repeat("16,165,1,Z,,,X/\n", format.HeadBytes/16) + "\x00x", "format.binary",
		},
	})
}

// TestIssues: each text gives exactly the issues beside it.
func TestIssues(t *testing.T) {
	leaf.Lists(t, "format.bai2.", map[string]formattest.Bad{
		"in order":              {top + bottom, ""},
		"cut in an account":     {top, "unclosed unclosed unclosed"},
		"cut in a group":        {top + "49,0,2/\n", "unclosed unclosed"},
		"two files":             {top + bottom + top + bottom, ""},
		"after the end":         {top + bottom + "16,165,1,Z,,,X/\n", "stray"},
		"a line of nobody":      {top + "49,0,2/\nPage 2\n98,0,1,4/\n99,0,1,6/\n", "stray"},
		"a trailer too many":    {top + "49,0,2/\n49,0,2/\n98,0,1,5/\n99,0,1,7/\n", "place"},
		"outside a group":       {"01,B,S,261102,0630,1,,,2/\n03,1,USD/\n99,0,0,3/\n", "place"},
		"no account trailer":    {top + "98,0,1,3/\n99,0,1,5/\n", "unclosed"},
		"file total":            {top + "49,0,2/\n98,0,1,4/\n99,5,2,7/\n", "total_file groups records_file"},
		"group total":           {top + "49,0,2/\n98,5,1,4/\n99,5,1,6/\n", "total_group"},
		"a wrong account, once": {top + "49,5,2/\n98,5,1,4/\n99,5,1,6/\n", "total_account"},
		"credits":               {strings.Replace(top, "USD/", "USD,100,00,1/", 1) + bottom, "credits_count"},
		"deletion":              {strings.Replace(top, "B,1,", "B,2,", 1) + bottom, "deletion"},
		"correction":            {strings.Replace(top, "B,1,", "B,3,", 1) + bottom, "correction"},
		"test":                  {strings.Replace(top, "B,1,", "B,4,", 1) + bottom, "test"},
		"group currency":        {strings.Replace(top, "USD,2", "dollar,2", 1) + bottom, "currency"},
	})
}

// TestGroupStatus: what a deletion takes back, and what is only a test, moves nothing.
func TestGroupStatus(t *testing.T) {
	for status, want := range map[string]tillproof.RecordStatus{
		"1": tillproof.Posted, "2": tillproof.Cancelled, "3": tillproof.Posted, "4": tillproof.Neutral,
	} {
		text := strings.Replace(top, "B,1,", "B,"+status+",", 1) + "16,165,500,Z,,,X/\n49,500,3/\n"
		src, records, err := load([]byte(text), format.Options{})
		if err != nil || len(records) != 1 || records[0].Status != want {
			t.Fatalf("status %s: %v, %v", status, records, err)
		}
		if moved := src.Totals.SumCredit.Unscaled != 0; moved != (want == tillproof.Posted) {
			t.Errorf("status %s: credit %s", status, src.Totals.SumCredit)
		}
	}
}

func TestDirections(t *testing.T) {
	for code, want := range map[int]direction{
		-1: unknown, 0: unknown, 15: unknown, 99: unknown, 100: credit, 165: credit, 399: credit, 400: debit,
		699: debit, 700: unknown, 721: credit, 760: debit, 890: nonMonetary, 900: unknown, 919: unknown,
		920: credit, 959: credit, 960: debit, 999: debit, 1000: unknown,
	} {
		if got := directionOf(code); got != want {
			t.Errorf("directionOf(%d) = %d, want %d", code, got, want)
		}
	}
}

// TestCurrency: a file that names no currency is in US dollars, unless the user says otherwise.
func TestCurrency(t *testing.T) {
	text := "01,B,S,261102,0630,1,,,2/\n02,S,B,1,261101,,,2/\n03,1,/\n16,165,1234,Z,,,X/\n"
	for c, want := range map[tillproof.Currency]string{
		{}: "12.34 USD", {'J', 'P', 'Y'}: "1234 JPY", {'K', 'W', 'D'}: "1.234 KWD",
	} {
		_, records, err := load([]byte(text), format.Options{Currency: c})
		if err != nil || len(records) != 1 || records[0].Amount.Param() != want {
			t.Errorf("%s: %v, %v; want %s", c, records, err, want)
		}
	}
}

// TestOverlap: the report within the day and that of the day after share the ids of their lines, wherever
// these stand.
func TestOverlap(t *testing.T) {
	line := "16,165,500,Z,B1,C1,SETTLEMENT/\n"
	early := strings.Replace(top, "USD,2", "USD,3", 1) + line
	leaf.Overlap(t, early, top+"16,475,100,Z,,,CHECK/\n"+line+line)
}

// TestNoCard puts a published test number into every field of the records that have text.
func TestNoCard(t *testing.T) {
	const number = "4111111111111111"
	for _, text := range []string{
		strings.Replace(top, "03,1,", "03,"+number+",", 1) + "16,165,500,Z,B,C,X/\n",
		top + "16,165,500,Z," + number + ",C,X/\n", top + "16,165,500,Z,B," + number + ",X/\n",
		top + "16,165,500,Z,B,C,CARD " + number + " PAID/\n",
		top + "16,165,500,Z,B,C,X/\n88,EREF: " + number + "/\n",
		top + "16,165," + number + ",Z,B,C,X/\n", top + "16," + number + ",500,Z,B,C,X/\n",
		top + "16,165,500," + number + ",B,C,X/\n", top + "16,165,500,V," + number + ",,B,C,X/\n",
		top + number + "/\n", top + "49," + number + "," + number + "/\n",
		strings.Replace(top, "03,1,USD", "03,1,USD,"+number+","+number, 1),
	} {
		src, records, err := load([]byte(text), format.Options{})
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if got := fmt.Sprintf("%+v %+v", src, records); strings.Contains(got, number) {
			t.Errorf("%s: the number is left in %s", text, got)
		}
	}
}

func FuzzRead(f *testing.F) { leaf.Fuzz(f, top+"16,165,1,D,65535,0,1,0,1/ 88,1,2/ 49,x,y/") }
