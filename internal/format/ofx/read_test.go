package ofx

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

var leaf = formattest.Leaf{
	Formats: Formats(), Ending: ".ofx", Record: show,
}

func load(text string, opt format.Options) (tillproof.Source, []tillproof.Record, error) {
	return leaf.Load([]byte(text), opt)
}

// show writes an entry as a person can work it out from the file.
func show(r tillproof.Record) string {
	or := formattest.Or
	more := ""
	if r.Original.Currency().Known() {
		more = " original " + r.Original.Param()
	}
	return fmt.Sprintf("%d part %d %s %s booked %s value %s at %s bank %s order %s who %s text %s%s\n",
		r.Origin.Line, r.Origin.Part, r.Status, r.Amount.Param(), or(r.BookingDate.String()),
		or(r.ValueDate.String()), or(r.Time.String()), or(r.Refs.Bank), or(r.Refs.Order),
		or(r.Counterparty), or(r.Narrative), more)
}

// TestRead compares each file of testdata with what was worked out from it by hand.
func TestRead(t *testing.T) { leaf.Files(t) }

const (
	before = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>" +
		"<CURDEF>USD<BANKACCTFROM><BANKID>1<ACCTID>7</BANKACCTFROM><BANKTRANLIST>"
	after = "</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
)

// statementOf is a file with these entries.
func statementOf(entries string) string { return before + entries + after }

// entryOf is an entry with these fields.
func entryOf(fields string) string {
	return statementOf("<STMTTRN><DTPOSTED>20260102<TRNAMT>1.00<FITID>1" + fields + "</STMTTRN>")
}

func TestSniff(t *testing.T) {
	for text, want := range map[string]string{
		"OFXHEADER:100\nVERSION:102\n\n<OFX>":                      "102",
		"OFXHEADER:100 DATA:OFXSGML VERSION:160 <OFX>":             "160",
		"OFXHEADER:100VERSION:102<OFX>":                            "",
		"DATA:OFXSGML\nENCODING:UTF-8\n<OFX>":                      "-",
		"\r\n\r\n<OFX>\r\n":                                        "-",
		"<?OFX OFXHEADER=\"200\" VERSION=\"202\"?>\n<OFX>":         "202",
		"<?xml version=\"1.0\"?>\n<?OFX VERSION='220'?>":           "220",
		"<!-- hello --><ofx >":                                     "-",
		"OFXHEADER:100\nVERSION:102\n":                             "102",
		"<?xml version=\"1.0\"?><Document>":                        "no",
		"Note: the <OFX> tag is explained here":                    "no",
		"Date,Amount\n2026-01-01,1.00\n":                           "no",
		"!Type:Bank\n":                                             "no",
		"<?xml version=\"1.0\"?><!DOCTYPE OFX SYSTEM \"a\"><OFX>":  "-",
		"\uFEFFOFXHEADER:100\nVERSION:102\n<OFX><X><INTU.BID>3000": "QFX 102",
	} {
		in, err := format.NewInput("x", strings.NewReader(text), int64(len(text)))
		if err != nil {
			t.Fatal(err)
		}
		g := sniff(&in.Head)
		got := formattest.Or(g.Dialect)
		if g.Confidence == 0 {
			got = "no"
		}
		if want != "" && got != want || want == "" && g.Confidence == 0 {
			t.Errorf("%q: %s (%d), want %s", text, got, g.Confidence, want)
		}
	}
}

func TestAmounts(t *testing.T) {
	for in, want := range map[string]string{
		"1": "1", "-0": "0", "+12.5": "12.5", "-12,50": "-12.50", "1,234": "1.234", "1,234.50": "1234.50",
		"1.234,50": "1234.50", "-1,234,567.8": "-1234567.8", ".5": "0.5",
	} {
		if x, err := exactOf(in); err != nil || x.String() != want {
			t.Errorf("exactOf(%q) = %s, %v; want %s", in, x, err, want)
		}
	}
	for _, bad := range []string{
		"", "$120", "12 50", "1,2,3", "1.2.3", "12,34.5", "1e5", "12-", "(5)", "1,234.567,8",
		"4111111111111111",
	} {
		if x, err := exactOf(bad); err == nil {
			t.Errorf("exactOf(%q) = %s", bad, x)
		}
	}
}

