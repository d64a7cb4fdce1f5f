package stl

import (
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
	Formats: Formats(), Ending: ".csv", Record: show,
}

func load(text string, opt format.Options) (tillproof.Source, []tillproof.Record, error) {
	return leaf.Load([]byte(text), opt)
}

// show writes a transaction as a person can work it out from the file.
func show(r tillproof.Record) string {
	or := formattest.Or
	fee := "-"
	if r.Fee.Currency().Known() {
		fee = r.Fee.String()
	}
	return fmt.Sprintf("%d part %d %s %s %s fee %s at %s settled %s bank %s order %s payout %s original %s "+
		"who %s text %s\n",
		r.Origin.Line, r.Origin.Part, r.Kind, r.Status, r.Amount.Param(), fee, or(r.Time.String()),
		or(r.SettleDate.String()), or(r.Refs.Bank), or(r.Refs.Order), or(r.Refs.Payout), or(r.Refs.Original),
		or(r.Counterparty), or(r.Narrative))
}

// TestRead compares each file of testdata with what was worked out from it by hand.
func TestRead(t *testing.T) { leaf.Files(t) }

const (
	head = "\"RH\",2026/03/02 02:44:19 -0800,\"A\",\"ACCT1\",011,\n\"FH\",01\n" +
		"\"SH\",2026/03/01 00:00:00 -0800,2026/03/01 23:59:59 -0800,\"ACCT1\",\"\"\n"
	names = "\"CH\",\"Transaction ID\",\"Invoice ID\",\"PayPal Reference ID\",\"PayPal Reference ID Type\"," +
		"\"Transaction Event Code\",\"Transaction Initiation Date\",\"Transaction Completion Date\"," +
		"\"Transaction Debit or Credit\",\"Gross Transaction Amount\",\"Gross Transaction Currency\"," +
		"\"Fee Debit or Credit\",\"Fee Amount\",\"Fee Currency\",\"Custom Field\",\"Consumer ID\"," +
		"\"Payment Tracking ID\",\"Store ID\"\n"
)

// rowOf is a transaction with this id, code, time, mark, amount and currency.
func rowOf(id, code, at, mark, amount, currency string) string {
	return fmt.Sprintf("\"SB\",%q,\"\",\"\",\"\",%q,%s,%s,%q,%s,%q,\"\",,\"\",\"\",\"\",\"\",\"\"\n",
		id, code, at, at, mark, amount, currency)
}

const noon = "2026/03/01 12:00:00 -0800"

func TestSniff(t *testing.T) {
	for text, want := range map[string]int{
		head: certain,
		"RH,2026/03/02 02:44:19 -0800,A,X,009\r\nFH,1\r\n":          certain,
		"\uFEFFRH\t2026/03/02 02:44:19 -0800\tA\tX\t009\r\nFH\t1\n": certain,
		"RH,1,2\nFH,1\n":                     0,
		"SB,a,b\n":                           0,
		"Date,Time,Gross\n2026/03/01,1,2\n":  0,
		"RH,2026/03/02 02:44:19,A\nSH,1,2\n": 0,
	} {
		in, err := format.NewInput("x", strings.NewReader(text), int64(len(text)))
		if err != nil {
			t.Fatal(err)
		}
		if g := sniff(&in.Head); g.Confidence != want {
			t.Errorf("%q: %+v, want %d", text, g, want)
		}
	}
}

