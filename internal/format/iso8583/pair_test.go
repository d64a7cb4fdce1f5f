package iso8583

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

// in2026 knows the year, so that a test can be about something else.
var in2026 = format.Options{Year: 2026}

// read reads messages that stand one on a line.
func read(t *testing.T, opt format.Options, messages ...string) (tillproof.Source, []tillproof.Record) {
	t.Helper()
	src, records, err := formattest.Load([]byte(strings.Join(messages, "\n")), Formats(), opt)
	if err != nil {
		t.Fatal(err)
	}
	return src, records
}

// brief is what became of a transaction.
func brief(records []tillproof.Record) string {
	var out []string
	for _, r := range records {
		out = append(out, fmt.Sprintf("%s %s %s %s", r.Kind, r.Status.String(), r.Amount.Param(), r.Response))
	}
	return strings.TrimSpace(strings.Join(out, ", "))
}

const approved, declined = "39:00", "39:51"

// other is another terminal with another amount.
var other = []string{"41:70010002", "4:000000009900"}

// exchanges are messages and what becomes of them.
var exchanges = map[string]struct {
	want     string
	messages []string
}{
	"answered": {"sale posted 12.34 EUR 00", []string{sale87("0200"), sale87("0210", approved)}},
	"declined": {"sale declined 12.34 EUR 51", []string{sale87("0200"), sale87("0210", declined)}},
	"timed out": {
		"sale unknown_outcome 12.34 EUR 91", []string{sale87("0200"), sale87("0210", "39:91")},
	},
	"no code": {"sale unknown_outcome 12.34 EUR", []string{sale87("0200"), sale87("0210")}},
	"strange": {
		"sale unknown_outcome 12.34 EUR Q7", []string{sale87("0200"), sale87("0210", "39:Q7")},
	},
	"lone answer": {"sale posted 12.34 EUR 00", []string{sale87("0210", approved)}},
	"lone advice": {"sale posted 12.34 EUR", []string{sale87("0220")}},
	"sent again": {"sale posted 12.34 EUR 00", []string{
		sale87("0200"), sale87("0201"), sale87("0201"), sale87("0210", approved),
	}},
	"sent again after the answer": {"sale posted 12.34 EUR 00", []string{
		sale87("0200"), sale87("0210", approved), sale87("0201"), sale87("0211", approved),
	}},
	"the host's last word": {"sale posted 12.34 EUR 00", []string{
		sale87("0200"), sale87("0210", "39:91"), sale87("0201"), sale87("0210", approved),
	}},
	"answer logged twice": {"sale posted 12.34 EUR 00", []string{
		sale87("0200"), sale87("0210", approved), sale87("0210", approved),
	}},
	"two alike are two": {"sale posted 12.34 EUR 00, sale declined 12.34 EUR 51", []string{
		sale87("0200"), sale87("0210", approved), sale87("0200"), sale87("0210", declined),
	}},
	"trace of two terminals": {"sale declined 12.34 EUR 51, sale posted 99.00 EUR 00", []string{
		sale87("0200"), sale87("0200", other...), sale87("0210", append(other, approved)...),
		sale87("0210", declined),
	}},
	"trace of another day": {"sale posted 12.34 EUR 00, sale unknown_outcome 12.34 EUR", []string{
		sale87("0200"), sale87("0210", approved), sale87("0201", "13:0305", "7:0305100000"),
	}},
	"approved in part": {"sale posted 10.00 EUR 10", []string{
		sale87("0200"), sale87("0210", "4:000000001000", "39:10"),
	}},
	"another amount": {"sale unknown_outcome 12.34 EUR , sale posted 10.00 EUR 00", []string{
		sale87("0200"), sale87("0210", "4:000000001000", approved),
	}},
	"reversed": {"sale posted 12.34 EUR 00, reversal posted -12.34 EUR 00", []string{
		sale87("0200"), sale87("0210", approved), sale87("0420"), sale87("0421"),
		sale87("0430", approved),
	}},
	"refund": {
		"refund posted -12.34 EUR 00",
		[]string{sale87("0220", "3:200000"), sale87("0230", "3:200000", approved)},
	},
	"refund undone": {"reversal posted 12.34 EUR", []string{sale87("0420", "3:200000")}},
	"void": {
		"void posted -12.34 EUR 00",
		[]string{sale87("0200", "3:020000"), sale87("0210", "3:020000", approved)},
	},
	"authorised": {"preauth neutral 12.34 EUR 00", []string{sale87("0100"), sale87("0110", approved)}},
	"an inquiry": {"", []string{sale87("0200", "3:310000"), sale87("0210", "3:310000", approved)}},
	"account type": {
		"sale posted 12.34 EUR 00", []string{sale87("0200"), sale87("0210", "3:002000", approved)},
	},
	"past midnight": {
		"sale posted 12.34 EUR 00", []string{sale87("0200"), sale87("0210", "13:0303", approved)},
	},
	"yen":     {"sale posted 1234 JPY", []string{sale87("0220", "49:392")}},
	"dinar":   {"sale posted 1.234 KWD", []string{sale87("0220", "49:414")}},
	"letters": {"sale posted 12.34 EUR", []string{sale87("0220", "49:EUR")}},
}

