package tillproof_test

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
)

func currency(t testing.TB, code string) tillproof.Currency {
	t.Helper()
	c, err := tillproof.ParseCurrency(code)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestParseExact(t *testing.T) {
	for _, c := range []struct {
		text     string
		unscaled int64
		scale    uint8
	}{
		{"0", 0, 0},
		{"12", 12, 0},
		{"12.", 12, 0},
		{".5", 5, 1},
		{"-0.05", -5, 2},
		{"+1.10", 110, 2},
		{"1234567.891", 1_234_567_891, 3},
		{"0.000000001", 1, 9},
		{"0." + strings.Repeat("0", 16) + "1", 1, 17},
	} {
		got, err := tillproof.ParseExact(c.text)
		if err != nil || got.Unscaled != c.unscaled || got.Scale != c.scale {
			t.Errorf("%s: %+v, %v", c.text, got, err)
		}
	}
}

func TestParseExactRefuses(t *testing.T) {
	for text, want := range map[string]error{
		"": nil, "-": nil, ".": nil, "1,000.00": nil, "1 000": nil, "1e3": nil, "1.2.3": nil, "--1": nil,
		"１２": nil, "0x1": nil, "12元": nil, "NaN": nil,
		"92233720368547758.08":                  tillproof.ErrOverflow,
		"99999999999999999999":                  tillproof.ErrOverflow,
		"0." + strings.Repeat("0", 17) + "1":    tillproof.ErrInexact,
		"0." + strings.Repeat("0", 256) + "5":   tillproof.ErrInexact, // the count of decimals must not wrap
		"7." + strings.Repeat("0", 1_000_000):   tillproof.ErrInexact,
		"-0." + strings.Repeat("0", 254) + "55": tillproof.ErrInexact,
	} {
		got, err := tillproof.ParseExact(text)
		if err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%.30q: %v, %v", text, got, err)
		}
	}
}

func TestMoneyByCurrency(t *testing.T) {
	for _, c := range []struct {
		text, currency string
		minor          int64
		shown          string
	}{
		{"1234.5", "CNY", 123_450, "1234.50"},
		{"1234.500", "CNY", 123_450, "1234.50"},
		{"-0.05", "EUR", -5, "-0.05"},
		{"0", "USD", 0, "0.00"},
		{"1234", "JPY", 1234, "1234"},
		{"1234.00", "JPY", 1234, "1234"},
		{"-7", "KRW", -7, "-7"},
		{"1.234", "KWD", 1234, "1.234"},
		{"0.001", "BHD", 1, "0.001"},
		{"5", "TND", 5000, "5.000"},
		{"1.0001", "CLF", 10_001, "1.0001"},
	} {
		x, err := tillproof.ParseExact(c.text)
		if err != nil {
			t.Fatal(err)
		}
		m, err := x.Money(currency(t, c.currency))
		if err != nil || m.Minor() != c.minor || m.String() != c.shown {
			t.Errorf("%s %s: %d, %s, %v", c.text, c.currency, m.Minor(), m, err)
		}
		if want := c.shown + " " + c.currency; m.Param() != want {
			t.Errorf("parameter %q, not %q", m.Param(), want)
		}
	}
	for _, c := range []struct{ text, currency string }{{"1.005", "CNY"}, {"0.5", "JPY"}, {"1.0005", "KWD"}} {
		x, _ := tillproof.ParseExact(c.text)
		if m, err := x.Money(currency(t, c.currency)); !errors.Is(err, tillproof.ErrInexact) {
			t.Errorf("%s %s became %s", c.text, c.currency, m)
		}
	}
	big, _ := tillproof.ParseExact("922337203685477579")
	if m, err := big.Money(tillproof.CNY); !errors.Is(err, tillproof.ErrOverflow) {
		t.Errorf("out of range became %s", m)
	}
}

func TestAddMoney(t *testing.T) {
	yuan := func(n int64) tillproof.Money { return tillproof.NewMoney(n, tillproof.CNY) }
	yen := tillproof.NewMoney(1, currency(t, "JPY"))
	if got, err := yuan(10).Add(yuan(-25)); err != nil || got != yuan(-15) {
		t.Errorf("%s, %v", got, err)
	}
	if got, err := (tillproof.Money{}).Add(yen); err != nil || got != yen {
		t.Errorf("nothing and 1 yen: %s, %v", got, err)
	}
	if got, err := yen.Add(tillproof.Money{}); err != nil || got != yen {
		t.Errorf("1 yen and nothing: %s, %v", got, err)
	}
	if _, err := yuan(1).Add(yen); !errors.Is(err, tillproof.ErrCurrencyMixed) {
		t.Errorf("yuan and yen: %v", err)
	}
	if _, err := yuan(0).Add(yen); !errors.Is(err, tillproof.ErrCurrencyMixed) {
		t.Errorf("no yuan and a yen: %v", err)
	}
	unknown := tillproof.NewMoney(5, tillproof.Currency{})
	if _, err := unknown.Add(yen); !errors.Is(err, tillproof.ErrCurrencyMixed) {
		t.Errorf("5 of nothing known and a yen: %v", err)
	}
	for _, pair := range [][2]int64{{math.MaxInt64, 1}, {-math.MaxInt64, -1}, {-math.MaxInt64, -2}} {
		if s, err := tillproof.AddMinor(pair[0], pair[1]); !errors.Is(err, tillproof.ErrOverflow) {
			t.Errorf("%d + %d = %d", pair[0], pair[1], s)
		}
	}
}