// TestKinds: what a code means depends on its direction; a group stands for the codes that the table omits.
func TestKinds(t *testing.T) {
	for _, c := range []struct {
		code, mark string
		kind       tillproof.RecordKind
		status     tillproof.RecordStatus
	}{
		{"T0006", "CR", tillproof.Sale, tillproof.Posted},
		{"T0021", "CR", tillproof.Sale, tillproof.Posted},
		{"T0000", "DR", tillproof.Adjustment, tillproof.Posted},
		{"T0001", "CR", tillproof.Adjustment, tillproof.Posted},
		{"T0107", "DR", tillproof.Fee, tillproof.Posted},
		{"T0400", "DR", tillproof.Payout, tillproof.Posted},
		{"T0403", "DR", tillproof.Payout, tillproof.Posted},
		{"T0400", "CR", tillproof.Adjustment, tillproof.Posted},
		{"T1106", "DR", tillproof.Chargeback, tillproof.Posted},
		{"T1107", "DR", tillproof.Refund, tillproof.Posted},
		{"T1107", "CR", tillproof.Adjustment, tillproof.Posted},
		{"T1109", "CR", tillproof.Fee, tillproof.Posted},
		{"T1110", "DR", tillproof.Reserve, tillproof.Posted},
		{"T1111", "CR", tillproof.ReserveRelease, tillproof.Posted},
		{"T1201", "CR", tillproof.ChargebackReversal, tillproof.Posted},
		{"T2103", "DR", tillproof.Reserve, tillproof.Posted},
		{"T2104", "CR", tillproof.ReserveRelease, tillproof.Posted},
		{"T1300", "CR", tillproof.Adjustment, tillproof.Neutral},
	} {
		_, records, err := load(head+names+rowOf("1", c.code, noon, c.mark, "100", "USD"), format.Options{})
		if err != nil || len(records) != 1 || records[0].Kind != c.kind || records[0].Status != c.status {
			t.Errorf("%s %s: %v %+v", c.code, c.mark, err, records)
		}
	}
}

// TestUnits: the minor unit is the currency's.
func TestUnits(t *testing.T) {
	for currency, want := range map[string]string{
		"USD": "123.45 USD", "JPY": "12345 JPY", "KWD": "12.345 KWD",
	} {
		text := head + names + rowOf("1", "T0006", noon, "CR", "12345", currency)
		_, records, err := load(text, format.Options{})
		if err != nil || len(records) != 1 || records[0].Amount.Param() != want {
			t.Errorf("%s: %v %+v", currency, err, records)
		}
	}
	src, records, err := load(head+names+rowOf("1", "T0006", noon, "CR", "12300", "HUF"), format.Options{})
	if err != nil || len(records) != 1 || !formattest.Has(src, "format.stl.whole") {
		t.Errorf("HUF: %v %+v %+v", err, records, src.Issues)
	}
}

// TestCodes: each quirk of a report is told under its code.
func TestCodes(t *testing.T) {
	row := rowOf("1", "T0006", noon, "CR", "100", "USD")
	spanish := strings.NewReplacer("Transaction", "Operación", "PayPal", "Pago", "Fee", "Comisión",
		"Invoice ID", "Factura", "Consumer", "Consumidor", "Gross", "Bruto").Replace(names)
	for code, text := range map[string]string{
		"format.stl.part":         strings.Replace(head, "\"FH\",01", "\"FH\",02", 1) + names + row,
		"format.stl.unclosed":     head + names + row,
		"format.stl.language":     head + spanish + row,
		"format.stl.no_header":    head + row,
		"format.stl.quote":        head + names + row + "\"SF\",\"USD,1\n",
		"format.stl.footer":       head + names + row + "\"SF\",\"USD\",1,x\n",
		"format.stl.gross_credit": head + names + row + "\"SF\",\"USD\",99,0,0,0\n",
		"format.stl.gross_debit":  head + names + row + "\"SF\",\"USD\",100,1,0,0\n",
		"format.stl.fee_credit":   head + names + row + "\"RF\",\"USD\",100,0,1,0\n",
		"format.stl.count":        head + names + row + "\"FF\",7\n",
	} {
		src, _, err := load(text, format.Options{})
		if err != nil || !formattest.Has(src, code) {
			t.Errorf("%s: %v, %+v", code, err, src.Issues)
		}
	}
	var many strings.Builder
	for i := range maxCurrencies + 1 {
		fmt.Fprintf(&many, "\"SF\",\"%c%c%c\",0,0,0,0\n", 'A'+i/676, 'A'+i/26%26, 'A'+i%26)
	}
	for code, text := range map[string]string{
		"format.xml.size":   head + many.String(),
		"format.stl.other":  head + strings.Replace(names, "Custom Field", "Transactional Status", 1) + row,
		"format.stl.header": head + strings.Replace(names, "Gross Transaction Amount", "Amount", 1) + row,
		"card.track": head + names +
			strings.Replace(row, ",,\"\",\"\"", ",,\"\",\"4111111111111111=25121010000\"", 1),
	} {
		if _, _, err := load(text, format.Options{}); formattest.Code(err) != code {
			t.Errorf("%v, want %s", err, code)
		}
	}
}

