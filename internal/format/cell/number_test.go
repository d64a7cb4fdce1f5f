package cell

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
		mark Mark
		want string
		cur  string
	}{
		{"1234.56", MarkPoint, "1234.56", ""},
		{"1,234.56", MarkPoint, "1234.56", ""},
		{"1,234,567.8", MarkPoint, "1234567.8", ""},
		{"1.234,56", MarkComma, "1234.56", ""},
		{"1 234,56", MarkComma, "1234.56", ""},
		{"1\u00a0234,56", MarkComma, "1234.56", ""},
		{"1\u202f234,56", MarkComma, "1234.56", ""},
		{"1'234.56", MarkPoint, "1234.56", ""},
		{"1’234.56", MarkPoint, "1234.56", ""},
		{"12,5", MarkComma, "12.5", ""},
		{"0,", MarkComma, "0", ""},
		{".5", MarkPoint, "0.5", ""},
		{"-12.30", MarkPoint, "-12.30", ""},
		{"12.30-", MarkPoint, "-12.30", ""},
		{"+12.30", MarkPoint, "12.30", ""},
		{"−12.30", MarkPoint, "-12.30", ""},
		{"－１２．３０", MarkPoint, "-12.30", ""},
		{"￥１，２３４．５０", MarkPoint, "1234.50", ""},
		{"(45.00)", MarkPoint, "-45.00", ""},
		{"（45.00）", MarkPoint, "-45.00", ""},
		{"($45.00)", MarkPoint, "-45.00", ""},
		{"-$7,971.39", MarkPoint, "-7971.39", ""},
		{"$ -7.39", MarkPoint, "-7.39", ""},
		{"+ $73.01", MarkPoint, "73.01", ""},
		{"CNY 123.18", MarkPoint, "123.18", "CNY"},
		{"CNY13.50", MarkPoint, "13.50", "CNY"},
		{"-30,00 PLN", MarkComma, "-30.00", "PLN"},
		{"¥28.16", MarkPoint, "28.16", ""},
		{"12.30元", MarkPoint, "12.30", ""},
		{"'579,68 USD", MarkComma, "579.68", "USD"},
		{"€5", MarkPoint, "5", "EUR"},
		// the file shows no style, the amount itself does
		{"1,234.56", MarkAuto, "1234.56", ""},
		{"1.234,56", MarkAuto, "1234.56", ""},
		{"12,50", MarkAuto, "12.50", ""},
		{"1.234.567", MarkAuto, "1234567", ""},
		{"1234,567", MarkAuto, "1234.567", ""},
		{"0.123", MarkAuto, "0.123", ""},
		{"1000", MarkMixed, "1000", ""},
	} {
		got, err := ParseAmount(c.in, c.mark)
		if err != nil || got.Value.String() != c.want || got.Currency.String() != c.cur {
			t.Errorf("%q under %d: %s %s %v, want %s %s",
				c.in, c.mark, got.Value, got.Currency, err, c.want, c.cur)
		}
	}
}

func TestParseAmountRefuses(t *testing.T) {
	for _, c := range []struct {
		in   string
		mark Mark
		want error
	}{
		{"1,234", MarkAuto, ErrTwoWays},
		{"12.345", MarkAuto, ErrTwoWays},
		{"1.234", MarkMixed, ErrTwoWays},
		{"1,23", MarkPoint, ErrGroups},
		{"12,34.50", MarkPoint, ErrGroups},
		{"1234,567.00", MarkPoint, ErrGroups},
		{"12..34", MarkAuto, ErrGroups},
		{"1.234,56", MarkPoint, ErrNotAmount},
		{"12a", MarkPoint, ErrNotAmount},
		{"", MarkPoint, ErrNotAmount},
		{"-", MarkPoint, ErrNotAmount},
		{"--5", MarkPoint, ErrNotAmount},
		{"-5-", MarkPoint, ErrNotAmount},
		{"1e5", MarkPoint, ErrNotAmount},
		{"O.50", MarkPoint, ErrNotAmount},
		{"xx,yyyy.zz", MarkPoint, ErrNotAmount},
		{"USD 5 EUR", MarkPoint, ErrNotAmount},
		{"131.77(已退款89.84)", MarkPoint, ErrNotAmount},
		{"99999999999999999999", MarkPoint, tillproof.ErrOverflow},
	} {
		if got, err := ParseAmount(c.in, c.mark); !errors.Is(err, c.want) {
			t.Errorf("%q under %d: %s %v, want %v", c.in, c.mark, got.Value, err, c.want)
		}
	}
}

// What is written in a style is read back under that style, and never as another amount without the style.
func TestAmountStyles(t *testing.T) {
	type style struct {
		thousands, decimal string
		mark               Mark
	}
	styles := []style{
		{",", ".", MarkPoint},
		{".", ",", MarkComma},
		{" ", ",", MarkComma},
		{"'", ".", MarkPoint},
		{"\u00a0", ",", MarkComma},
		{"", ".", MarkPoint},
		{"", ",", MarkComma},
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
		got, err := ParseAmount(written, s.mark)
		if err != nil || got.Value.String() != want {
			t.Fatalf("%q: %s %v, want %s", written, got.Value, err, want)
		}
		if got, err := ParseAmount(written, MarkAuto); err == nil && got.Value.String() != want {
			t.Fatalf("%q without a style: %s, want %s or a refusal", written, got.Value, want)
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
		if got, ok := Denoise(x, 2); got.String() != c.want || ok != c.ok {
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
		if got := CutNoise(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func FuzzAmount(f *testing.F) {
	for _, s := range []string{"1,234.56", "(4)", "CNY1", "٣", "1 2", "'", "－", "€€", "1.", ","} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, m := range []Mark{MarkAuto, MarkPoint, MarkComma, MarkMixed} {
			a, err := ParseAmount(s, m)
			if err != nil {
				continue
			}
			if _, err := tillproof.ParseExact(a.Value.String()); err != nil {
				t.Errorf("%q became %s", s, a.Value)
			}
		}
	})
}