// TestLoneMarks: what stands before three digits is told by the other amounts of the file.
func TestLoneMarks(t *testing.T) {
	const ways = "two ways"
	for _, c := range []struct{ others, amount, want string }{
		{"12.50", "1,000", "1000"},
		{"12.50", "-1,500", "-1500"},
		{"1,000.00", "1,230", "1230"},
		{"12,50", "1,000", "1.000"},
		{"12,50", "1.500", "1500"},
		{"12.50", "1.500", "1.500"},
		{"", "1,000", ways},
		{"", "1.000", "1.000"},
		{"1,000", "1,000", ways},
		{"12.50 12,50", "1,000", ways},
		{"12.50 12,50", "1.000", ways},
		{"", "0,125", "0.125"},
		{"", "1234,500", "1234.500"},
		{"1,234,567", "1,000", ways},
		{"x.50", "1,000", ways},
	} {
		var m marks
		for _, o := range strings.Fields(c.others) {
			m.add(o)
		}
		x, err := m.exact(c.amount)
		got := x.String()
		if errors.Is(err, errTwoWays) {
			got = ways
		} else if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s beside %q: %s, want %s", c.amount, c.others, got, c.want)
		}
	}
}

// TestThousands: a statement of dollars whose banks group thousands, and one that does not tell.
func TestThousands(t *testing.T) {
	head := "OFXHEADER:100\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD<BANKTRANLIST>"
	entry := func(amount string) string {
		return "<STMTTRN><TRNTYPE>OTHER<DTPOSTED>20260102<TRNAMT>" + amount +
			"<FITID>" + amount + "</STMTTRN>"
	}
	tail := "</BANKTRANLIST><LEDGERBAL><BALAMT>1,000<DTASOF>20260103</LEDGERBAL></STMTRS></STMTTRNRS>" +
		"</BANKMSGSRSV1></OFX>"
	src, records, err := load(head+entry("1,000")+entry("-12.50")+tail, format.Options{})
	if err != nil || len(records) != 2 || records[0].Amount.Param() != "1000.00 USD" ||
		src.Statements[0].Closing.String() != "1000" || src.IssueCount != 0 {
		t.Errorf("%+v %+v %v", src, records, err)
	}
	src, records, err = load(head+entry("1,000")+tail, format.Options{})
	if err != nil || len(records) != 0 || src.Unread != 1 ||
		src.Issues[0].Code != "format.ofx.amount_two_ways" {
		t.Errorf("%+v %+v %v", src, records, err)
	}
}

func TestMoments(t *testing.T) {
	shanghai := time.FixedZone("", 8*3600)
	for _, c := range []struct{ in, day, written, moved string }{
		{"20260102", "2026-01-02", "", ""},
		{"20260102000000", "2026-01-02", "", ""},
		{"20260102120000.000[0:GMT]", "2026-01-02", "", ""},
		{"202601021530", "2026-01-02", "2026-01-02 15:30:00", "2026-01-02 15:30:00"},
		{"20260102153001.5[-5:EST]", "2026-01-02", "2026-01-02 15:30:01", "2026-01-03 04:30:01"},
		{"20260102153001[+5.30:IST]", "2026-01-02", "2026-01-02 15:30:01", "2026-01-02 18:00:01"},
		{"20260102153001 [-3.5]", "2026-01-02", "2026-01-02 15:30:01", "2026-01-03 03:00:01"},
	} {
		m, ok := momentOf(c.in)
		if !ok || m.day.String() != c.day || m.local(nil).String() != c.written ||
			m.local(shanghai).String() != c.moved {
			t.Errorf("%s: %v %s %s %s", c.in, ok, m.day, m.local(nil), m.local(shanghai))
		}
	}
	for _, bad := range []string{
		"", "2026", "20260231", "20261301", "20260102250000", "2026-01-02", "201120000000", "20260102[99:X]",
		"2026010215", "20260102T153000",
	} {
		if m, ok := momentOf(bad); ok {
			t.Errorf("%q is %s", bad, m.day)
		}
	}
}