// TestOtherLanguage: where the names are not known, the order of the specification counts.
func TestOtherLanguage(t *testing.T) {
	text := head + "CH" + strings.Repeat(",Spalte", 18) + "\n" +
		rowOf("9XX", "T0006", noon, "CR", "100", "USD")
	src, records, err := load(text, format.Options{})
	if err != nil || len(records) != 1 || records[0].Refs.Bank != "9XX" ||
		!formattest.Has(src, "format.stl.language") {
		t.Errorf("%v %+v %+v", err, records, src.Issues)
	}
}

// TestLaterPart: totals and counts of a later file speak of the files before it too, so they are not held
// against this one.
func TestLaterPart(t *testing.T) {
	text := strings.Replace(head, "\"FH\",01", "\"FH\",02", 1) + names +
		rowOf("1", "T0006", noon, "CR", "100", "USD") +
		"\"SF\",\"USD\",900,0,0,0\n\"SC\",9\n\"RC\",9\n\"FF\",1\n"
	src, records, err := load(text, format.Options{})
	if err != nil || len(records) != 1 || formattest.Has(src, "format.stl.gross_credit") ||
		formattest.Has(src, "format.stl.count") {
		t.Errorf("%v %+v %+v", err, records, src.Issues)
	}
}

// TestWindows: reports of two windows write one moment with two offsets; the transaction keeps its id. On the
// merchant's clock both are one time.
func TestWindows(t *testing.T) {
	opt := format.Options{Zone: time.FixedZone("", 3600)}
	a := head + names + strings.Repeat(rowOf("1", "T0006", noon, "CR", "100", "USD"), 2)
	b := head + names + rowOf("0", "T0006", noon, "CR", "1", "USD") +
		rowOf("1", "T0006", "2026/03/01 20:00:00 +0000", "CR", "100", "USD")
	src, first, err := load(a, opt)
	_, second, err2 := load(b, opt)
	if err != nil || err2 != nil || formattest.Has(src, "format.stl.offset") {
		t.Fatal(err, err2, src.Issues)
	}
	if first[0].ID != second[1].ID || first[0].ID == first[1].ID || first[0].Time != second[1].Time ||
		first[0].Time.String() != "2026-03-01 21:00:00" {
		t.Errorf("%v %v %v, %s and %s", first[0].ID, first[1].ID, second[1].ID, first[0].Time, second[1].Time)
	}
}

// TestNoCellShowsACard puts a published test number into each cell in turn.
func TestNoCellShowsACard(t *testing.T) {
	const number = "4111111111111111"
	row := rowOf("1", "T0006", noon, "CR", "100", "USD")
	for i := range strings.Split(row, ",") {
		cells := strings.Split(strings.TrimSuffix(row, "\n"), ",")
		if cells[i] = number; i == 0 {
			cells[i] += "," + cells[1]
		}
		src, records, err := load(head+names+strings.Join(cells, ",")+"\n", format.Options{})
		if got := fmt.Sprintf("%+v %+v %v", src, records, err); strings.Contains(got, number) {
			t.Errorf("cell %d: the number is left in %s", i, got)
		}
	}
}

// TestTotals: whatever the rows, a footer that sums them up is not contradicted, and one that is a cent off
// is.
func TestTotals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		var in, out int64
		for i := range rapid.IntRange(0, 9).Draw(t, "n") {
			v := rapid.Int64Range(0, 1e9).Draw(t, "v")
			if rapid.Bool().Draw(t, "credit") {
				in += v
				b.WriteString(rowOf(fmt.Sprint(i), "T0006", noon, "CR", fmt.Sprint(v), "USD"))
				continue
			}
			out += v
			b.WriteString(rowOf(fmt.Sprint(i), "T1107", noon, "DR", fmt.Sprint(v), "USD"))
		}
		off := rapid.Int64Range(0, 1).Draw(t, "off")
		foot := fmt.Sprintf("\"SF\",\"USD\",%d,%d,0,0,\"CR\",5,%q,%d\n", in, out+off, "CR", 5)
		src, _, err := load(head+names+b.String()+foot, format.Options{})
		if err != nil || formattest.Has(src, "format.stl.gross_credit") ||
			formattest.Has(src, "format.stl.gross_debit") != (off > 0) {
			t.Fatalf("%v %+v", err, src.Issues)
		}
	})
}

func FuzzRead(f *testing.F) {
	leaf.Fuzz(f, head+names+"\"SB\",\"a\n\n\"b\"\"c\n"+strings.Repeat(",", 300))
}
