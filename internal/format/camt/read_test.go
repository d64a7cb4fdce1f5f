package camt

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

var leaf = formattest.Leaf{
	Formats: Formats(), Ending: ".xml", Record: show, InStatements: true,
}

func load(raw []byte, opt format.Options) (tillproof.Source, []tillproof.Record, error) {
	return leaf.Load(raw, opt)
}

// show writes an entry as a person can work it out from the file.
func show(r tillproof.Record) string {
	var b strings.Builder
	line := func(format string, a ...any) { fmt.Fprintf(&b, format+"\n", a...) }
	fee := ""
	if !r.Fee.IsZero() {
		fee = " fee " + r.Fee.String()
	}
	line("%d:%d %s %s booked %s value %s time %s bank %s payout %s order %s who %s text %s%s",
		r.Origin.Line, r.Origin.Column, r.Status, r.Amount.Param(), formattest.Or(r.BookingDate.String()),
		formattest.Or(r.ValueDate.String()), formattest.Or(r.Time.String()),
		formattest.Or(r.Refs.Bank), formattest.Or(r.Refs.Payout),
		formattest.Or(r.Refs.Order), formattest.Or(r.Counterparty), formattest.Or(r.Narrative), fee)
	for _, c := range r.Children {
		line("  %d:%d %s who %s text %s", c.Origin.Line, c.Origin.Column, c.Amount.Param(),
			formattest.Or(c.Counterparty), formattest.Or(c.Narrative))
	}
	return b.String()
}

// TestRead compares each file of testdata with what was worked out from it by hand.
func TestRead(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	leaf := leaf
	leaf.Options.Zone = zone
	leaf.Files(t)
}