func TestExchanges(t *testing.T) {
	for name, c := range exchanges {
		src, records := read(t, in2026, c.messages...)
		if got := brief(records); got != c.want {
			t.Errorf("%s: %s, want %s; %+v", name, got, c.want, src.Issues)
		}
		ids := map[tillproof.RecordID]bool{}
		for _, r := range records {
			if ids[r.ID] {
				t.Errorf("%s: an id is there twice", name)
			}
			ids[r.ID] = true
		}
	}
}

// TestReversals: what a reversal takes back moves nothing where it never moved anything, whichever number
// names it: the trace number in element 90, the reference number, or the sale's own trace number.
func TestReversals(t *testing.T) {
	const original, reference, traced = "90:" + "0200" + "000007" + "0302100000" + "0000000000000000000000",
		"37:606110000007", "11:000008"
	unanswered, refused := sale87("0200"), sale87("0210", declined, reference)
	posted := sale87("0210", approved, reference)
	undone := func(mti string, more ...string) []string {
		ask, answer := append([]string{}, more...), append([]string{approved}, more...)
		return []string{sale87(mti+"0", ask...), sale87(mti[:2]+"10", answer...)}
	}
	for name, c := range map[string]struct {
		want     string // credits, debits
		original string
		messages []string
	}{
		"no answer, own number": {"0 0", "000007", append([]string{unanswered}, undone("040")...)},
		"no answer, the host gives a reference": {"0 0", "000007", []string{
			unanswered, sale87("0400"), sale87("0401"), sale87("0410", approved, "37:606110000099"),
		}},
		"no answer, element 90": {
			"0 0", "000007", append([]string{unanswered}, undone("040", traced, original)...),
		},
		"declined, reference": {
			"0 0", "606110000007",
			append([]string{unanswered, refused}, undone("040", traced, reference)...),
		},
		"approved, reference": {
			"12.34 12.34", "606110000007",
			append([]string{unanswered, posted}, undone("040", traced, reference)...),
		},
		"approved, own number": {
			"12.34 12.34", "000007", append([]string{unanswered, posted}, undone("040")...),
		},
		"another amount": {
			"0 9.00", "", append([]string{unanswered}, undone("040", "4:000000000900")...),
		},
		"the sale is not in the log": {"0 12.34", "", undone("040")},
	} {
		src, records := read(t, in2026, c.messages...)
		got := src.Totals.SumCredit.String() + " " + src.Totals.SumDebit.String()
		last := records[len(records)-1]
		if got != c.want || last.Kind != tillproof.Reversal || last.Refs.Original != c.original {
			t.Errorf("%s: %s, original %q; want %s, %q", name, got, last.Refs.Original, c.want, c.original)
		}
	}
}