func TestCurrency(t *testing.T) {
	for _, bad := range []string{"", "CN", "CNYY", "cny", "C1Y", "元", "¥¥¥"} {
		if c, err := tillproof.ParseCurrency(bad); err == nil {
			t.Errorf("%q became %s", bad, c)
		}
	}
	var c tillproof.Currency
	if err := c.UnmarshalText([]byte("KWD")); err != nil || c.MinorDigits() != 3 || c.String() != "KWD" {
		t.Errorf("%s, %v", c, err)
	}
	if err := c.UnmarshalText(nil); err != nil || c.Known() || c.String() != "" {
		t.Errorf("no currency is %q, %v", c, err)
	}
}

// An amount that is written and read again is the same amount, in every currency.
func TestMoneyRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, _ := tillproof.ParseCurrency(rapid.SampledFrom([]string{
			"CNY", "JPY", "KWD",
			"CLF",
		}).Draw(t, "currency"))
		minor := rapid.Int64Range(-(math.MaxInt64-9)/10, (math.MaxInt64-9)/10).Draw(t, "minor")
		m := tillproof.NewMoney(minor, c)
		x, err := tillproof.ParseExact(m.String())
		if err != nil {
			t.Fatal(err)
		}
		if back, err := x.Money(c); err != nil || back != m {
			t.Fatalf("%s became %s, %v", m, back, err)
		}
		if m.Exact().String() != m.String() || m.Neg().Neg() != m {
			t.Fatalf("%s as a decimal is %s", m, m.Exact())
		}
	})
}

// Sums agree with arithmetic of any size, or are refused exactly where they leave the range.
func TestAddMinorAgainstBig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		want := new(big.Int).Add(big.NewInt(a), big.NewInt(b))
		fits := want.IsInt64() && want.Int64() != math.MinInt64
		got, err := tillproof.AddMinor(a, b)
		if fits != (err == nil) || fits && got != want.Int64() {
			t.Fatalf("%d + %d = %d, %v; truly %s", a, b, got, err, want)
		}
	})
}

// Decimals of different scales add as fractions do.
func TestAddExactAgainstBig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) tillproof.Exact {
			return tillproof.Exact{
				Unscaled: rapid.Int64Range(-1e9, 1e9).Draw(t, name), Scale: rapid.Uint8Range(0,
					9).Draw(t, name+" scale"),
			}
		}
		a, b := draw("a"), draw("b")
		sum, err := a.Add(b)
		if err != nil {
			t.Fatal(err)
		}
		if want := new(big.Rat).Add(rat(t, a), rat(t, b)); rat(t, sum).Cmp(want) != 0 {
			t.Fatalf("%s + %s = %s", a, b, sum)
		}
		if got, want := a.Same(b), rat(t, a).Cmp(rat(t, b)) == 0; got != want {
			t.Fatalf("%s is the same as %s: %v", a, b, got)
		}
	})
}

// One number is the same at every scale, as long as the larger scale can hold it.
func TestSame(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"1.5", "1.500", true},
		{"0", "-0.00", true},
		{"-2", "-2.0", true},
		{"2", "-2", false},
		{"1.5", "1.501", false},
		{"9000000000000000000", "9000000000000000000", true},
		{"9000000000000000000", "0.1", false},
		{"9000000000000000000", "-9000000000000000000", false},
	} {
		a, errA := tillproof.ParseExact(c.a)
		b, errB := tillproof.ParseExact(c.b)
		if errA != nil || errB != nil || a.Same(b) != c.same || b.Same(a) != c.same {
			t.Errorf("%s and %s: %v, %v %v", c.a, c.b, a.Same(b), errA, errB)
		}
	}
}

// A parameter of the kind money keeps the scale of the file; Money has that of its currency.
func TestParam(t *testing.T) {
	x := tillproof.Exact{Unscaled: -15, Scale: 1}
	for c, want := range map[tillproof.Currency]string{tillproof.CNY: "-1.5 CNY", {}: "-1.5"} {
		if got := x.Param(c); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := tillproof.NewMoney(-150, tillproof.CNY).Param(); got != "-1.50 CNY" {
		t.Error(got)
	}
}

func rat(t *rapid.T, x tillproof.Exact) *big.Rat {
	r, ok := new(big.Rat).SetString(x.String())
	if !ok {
		t.Fatalf("%s is no decimal", x)
	}
	return r
}

// Whatever bytes come, an amount that is read is exactly what they say.
func FuzzParseExact(f *testing.F) {
	for _, s := range []string{"1234.50", "-0.05", "+1", ".5", "1,000", "", "0.00000000000000001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		x, err := tillproof.ParseExact(s)
		if err != nil {
			return
		}
		want, ok := new(big.Rat).SetString(s)
		if !ok {
			t.Fatalf("%q was read as %s but is no number", s, x)
		}
		if got, _ := new(big.Rat).SetString(x.String()); got.Cmp(want) != 0 {
			t.Fatalf("%q was read as %s", s, x)
		}
	})
}