// TestCodes: each quirk of a file is told under its code, and the file is read.
func TestCodes(t *testing.T) {
	swap := func(old, by string) string { return strings.Replace(statementOf(""), old, by+old, 1) }
	for code, text := range map[string]string{
		"format.ofx.status": swap("<STMTRS>", "<STATUS><CODE>2000<SEVERITY>ERROR</STATUS>"),
		"format.ofx.none": "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0</STATUS></SONRS></SIGNONMSGSRSV1>" +
			"</OFX>",
		"format.ofx.investment": "<OFX><INVSTMTMSGSRSV1><INVSTMTTRNRS><X>" +
			"<STMTTRN><TRNAMT>1</STMTTRN></X></INVSTMTMSGSRSV1></OFX>",
		"format.ofx.currency":        strings.Replace(entryOf(""), "<CURDEF>USD", "", 1),
		"format.ofx.amount_currency": entryOf("<CURRENCY><CURSYM>dollar</CURRENCY>"),
		"format.ofx.balance":         swap("</STMTRS>", "<LEDGERBAL><BALAMT>x</LEDGERBAL>"),
		"format.ofx.scale":           strings.Replace(entryOf(""), "1.00", "-995.4190396554627", 1),
		"format.ofx.deletes":         entryOf("<CORRECTFITID>0<CORRECTACTION>DELETE"),
		"format.ofx.cut":             strings.TrimSuffix(statementOf(""), "</OFX>"),
	} {
		src, _, err := load(text, format.Options{})
		found := 0
		for _, i := range src.Issues {
			if i.Code == code {
				found++
			}
		}
		if err != nil || found != 1 {
			t.Errorf("%s: %d times, %v, %+v", code, found, err, src.Issues)
		}
	}
}

// TestRefused: what could be an attack, and what nobody may keep, stops the reading.
func TestRefused(t *testing.T) {
	many := func(s string, n int) string { return strings.Repeat(s, n) }
	leaf.Refuses(t, map[string]formattest.Bad{
		"type":     {"<!DOCTYPE OFX [<!ENTITY a \"b\">]>" + statementOf(""), "format.xml.dtd"},
		"entity":   {entryOf("<!ENTITY a \"b\">"), "format.xml.dtd"},
		"depth":    {"<OFX>" + many("<A>", 100), "format.xml.size"},
		"parts":    {statementOf("<STMTTRN>" + many("<A>1", maxParts+1)), "format.xml.size"},
		"bytes":    {statementOf("<STMTTRN>" + many("<A>"+many("x", 1<<15), 40)), "format.xml.size"},
		"pieces":   {statementOf("<STMTTRN><A>" + many(many("x", 99)+"<!---->", 12000)), "format.xml.size"},
		"accounts": {"<OFX><BANKMSGSRSV1>" + many("<STMTRS>", maxStatements+1), "format.xml.size"},
		"value":    {entryOf("<MEMO>" + many("x", maxValue+1)), "format.xml.size"},
		"section":  {entryOf("<MEMO><![CDATA[" + many("x", maxValue+1)), "format.xml.size"},
		"track":    {entryOf("<MEMO>4111111111111111=25121010000"), "card.track"},
		"security": {entryOf("<NAME>CVV 123"), "card.cvv"},
	})
}

// TestEntities: laughs that are never declared expand to nothing, and a bare & is text.
func TestEntities(t *testing.T) {
	for in, want := range map[string]string{
		"a &amp; b": "a & b", "R&D": "R&D", "&lol9;": "&lol9;", "&#x41;&#66;": "AB", "&LTD": "&LTD",
		"&copy;": "©", "5 < 6": "5 < 6", "a<b": "a<b", "x &nbsp;y": "x y",
	} {
		_, records, err := load(entryOf("<MEMO>"+in), format.Options{})
		if err != nil || len(records) != 1 || records[0].Narrative != want {
			t.Errorf("%q: %v %+v", in, err, records)
		}
	}
}

