package profile

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
)

func TestParseAmount(t *testing.T) {
	for _, c := range []struct {
		in   string
		mark mark
		want string
		cur  string
	}{
		{"1234.56", markPoint, "1234.56", ""},
		{"1,234.56", markPoint, "1234.56", ""},
		{"1,234,567.8", markPoint, "1234567.8", ""},
		{"1.234,56", markComma, "1234.56", ""},
		{"1 234,56", markComma, "1234.56", ""},
		{"1\u00a0234,56", markComma, "1234.56", ""},
		{"1\u202f234,56", markComma, "1234.56", ""},
		{"1'234.56", markPoint, "1234.56", ""},
		{"1’234.56", markPoint, "1234.56", ""},
		{"12,5", markComma, "12.5", ""},
		{"0,", markComma, "0", ""},
		{".5", markPoint, "0.5", ""},
		{"-12.30", markPoint, "-12.30", ""},
		{"12.30-", markPoint, "-12.30", ""},
		{"+12.30", markPoint, "12.30", ""},
		{"−12.30", markPoint, "-12.30", ""},
		{"－１２．３０", markPoint, "-12.30", ""},
		{"￥１，２３４．５０", markPoint, "1234.50", ""},
		{"(45.00)", markPoint, "-45.00", ""},
		{"（45.00）", markPoint, "-45.00", ""},
		{"($45.00)", markPoint, "-45.00", ""},
		{"-$7,971.39", markPoint, "-7971.39", ""},
		{"$ -7.39", markPoint, "-7.39", ""},
		{"+ $73.01", markPoint, "73.01", ""},
		{"CNY 123.18", markPoint, "123.18", "CNY"},
		{"CNY13.50", markPoint, "13.50", "CNY"},
		{"-30,00 PLN", markComma, "-30.00", "PLN"},
		{"¥28.16", markPoint, "28.16", ""},
		{"12.30元", markPoint, "12.30", ""},
		{"'579,68 USD", markComma, "579.68", "USD"},
		{"€5", markPoint, "5", "EUR"},
		// the file shows no style, the amount itself does
		{"1,234.56", markAuto, "1234.56", ""},
		{"1.234,56", markAuto, "1234.56", ""},
		{"12,50", markAuto, "12.50", ""},
		{"1.234.567", markAuto, "1234567", ""},
		{"1234,567", markAuto, "1234.567", ""},
		{"0.123", markAuto, "0.123", ""},
		{"1000", markMixed, "1000", ""},
	} {
		got, err := parseAmount(c.in, c.mark)
		if err != nil || got.value.String() != c.want || got.currency.String() != c.cur {
			t.Errorf("%q under %d: %s %s %v, want %s %s",
				c.in, c.mark, got.value, got.currency, err, c.want, c.cur)
		}
	}
}

func TestParseAmountRefuses(t *testing.T) {
	for _, c := range []struct {
		in   string
		mark mark
		want error
	}{
		{"1,234", markAuto, errTwoWays},
		{"12.345", markAuto, errTwoWays},
		{"1.234", markMixed, errTwoWays},
		{"1,23", markPoint, errGroups},
		{"12,34.50", markPoint, errGroups},
		{"1234,567.00", markPoint, errGroups},
		{"12..34", markAuto, errGroups},
		{"1.234,56", markPoint, errNotAmount},
		{"12a", markPoint, errNotAmount},
		{"", markPoint, errNotAmount},
		{"-", markPoint, errNotAmount},
		{"--5", markPoint, errNotAmount},
		{"-5-", markPoint, errNotAmount},
		{"1e5", markPoint, errNotAmount},
		{"O.50", markPoint, errNotAmount},
		{"xx,yyyy.zz", markPoint, errNotAmount},
		{"USD 5 EUR", markPoint, errNotAmount},
		{"131.77(已退款89.84)", markPoint, errNotAmount},
		{"99999999999999999999", markPoint, tillproof.ErrOverflow},
	} {
		if got, err := parseAmount(c.in, c.mark); !errors.Is(err, c.want) {
			t.Errorf("%q under %d: %s %v, want %v", c.in, c.mark, got.value, err, c.want)
		}
	}
}

// What is written in a style is read back under that style, and never as another amount without the style.
func TestAmountStyles(t *testing.T) {
	type style struct {
		thousands, decimal string
		mark               mark
	}
	styles := []style{
		{",", ".", markPoint},
		{".", ",", markComma},
		{" ", ",", markComma},
		{"'", ".", markPoint},
		{"\u00a0", ",", markComma},
		{"", ".", markPoint},
		{"", ",", markComma},
	}
	rapid.Check(t, func(t *rapid.T) {
		minor := rapid.Int64Range(-1e15, 1e15).Draw(t, "minor")
		s := styles[rapid.IntRange(0, len(styles)-1).Draw(t, "style")]
		want := tillproof.FormatMinor(minor, tillproof.CNY)
		body, neg := strings.CutPrefix(want, "-")
		whole, fraction, _ := strings.Cut(body, ".")
		written := grouped(whole, s.thousands) + s.decimal + fraction
		if neg {
			written = "-" + written
		}
		got, err := parseAmount(written, s.mark)
		if err != nil || got.value.String() != want {
			t.Fatalf("%q: %s %v, want %s", written, got.value, err, want)
		}
		if got, err := parseAmount(written, markAuto); err == nil && got.value.String() != want {
			t.Fatalf("%q without a style: %s, want %s or a refusal", written, got.value, want)
		}
	})
}

func grouped(digits, sep string) string {
	var out string
	for len(digits) > 3 {
		out = sep + digits[len(digits)-3:] + out
		digits = digits[:len(digits)-3]
	}
	return digits + out
}

func TestDenoise(t *testing.T) {
	for _, c := range []struct {
		in, want string
		ok       bool
	}{
		{"0.30000000000000004", "0.30", true}, // 0.1 + 0.2
		{"-0.30000000000000004", "-0.30", true},
		{"9.299999999999999", "9.30", true},
		{"12345.670000000001", "12345.67", true},
		{"0.300000002", "0.300000002", true}, // nine decimals: left for the currency to refuse
		{"0.3000000020", "0.3000000020", false},
		{"1.005000000000001", "1.005000000000001", false},
		{"12.5", "12.5", true},
	} {
		x, err := tillproof.ParseExact(c.in)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := denoise(x, 2); got.String() != c.want || ok != c.ok {
			t.Errorf("%s: %s %v, want %s %v", c.in, got, ok, c.want, c.ok)
		}
	}
}

// A workbook may write more decimals than an amount keeps; what is cut is noise, and a text is left alone.
func TestCutNoise(t *testing.T) {
	for in, want := range map[string]string{
		"0.300000000000000044": "0.30000000000000004", "-12.345678901234567890": "-12.34567890123456789",
		"0.30000000000000004": "0.30000000000000004", "12": "12", "12.5": "12.5",
		"1,5.300000000000000044": "1,5.300000000000000044",
	} {
		if got := cutNoise(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func FuzzAmount(f *testing.F) {
	for _, s := range []string{"1,234.56", "(4)", "CNY1", "٣", "1 2", "'", "－", "€€", "1.", ","} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, m := range []mark{markAuto, markPoint, markComma, markMixed} {
			a, err := parseAmount(s, m)
			if err != nil {
				continue
			}
			if _, err := tillproof.ParseExact(a.value.String()); err != nil {
				t.Errorf("%q became %s", s, a.value)
			}
		}
	})
}