// message053 wraps entries into a statement.
func message053(entries string) string {
	return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>` + entries +
		`</Stmt></BkToCstmrStmt></Document>`
}

const oneEntry = `<Ntry><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts></Ntry>`

func TestRefused(t *testing.T) {
	bomb := `<!DOCTYPE Document [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>` + message053("&b;")
	leaf.Refuses(t, map[string]formattest.Bad{
		"DTD": {bomb, "format.xml.dtd"},
		"external entity": {
			`<?xml version="1.0"?><!DOCTYPE d SYSTEM "file:///etc/passwd">` + message053(""),
			"format.xml.dtd",
		},
		"not closed":       {`<Document><BkToCstmrStmt><Stmt><Acct>`, "format.xml.broken"},
		"undefined entity": {message053("<Ntry><Amt>&x;</Amt></Ntry>"), "format.xml.entity"},
		"bare ampersand":   {message053("<Ntry><Amt>1 & 2</Amt></Ntry>"), "format.xml.syntax"},
		"wrong end tag":    {message053("<Ntry><Amt>1</Amnt></Ntry>"), "format.xml.syntax"},
		"unknown encoding of plain text": {
			`<?xml version="1.0" encoding="EBCDIC-99"?>` + message053(oneEntry),
			"format.charset",
		},
		"too deep": {message053(strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100)), "format.xml.size"},
		"a text without end": {
			message053("<Acct><Id>" + strings.Repeat("x", 3<<20) + "</Id></Acct>"),
			"format.xml.size",
		},
		"a comment without end": {message053("<!--" + strings.Repeat("<", 3<<20) + "-->"), "format.xml.size"},
		"other root":            {`<Document><Foo></Foo></Document>`, "format.unknown"},
		"HTML":                  {`<html><body>camt.053</body></html>`, "format.foreign.page"},
		"track data in a narrative": {message053(strings.Replace(oneEntry, "</Ntry>",
			"<AddtlNtryInf>;4111111111111111=25121010000?</AddtlNtryInf></Ntry>", 1)), "card.track"},
		"unknown encoding": {`<?xml version="1.0" encoding="klingon"?>` +
			message053("<Acct><Ownr><Nm>M\xfcller</Nm></Ownr></Acct>"), "format.charset"},
	})
}

// TestTruncated cuts a statement at each byte: what stood before the cut is kept, and the cut is an issue.
func TestTruncated(t *testing.T) {
	whole := message053(oneEntry + oneEntry + oneEntry)
	end := strings.Index(whole, "</Stmt>")
	for cut := strings.Index(whole, "<Ntry>") + len(oneEntry); cut < len(whole); cut++ {
		src, records, err := load([]byte(whole[:cut]), format.Options{})
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		complete := strings.Count(whole[:cut], "</Ntry>")
		if len(records) != complete || src.IssueCount != 1 || src.Issues[0].Code != "format.xml.broken" {
			t.Fatalf("cut at %d: %d records of %d, issues %v", cut, len(records), complete, src.Issues)
		}
		if cut < end && strings.Count(whole[:cut], "<Ntry>") > complete && src.Unread != 1 {
			t.Errorf("cut at %d: the entry that was cut is not counted", cut)
		}
	}
}

// datedEntry is an entry of a day.
func datedEntry(day, inside string) string {
	return strings.Replace(oneEntry, "</Ntry>", "<BookgDt><Dt>"+day+"</Dt></BookgDt>"+inside+"</Ntry>", 1)
}

// TestStopsOnFault: an entity, a bare ampersand, a wrong tag and a cut are told apart; what stood before is
// kept, and no day after the last whole entry counts as covered. In falling order it is the first days that
// are lost.
func TestStopsOnFault(t *testing.T) {
	const period = "<FrToDt><FrDt>2026-09-01</FrDt><ToDt>2026-09-30</ToDt></FrToDt>"
	for _, c := range []struct{ name, inside, code, value string }{
		{"entity", "<AddtlNtryInf>&xxe;</AddtlNtryInf>", "format.xml.entity", "xxe"},
		{"ampersand", "<AddtlNtryInf>A & B</AddtlNtryInf>", "format.xml.syntax", ""},
		{"tag", "<AddtlNtryInf>A</AddtlNtry>", "format.xml.syntax", ""},
		{"cut", "", "format.xml.broken", ""},
	} {
		for order, days := range map[string][3]string{
			"2026-09-01..2026-09-12": {"2026-09-11", "2026-09-12", "2026-09-13"},
			"2026-09-12..2026-09-30": {"2026-09-13", "2026-09-12", "2026-09-11"},
		} {
			text := message053(period + datedEntry(days[0], "") + datedEntry(days[1], "") +
				datedEntry(days[2], c.inside))
			if c.inside == "" {
				text = text[:strings.LastIndex(text, "</Ntry>")]
			}
			src, records, err := load([]byte(text), format.Options{})
			if err != nil || len(records) != 2 || src.Unread != 1 || src.IssueCount != 1 {
				t.Fatalf("%s: %d records, %+v, %v", c.name, len(records), src, err)
			}
			issue := src.Issues[0]
			if issue.Code != c.code || issue.Params["entity"] != c.value || issue.Place.Column < 2 {
				t.Errorf("%s: %+v, want %s", c.name, issue, c.code)
			}
			s := src.Statements[0]
			for _, got := range []string{
				src.From.String() + ".." + src.To.String(), s.From.String() + ".." + s.To.String(),
			} {
				if got != order {
					t.Errorf("%s: covers %s, want %s", c.name, got, order)
				}
			}
		}
	}
}

// TestGarbledAmountIsNotSummed: 534.645 is no amount in euros, so the sums hold the other entry alone.
func TestGarbledAmountIsNotSummed(t *testing.T) {
	garbled := strings.Replace(oneEntry, "1.00", "534.645", 1)
	src, records, err := load([]byte(message053(oneEntry+garbled)), format.Options{})
	if err != nil || len(records) != 1 || src.Unread != 1 || src.Totals.Entries != 2 {
		t.Fatalf("%d records, %+v, %v", len(records), src, err)
	}
	for _, got := range []string{src.Totals.SumCredit.String(), src.Statements[0].SumCredit.String()} {
		if got != "1.00" {
			t.Errorf("credits %s, want 1.00", got)
		}
	}
}

func TestStatesNothing(t *testing.T) {
	src, records, err := load([]byte(message053("<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id></Acct>")),
		format.Options{})
	if err != nil || len(records) != 0 || len(src.Statements) != 1 || src.IssueCount != 0 {
		t.Errorf("%+v, %v", src, err)
	}
}

// TestOffsetWithoutZone: a moment with an offset is kept as written and said so, where no zone is known.
func TestOffsetWithoutZone(t *testing.T) {
	entry := strings.Replace(oneEntry, "</Ntry>",
		"<BookgDt><DtTm>2026-09-18T23:30:00.5-01:00</DtTm></BookgDt></Ntry>", 1)
	src, records, err := load([]byte(message053(entry)), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := records[0].Time.String()
	if got != "2026-09-18 23:30:00" || src.Issues[0].Code != "format.camt.offset" {
		t.Errorf("time %s, issues %v", got, src.Issues)
	}
}

func TestUTF16(t *testing.T) {
	text := `<?xml version="1.0" encoding="UTF-16"?>` + message053(oneEntry)
	raw := []byte{0xFF, 0xFE}
	for _, c := range []byte(text) {
		raw = append(raw, c, 0)
	}
	_, records, err := load(raw, format.Options{})
	if err != nil || len(records) != 1 {
		t.Errorf("%d records, %v", len(records), err)
	}
}

// TestDeclaredEncoding: bytes that could be Chinese are Latin where the prolog says so.
func TestDeclaredEncoding(t *testing.T) {
	noted := strings.Replace(oneEntry, "</Ntry>", "<AddtlNtryInf>\xc9\xc9\xca\xef</AddtlNtryInf></Ntry>", 1)
	for declared, want := range map[string]string{
		"ISO-8859-1": "ÉÉÊï", "GB2312": "缮曙", "UTF-8": "缮曙",
	} {
		text := `<?xml version="1.0" encoding="` + declared + `"?>` + message053(noted)
		_, records, err := load([]byte(text), format.Options{})
		if err != nil || len(records) != 1 || records[0].Narrative != want {
			t.Errorf("%s: %+v, %v", declared, records, err)
		}
	}
}

// TestSameLineSameID: another export of the account gives the same ids, whatever stands around the entry.
func TestSameLineSameID(t *testing.T) {
	other := strings.Replace(oneEntry, "1.00", "2.00", 1)
	_, a, errA := load([]byte(message053(oneEntry+oneEntry)), format.Options{})
	_, b, errB := load([]byte(message053("\n\n"+other+oneEntry+oneEntry)), format.Options{})
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	if a[0].ID != b[1].ID || a[1].ID != b[2].ID || a[0].ID == a[1].ID || b[0].ID == a[0].ID {
		t.Errorf("ids %v %v and %v %v %v", a[0].ID, a[1].ID, b[0].ID, b[1].ID, b[2].ID)
	}
}

func FuzzRead(f *testing.F) {
	cards := leaf
	cards.Also = func(_ []byte, src tillproof.Source, records []tillproof.Record) string {
		if masked, n := format.MaskText(leaf.Show(src, records)); n != 0 {
			return "a card number is left: " + masked
		}
		return ""
	}
	cards.Fuzz(f, message053(oneEntry))
}

// TestRunningEntryNumbers: a number that each file counts anew is no part of a line's id, unless nothing else
// names the line.
func TestRunningEntryNumbers(t *testing.T) {
	entry := func(number, bank string) string {
		return message053("<Ntry><NtryRef>" + number + "</NtryRef><Amt Ccy=\"EUR\">5.00</Amt>" +
			"<CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2026-09-16</Dt></BookgDt>" + bank + "</Ntry>")
	}
	id := func(text string) tillproof.RecordID {
		_, records, err := leaf.Load([]byte(text), format.Options{})
		if err != nil || len(records) != 1 {
			t.Fatalf("%d records, %v", len(records), err)
		}
		return records[0].ID
	}
	const named = "<AcctSvcrRef>B-77</AcctSvcrRef>"
	if id(entry("1", named)) != id(entry("2", named)) {
		t.Error("the number of the entry in its file is part of its id")
	}
	if id(entry("1", "")) == id(entry("2", "")) {
		t.Error("two entries that only their numbers tell apart are one")
	}
}
