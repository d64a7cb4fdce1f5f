package iso8583

import (
	"bytes"
	"testing"

	moov "github.com/moov-io/iso8583"
	"github.com/moov-io/iso8583/encoding"
	"github.com/moov-io/iso8583/field"
	"github.com/moov-io/iso8583/prefix"
	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// posSpec is a UnionPay POS message as another library is told to write it.
func posSpec() *moov.MessageSpec {
	digits := func(n int) field.Field {
		return field.NewString(&field.Spec{Length: n, Enc: encoding.LBCD, Pref: prefix.BCD.Fixed})
	}
	text := func(n int) field.Field {
		return field.NewString(&field.Spec{Length: n, Enc: encoding.ASCII, Pref: prefix.ASCII.Fixed})
	}
	return &moov.MessageSpec{Fields: map[int]field.Field{
		0: field.NewString(&field.Spec{Length: 4, Enc: encoding.BCD, Pref: prefix.BCD.Fixed}),
		1: field.NewBitmap(&field.Spec{Length: 8, Enc: encoding.Binary, Pref: prefix.Binary.Fixed}),
		2: field.NewString(&field.Spec{Length: 19, Enc: encoding.LBCD, Pref: prefix.BCD.LL}),
		3: digits(6), 4: digits(12), 11: digits(6), 12: digits(6), 13: digits(4), 15: digits(4),
		22: digits(3),
		32: field.NewString(&field.Spec{Length: 11, Enc: encoding.LBCD, Pref: prefix.BCD.LL}),
		37: text(12), 38: text(6), 39: text(2), 41: text(8), 42: text(15), 49: text(3),
		60: field.NewString(&field.Spec{Length: 17, Enc: encoding.LBCD, Pref: prefix.BCD.LLL}),
		62: field.NewBinary(&field.Spec{Length: 100, Enc: encoding.Binary, Pref: prefix.BCD.LLL}),
		64: field.NewBinary(&field.Spec{Length: 8, Enc: encoding.Binary, Pref: prefix.Binary.Fixed}),
	}}
}

// TestAgainstAnotherWriter: what another library writes is what we read, whatever stands in it.
func TestAgainstAnotherWriter(t *testing.T) {
	of := func(letters string, n int) *rapid.Generator[string] {
		return rapid.StringOfN(rapid.RuneFrom([]rune(letters)), n, n, n)
	}
	digit := func(n int) *rapid.Generator[string] { return of("0123456789", n) }
	word := func(n int) *rapid.Generator[string] { return of("09AZ", n) }
	spec := posSpec()
	rapid.Check(t, func(t *rapid.T) {
		want := map[int]string{}
		m := moov.NewMessage(spec)
		m.MTI(rapid.SampledFrom([]string{"0200", "0210", "0220", "0230", "0400", "0420"}).Draw(t, "mti"))
		for id, gen := range map[int]*rapid.Generator[string]{
			3: digit(6), 4: digit(12), 11: digit(6), 12: digit(6), 13: digit(4), 15: digit(4), 22: digit(3),
			32: digit(rapid.IntRange(1, 11).Draw(t, "acquirer")), 37: word(12), 38: word(6), 39: word(2),
			41: word(8), 42: word(15), 49: word(3), 60: digit(rapid.IntRange(8, 17).Draw(t, "batch")),
		} {
			if !rapid.Bool().Draw(t, "has") {
				continue
			}
			want[id] = gen.Draw(t, "value")
			if err := m.Field(id, want[id]); err != nil {
				t.Fatal(err)
			}
		}
		const number = "6200000000000005"
		for id, value := range map[int]string{2: number, 62: "\x00\xff", 64: "\x01\x02\x03\x04abcd"} {
			if err := m.Field(id, value); err != nil {
				t.Fatal(err)
			}
		}
		raw, err := m.Pack()
		if err != nil {
			t.Fatal(err)
		}
		got, used := layouts()[0].open(append(bytes.Clone(raw), "behind it"...), format.Options{})
		masked := got.card.String() == "620000******0005" && got.Masked == 1
		if got.stop != whole || used != len(raw) || !masked {
			t.Fatalf("stop %d, %d of %d bytes, card %s", got.stop, used, len(raw), got.card)
		}
		for id := range got.value {
			if got.value[id] != want[id] {
				t.Fatalf("element %d is %q, want %q", id, got.value[id], want[id])
			}
		}
	})
}

// TestAllLayoutsAgree: one transaction in every layout is one record.
func TestAllLayoutsAgree(t *testing.T) {
	plain := sale87("0220")
	packed := "0220" + plain[4:20] + "16" + "4111111111111111" + "000000" + "000000001234" + "0302100000" +
		"000007" + "110000" + "0302" + "3730303130303031" + "313034333330303132333430303031" + "393738"
	mixed := "0220" + unhex(plain[4:20]) + plain[20:]
	var records []tillproof.Record
	for _, raw := range []string{plain, unhex(packed), framed(twoBytes, []string{mixed})} {
		_, got := read(t, in2026, raw)
		records = append(records, got...)
	}
	if len(records) != 3 {
		t.Fatalf("%d records", len(records))
	}
	for _, r := range records {
		r.Origin = records[0].Origin
		if r.ID != records[0].ID || r.Refs != records[0].Refs || r.Card != records[0].Card {
			t.Errorf("%+v, want %+v", r, records[0])
		}
	}
}