// TestCharsets: the header's code page decides where the bytes do not.
func TestCharsets(t *testing.T) {
	for header, want := range map[string]string{
		"CHARSET:1252": "é", "CHARSET:1250": "é", "CHARSET:1251": "й", "CHARSET:ISO-8859-1": "é",
		"CHARSET:8859-5": "щ", "CHARSET:NONE": "é", "ENCODING:UTF-8": "é", "ENCODING:USASCII": "é",
		"ENCODING:UNICODE\nCHARSET:NONE": "é",
	} {
		text := strings.Replace(entryOf("<NAME>\xe9"), "VERSION:102", "VERSION:102\n"+header, 1)
		_, records, err := load(text, format.Options{})
		if err != nil || len(records) != 1 || records[0].Counterparty != want {
			t.Errorf("%s: %v %+v", header, err, records)
		}
	}
	utf8 := strings.Replace(entryOf("<NAME>超市"), "VERSION:102", "VERSION:102\nCHARSET:1252", 1)
	if _, records, err := load(utf8, format.Options{}); err != nil || records[0].Counterparty != "超市" {
		t.Errorf("UTF-8 under a wrong header: %v %+v", err, records)
	}
	text := strings.Replace(entryOf("<NAME>\xe9"), "VERSION:102", "VERSION:102\nCHARSET:KLINGON", 1)
	if _, _, err := load(text, format.Options{}); formattest.Code(err) != "format.charset" {
		t.Errorf("an unknown page: %v", err)
	}
}

// TestOverlap: two downloads that share entries share their ids; repeats have ids of their own.
func TestOverlap(t *testing.T) {
	entry := func(id, day, name string) string {
		return "<STMTTRN><DTPOSTED>" + day + "<TRNAMT>5.00<FITID>" + id + "<NAME>" + name + "</STMTTRN>\n"
	}
	ids := func(text string) (out []tillproof.RecordID) {
		_, records, err := load(text, format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			out = append(out, r.ID)
		}
		return out
	}
	first := ids(statementOf(entry("1", "20260101", "A") + entry("2", "20260102", "B") +
		entry("2", "20260102", "B")))
	second := ids("\n\n" + statementOf(entry("2", "20260102", "B REWRITTEN")+entry("2", "20260102", "B")+
		entry("2", "20260103", "B")))
	if first[1] == first[2] || first[1] != second[0] || first[2] != second[1] || second[2] == second[0] {
		t.Errorf("ids %v and %v", first, second)
	}
	other := ids(strings.Replace(statementOf(entry("1", "20260101", "A")), "<ACCTID>7", "<ACCTID>8", 1))
	if other[0] == first[0] {
		t.Error("two accounts share an id")
	}
}

// TestTransfers: an order to move money is what the receiving account gets, and is said to be one.
func TestTransfers(t *testing.T) {
	text := "<OFX><BANKMSGSRSV1><INTRATRNRS><INTRARS><CURDEF>USD<SRVRTID>S1<XFERINFO>" +
		"<BANKACCTFROM><ACCTID>1</BANKACCTFROM><BANKACCTTO><ACCTID>2</BANKACCTTO><TRNAMT>70.00</XFERINFO>" +
		"<DTPOSTED>20260105</INTRARS></INTRATRNRS></BANKMSGSRSV1></OFX>"
	src, records, err := load(text, format.Options{})
	if err != nil || len(records) != 1 || len(src.Issues) != 1 ||
		src.Issues[0].Code != "format.ofx.transfers" {
		t.Fatalf("%v %+v %+v", err, records, src.Issues)
	}
	r := records[0]
	if r.Amount.Param() != "70.00 USD" || r.Refs.Account != "2" || r.Counterparty != "1" ||
		r.Refs.Bank != "S1" {
		t.Errorf("%+v", r)
	}
}