// TestOverlap: two exports of one log share the ids of what both hold, also where one of them ends before the
// answer or does not know the year.
func TestOverlap(t *testing.T) {
	var all []string
	for i := range 6 {
		trace := fmt.Sprintf("11:%06d", i)
		rrn := fmt.Sprintf("37:6062110000%02d", i)
		all = append(all, sale87("0200", trace), sale87("0210", trace, "39:00", rrn))
	}
	_, first := read(t, in2026, all[:7]...)
	_, second := read(t, format.Options{}, all[6:]...)
	if len(first) != 4 || len(second) != 3 || first[3].ID != second[0].ID || first[3].Refs.STAN != "000003" {
		t.Errorf("%d and %d records; %v %v", len(first), len(second), first[3].ID, second[0].ID)
	}
	_, again := read(t, in2026, all[:7]...)
	for i := range again {
		if again[i].ID != first[i].ID {
			t.Errorf("record %d has another id when it is read again", i)
		}
	}
}

// TestYears: where a year comes from, and that there is none where nothing tells it.
func TestYears(t *testing.T) {
	stamp := func(day string, m string) string { return day + " 23:00:00 recv " + m }
	chip := func(day string) string { return "55:010" + "9A03" + day }
	for name, c := range map[string]struct {
		want, issue string
		opt         format.Options
		messages    []string
	}{
		"none":     {"", "format.iso8583.year", format.Options{}, []string{sale87("0220")}},
		"the user": {"2024-03-02 11:00:00", "", format.Options{Year: 2024}, []string{sale87("0220")}},
		"the log": {
			"2025-03-02 11:00:00", "", format.Options{}, []string{stamp("2025-03-02", sale87("0220"))},
		},
		"the log, no marks": {"2025-03-02 11:00:00", "", format.Options{}, []string{
			stamp("20250302", sale87("0220")),
		}},
		"the chip": {"2023-03-02 11:00:00", "", format.Options{}, []string{sale87("0220", chip("230302"))}},
		"the chip of a later one": {
			"2023-03-02 11:00:00, 2023-03-02 11:00:00", "", format.Options{}, []string{
				sale87("0220"), sale87("0220", "11:000009", chip("230302")),
			},
		},
		"new year": {"2025-12-31 11:00:00, 2026-01-01 11:00:00", "", format.Options{}, []string{
			stamp("2026-01-01", sale87("0220", "13:1231")), sale87("0220", "13:0101", "11:000009"),
		}},
		"a leap day": {
			"2024-02-29 11:00:00", "", format.Options{Year: 2024}, []string{sale87("0220", "13:0229")},
		},
		"no such day":  {"", "format.iso8583.date", in2026, []string{sale87("0220", "13:0231")}},
		"no such time": {"", "format.iso8583.date", in2026, []string{sale87("0220", "12:250000")}},
		"UTC alone": {
			"2026-03-02 10:00:00", "format.iso8583.zone", in2026,
			[]string{sale87("0220", "12:", "13:")},
		},
		"UTC and a zone": {"2026-03-02 18:00:00", "", format.Options{
			Year: 2026, Zone: time.FixedZone("UTC+8", 8*3600),
		}, []string{sale87("0220", "12:", "13:")}},
	} {
		src, records := read(t, c.opt, c.messages...)
		var times []string
		for _, r := range records {
			times = append(times, r.Time.String())
		}
		if got := strings.Join(times, ", "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		found := slices.ContainsFunc(src.Issues, func(i tillproof.Issue) bool { return i.Code == c.issue })
		if c.issue == "" && len(src.Issues) > 0 || c.issue != "" && !found {
			t.Errorf("%s: %+v, want %q", name, src.Issues, c.issue)
		}
	}
}

// TestYearsAreSaid: where the year came from is said, with the first message or line that told it.
func TestYearsAreSaid(t *testing.T) {
	chip := "55:010" + "9A03" + "230302"
	for name, c := range map[string]struct {
		want     string
		opt      format.Options
		messages []string
	}{
		"nothing": {"", format.Options{}, []string{sale87("0220")}},
		"the user": {
			"user 2026-07-01 line 0 n 2", in2026, []string{sale87("0220"), sale87("0220", "11:000008")},
		},
		"the log": {"log 2025-03-02 line 3 n 3", format.Options{}, []string{
			sale87("0220"), "up", "2025-03-02 10:00 " + sale87("0220", "11:000008"),
			sale87("0220", "11:000009"),
		}},
		"the chip": {"chip 2023-03-02 line 1 n 1", format.Options{}, []string{sale87("0220", chip)}},
		"the user, then the log": {
			"user 2024-07-01 line 0 n 1; log 2025-03-02 line 2 n 1",
			format.Options{Year: 2024},
			[]string{sale87("0220"), "2025-03-02 " + sale87("0220", "11:000008")},
		},
		"no transaction takes it": {"", in2026, []string{sale87("0800")}},
	} {
		src, _ := read(t, c.opt, c.messages...)
		var got []string
		for _, d := range src.Decisions {
			if by, ok := strings.CutPrefix(d.Code, "format.iso8583.year_"); ok {
				p := d.Params
				got = append(got, fmt.Sprintf("%s %s line %s n %s", by, p["day"], p["line"], p["n"]))
			}
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s: %q, want %q", name, s, c.want)
		}
	}
	const packed = `<isomsg><field id="0" value="1220"/><field id="3" value="000000"/>` +
		`<field id="4" value="100"/><field id="11" value="000001"/><field id="12" value="260302110000"/>` +
		`<field id="49" value="978"/></isomsg>`
	src, records := read(t, format.Options{}, packed)
	if len(records) != 1 || len(src.Decisions) != 1 {
		t.Fatalf("%+v %+v", src, records)
	}
	if d := src.Decisions[0]; d.Code != "format.iso8583.year_message" || d.Params["day"] != "2026-03-02" {
		t.Errorf("%+v", d)
	}
}

// TestWhatIsNotKnown: what cannot be read is said, and is never a 0 or a guess.
func TestWhatIsNotKnown(t *testing.T) {
	for name, c := range map[string]struct {
		code, want string
		unread     int
		message    string
	}{
		"no amount":    {"format.iso8583.amount", "", 1, sale87("0220", "4:")},
		"strange code": {"format.iso8583.kind", "", 1, sale87("0220", "3:910000")},
		"no code":      {"format.iso8583.kind", "", 1, sale87("0220", "3:")},
		"strange answer": {
			"format.iso8583.response", "sale unknown_outcome 12.34 EUR Z9", 0, sale87("0210", "39:Z9"),
		},
		"no currency":      {"format.iso8583.currency", "sale posted 12.34", 0, sale87("0220", "49:")},
		"no such currency": {"format.iso8583.currency", "sale posted 12.34", 0, sale87("0220", "49:999")},
		"no answers at all": {
			"format.iso8583.unanswered", "sale unknown_outcome 12.34 EUR", 0, sale87("0200"),
		},
		"no transaction": {"format.iso8583.nothing", "", 0, sale87("0800")},
	} {
		src, records := read(t, in2026, c.message)
		if got := brief(records); got != c.want || src.Unread != c.unread {
			t.Errorf("%s: %s, %d unread; want %s, %d", name, got, src.Unread, c.want, c.unread)
		}
		if len(src.Issues) == 0 || src.Issues[0].Code != c.code {
			t.Errorf("%s: %+v, want %s", name, src.Issues, c.code)
		}
	}
	_, records := read(t, format.Options{Year: 2026, Currency: tillproof.CNY}, sale87("0220", "49:"))
	if got := brief(records); got != "sale posted 12.34 CNY" {
		t.Errorf("the user's currency: %s", got)
	}
}

// TestTextOfAMessage: a card number in a text is masked, a card verification value refuses the file.
func TestTextOfAMessage(t *testing.T) {
	pad := func(s string) string { return "43:" + (s + strings.Repeat(" ", 40))[:40] }
	src, records := read(t, in2026, sale87("0220", pad("SHOP 5555 5555 5555 4444")))
	if records[0].Narrative != "SHOP 555555******4444" || src.Masked != 2 {
		t.Errorf("%q, masked %d", records[0].Narrative, src.Masked)
	}
	_, _, err := formattest.Load([]byte(sale87("0220", pad("SHOP CVV 123"))), Formats(), in2026)
	if formattest.Code(err) != "card.cvv" {
		t.Errorf("%v, want card.cvv", err)
	}
	gbk := pad("")[3:]
	gbk = "\xb2\xe2\xca\xd4\xb5\xea" + gbk[6:] // 测试店
	if _, records = read(t, in2026, sale87("0220", "43:"+gbk)); records[0].Narrative != "测试店" {
		t.Errorf("%q", records[0].Narrative)
	}
}

// TestSettlement: totals that do not hold are said with both figures; voids count either way.
func TestSettlement(t *testing.T) {
	const where = "41:3830303230303032"
	const merchant = "42:313034333330303132333430303032"
	const currency = "49:313536"
	batch := func(kind string) string { return "60:0013" + kind + "000042000" + "000" }
	sale := func(mti, code, kind, trace, amount string) string {
		parts := []string{"3:" + code, "4:" + amount, "11:" + trace, "12:101112", "13:0302"}
		if mti == "0210" {
			parts = append(parts, "39:3030")
		}
		return cupMessage(mti, append(parts, where, merchant, currency, batch(kind))...)
	}
	settle := func(sums string) string {
		return cupMessage("0500", "11:000099", where, merchant, "48:0062"+sums+strings.Repeat("0", 31),
			currency, "60:0011"+"00000042201"+"0")
	}
	both := func(code, kind, trace, amount string) []string {
		return []string{sale("0200", code, kind, trace, amount), sale("0210", code, kind, trace, amount)}
	}
	log := slices.Concat(
		both("000000", "22", "000001", "000000001000"), both("000000", "22", "000002", "000000002000"),
		both("200000", "23", "000003", "000000002000"),
	)
	for name, c := range map[string]struct {
		sums string
		bad  bool
	}{
		"voids as credits": {"000000003000" + "002" + "000000002000" + "001" + "0", false},
		"voids taken off":  {"000000001000" + "001" + "000000000000" + "000" + "0", false},
		"a sum too high":   {"000000003100" + "002" + "000000002000" + "001" + "0", true},
		"a sale too many":  {"000000003000" + "003" + "000000002000" + "001" + "0", true},
	} {
		src, records := read(t, in2026, append(slices.Clone(log), settle(c.sums))...)
		if len(records) != 3 || (len(src.Issues) > 0) != c.bad {
			t.Errorf("%s: %d records, %+v", name, len(records), src.Issues)
			continue
		}
		if c.bad {
			p := src.Issues[0].Params
			if src.Issues[0].Code != "format.iso8583.settlement" || p["debit_sum"] != "30.00 CNY" ||
				p["credit_sum"] != "20.00 CNY" || p["batch"] != "000042" || p["terminal"] != "80020002" {
				t.Errorf("%s: %+v", name, src.Issues[0])
			}
		}
	}
}

// TestWindow: an answer that comes too late for memory to stay bounded is a transaction of its own.
func TestWindow(t *testing.T) {
	late := []string{sale87("0200", "11:999999")}
	for i := range window + 2 {
		late = append(late, sale87("0220", fmt.Sprintf("11:%06d", i)))
	}
	late = append(late, sale87("0210", "11:999999", "39:00"))
	_, records := read(t, in2026, late...)
	if n := len(records); n != window+4 || records[0].Status != tillproof.UnknownOutcome ||
		records[n-1].Status != tillproof.Posted {
		t.Errorf("%d records", n)
	}
}
