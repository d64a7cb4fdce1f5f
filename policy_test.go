package tillproof_test

import (
	"errors"
	"math"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
)

func TestFee(t *testing.T) {
	debit := tillproof.TariffLine{RatePPM: 5_000, Cap: 2_000, ReturnsFee: true} // 0.50 %, at most 20.00
	credit := tillproof.TariffLine{RatePPM: 6_000, Fixed: 30, Cap: 80, ReturnsFee: true}
	for _, c := range []struct {
		why    string
		line   tillproof.TariffLine
		gross  int64
		charge int64
	}{
		{"0.63 % of 30,580.00 is 192.654", tillproof.TariffLine{RatePPM: 6_300}, 3_058_000, 19_265},
		{"2.99 % is 914.342, and 3.00", tillproof.TariffLine{RatePPM: 29_900, Fixed: 300}, 3_058_000, 91_734},
		{"0.50 % of 3,999.00 is 19.995, half up 20.00", debit, 399_900, 2_000},
		{"0.50 % of 4,001.00 is 20.005, capped", debit, 400_100, 2_000},
		{"0.50 % of 100,000.00 is 500.00, capped", debit, 10_000_000, 2_000},
		{"0.50 % of 1.00 is 0.005, half up 0.01", debit, 100, 1},
		{"0.50 % of 0.99 is 0.00495", debit, 99, 0},
		{"0.50 % of 123.45 is 0.61725", debit, 12_345, 62},
		{"a refund of 1.00 gives 0.01 back", debit, -100, -1},
		{"a refund of 100,000.00 gives the cap back", debit, -10_000_000, -2_000},
		{"a refund that keeps the fee", tillproof.TariffLine{RatePPM: 6_000}, -12_345, 0},
		{"0.60 % of 100.00 is 0.60, and 0.30, capped", credit, 10_000, 80},
		{"the fixed part is not returned", credit, -10_000, -60},
		{"at least 0.10", tillproof.TariffLine{RatePPM: 6_000, Min: 10}, 1_000, 10},
		{"above the least", tillproof.TariffLine{RatePPM: 6_000, Min: 10}, 2_000, 12},
		{"a refund gives back what the rate gives", tillproof.TariffLine{
			RatePPM: 6_000, Min: 10, ReturnsFee: true,
		}, -1_000, -6},
		{"nothing agreed", tillproof.TariffLine{}, 10_000, 0},
		{"100 %", tillproof.TariffLine{RatePPM: 1_000_000}, math.MaxInt64, math.MaxInt64},
	} {
		if got, err := c.line.Fee(c.gross); err != nil || got != c.charge {
			t.Errorf("%s: %d, %v, not %d", c.why, got, err, c.charge)
		}
	}
}

func TestFeeRefuses(t *testing.T) {
	for _, c := range []struct {
		line  tillproof.TariffLine
		gross int64
		want  error
	}{
		{tillproof.TariffLine{RatePPM: -1}, 100, tillproof.ErrRate},
		{tillproof.TariffLine{RatePPM: 1_000_001}, 100, tillproof.ErrRate},
		{tillproof.TariffLine{RatePPM: 1}, math.MinInt64, tillproof.ErrRate},
		{tillproof.TariffLine{RatePPM: 1_000_000, Fixed: 1}, math.MaxInt64, tillproof.ErrOverflow},
	} {
		if fee, err := c.line.Fee(c.gross); !errors.Is(err, c.want) {
			t.Errorf("%+v of %d: %d, %v", c.line, c.gross, fee, err)
		}
	}
}

// The rate part is the fraction rounded half up, whatever the size.
func TestFeeAgainstBig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.Int64Range(0, 1_000_000).Draw(t, "rate")
		gross := rapid.Int64Range(0, math.MaxInt64).Draw(t, "gross")
		line := tillproof.TariffLine{RatePPM: rate, ReturnsFee: true}
		want := new(big.Int).Mul(big.NewInt(gross), big.NewInt(rate))
		want.Add(want, big.NewInt(500_000)).Quo(want, big.NewInt(1_000_000))
		got, err := line.Fee(gross)
		if err != nil || got != want.Int64() {
			t.Fatalf("%d at %d ppm: %d, %v, truly %s", gross, rate, got, err, want)
		}
		if back, err := line.Fee(-gross); err != nil || back != -got {
			t.Fatalf("the refund of %d gives %d back, the sale cost %d", gross, back, got)
		}
	})
}

