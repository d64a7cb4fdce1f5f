package journal

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

var leaf = formattest.Leaf{
	Formats: Formats(), Ending: ".txt", Record: show,
}

func load(text string, opt format.Options) (tillproof.Source, []tillproof.Record, error) {
	return leaf.Load([]byte(text), opt)
}

// show writes a transaction as a person can work it out from the slip.
func show(r tillproof.Record) string {
	or := formattest.Or
	at := r.Time.String()
	if at == "" {
		at = r.BookingDate.String()
	}
	return fmt.Sprintf("%d %s %s %s at %s merchant %s terminal %s batch %s stan %s rrn %s auth %s order %s "+
		"original %s card %s entry %s response %s\n",
		r.Origin.Line, r.Kind, r.Status, r.Amount.Param(), at, or(string(r.Refs.Merchant)),
		or(string(r.Refs.Terminal)), or(r.Refs.Batch), or(r.Refs.STAN), or(r.Refs.RRN), or(r.Refs.Auth),
		or(r.Refs.Order), or(r.Refs.Original), or(r.Card.String()), or(r.Entry.String()), or(r.Response))
}

// TestRead compares each file of testdata with what was worked out from it by hand.
func TestRead(t *testing.T) { leaf.Files(t) }

// slipOf is an English slip with these lines in it.
func slipOf(lines string) string {
	return "MERCHANT ID: 000012345678901\nTERMINAL ID: T0000042\n" + lines + "\nTHANK YOU\n"
}

// saleOf is a whole sale of that day.
func saleOf(date, more string) string {
	return slipOf("SALE\nDATE: " + date + "\nAMOUNT EUR 5.00\n" + more)
}

func TestSniff(t *testing.T) {
	for text, want := range map[string]string{
		saleOf("2026-04-03", ""): "journal.slip_en",
		"POS签购单\n商户编号：1\n终端编号：2\n凭证号：3\n": "journal.slip_zh",
		"==== 商户 ====\n": "",
		"签购单,商户编号,终端编号,凭证号\n1,2,3,4\n":                             "",
		"Merchant ID,Terminal,Total\nM1,T1,1.00\nSALE,,\n":         "",
		"====TRANSACTION START====\n-----03/04/24 11:19:18-----\n": "journal.atm",
		"Merchant ID,Terminal ID,Type,Amount\nM1,T1,SALE,1.00\n":   "",
		"Dear bank,\nTOTAL 5.00\n":                                 "",
	} {
		in, err := format.NewInput("x", strings.NewReader(text), int64(len(text)))
		if err != nil {
			t.Fatal(err)
		}
		if g := Formats()[0].Sniff(&in.Head); g.Dialect != want {
			t.Errorf("%q: %+v, want %q", text, g, want)
		}
	}
}

// TestDateOrder: the file decides, or the user; a date that reads two ways is never guessed.
func TestDateOrder(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		order format.DateOrder
		days  string // of the records
		code  string // of an issue
		note  string // of a decision
	}{
		"shown by another day": {
			saleOf("03/04/26", "") + saleOf("25/04/26", ""), 0, "2026-04-03 2026-04-25",
			"", "format.journal.day_first",
		},
		"shown by another month": {
			saleOf("03/04/26", "") + saleOf("04/25/26", ""), 0, "2026-03-04 2026-04-25",
			"", "format.journal.month_first",
		},
		"not shown": {
			saleOf("03/04/26", "") + saleOf("04/04/26", ""), 0, "2026-04-04", "format.journal.order", "",
		},
		"contradicted": {
			saleOf("03/04/26", "") + saleOf("13/04/26", "") + saleOf("04/13/26", ""), 0,
			"2026-04-13 2026-04-13", "format.journal.order", "",
		},
		"stated": {
			saleOf("03/04/26", ""), format.MonthFirst, "2026-03-04", "", "format.journal.order_told",
		},
		"stated, year first": {
			saleOf("26/04/03", ""), format.YearFirst, "2026-04-03", "", "format.journal.order_told",
		},
		"stated, no matter": {saleOf("2026-04-03", ""), format.MonthFirst, "2026-04-03", "", ""},
		"four digits":       {saleOf("2026-04-03", ""), 0, "2026-04-03", "", ""},
		"a name": {
			saleOf("3APR26", "") + saleOf("Apr 5, 2026", ""), 0, "2026-04-03 2026-04-05", "", "",
		},
		"no such day":  {saleOf("31/04/26", ""), 0, "", "format.journal.date", "format.journal.day_first"},
		"no such time": {saleOf("2026-04-03", "TIME: 25:00"), 0, "", "format.journal.time", ""},
	} {
		src, records, err := load(c.text, format.Options{Dates: c.order})
		var days []string
		for _, r := range records {
			days = append(days, r.Day().String())
		}
		if got := strings.Join(days, " "); err != nil || got != c.days {
			t.Errorf("%s: %v, days %q, want %q", name, err, got, c.days)
		}
		if c.code == "" && len(src.Issues) > 0 || c.code != "" && !formattest.Has(src, c.code) {
			t.Errorf("%s: %+v, want %s", name, src.Issues, c.code)
		}
		noted := func(n tillproof.Note) bool { return n.Code == c.note }
		if slices.ContainsFunc(src.Decisions, noted) != (c.note != "") {
			t.Errorf("%s: %+v, want %s", name, src.Decisions, c.note)
		}
	}
}