// TestPlaces: line ends of all kinds are counted.
func TestPlaces(t *testing.T) {
	for _, end := range []string{"\n", "\r\n", "\r"} {
		text := "<OFX>\n<BANKMSGSRSV1>\n<STMTRS>\n<STMTTRN>\n<TRNAMT>\n  $5\n</STMTTRN></OFX>"
		text = strings.ReplaceAll(text, "\n", end)
		src, _, err := load(text, format.Options{})
		if err != nil || len(src.Issues) == 0 {
			t.Fatal(err, src.Issues)
		}
		if at := src.Issues[0].Place; at.Line != 6 || at.Column != 3 || at.Field != "TRNAMT" {
			t.Errorf("%q: %+v", end, at)
		}
	}
}

// TestClosingTags: leaves and lists may be closed or not, the entries are the same.
func TestClosingTags(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		closed := func(tag string) string {
			if rapid.Bool().Draw(t, "closed") {
				return "</" + tag + ">"
			}
			return rapid.SampledFrom([]string{"", "\n", " \r\n\t"}).Draw(t, "blank")
		}
		n := rapid.IntRange(0, 5).Draw(t, "n")
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "<STMTTRN><DTPOSTED>20260101%s<TRNAMT>%d.50%s<FITID>%d%s<MEMO>%s<NAME>N%d%s%s",
				closed("DTPOSTED"), i, closed("TRNAMT"), i, closed("FITID"), closed("MEMO"), i,
				closed("NAME"), closed("STMTTRN"))
		}
		_, records, err := load(statementOf(b.String()), format.Options{})
		if err != nil || len(records) != n {
			t.Fatalf("%d records, want %d, %v", len(records), n, err)
		}
		for i, r := range records {
			if r.Amount.String() != fmt.Sprintf("%d.50", i) || r.Counterparty != fmt.Sprintf("N%d", i) {
				t.Fatalf("%+v", r)
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	leaf.Fuzz(f, entryOf("<MEMO><![CDATA[a]]>]]><A/></B><!-- -- --->"),
		"<OFX><?x ?><INVSTMTMSGSRSV1><STMTTRN></OFX></OFX><")
}

// TestWideText: UTF-16, with a mark and without one, reads like the text itself.
func TestWideText(t *testing.T) {
	text := entryOf("<NAME>Café 7")
	for _, mark := range []string{"", "\xff\xfe"} {
		wide := mark
		for _, r := range text {
			wide += string([]byte{byte(r), byte(r >> 8)})
		}
		_, records, err := load(wide, format.Options{})
		if err != nil || len(records) != 1 || records[0].Counterparty != "Café 7" {
			t.Errorf("%q: %v %+v", mark, err, records)
		}
	}
}

// TestNoElementShowsACard puts a published test number into each element in turn.
func TestNoElementShowsACard(t *testing.T) {
	const number = "4111111111111111"
	names := "CURDEF BANKID ACCTID DTPOSTED TRNAMT FITID NAME MEMO REFNUM CHECKNUM DTUSER CORRECTFITID " +
		"BALAMT CODE MESSAGE CURSYM"
	for _, name := range strings.Fields(names) {
		text := "<OFX><BANKMSGSRSV1><STMTTRNRS><STATUS><CODE>2000<MESSAGE>x</STATUS><STMTRS><CURDEF>USD" +
			"<BANKACCTFROM><BANKID>1<ACCTID>7</BANKACCTFROM><BANKTRANLIST><STMTTRN><DTPOSTED>20260102" +
			"<TRNAMT>1.00<FITID>1<NAME>x<MEMO>x<REFNUM>1<CHECKNUM>1<DTUSER>20260102<CORRECTFITID>1" +
			"<CURRENCY><CURSYM>USD</CURRENCY></STMTTRN></BANKTRANLIST><LEDGERBAL><BALAMT>1</LEDGERBAL></OFX>"
		at := strings.Index(text, "<"+name+">") + len(name) + 2
		text = text[:at] + number + text[at+strings.IndexByte(text[at:], '<'):]
		src, records, err := load(text, format.Options{})
		got := fmt.Sprintf("%+v %+v %v", src, records, err)
		if strings.Contains(got, number) || err != nil {
			t.Errorf("%s: %v, the number is left in %s", name, err, got)
		}
	}
}
