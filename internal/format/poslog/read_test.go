package poslog

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

var leaf = formattest.Leaf{
	Formats: []format.Format{Format()}, Ending: ".xml", Record: show,
	Shape: formattest.NoColumns,
}

func load(raw []byte, opt format.Options) (tillproof.Source, []tillproof.Record, error) {
	return leaf.Load(raw, opt)
}

func show(r tillproof.Record) string {
	or, refs := formattest.Or, r.Refs
	return fmt.Sprintf("%d %s %s %s at %s %s card %s %s term %s rrn %s auth %s order %s text %s\n",
		r.Origin.Line, r.Kind, r.Status, r.Amount.Param(), r.Time, or(r.Entry.String()), or(r.Card.String()),
		or(r.Card.Kind.String()), or(string(refs.Terminal)), or(refs.RRN), or(refs.Auth), or(refs.Order),
		r.Narrative)
}

// TestRead compares each file of testdata with what was worked out from it by hand.
func TestRead(t *testing.T) { leaf.Files(t) }

// TestZone: a time with an offset from UTC is put on the merchant's clock, and nothing is left to say.
func TestZone(t *testing.T) {
	shop := format.Options{Zone: time.FixedZone("shop", 8*3600)}
	src, records, err := load(formattest.File(t, "oneline.xml"), shop)
	if err != nil || src.IssueCount != 0 || records[0].Time.String() != "2026-03-08 15:01:02" {
		t.Errorf("%s, %+v, %v", records[0].Time, src.Issues, err)
	}
}

// TestBusinessDay: without a time the business day is the day; change counts wherever the till writes it.
func TestBusinessDay(t *testing.T) {
	ticket := func(day, tender string) string {
		return "<POSLog><Transaction>" + day + "<CurrencyCode>EUR</CurrencyCode>" +
			"<RetailTransaction><LineItem>" + tender + "</LineItem></RetailTransaction>" +
			"</Transaction></POSLog>"
	}
	day := "<BusinessDayDate>2026-02-28</BusinessDayDate>"
	cash := `<Tender TenderType="Cash" TypeCode="Sale"><Amount>10.00</Amount>` +
		`<TenderChange><Amount>4.00</Amount></TenderChange></Tender>`
	src, records, err := load([]byte(ticket(day, cash)), format.Options{})
	if err != nil || records[0].Amount.Param() != "6.00 EUR" || src.From.String() != "2026-02-28" ||
		src.IssueCount != 0 {
		t.Errorf("%+v %+v %v", src, records, err)
	}
	src, records, err = load([]byte(ticket("", cash)), format.Options{})
	if err != nil || len(records) != 1 || src.Issues[0].Code != "format.poslog.undated" {
		t.Errorf("%+v %+v %v", src, records, err)
	}
}

// TestBreaksOff: cut anywhere, the tickets before the cut are read and the cut is told.
func TestBreaksOff(t *testing.T) {
	raw := formattest.File(t, "day.xml")
	first := bytes.LastIndex(raw, []byte("<Transaction><BusinessUnit>"))
	for cut := first + 20; cut < len(raw)-len("</POSLog>\n"); cut += 61 {
		src, records, err := load(raw[:cut], format.Options{})
		broken := src.IssueCount == 1 && src.Issues[0].Code == "format.xml.broken"
		if err != nil || len(records) < 3 || !broken {
			t.Fatalf("cut at %d: %d records, %+v, %v", cut, len(records), src.Issues, err)
		}
	}
}

func TestRefused(t *testing.T) {
	raw := string(formattest.File(t, "oneline.xml"))
	leaf.Refuses(t, map[string]formattest.Bad{
		"document type": {strings.Replace(raw, "<POSLog", "<!DOCTYPE x><POSLog", 1), "format.xml.dtd"},
		"track": {
			strings.Replace(raw, "5555555555554444", ";5555555555554444=29121010000012345678?", 1),
			"card.track",
		},
		"track element": {
			strings.Replace(raw, "<Amount>10.05", "<Track2>x</Track2><Amount>10.05", 1), "card.track",
		},
		"deep": {"<POSLog><Transaction>" + strings.Repeat("<a>", 100), "format.xml.size"},
	})
}

// TestSameIDs: the same ticket in another file gives the same ids, and a ticket that stands twice is kept
// twice.
func TestSameIDs(t *testing.T) {
	raw := formattest.File(t, "day.xml")
	ticket := regexp.MustCompile(`(?s)<Transaction><BusinessUnit><UnitID>300</UnitID></BusinessUnit>` +
		`<WorkstationID>2</WorkstationID><SequenceNumber>42.*?</Transaction>`).Find(raw)
	_, all, err := load(raw, format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	twice := "<POSLog>" + string(ticket) + "\n" + string(ticket) + "</POSLog>"
	_, two, err := load([]byte(twice), format.Options{})
	if err != nil || len(two) != 2 || two[0].ID != all[0].ID || two[1].ID == two[0].ID {
		t.Errorf("%d records, %v", len(two), err)
	}
}

func FuzzRead(f *testing.F) {
	leaf.Fuzz(f, "<POSLog><Transaction><RetailTransaction><LineItem><Tender/>")
}