func TestTariffFor(t *testing.T) {
	p := tillproof.Policy{Tariff: []tillproof.TariffLine{
		{Kind: tillproof.CardUnknown, RatePPM: 1}, {Kind: tillproof.CardCredit, RatePPM: 2},
	}}
	for kind, rate := range map[tillproof.CardKind]int64{
		tillproof.CardCredit: 2, tillproof.CardDebit: 1, tillproof.CardUnknown: 1,
	} {
		if got, ok := p.TariffFor(kind); !ok || got.RatePPM != rate {
			t.Errorf("%s: %+v, %v", kind, got, ok)
		}
	}
	if got, ok := (tillproof.Policy{Tariff: p.Tariff[1:]}).TariffFor(tillproof.CardDebit); ok {
		t.Errorf("debit was not agreed, yet %+v", got)
	}
}

func TestSettleDay(t *testing.T) {
	d := date(t, "2026-09-16")
	late := tillproof.Policy{CutOff: 23 * 60}
	for _, c := range []struct {
		policy tillproof.Policy
		at     tillproof.LocalTime
		want   tillproof.Date
	}{
		{late, d.At(22, 59, 59), d},
		{late, d.At(23, 0, 0), d + 1},
		{late, d.At(0, 0, 0), d},
		{late, d.At(23, 59, 59), d + 1},
		{tillproof.Policy{}, d.At(23, 59, 59), d},
		{late, tillproof.NoTime, tillproof.NoDate},
	} {
		if got := c.policy.SettleDay(c.at); got != c.want {
			t.Errorf("cut-off %d, %s: %s, not %s", c.policy.CutOff, c.at, got, c.want)
		}
	}
}

// Friday, Saturday and the worked Sunday of 2026-09-20; then the long holiday.
func TestPayDay(t *testing.T) {
	p := tillproof.Policy{Settlement: tillproof.Settlement{Days: 1, Known: true, Calendar: autumn(t)}}
	for settle, want := range map[string]string{
		"2026-09-17": "2026-09-18", "2026-09-18": "2026-09-20", "2026-09-19": "2026-09-20",
		"2026-09-20": "2026-09-21", "2026-09-30": "2026-10-08", "2026-10-04": "2026-10-08",
	} {
		if got := p.PayDay(date(t, settle)); got != date(t, want) {
			t.Errorf("%s is paid on %s, not %s", settle, got, want)
		}
	}
	if got := p.PayDay(tillproof.NoDate); got.Known() {
		t.Errorf("no day is paid on %s", got)
	}
}

func TestIsOpen(t *testing.T) {
	p := tillproof.Policy{Hours: []tillproof.Opening{
		{Day: time.Wednesday, Open: 8 * 60, Close: 22 * 60},
		{Day: time.Saturday, Open: 18 * 60, Close: 26 * 60}, // to two in the morning of Sunday
		{Day: time.Monday, Open: 9 * 60, Close: 12 * 60},
		{Day: time.Monday, Open: 14 * 60, Close: 18 * 60},
	}}
	wed, sat, mon := date(t, "2026-09-16"), date(t, "2026-09-19"), date(t, "2026-09-21")
	for _, c := range []struct {
		at   tillproof.LocalTime
		want bool
	}{
		{wed.At(7, 59, 59), false},
		{wed.At(8, 0, 0), true},
		{wed.At(21, 59, 59), true},
		{wed.At(22, 0, 0), false},
		{sat.At(17, 59, 0), false},
		{sat.At(23, 59, 59), true},
		{(sat + 1).At(0, 0, 0), true},
		{(sat + 1).At(1, 59, 59), true},
		{(sat + 1).At(2, 0, 0), false},
		{(sat + 1).At(12, 0, 0), false},
		{sat.At(1, 0, 0), false}, // Friday has no hours that reach into Saturday
		{mon.At(11, 0, 0), true},
		{mon.At(13, 0, 0), false},
		{mon.At(14, 0, 0), true},
		{(wed + 1).At(12, 0, 0), false}, // Thursday is not listed: closed
		{tillproof.NoTime, true},
	} {
		if got := p.IsOpen(c.at); got != c.want {
			t.Errorf("%s %s: open %v", c.at.Date().Weekday(), c.at, got)
		}
	}
	if !(tillproof.Policy{}).IsOpen(wed.At(3, 0, 0)) {
		t.Error("without hours nothing is outside them")
	}
}
