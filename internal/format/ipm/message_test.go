package ipm

import (
	"encoding/binary"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

// write is a message of characters: a type and elements as they are written ("4:000000001000").
func write(mti string, parts ...string) string {
	var bits [16]byte
	bits[0] = 0x80
	body := ""
	for _, p := range parts {
		var id int
		name, value, _ := strings.Cut(p, ":")
		if _, err := fmt.Sscan(name, &id); err != nil {
			panic(err)
		}
		bits[(id-1)/8] |= 0x80 >> ((id - 1) % 8)
		body += value
	}
	return mti + string(bits[:]) + body
}

// file is messages behind their lengths.
func file(messages ...string) string {
	out := ""
	for _, m := range messages {
		out += string(binary.BigEndian.AppendUint32(nil, uint32(len(m)))) + m
	}
	return out + "\x00\x00\x00\x00"
}

const (
	card  = "2:165555555555554444"
	buy   = "3:000000"
	euros = "4:000000001000"
	at    = "12:260915101112"
	first = "24:200"
	euro  = "49:978"
)

func sale() string { return write("1240", card, buy, euros, at, first, euro) }

// ends is a header, messages, and a trailer that states a sum and a count.
func ends(sum, count string, messages ...string) string {
	data := fmt.Sprintf("0301%03d%s0306%03d%s", len(sum), sum, len(count), count)
	trailer := fmt.Sprintf("48:%03d%s", len(data), data)
	all := append([]string{write("1644", "24:697")}, messages...)
	return file(append(all, write("1644", "24:695", trailer))...)
}

func load(t *testing.T, raw string) (tillproof.Source, []tillproof.Record) {
	t.Helper()
	src, records, err := formattest.Load([]byte(raw), Formats(), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return src, records
}

// TestIssues: what does not hold or cannot be read is said, and the rest is read.
func TestIssues(t *testing.T) {
	for name, c := range map[string]struct {
		code, raw       string
		records, unread int
	}{
		"all holds":        {"", ends("0000000000002000", "00000004", sale(), sale()), 2, 0},
		"the sum":          {"format.ipm.sum", ends("0000000000002001", "00000004", sale(), sale()), 2, 0},
		"the count":        {"format.ipm.count", ends("0000000000002000", "00000003", sale(), sale()), 2, 0},
		"a sum of letters": {"format.ipm.sum", ends("000000000000200x", "00000004", sale(), sale()), 2, 0},
		"no header":        {"format.ipm.header", file(sale()), 1, 0},
		"no trailer":       {"format.ipm.trailer", file(write("1644", "24:697"), sale()), 1, 0},
		"another type": {
			"format.ipm.type", ends("0000000000001000", "00000003", "1144"+sale()[4:]), 1, 0,
		},
		"strange code": {
			"format.ipm.kind",
			ends("0000000000001000", "00000003", write("1240", card, "3:910000", euros, euro)), 0, 1,
		},
		"no amount": {
			"format.ipm.amount", ends("0000000000000000", "00000003", write("1240", card, buy, euro)),
			0, 1,
		},
		"no currency": {
			"format.ipm.currency",
			ends("0000000000001000", "00000003", write("1240", card, buy, euros)), 1, 0,
		},
		"no such day": {
			"format.ipm.date",
			ends("0000000000001000", "00000003", write("1240", card, buy, euros, "12:260231101112", euro)),
			1, 0,
		},
		"a length too long": {
			"format.ipm.length format.ipm.trailer",
			strings.TrimSuffix(file(write("1644", "24:697"), sale()), "\x00\x00\x00\x00") +
				"\xff\xff\xff\xff",
			1, 0,
		},
		"an element cut": {
			"format.ipm.element format.ipm.currency",
			ends("0000000000001000", "00000003", sale()[:len(sale())-1]), 1, 0,
		},
		"an element more": {"format.ipm.element", ends("0000000000001000", "00000003", sale()+"x"), 1, 0},
		"an unknown one": {
			"format.ipm.element",
			ends("0000000000001000", "00000003", write("1240", card, buy, euros, euro, "70:001")), 1, 0,
		},
	} {
		src, records := load(t, c.raw)
		if len(records) != c.records || src.Unread != c.unread {
			t.Errorf("%s: %d records, %d unread", name, len(records), src.Unread)
		}
		var codes []string
		for _, i := range src.Issues {
			codes = append(codes, i.Code)
		}
		if got := strings.Join(codes, " "); got != c.code {
			t.Errorf("%s: %s, want %s", name, got, c.code)
		}
	}
}

// TestBehindTheEnd: what follows the zeros at the end of a file is read where it is another file, and said
// where it is not.
func TestBehindTheEnd(t *testing.T) {
	one := ends("0000000000001000", "00000003", sale())
	for name, c := range map[string]struct {
		raw     string
		records int
		code    string
	}{
		"another file":       {one + one, 2, ""},
		"fillers before it":  {one + strings.Repeat("\x40", 100) + one, 2, ""},
		"zeros before it":    {one + strings.Repeat("\x00", 99) + one, 2, ""},
		"fillers to the end": {one + strings.Repeat("\x40", 500), 1, ""},
		"something else":     {one + "HELLO WORLD", 1, "format.ipm.rest"},
		"another one, cut":   {one + one[:len(one)-50], 2, "format.ipm.cut"},
		"a rejected message": {
			ends("0000000000001000", "00000004", write("1644", "24:691"), sale()),
			1, "format.ipm.rejected",
		},
		"a file was rejected": {
			ends("0000000000001000", "00000004", write("1644", "24:699"), sale()),
			1, "format.ipm.rejected",
		},
	} {
		src, records := load(t, c.raw)
		found := len(src.Issues) == 0
		if c.code != "" {
			found = formattest.Has(src, c.code)
		}
		if len(records) != c.records || !found {
			t.Errorf("%s: %d records, %+v", name, len(records), src.Issues)
		}
	}
}

// TestDisputes: a sale, what takes it back, and what takes that back, each with the merchant's sign. A refund
// turns every sign. The fee that a file collects is paid, the fee that it pays is received.
func TestDisputes(t *testing.T) {
	const back, mark = "3:200000", "48:0140025007R260915"
	for _, c := range []struct{ name, want, mti, code, function, mark string }{
		{"sale", "sale 10.00 EUR", "1240", buy, "200", ""},
		{"sale, reversed", "reversal -10.00 EUR", "1240", buy, "200", mark},
		{"refund", "refund -10.00 EUR", "1240", back, "200", ""},
		{"refund, reversed", "reversal 10.00 EUR", "1240", back, "200", mark},
		{"charged back", "chargeback -10.00 EUR", "1442", buy, "450", ""},
		{"charged back, reversed", "chargeback_reversal 10.00 EUR", "1442", buy, "450", mark},
		{"presented again", "chargeback_reversal 10.00 EUR", "1240", buy, "205", ""},
		{"presented again in part", "chargeback_reversal 10.00 EUR", "1240", buy, "282", ""},
		{"presented again, reversed", "reversal -10.00 EUR", "1240", buy, "205", mark},
		{"charged back a second time", "chargeback -10.00 EUR", "1442", buy, "451", ""},
		{"a refund that is disputed", "chargeback 10.00 EUR", "1442", back, "450", ""},
		{"a fee that is collected", "fee -10.00 EUR", "1740", "3:190000", "700", ""},
		{"a fee that is paid", "fee 10.00 EUR", "1740", "3:290000", "700", ""},
		{"a fee, collected, reversed", "fee 10.00 EUR", "1740", "3:190000", "700", mark},
		{"cash that a shop pays out", "sale 10.00 EUR", "1240", "3:010000", "200", ""},
	} {
		parts := []string{card, c.code, euros, at, "24:" + c.function}
		if c.mark != "" {
			parts = append(parts, c.mark)
		}
		src, records := load(t, ends("0000000000001000", "00000003", write(c.mti, append(parts, euro)...)))
		if len(records) != 1 || len(src.Issues) != 0 {
			t.Errorf("%s: %d records, %+v", c.name, len(records), src.Issues)
			continue
		}
		if got := records[0].Kind.String() + " " + records[0].Amount.Param(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestTwoFilesInOne: each header begins its own sums.
func TestTwoFilesInOne(t *testing.T) {
	one := ends("0000000000001000", "00000003", sale())
	src, records := load(t, strings.TrimSuffix(one, "\x00\x00\x00\x00")+one)
	if len(records) != 2 || len(src.Issues) != 0 || records[0].ID == records[1].ID {
		t.Errorf("%d records, %+v", len(records), src.Issues)
	}
}

// TestOverlap: the same message in another file has the same id.
func TestOverlap(t *testing.T) {
	other := write("1240", card, buy, "4:000000000777", at, first, euro)
	_, a := load(t, file(sale(), other))
	_, b := load(t, ends("0000000000000777", "00000003", other))
	if len(a) != 2 || len(b) != 1 || a[1].ID != b[0].ID {
		t.Error("the message has two ids")
	}
}

// TestNothingForbiddenIsKept: what nobody may keep leaves nothing behind.
func TestNothingForbiddenIsKept(t *testing.T) {
	raw := write("1240", card, buy, euros, "14:2812", first, "35:355555555555554444=281210100000123000",
		"45:21B5555555555554444^X^^", "52:SECRETPB", "55:0105A08555555")
	m := decode([]byte(raw), format.Options{})
	got := fmt.Sprintf("%+v", m)
	for _, secret := range []string{"5555555555554444", "2812", "SECRETPB", "5A08"} {
		if strings.Contains(got, secret) {
			t.Errorf("%s is left in %s", secret, got)
		}
	}
	if m.stop != whole || m.dropped != 5 || m.Masked != 1 {
		t.Errorf("stop %d, dropped %d, masked %d", m.stop, m.dropped, m.Masked)
	}
	bad := file(write("1240", card, buy, euros, first, "43:07CVV 123", euro))
	_, _, err := formattest.Load([]byte(bad), Formats(), format.Options{})
	if formattest.Code(err) != "card.cvv" {
		t.Errorf("%v, want card.cvv", err)
	}
}

// TestNoElementShowsACard puts a card number into each text of a message, in both code pages.
func TestNoElementShowsACard(t *testing.T) {
	const number = "4111111111111111"
	for _, element := range []string{
		"31:23" + number + "       ", "32:16" + number, "37:" + number[:12], "41:" + number[:8],
		"42:" + number[:15], "43:30SHOP 4111 1111 1111 1111 X    ", "48:0230158016" + number,
		"63:016" + number, "95:16" + number,
	} {
		for _, enc := range []*charmap.Charmap{nil, charmap.CodePage037} {
			parts := []string{"2:16" + number, buy, euros, at, first}
			if element[:2] < "49" {
				parts = append(parts, element, euro)
			} else {
				parts = append(parts, euro, element)
			}
			raw := write("1240", parts...)
			if enc != nil { // all but the bitmap, which is no text
				text := func(s string) string {
					b, err := enc.NewEncoder().String(s)
					if err != nil {
						t.Fatal(err)
					}
					return b
				}
				const body = typeSize + bitmapSize
				raw = text(raw[:typeSize]) + raw[typeSize:body] + text(raw[body:])
			}
			src, records := load(t, ends("0000000000001000", "00000003", raw))
			got := strings.ReplaceAll(fmt.Sprintf("%+v %+v", src, records), " ", "")
			if len(records) != 1 || strings.Contains(got, number) {
				t.Errorf("%s: %d records; the number is left in %s", element, len(records), got)
			}
		}
	}
}

// TestCodePage: the code page 500 is 037 but for seven characters (IBM's charts of both).
func TestCodePage(t *testing.T) {
	same := 0
	for b := range 256 {
		if cp500.text([]byte{byte(b)}) == string(charmap.CodePage037.DecodeByte(byte(b))) {
			same++
		}
	}
	if same != 256-7 {
		t.Errorf("%d characters are those of 037", same)
	}
	if got := cp500.text([]byte{0x4A, 0x4F, 0x5A, 0x5F, 0xC1, 0xE9, 0xF0, 0xF9, 0x40, 0xE0}); got != `[!]^AZ09 \` {
		t.Errorf("%q", got)
	}
}

// TestBothForms: the same file with and without blocks, in both code pages, gives the same records.
func TestBothForms(t *testing.T) {
	raw, err := os.ReadFile("testdata/blocked.ipm")
	if err != nil {
		t.Fatal(err)
	}
	_, blocked := load(t, string(raw))
	_, plain := load(t, string(unblock(raw)))
	if len(blocked) != 8 || !reflect.DeepEqual(blocked, plain) {
		t.Errorf("%d and %d records", len(blocked), len(plain))
	}
}

func TestNotOurs(t *testing.T) {
	for name, raw := range map[string]string{
		"zeros": strings.Repeat("\x00", 3000), "text": "1240 Main Street\n", "a number": "42",
		"another edition": file(write("0200", card, buy, euros)),
		"no element":      file("1240" + strings.Repeat("\x00", 15) + "\x01"),
		"too long":        "\x7f\xff\xff\xff" + sale(),
	} {
		in, err := format.NewInput(name, strings.NewReader(raw), int64(len(raw)))
		if err != nil {
			t.Fatal(err)
		}
		if g := sniff(&in.Head); g.Confidence > 0 {
			t.Errorf("%s is claimed: %+v", name, g)
		}
	}
}

// FuzzRead: no entry comes out of nothing.
func FuzzRead(f *testing.F) {
	forced := leaf
	forced.Options.Profile = Name
	forced.Also = func(raw []byte, src tillproof.Source, records []tillproof.Record) string {
		if len(records)+src.Unread > len(raw)/24+1 {
			return fmt.Sprintf("%d entries in %d bytes", len(records)+src.Unread, len(raw))
		}
		return ""
	}
	forced.Fuzz(f, ends("0000000000001000", "00000003", sale()), "\xff\xff\xff\xff"+sale())
}