// TestOrderOfTheProfile: an ATM writes the year first, which two digits do not show; that is said.
func TestOrderOfTheProfile(t *testing.T) {
	raw := formattest.File(t, "atm.txt")
	src, _, err := load(string(raw), format.Options{})
	if err != nil || len(src.Decisions) != 1 {
		t.Fatalf("%v, %+v", err, src.Decisions)
	}
	// Three sessions of the file are whole and have a date; the first prints it on line 12.
	d, want := src.Decisions[0], tillproof.Params{"line": "12", "value": "26/05/11", "n": "3", "order": "ymd"}
	if diff := cmp.Diff(want, d.Params); d.Code != "format.journal.order_profile" || diff != "" {
		t.Errorf("%s %s", d.Code, diff)
	}
}

// TestCodes: what cannot be read is listed under its code, and counted.
func TestCodes(t *testing.T) {
	day := "DATE: 2026-04-03\n"
	for code, text := range map[string]string{
		"format.journal.kind":     slipOf("TYPE: SALES TAX REPORT\n" + day + "AMOUNT 5.00"),
		"format.journal.amount":   slipOf("SALE\n" + day + "AMOUNT EUR 5.O0"),
		"format.journal.scale":    slipOf("SALE\n" + day + "AMOUNT EUR 5.001"),
		"format.journal.currency": slipOf("SALE\n" + day + "AMOUNT XQX 5.00"),
		"format.journal.twice":    slipOf("SALE\n" + day + "AMOUNT EUR 5.00\nAMOUNT EUR 6.00"),
		"format.journal.response": slipOf("SALE\n" + day + "RESPONSE CODE: Q7\nAMOUNT EUR 5.00"),
		"format.journal.date":     slipOf("SALE\nAMOUNT EUR 5.00"),
		"format.journal.cut":      strings.TrimSuffix(slipOf("SALE\n"+day+"AMOUNT EUR 5.00"), "THANK YOU\n"),
		"format.journal.headless": "AMOUNT EUR 5.00\nTHANK YOU\n" + saleOf("2026-04-03", ""),
	} {
		src, records, err := load(text, format.Options{})
		if err != nil || !formattest.Has(src, code) || src.Unread != 1 ||
			len(records)+1 != src.Totals.Entries {
			t.Errorf("%s: %v, %d records, %+v", code, err, len(records), src.Issues)
		}
	}
	long := slipOf("SALE\n" + day + strings.Repeat("x\n", maxBlock) + "AMOUNT EUR 5.00")
	if src, _, err := load(long, format.Options{}); err != nil || !formattest.Has(src, "format.journal.cut") {
		t.Errorf("a slip without an end: %v %+v", err, src.Issues)
	}
	for code, more := range map[string]string{
		"card.track": ";4111111111111111=25121010000?", "card.cvv": "CVV 123",
		"card.pin": "PIN BLOCK 0123456789ABCDEF",
	} {
		for _, text := range []string{saleOf("2026-04-03", more), saleOf("2026-04-03", "") + more} {
			if _, _, err := load(text, format.Options{}); formattest.Code(err) != code {
				t.Errorf("%v, want %s", err, code)
			}
		}
	}
}

