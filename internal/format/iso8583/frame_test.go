package iso8583

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

// pair is a sale and its answer.
func pair() []string { return []string{sale87("0200"), sale87("0210", "39:00")} }

func unhex(s string) string {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func framed(kind lengthKind, messages []string) string {
	var b strings.Builder
	for _, m := range messages {
		var n [4]byte
		switch kind {
		case twoBytes:
			binary.BigEndian.PutUint16(n[:], uint16(len(m)))
			b.Write(n[:2])
		case fourBytes:
			binary.BigEndian.PutUint32(n[:], uint32(len(m)))
			b.Write(n[:])
		case fourDigits:
			fmt.Fprintf(&b, "%04d", len(m))
		case fourDigitsAll:
			fmt.Fprintf(&b, "%04d", len(m)+4)
		case twoBytesAll:
			binary.BigEndian.PutUint16(n[:], uint16(len(m)+2))
			b.Write(n[:2])
		case twoBytesLow:
			binary.LittleEndian.PutUint16(n[:], uint16(len(m)))
			b.Write(n[:2])
		case twoPacked:
			b.WriteString(unhex(fmt.Sprintf("%04d", len(m))))
		}
		b.WriteString(m)
	}
	return b.String()
}

// TestEachFrame: the same sale behind each length and header, in each shape of text.
func TestEachFrame(t *testing.T) {
	plain := pair()
	var tpdu, base24, addressed, counted, spaced, prefixed []string
	for _, m := range plain {
		tpdu = append(tpdu, unhex("6000010000")+m)
		base24 = append(base24, "ISO006000040"+m)
		addressed = append(addressed, "6000010000"+m)
		counted = append(counted, framed(fourDigits, []string{m}))
		h := hex.EncodeToString([]byte(m))
		spaced = append(spaced, strings.TrimSpace(strings.Join(strings.SplitAfter(h, ""), "")))
		prefixed = append(prefixed, "2026-03-02 11:00:00.001 [main] DEBUG out: \""+m+"\"")
	}
	wide := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()
	utf16, err := wide.String(strings.Join(plain, "\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	inHex := hex.EncodeToString([]byte(framed(twoBytes, plain[:1])))
	for name, raw := range map[string]string{
		"two bytes":                         framed(twoBytes, plain),
		"four bytes":                        framed(fourBytes, plain),
		"four digits":                       framed(fourDigits, plain),
		"packed digits":                     framed(twoPacked, plain),
		"two bytes, TPDU":                   framed(twoBytes, tpdu),
		"four digits, BASE24":               framed(fourDigits, base24),
		"two bytes that count themselves":   framed(twoBytesAll, plain),
		"four digits that count themselves": framed(fourDigitsAll, plain),
		"two bytes, lower first":            framed(twoBytesLow, plain),
		"TPDU as characters":                framed(twoBytes, addressed),
		"behind lengths in lines":           "10:00 TX " + strings.Join(counted, "\n10:01 TX "),
		"counted, in one line":              strings.Join(counted, ""),
		"one behind the other":              strings.Join(plain, ""),
		"TPDU, no length":                   strings.Join(tpdu, ""),
		"lines":                             strings.Join(plain, "\n"),
		"lines of old Macs":                 strings.Join(plain, "\r"),
		"BOM":                               "\xEF\xBB\xBF" + strings.Join(plain, "\n"),
		"UTF-16":                            utf16,
		"hexadecimal":                       strings.Join(spaced, "\n"),
		"capitals":                          strings.ToUpper(strings.Join(spaced, "\n")),
		"hexadecimal, length":               inHex + "\n" + spaced[1],
		"log":                               "started\n" + strings.Join(prefixed, "\n") + "\nstopped\n",
	} {
		src, records, err := formattest.Load([]byte(raw), Formats(), format.Options{Year: 2026})
		if err != nil || len(records) != 1 || src.Unread != 0 || len(src.Issues) != 0 {
			t.Errorf("%s: %d records, %+v, %v", name, len(records), src.Issues, err)
			continue
		}
		r := records[0]
		if r.Amount.Param() != "12.34 EUR" || r.Response != "00" || r.Time.String() != "2026-03-02 11:00:00" {
			t.Errorf("%s: %s %q %s", name, r.Amount.Param(), r.Response, r.Time)
		}
		if src.Masked != 2 {
			t.Errorf("%s: masked %d", name, src.Masked)
		}
	}
}

// TestLengthLikeAType: the answer behind "TX 0104" could be read as a whole reversal of type 0402, which
// begins in the middle of its length; it is an answer of type 0210.
func TestLengthLikeAType(t *testing.T) {
	const body = "000000000000004011" + "0914100004" + "000004" + "100004" + "0914"
	ask := "0200" + "3238000000C08000" + body + "TERM0001104310054110001978"
	answer := "0210" + "323800000AC08000" + body + "626988000004" + "00" + "TERM0001104310054110001978"
	_, records := read(t, in2026, "10:00 TX 0102"+ask, "10:00 TX 0104"+answer)
	if got := brief(records); got != "sale posted 40.11 EUR 00" {
		t.Error(got)
	}
}

// TestDamageBehindALength: a message that breaks off before its amount is listed; its transaction counts
// once, whichever half of it is read.
func TestDamageBehindALength(t *testing.T) {
	bad := func(m string) string { return m[:26] + "GARBAGE" + m[33:] }
	two := append(pair(), sale87("0200", "11:000008"), sale87("0210", "11:000008", approved))
	for name, c := range map[string]struct {
		bad             []int
		records, unread int
	}{
		"a request":    {[]int{2}, 2, 0},
		"both halves":  {[]int{2, 3}, 1, 1},
		"two requests": {[]int{0, 2}, 2, 0},
	} {
		messages := append([]string{}, two...)
		for _, i := range c.bad {
			messages[i] = bad(messages[i])
		}
		src, records, err := formattest.Load([]byte(framed(twoBytes, messages)), Formats(), in2026)
		found := []int{len(records), src.Unread, len(src.Issues)}
		if err != nil || !slices.Equal(found, []int{c.records, c.unread, len(c.bad)}) {
			t.Errorf("%s: %d records, %d unread, %+v, %v", name, len(records), src.Unread, src.Issues, err)
		}
	}
}

// TestDumps: the bytes of a message over several lines, as three tools write them.
func TestDumps(t *testing.T) {
	raw := cupMessage("0200", "3:000000", "4:000000000500", "11:000009", "12:101112", "13:0302",
		"41:3830303230303032",
		"42:313034333330303132333430303032", "49:313536", "60:001322000042000000")
	b := unhex(raw)
	var plain, xxd, canonical strings.Builder
	for i := 0; i < len(b); i += 16 {
		part := []byte(b[i:min(i+16, len(b))])
		h := hex.EncodeToString(part)
		plain.WriteString(h + "\n")
		fmt.Fprintf(&xxd, "%08x: ", i)
		fmt.Fprintf(&canonical, "%08x  ", i)
		for j := range part {
			xxd.WriteString(h[2*j : 2*j+2])
			canonical.WriteString(h[2*j:2*j+2] + " ")
			if j%2 == 1 {
				xxd.WriteString(" ")
			}
			if j == 7 {
				canonical.WriteString(" ")
			}
		}
		xxd.WriteString("  " + strings.Repeat("abcd", 4) + "\n")
		canonical.WriteString(" |" + strings.Repeat(".", len(part)) + "|\n")
	}
	for name, text := range map[string]string{
		"plain": plain.String(), "xxd": xxd.String(), "canonical": canonical.String(),
		"two of them": canonical.String() + "\n" +
			strings.Replace(canonical.String(), "00 00 09", "00 00 10", 1),
	} {
		src, records, err := formattest.Load([]byte(text), Formats(), format.Options{})
		want := 1 + strings.Count(name, "two")
		if err != nil || len(records) != want {
			t.Errorf("%s: %d records, %+v, %v\n%s", name, len(records), src.Issues, err, text)
			continue
		}
		if r := records[0]; r.Amount.Param() != "5.00 CNY" || r.Refs.Batch != "000042" || r.Origin.Line != 1 {
			t.Errorf("%s: %s %q line %d", name, r.Amount.Param(), r.Refs.Batch, r.Origin.Line)
		}
	}
}

// TestNotOurs: what is no message is not claimed.
func TestNotOurs(t *testing.T) {
	for name, raw := range map[string]string{
		"zeros": strings.Repeat("\x00", 3000), "number": "42", "letter": "Dear bank,\n",
		"digits":  strings.Repeat("0123456789", 60),
		"hex":     strings.Repeat("0a1b2c3d", 40) + "\n",
		"0800":    "0800" + strings.Repeat("0", 16),
		"xml":     "<Document><Stmt/></Document>",
		"json":    `{"mti":"0200","2":"4111111111111111"}`,
		"random":  "\x60\x00\x03\x00\x00\x60\x31\x00\x31\x01\x00\x02\x00\xff\xff\xff\xff\xff\xff\xff\xff",
		"lengths": strings.Repeat("\x00\x04abcd", 50),
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

// TestWhatIsCut: the end of a file that was cut is said, and what came before is read.
func TestWhatIsCut(t *testing.T) {
	whole := framed(twoBytes, append(pair(), sale87("0200", "11:000008")))
	for name, c := range map[string]struct{ raw, code string }{
		"in a message":    {whole[:len(whole)-30], "format.iso8583.rest"},
		"in a length":     {framed(twoBytes, pair()) + "\x00", "format.iso8583.rest"},
		"gigantic length": {framed(fourBytes, pair()) + "\xff\xff\xff\xff0200", "format.iso8583.rest"},
		"without lengths": {
			strings.Join(pair(), "") + sale87("0200", "11:000008")[:70], "format.iso8583.element",
		},
		"a longer message": {
			framed(twoBytes, append(pair(), sale87("0200", "11:000008")+"xyz")),
			"format.iso8583.beyond",
		},
		"no type": {framed(twoBytes, append(pair(), "9999")), "format.iso8583.type"},
	} {
		src, records, err := formattest.Load([]byte(c.raw), Formats(), format.Options{Year: 2026})
		if err != nil || len(records) == 0 || records[0].Response != "00" {
			t.Errorf("%s: %d records, %v", name, len(records), err)
			continue
		}
		if len(src.Issues) == 0 || src.Issues[0].Code != c.code {
			t.Errorf("%s: %+v, want %s", name, src.Issues, c.code)
		}
	}
}
