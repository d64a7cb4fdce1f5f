package iso8583

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/formattest"
)

// bits is the bitmap of some elements in hexadecimal.
func bits(ids ...int) string {
	b := make([]byte, 8)
	for _, id := range ids {
		if id > 64 && len(b) == 8 {
			b = append(b, make([]byte, 8)...)
			b[0] |= 0x80
		}
		b[(id-1)/8] |= 0x80 >> ((id - 1) % 8)
	}
	return strings.ToUpper(hex.EncodeToString(b))
}

// text87 is a message of characters: type, elements, and what they hold as it is written.
func text87(mti string, parts ...string) string {
	ids := make([]int, 0, len(parts))
	body := ""
	for _, p := range parts {
		var id int
		name, value, _ := strings.Cut(p, ":")
		if _, err := fmt.Sscan(name, &id); err != nil {
			panic(err)
		}
		ids = append(ids, id)
		body += value
	}
	return mti + bits(ids...) + body
}

// sale87 is a plain sale of 12.34 EUR, its answer, and other types with the same elements.
func sale87(mti string, change ...string) string {
	parts := []string{
		"2:164111111111111111", "3:000000", "4:000000001234", "7:0302100000", "11:000007", "12:110000",
		"13:0302", "41:70010001", "42:104330012340001", "49:978",
	}
	for _, c := range change {
		id, _, _ := strings.Cut(c, ":")
		at := len(parts)
		for i := range parts {
			name, _, _ := strings.Cut(parts[i], ":")
			if name == id {
				at = i
			}
		}
		if at < len(parts) {
			parts[at] = c
			continue
		}
		for at = 0; at < len(parts) && number(strings.SplitN(parts[at], ":", 2)[0]) < number(id); at++ {
		}
		parts = append(parts[:at], append([]string{c}, parts[at:]...)...)
	}
	var kept []string
	for _, p := range parts {
		if !strings.HasSuffix(p, ":") { // "49:" leaves the element out
			kept = append(kept, p)
		}
	}
	return text87(mti, kept...)
}

// cupMessage is a packed UnionPay message in hexadecimal, behind its TPDU and header.
func cupMessage(mti string, parts ...string) string {
	return "6000030000" + "603100310100" + text87(mti, parts...)
}

func TestLayoutsAreWhole(t *testing.T) {
	for _, l := range layouts() {
		for _, id := range []int{2, 3, 4, 11, 12, 13, 14, 35, 37, 38, 39, 41, 42, 49, 52, 55, 60} {
			if l.fields[id] == nil {
				t.Errorf("%s has no element %d", l.name, id)
			}
		}
	}
	const named = "name: x\nversion: \"0\"\ntitle: {zh: a, en: b}\nsource: s\n"
	for name, raw := range map[string]string{
		"unknown key":  "name: x\nversion: \"0\"\nbits: hex\n",
		"no source":    "name: x\nversion: \"0\"\ntitle: {zh: a, en: b}\n",
		"no such kind": named + "fixed: ascii\nfields:\n  2: q 3\n",
		"no length":    named + "fixed: ascii\nfields:\n  2: n x\n",
		"no element":   named + "fixed: ascii\nfields:\n  200: n 3\n",
		"no digits":    named + "fields:\n  3: n 3\n",
	} {
		if _, err := parseLayout([]byte(raw)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestStopsAtTheFirstElement: what does not fit ends a message, and what came before is kept.
func TestStopsAtTheFirstElement(t *testing.T) {
	good := sale87("0200")
	for name, c := range map[string]struct {
		raw  string
		stop int
	}{
		"whole":                {good, whole},
		"cut in 49":            {good[:len(good)-1], 49},
		"cut in 42":            {good[:len(good)-10], 42},
		"letters in an amount": {strings.Replace(good, "000000001234", "00000000A234", 1), 4},
		"letters in a length":  {strings.Replace(good, "164111", "1x4111", 1), 2},
		"length beyond most":   {strings.Replace(good, "164111", "204111", 1), 2},
		"no bitmap":            {"0200zzzzzzzzzzzzzzzz", 1},
		"half a bitmap":        {"02007238", 1},
		"no third bitmap":      {"0200" + strings.Repeat("F", 32), 2},
		"bit 65 of the second": {"0200" + "8000000000000000" + "8000000000000000" + "0000", 65},
	} {
		m, _ := layouts()[1].open([]byte(c.raw), format.Options{})
		if m.stop != c.stop {
			t.Errorf("%s: stopped at %d, want %d", name, m.stop, c.stop)
		}
		kept := m.value[4] == "000000001234" && m.card.String() == "411111******1111"
		if c.stop > 11 && c.stop < 65 && !kept {
			t.Errorf("%s: %q %s was not kept", name, m.value[4], m.card)
		}
	}
}

// TestNothingForbiddenIsKept: tracks, PIN and expiry leave nothing behind, and of the chip only some tags
// stay.
func TestNothingForbiddenIsKept(t *testing.T) {
	chip := "5A084111111111111111" + "57114111111111111111D281210100000123" + "00" +
		"5F200B4D5553542F4D522E20412E" + "5F2403281231" + "9F02060000000012349F34034203009A03260302"
	raw := sale87("0200", "14:2812", "35:354111111111111111=281210100000123000",
		"45:17B4111111111111111", "52:0123456789ABCDEF", fmt.Sprintf("55:%03d%s", len(chip), chip))
	m, _ := layouts()[1].open([]byte(raw), format.Options{})
	got := fmt.Sprintf("%+v", m)
	for _, secret := range []string{"4111111111111111", "2812", "0123456789ABCDEF", "4D555354"} {
		if strings.Contains(got, secret) {
			t.Errorf("%s is left in %s", secret, got)
		}
	}
	if m.stop != whole || m.Masked != 1 || m.dropped != 4+4 {
		t.Errorf("stop %d, masked %d, dropped %d", m.stop, m.Masked, m.dropped)
	}
	if m.value[55] != "9F02=000000001234 9F34=420300 9A=260302" || m.stamp != "20260302" {
		t.Errorf("chip %q, day %q", m.value[55], m.stamp)
	}
}

func TestChipThatIsNone(t *testing.T) {
	for _, raw := range []string{
		"", "9F", "9F02", "9F0206", "9F0283", "9F02820102", "9F0284FFFFFFFF", "zz", "5A",
	} {
		m := message{stop: whole}
		m.keepChip(raw)
		if m.value[55] != "" || m.stamp != "" {
			t.Errorf("%q gave %q", raw, m.value[55])
		}
	}
}

// TestAmountOfSixteenDigits: element 4 has twelve digits; a log may hold a card number there.
func TestAmountOfSixteenDigits(t *testing.T) {
	raw := bytes.Replace(formattest.File(t, "jpos.log"), []byte(`id="4" value="000000001200"`),
		[]byte(`id="4" value="4111111111111111"`), 1)
	src, records, err := formattest.Load(raw, Formats(), format.Options{})
	if err != nil || src.Unread == 0 {
		t.Fatalf("%+v %v", src, err)
	}
	if all := fmt.Sprintf("%+v %+v", src, records); strings.Contains(all, "41111111111111") {
		t.Error("the number came through as an amount")
	}
}
