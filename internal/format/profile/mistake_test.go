package profile

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
)

// goodLayout is a layout as a person writes it, one line each.
const goodLayout = `name: my_bank
source: My bank, export of 2026.
side: bank
shape: sign
unit: major
require: [booking_day, amount]
columns:
  booking_day: [Tag]
  amount: [Betrag, Summe]
`

// A mistake in a layout is told with its code, the line on which it stands, and what stands there.
func TestMistakes(t *testing.T) {
	edit := func(old, new string) string { return strings.Replace(goodLayout, old, new, 1) }
	for _, c := range []struct{ name, in, code, line, says string }{
		{"unknown key", goodLayout + "colour: red\n", CodeLayoutKey, "10", "colour"},
		{"unknown field", edit("  amount:", "  amont:"), CodeLayoutField, "9", "amont"},
		{"unknown field required", edit("day, amount]", "day, sum]"), CodeLayoutField, "6", "sum"},
		{"no name", edit("name: my_bank\n", ""), CodeLayoutMissing, "0", "name"},
		{"no source", edit("source: My bank, export of 2026.\n", ""), CodeLayoutMissing, "0", "source"},
		{"no side", edit("side: bank\n", ""), CodeLayoutMissing, "0", "side"},
		{"another side", edit("side: bank", "side: moon"), CodeLayoutValue, "3", "moon"},
		{"bad shape", edit("shape: sign", "shape: round"), CodeLayoutValue, "4", "round"},
		{"bad unit", edit("unit: major", "unit: dollars"), CodeLayoutValue, "5", "dollars"},
		{"bad order", goodLayout + "dates: dym\n", CodeLayoutValue, "10", "dym"},
		{"bad currency", goodLayout + "currency: Euro\n", CodeLayoutValue, "10", "Euro"},
		{"a header twice", edit("[Tag]", "[Tag, summe]"), CodeLayoutHeader, "8", "summe"},
		{"a key twice", goodLayout + "unit: minor\n", CodeLayoutSyntax, "10", ""},
		{"a list for a word", edit("side: bank", "side: [bank]"), CodeLayoutType, "3", ""},
		{"no YAML", edit("side: bank", "side: [bank"), CodeLayoutSyntax, "", ""},
		{"requires nothing", edit("require: [booking_day, amount]\n", ""), CodeLayoutRequire, "6", ""},
		{
			"a word of two meanings", goodLayout + "words:\n  flags:\n    in: [X]\n    out: [x]\n",
			CodeLayoutWord, "13", "x",
		},
		{
			"a meaning nobody knows", goodLayout + "words:\n  kinds:\n    gift: [X]\n",
			CodeLayoutWord, "12", "gift",
		},
		{"positions without a day", goodLayout + "positions: [amount]\n", CodeLayoutNoDay, "10", ""},
		{"positions without an amount", goodLayout + "positions: [day]\n", CodeLayoutNoMoney, "10", ""},
		{"a position twice", goodLayout + "positions: [day, day]\n", CodeLayoutTwice, "10", "day"},
		{
			"a bad pattern", goodLayout + "positions: [day, amount]\npatterns: [\"[\"]\n",
			CodeLayoutPattern, "11", "[",
		},
		{"an anchor", goodLayout + "comment: &a x\n", CodeLayoutAnchor, "10", ""},
		{"too large", goodLayout + strings.Repeat("# x\n", 20000), CodeLayoutSize, "0", ""},
		{"too deep", goodLayout + "reject: " + strings.Repeat("[", 1000) + "\n", CodeLayoutSyntax, "10", ""},
		{"empty", "", CodeLayoutMissing, "0", "name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse([]byte(c.in))
			var e *tillproof.Error
			if !errors.As(err, &e) || e.Code != c.code {
				t.Fatalf("%v, want %s", err, c.code)
			}
			if c.line != "" && strconv.Itoa(e.Place.Line) != c.line {
				t.Errorf("in line %d, want %s", e.Place.Line, c.line)
			}
			said := false
			for _, v := range e.Params {
				said = said || v == c.says
			}
			if c.says != "" && !said {
				t.Errorf("%v does not say %q", e.Params, c.says)
			}
		})
	}
	if _, err := Parse([]byte(goodLayout)); err != nil {
		t.Fatal(err)
	}
}

// Parse never panics, and what it takes has a name and a side.
func FuzzParse(f *testing.F) {
	f.Add([]byte(goodLayout))
	f.Add([]byte("name: x\nsource: y\nside: bank\nshape: sides\nunit: minor\n" +
		"positions: [day, debit, \"\"]\n"))
	f.Add([]byte("a: &a [*a]\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := Parse(b)
		if err == nil && (p.Name == "" || p.Side == tillproof.NoSide) {
			t.Errorf("took %+v", p)
		}
	})
}