// TestCopies: slips that agree in all and show a trace number are copies; without one they are repeats.
func TestCopies(t *testing.T) {
	for more, want := range map[string]int{"TRACE #: 000001": 1, "RRN: 609312000501": 1, "TIP 1": 2} {
		text := saleOf("2026-04-03", more)
		src, records, err := load(text+text, format.Options{})
		if err != nil || len(records) != want || formattest.Has(src, "format.journal.copies") != (want == 1) {
			t.Errorf("%s: %v, %d records, %+v", more, err, len(records), src.Issues)
		}
		if len(records) == 2 && records[0].ID == records[1].ID {
			t.Error("two repeats share an id")
		}
	}
	one, later := saleOf("2026-04-03", "TRACE #: 000001"), saleOf("2026-04-03", "TRACE #: 000002")
	_, first, _ := load(one+later, format.Options{})
	_, second, _ := load("\n\n"+later, format.Options{})
	if len(first) != 2 || len(second) != 1 || first[1].ID != second[0].ID {
		t.Errorf("two exports do not share an id: %+v, %+v", first, second)
	}
}

// TestNoEndMark: a Chinese slip of a small payment has no signature line; the next slip shows that it was
// printed to its end. What lacks a field that it needs, or may be cut, stays listed.
func TestNoEndMark(t *testing.T) {
	slip := func(lines ...string) string {
		const head = "      银联POS签购单\n商户编号: 104310054110001\n终端编号: 31000001\n"
		return head + strings.Join(lines, "\n") + "\n"
	}
	const kind, reference, day = "交易类型: 消费", "参考号: 260914000012", "日期时间: 2026/09/14 10:11:12"
	const amount, rule = "金额: RMB 123.45", "------------------------"
	next := slip(kind, "参考号: 260914000013", day, "金额: RMB 1.00", "持卡人签名")
	for name, c := range map[string]struct {
		text            string
		sum             string
		records, unread int
		code            string
	}{
		"the next one": {slip(kind, reference, day, amount) + next, "124.45", 2, 0, ""},
		"ruled":        {slip(kind, reference, day, amount, rule) + next, "124.45", 2, 0, ""},
		"no reference": {
			slip(kind, "凭证号: 000012", day, amount) + next,
			"1.00", 1, 1, "format.journal.cut",
		},
		"no amount":        {slip(kind, reference, day) + next, "1.00", 1, 1, "format.journal.cut"},
		"no type":          {slip(reference, day, amount) + next, "1.00", 1, 1, "format.journal.cut"},
		"the end":          {next + slip(kind, reference, day, amount), "1.00", 1, 1, "format.journal.cut"},
		"the end, ruled":   {next + slip(kind, reference, day, amount, rule, ""), "124.45", 2, 0, ""},
		"cut after a rule": {next + slip(kind, rule, reference), "1.00", 1, 1, "format.journal.cut"},
		"a letter": {
			slip(kind, reference, day, "金额: RMB 12O.45") + next, "1.00", 1, 1, "format.journal.amount",
		},
		"failed": {slip(kind, reference, day, amount, "交易失败") + next, "1.00", 2, 0, ""},
		"failed, keep slip": {
			slip(kind, reference, day, amount, "请妥善保管签购单", "交易失败") + next,
			"1.00", 2, 0, "",
		},
	} {
		src, records, err := load(c.text, format.Options{})
		if err != nil || len(records) != c.records || src.Unread != c.unread ||
			src.Totals.SumCredit.String() != c.sum || c.code != "" && !formattest.Has(src, c.code) {
			t.Errorf("%s: %v, %d records, %d unread, %s, %+v", name, err, len(records), src.Unread,
				src.Totals.SumCredit, src.Issues)
		}
		noted := slices.ContainsFunc(src.Decisions, func(n tillproof.Note) bool {
			return n.Code == "format.journal.unmarked" && n.Params["n"] == "1"
		})
		if noted != (c.sum == "124.45") {
			t.Errorf("%s: %+v", name, src.Decisions)
		}
		for _, i := range src.Issues {
			if i.Code == "format.journal.cut" && !strings.Contains(i.Params["marks"], "持卡人签名") {
				t.Errorf("%s: the marks are not named: %+v", name, i)
			}
		}
	}
}

// TestOutcome: response and words, the worse one counts.
func TestOutcome(t *testing.T) {
	for more, want := range map[string]tillproof.RecordStatus{
		"": tillproof.Posted, "APPROVED": tillproof.Posted, "RESPONSE CODE: 00": tillproof.Posted,
		"DECLINED": tillproof.Declined, "RESPONSE CODE: 51": tillproof.Declined,
		"RESPONSE CODE: 00\nTIMED OUT": tillproof.UnknownOutcome,
		"RESPONSE CODE: 91":            tillproof.UnknownOutcome,
		"TRANSACTION CANCELLED":        tillproof.Cancelled,
	} {
		_, records, err := load(saleOf("2026-04-03", more), format.Options{})
		if err != nil || len(records) != 1 || records[0].Status != want {
			t.Errorf("%q: %v %+v", more, err, records)
		}
	}
}

