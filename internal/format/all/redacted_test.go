package all

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/xuri/excelize/v2"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// The number 4111111111111111 is a test number of Visa, 370000000000002 one of American Express,
// as is 371449635398431; 6205500000000000004 is one of UnionPay. 5212345678901234 fails the check digit: a
// private card.

const redactHead = "商户编号,终端编号,批次号,凭证号,参考号,授权码,卡号,交易日期,交易时间,交易类型,交易金额," +
	"应答码,订单号,备注\n"

// redactRow is a row with a card, an order and a remark.
func redactRow(card, order, remark string) string {
	return "104310058120001,10000001,000001,000001,626000000001,123456," + card +
		",2026-09-16,10:11:12,消费,15.90,00," + order + "," + remark + "\n"
}

func TestRedactedTables(t *testing.T) {
	const long = "6205500000000000004"
	raw := "终端交易明细 4111-1111-1111-1111\n" + redactHead +
		redactRow("4111111111111111", "D1", "谢谢") +
		redactRow("4111 1111 1111 1111", "D2", "卡4111111111111111。") +
		redactRow("４１１１１１１１１１１１１１１１", "D3", "") +
		redactRow("5212345678901234", "D4", "5212-3456-7890-1234") + // fails the check digit
		redactRow(long, "D5", "尾号0004") +
		redactRow("411111******1111", "370000000000002", "x") + // an order that passes for a card
		redactRow("621234******0005", "5019717010103742", "6212345678901234567890") + // no card
		strings.Replace(redactRow("370000000000002", "", ""), "2026-09-16", "2026-99-99", 1) + // no record
		strings.Replace(redactRow("371449635398431", "", ""), "2026-09-16", "2026-99-99", 1) +
		redactRow("", "D6", "")
	want := "终端交易明细 411111******1111\n" + redactHead +
		redactRow("411111******1111", "D1", "谢谢") +
		redactRow("411111******1111", "D2", "卡411111******1111。") +
		redactRow("411111******1111", "D3", "") +
		redactRow("521234******1234", "D4", "521234******1234") +
		redactRow("620550******0004", "D5", "尾号0004") +
		redactRow("411111******1111", "370000000000002", "x") +
		redactRow("621234******0005", "5019717010103742", "6212345678901234567890") +
		strings.Replace(redactRow("370000000000002", "", ""), "2026-09-16", "2026-99-99", 1) +
		strings.Replace(redactRow("371449******8431", "", ""), "2026-09-16", "2026-99-99", 1) +
		redactRow("", "D6", "")
	for name, enc := range map[string]encoding.Encoding{
		"UTF-8": encoding.Nop, "UTF-8 with a mark": unicode.UTF8BOM, "GB18030": simplifiedchinese.GB18030,
		"UTF-16LE": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
		"UTF-16BE": unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
	} {
		t.Run(name, func(t *testing.T) {
			b, err := enc.NewEncoder().Bytes([]byte(raw))
			if err != nil {
				t.Fatal(err)
			}
			text, out, err := redacted(b, format.RedactOptions{Options: format.Options{Token: tokenOf}})
			if err != nil {
				t.Fatal(err)
			}
			wanted, err := enc.NewEncoder().Bytes([]byte(want))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(text, wanted) {
				got, _ := enc.NewDecoder().Bytes(text)
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
			// 411111…: the title, three cards and a remark; 521234…: a card and a remark; 620550…: a card;
			// 371449… in a row that is no record.
			if out.Replaced != 9 || out.Numbers != 4 {
				t.Errorf("%d places, %d numbers", out.Replaced, out.Numbers)
			}
			tokens := format.Tokens{
				{Record: 0, Child: -1, Token: tokenOf("4111111111111111")},
				{Record: 1, Child: -1, Token: tokenOf("4111111111111111")},
				{Record: 2, Child: -1, Token: tokenOf("4111111111111111")},
				{Record: 3, Child: -1, Token: tokenOf("5212345678901234")},
				{Record: 4, Child: -1, Token: tokenOf(long)},
			}
			if !slices.Equal(out.Tokens, tokens) {
				t.Errorf("tokens %v", out.Tokens)
			}
			sameRecords(t, b, text, out.Tokens)
		})
	}
}

// sameRecords compares what a file and its copy read to, through both doors.
func sameRecords(t *testing.T, raw, text []byte, tokens format.Tokens) {
	t.Helper()
	_, want, err := loaded(raw, format.Options{Token: tokenOf})
	if err != nil {
		t.Fatal(err)
	}
	_, got, err := loaded(text, format.Options{Tokens: tokens})
	if err != nil || len(got) != len(want) || len(want) == 0 {
		t.Fatalf("%d records for %d, %v", len(got), len(want), err)
	}
	for i := range want {
		if got[i].ID != want[i].ID || got[i].Card != want[i].Card || got[i].Refs != want[i].Refs {
			t.Errorf("record %d is %+v, want %+v", i, got[i], want[i])
		}
	}
	in, err := format.NewInput("x", bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	var cards []tillproof.Card
	_, err = format.Scan(t.Context(), in, Formats(), format.Options{Tokens: tokens},
		func(_ int, rows []format.Row) error {
			for _, r := range rows {
				cards = append(cards, r.Card)
			}
			return nil
		})
	if err != nil || len(cards) != len(want) {
		t.Fatalf("%d rows, %v", len(cards), err)
	}
	for i := range want {
		if cards[i] != want[i].Card {
			t.Errorf("row %d has the card %v, want %v", i, cards[i], want[i].Card)
		}
	}
}

func TestRedactedWorkbooks(t *testing.T) {
	book := excelize.NewFile()
	defer book.Close()
	head := strings.Split(strings.TrimSuffix(redactHead, "\n"), ",")
	rows := []string{
		redactRow("4111111111111111", "D1", "卡号4111111111111111"), redactRow("5212345678901234", "D2", "x"),
		redactRow("", "370000000000002", "x"),
	}
	if err := book.SetSheetRow("Sheet1", "A1", &head); err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		cells := strings.Split(strings.TrimSuffix(row, "\n"), ",")
		at, _ := excelize.CoordinatesToCellName(1, i+2)
		if err := book.SetSheetRow("Sheet1", at, &cells); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.SetCellInt("Sheet1", "G3", 5212345678901234); err != nil { // a number cell
		t.Fatal(err)
	}
	var raw bytes.Buffer
	if err := book.Write(&raw); err != nil {
		t.Fatal(err)
	}
	in, err := format.NewInput("x", bytes.NewReader(raw.Bytes()), int64(raw.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if may, err := format.MayHoldCards(in); err != nil || !may {
		t.Errorf("it may hold none: %v", err)
	}
	text, out, err := redacted(raw.Bytes(), format.RedactOptions{Options: format.Options{Token: tokenOf}})
	if err != nil {
		t.Fatal(err)
	}
	if out.Replaced < 3 || out.Numbers != 2 || len(out.Tokens) != 2 {
		t.Errorf("%+v", out)
	}
	sameRecords(t, raw.Bytes(), text, out.Tokens)
	copied, err := excelize.OpenReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	defer copied.Close()
	for cell, want := range map[string]string{
		"G2": "411111******1111", "N2": "卡号411111******1111", "G3": "521234******1234",
		"M4": "370000000000002",
		"A2": "104310058120001", "K2": "15.90",
	} {
		if got, err := copied.GetCellValue("Sheet1", cell); err != nil || got != want {
			t.Errorf("%s is %q, want %q", cell, got, want)
		}
	}
}

func TestRedactionRefuses(t *testing.T) {
	track := redactHead + redactRow("4111111111111111", "D1", "4111111111111111=25121010000012345678")
	pin := strings.Replace(redactHead, "备注", "PINBLOCK", 1) +
		redactRow("4111111111111111", "D1", "0123456789ABCDEF")
	for name, c := range map[string]struct{ raw, code string }{
		"a number over two lines": {
			redactHead + redactRow("", "D1", "\"卡4111\n111111111111\""), "format.redact.unable",
		},
		"track data": {track, "card.track"}, "a PIN block": {pin, "card.pin"},
	} {
		text, _, err := redacted([]byte(c.raw), format.RedactOptions{})
		var e *tillproof.Error
		if !errors.As(err, &e) || e.Code != c.code || len(text) != 0 {
			t.Errorf("%s: %v, %d bytes are left", name, err, len(text))
		}
	}
	for name, c := range map[string]struct {
		raw, want string
		blanked   int
	}{
		"track data": {track, redactHead + redactRow("411111******1111", "D1", ""), 1},
		"a PIN block": {pin, strings.Replace(redactHead, "备注", "PINBLOCK", 1) +
			redactRow("411111******1111", "D1", ""), 1},
	} {
		text, out, err := redacted([]byte(c.raw), format.RedactOptions{Blank: true})
		if err != nil || string(text) != c.want || out.Blanked != c.blanked {
			t.Errorf("%s: %v %+v\n%s", name, err, out, text)
		}
	}
}

// A number in a part that no record needs is not counted by reading, and is found and masked all the same.
func TestNumbersThatReadingPassesOver(t *testing.T) {
	camt := func(id string) []byte {
		return []byte(camtEntry(`<Sts>BOOK</Sts><NtryDtls><TxDtls><RltdPties><Cdtr><CtctDtls><Othr>` + id +
			`</Othr></CtctDtls></Cdtr></RltdPties></TxDtls></NtryDtls>`))
	}
	for name, c := range map[string]struct {
		raw, want []byte
		may       bool
	}{
		"a number":  {camt("4111111111111111"), camt("411111******1111"), true},
		"in groups": {camt("4111 1111-1111 1111"), camt("411111******1111"), true},
		"an order":  {camt("4111111111111112"), camt("4111111111111112"), false},
		"no number": {camt("411111******1111"), camt("411111******1111"), false},
	} {
		in, err := format.NewInput("x", bytes.NewReader(c.raw), int64(len(c.raw)))
		if err != nil {
			t.Fatal(err)
		}
		if may, err := format.MayHoldCards(in); err != nil || may != c.may {
			t.Errorf("%s: %v %v", name, may, err)
		}
		if src, _, err := loaded(c.raw, format.Options{}); err != nil || src.Masked != 0 {
			t.Fatalf("%s: reading masks %d, %v: the place is read by now", name, src.Masked, err)
		}
		text, _, err := redacted(c.raw, format.RedactOptions{})
		if err != nil || !bytes.Equal(text, c.want) {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
}

// BenchmarkRedact is a log of a hundred thousand sales with full numbers: read, copied, read again.
func BenchmarkRedact(b *testing.B) {
	var raw bytes.Buffer
	raw.WriteString(redactHead)
	for i := range 100_000 {
		raw.WriteString(strings.Replace(
			redactRow("4111111111111111", "D", "x"), "626000000001", fmt.Sprint(626000000001+i), 1))
	}
	b.SetBytes(int64(raw.Len()))
	b.ReportAllocs()
	for b.Loop() {
		_, out, err := redacted(raw.Bytes(), format.RedactOptions{Options: format.Options{Token: tokenOf}})
		if err != nil || out.Replaced != 100_000 {
			b.Fatal(err, out)
		}
	}
}

// BenchmarkMayHoldCards is a log of a hundred thousand sales whose numbers are masked.
func BenchmarkMayHoldCards(b *testing.B) {
	raw := []byte(redactHead + strings.Repeat(redactRow("411111******1111", "D", "x"), 100_000))
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		in, err := format.NewInput("x", bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			b.Fatal(err)
		}
		if may, err := format.MayHoldCards(in); err != nil || may {
			b.Fatal(may, err)
		}
	}
}
