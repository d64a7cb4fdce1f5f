package format

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// The quick look must miss nothing that MaskRef finds, whatever stands around it.
func TestQuickLookMissesNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	numbers := []string{"4111111111111111", "5555555555554444", "6205500000000000004", "371449635398431"}
	joints := []string{"", " ", "-", ".", " - ", "/", "\u00a0", "　"}
	around := []string{
		"", "x", " ", ",", "12", "1234", "1234 ", "2026-09-16,", "卡", "00000000", ", ,", "٤", "\u200b",
	}
	found := 0
	for range 200_000 {
		pan, joint := numbers[rng.IntN(len(numbers))], joints[rng.IntN(len(joints))]
		var b strings.Builder
		b.WriteString(around[rng.IntN(len(around))])
		for i, c := range pan {
			if i%4 == 0 && i > 0 || len(pan) == 15 && i == 10 {
				b.WriteString(joint)
			}
			if rng.IntN(40) == 0 {
				c += '０' - '0'
			}
			b.WriteRune(c)
			if rng.IntN(100) == 0 {
				b.WriteRune('\u200b')
			}
		}
		b.WriteString(around[rng.IntN(len(around))])
		s := b.String()
		if _, n := MaskRef(s); n > 0 {
			found++
			if !looksLong(s) {
				t.Fatalf("%q is passed over", s)
			}
		}
	}
	if found < 50_000 {
		t.Errorf("only %d texts hold a number", found)
	}
}

// What stands for a number in the copy, in each style: worked out by hand.
func TestMaskStyles(t *testing.T) {
	for _, c := range []struct {
		text, digits              string
		asRead, asWide, asInPlace string
	}{
		{
			"4111111111111111", "4111111111111111",
			"411111******1111", "411111******1111", "411111******1111",
		},
		{
			"4111-1111-1111-1111", "4111111111111111",
			"411111******1111", "411111******1111   ", "4111-11**-****-1111",
		},
		{
			"6205500000000000004", "6205500000000000004",
			"620550******0004", "620550******0004   ", "620550*********0004",
		},
		{"371449635398431", "371449635398431", "371449******8431", "371449******8431", "371449*****8431"},
		{ // behind zeros that fill a field
			"00004111111111111111", "4111111111111111",
			"411111******1111", "411111******1111    ", "0000411111******1111",
		},
		{ // before its expiry
			"41111111111111112812", "4111111111111111",
			"411111******1111", "411111******1111    ", "411111******1111****",
		},
		{
			"４１１１１１１１１１１１１１１１", "4111111111111111",
			"411111******1111", "411111******1111" + strings.Repeat(" ", 32), "４１１１１１＊＊＊＊＊＊１１１１",
		},
	} {
		p := place{0, len(c.text), c.digits, false}
		for as, want := range map[maskStyle]string{asRead: c.asRead, asWide: c.asWide, inPlace: c.asInPlace} {
			if got := p.masked(c.text, as); got != want {
				t.Errorf("%s, style %d: %q, want %q", c.text, as, got, want)
			}
		}
	}
}

// The numbers that workbooks write.
func TestWholeDigits(t *testing.T) {
	for v, want := range map[string]string{
		"4111111111111111": "4111111111111111", "4.111111111111111E15": "4111111111111111",
		"4.111111111111111e+15": "4111111111111111", "4111111111111111.0": "4111111111111111",
		"4.1E3": "4100", "41.5": "", "-4111": "", "x": "", "": "", "1E99": "",
	} {
		if got := wholeDigits(v); got != want {
			t.Errorf("%s: %q, want %q", v, got, want)
		}
	}
}