// TestEncodings: the Chinese slips read alike in the encodings that terminals print to.
func TestEncodings(t *testing.T) {
	raw, err := os.ReadFile("testdata/slip_zh.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, want, err := load(string(raw), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, e := range map[string]encoding.Encoding{
		"GB18030": simplifiedchinese.GB18030, "GBK": simplifiedchinese.GBK,
		"UTF-16": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "BOM": unicode.UTF8BOM,
	} {
		text, err := e.NewEncoder().String(string(raw))
		if err != nil {
			t.Fatal(err)
		}
		_, got, err := load(text, format.Options{})
		if d := cmp.Diff(fmt.Sprint(want), fmt.Sprint(got)); err != nil || d != "" {
			t.Errorf("%s: %v %s", name, err, d)
		}
	}
}

// TestNoLineShowsACard puts a published test number behind each label in turn.
func TestNoLineShowsACard(t *testing.T) {
	const number = "4111111111111111"
	labels := "MERCHANT ID,TERMINAL ID,BATCH,TRACE,RRN,AUTH CODE,ORDER,ORIGINAL RRN,CARD,ENTRY,DATE,TIME," +
		"RESPONSE,TYPE,AMOUNT,TOTAL,NOTE"
	for _, label := range strings.Split(labels, ",") {
		text := slipOf("SALE\nDATE: 2026-04-03\n"+label+": "+number+"\nAMOUNT EUR 5.00\n") +
			saleOf("2026-04-04", "")
		src, records, err := load(text, format.Options{})
		got := fmt.Sprintf("%+v %+v %v", src, records, err)
		if strings.Contains(got, number) || err != nil {
			t.Errorf("%s: the number is left in %s", label, got)
		}
	}
}

// TestForcedProfile: the user's profile goes before the signature; a file of none is refused.
func TestForcedProfile(t *testing.T) {
	text := strings.ReplaceAll(saleOf("2026-04-03", ""), "TERMINAL ID: T0000042\n", "")
	if _, _, err := load(text, format.Options{}); formattest.Code(err) != "format.unknown" {
		t.Errorf("without a terminal: %v", err)
	}
	src, records, err := load(text, format.Options{Profile: "journal.slip_en"})
	if err != nil || len(records) != 1 || src.Dialect != "journal.slip_en" {
		t.Errorf("forced: %v %+v", err, records)
	}
	_, _, err = load(text, format.Options{Profile: "journal"})
	if formattest.Code(err) != "format.journal.profile" {
		t.Errorf("no profile: %v", err)
	}
}

// TestBadProfiles: a mistake in a data file is found when it is read.
func TestBadProfiles(t *testing.T) {
	good, err := os.ReadFile("data/atm.yaml")
	if err != nil {
		t.Fatal(err)
	}
	words, err := os.ReadFile(wordsFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, by string }{
		{"name: journal.atm", "name: atm"},
		{"source:", "sauce:"},
		{"dates: ymd", "dates: soon"},
		{"marks: [", "marks: [SOON, "},
		{"marks: [", "whole: [price]\nmarks: ["},
		{"(?P<stan>", "(?P<stun>"},
		{"(?P<stan>", "(?P<stan"},
		{"title: {zh: ATM电子流水, ", "title: {"},
	} {
		files := fstest.MapFS{
			wordsFile:       {Data: words},
			"data/bad.yaml": {Data: []byte(strings.Replace(string(good), c.old, c.by, 1))},
		}
		if _, err := parseAll(files); err == nil {
			t.Errorf("%s for %s is not noticed", c.by, c.old)
		}
	}
	for _, bad := range []string{
		"kinds: {gift: [A]}", "currencies: {yuan: [A]}", "responses: {fine: [A]}", "x: 1",
	} {
		if _, err := parseAll(fstest.MapFS{wordsFile: {Data: []byte(bad)}}); err == nil {
			t.Errorf("%s is not noticed", bad)
		}
	}
}

// FuzzRead: what holds of any input holds with each profile.
func FuzzRead(f *testing.F) {
	names, _ := filepath.Glob("testdata/*.txt")
	for _, name := range names {
		raw := formattest.File(f, filepath.Base(name))
		f.Add(raw, "")
		f.Add(raw, "journal.slip_en")
	}
	f.Add([]byte(saleOf("99/99/9999", "CARD: 4111 1111 1111 1111")), "journal.atm")
	f.Fuzz(func(t *testing.T, raw []byte, profile string) {
		leaf.Holds(t, raw, format.Options{Profile: profile})
	})
}
