package casebook

import (
	"math"
	"testing"

	"github.com/tillproof/tillproof"
)

// bookings writes lines: day, kind, part, minor units of CNY.
func bookings(t *testing.T, lines ...tillproof.Booking) []tillproof.Booking {
	t.Helper()
	for i := range lines {
		lines[i].Seq = i + 1
	}
	return lines
}

func line(
	t *testing.T, d string, k tillproof.BookingKind, p tillproof.LossPart, minor int64,
) tillproof.Booking {
	t.Helper()
	return tillproof.Booking{
		Day: day(t, d), Kind: k, Part: p, Amount: tillproof.NewMoney(minor, mustCurrency(t, "CNY")),
	}
}

// 100 000.00 at 3.65 % a year cost 10.00 a day: by hand, a ten-thousandth.
func TestLossGrowsAndShrinks(t *testing.T) {
	const lost, back, gone = tillproof.Incurred, tillproof.Recovered, tillproof.Waived
	const principal, fees, interest = tillproof.PartPrincipal, tillproof.PartFees, tillproof.PartInterest
	all := bookings(t,
		line(t, "2026-03-01", lost, principal, 10_000_000),
		line(t, "2026-03-01", lost, fees, 72_469),
		line(t, "2026-03-11", back, principal, 4_000_000),
		line(t, "2026-03-21", back, fees, 72_469),
		line(t, "2026-03-31", back, principal, 6_000_100),
		line(t, "2026-04-01", back, interest, 10_000),
		line(t, "2026-04-02", gone, interest, 12_000),
	)
	for _, c := range []struct {
		day                                string
		principal, fees, interest, surplus int64
		whole                              bool
	}{
		{"2026-02-28", 0, 0, 0, 0, true},
		{"2026-03-01", 10_000_000, 72_469, 0, 0, false},
		{"2026-03-02", 10_000_000, 72_469, 1_000, 0, false},
		{"2026-03-11", 6_000_000, 72_469, 10_000, 0, false}, // ten days of 10.00
		{"2026-03-21", 6_000_000, 0, 16_000, 0, false},      // and ten of 6.00
		{"2026-03-31", 0, 0, 22_000, 100, false},            // and ten more; 1.00 came back too much
		{"2026-04-01", 0, 0, 12_000, 100, false},            // nothing grows on nothing
		{"2026-12-31", 0, 0, 0, 100, false},                 // given up is not whole
	} {
		l, err := Reckon(all, 36_500, day(t, c.day))
		if err != nil {
			t.Fatal(err)
		}
		if l.Principal.Open != c.principal || l.Fees.Open != c.fees || l.Interest.Open != c.interest ||
			l.Principal.Over != c.surplus || l.Whole() != c.whole {
			t.Errorf("%s: %+v, not %+v", c.day, l, c)
		}
	}
}

// One yuan at 1 % a year costs half a fen in 182.5 days: a little less in 182, a little more in 183.
func TestInterestIsRoundedOnce(t *testing.T) {
	one := bookings(t, line(t, "2026-01-01", tillproof.Incurred, tillproof.PartPrincipal, 100))
	for d, want := range map[string]int64{"2026-07-02": 0, "2026-07-03": 1} {
		l, err := Reckon(one, 10_000, day(t, d))
		if err != nil || l.Interest.Lost != want {
			t.Errorf("%s: %d, %v, not %d", d, l.Interest.Lost, err, want)
		}
	}
	// A hundred losses of one fen grow as one of a hundred does.
	var many []tillproof.Booking
	for range 100 {
		many = append(many, line(t, "2026-01-01", tillproof.Incurred, tillproof.PartPrincipal, 1))
	}
	if l, err := Reckon(many, 10_000, day(t, "2027-01-01")); err != nil || l.Interest.Lost != 1 {
		t.Errorf("%+v, %v", l, err)
	}
}

func TestOrderOfBookingsDoesNotMatter(t *testing.T) {
	all := bookings(t,
		line(t, "2026-03-01", tillproof.Incurred, tillproof.PartPrincipal, 10_000_000),
		line(t, "2026-03-11", tillproof.Recovered, tillproof.PartPrincipal, 4_000_000),
		line(t, "2026-03-11", tillproof.Incurred, tillproof.PartPrincipal, 1),
	)
	want, err := Reckon(all, 36_500, day(t, "2026-04-01"))
	if err != nil {
		t.Fatal(err)
	}
	all[0], all[2] = all[2], all[0]
	if got, err := Reckon(all, 36_500, day(t, "2026-04-01")); got != want || err != nil {
		t.Errorf("%+v, %v, not %+v", got, err, want)
	}
}

func TestReckonRefuses(t *testing.T) {
	good := line(t, "2026-03-01", tillproof.Incurred, tillproof.PartPrincipal, 100)
	dollars := good
	dollars.Amount = tillproof.NewMoney(100, mustCurrency(t, "USD"))
	negative, parted := good, good
	negative.Amount = tillproof.NewMoney(-100, mustCurrency(t, "CNY"))
	parted.Part = "tips"
	huge := line(t, "2026-03-01", tillproof.Incurred, tillproof.PartPrincipal, math.MaxInt64)
	backAll, goneAll := huge, huge
	backAll.Kind, goneAll.Kind = tillproof.Recovered, tillproof.Waived
	for name, c := range map[string]struct {
		lines []tillproof.Booking
		rate  Rate
		want  string
	}{
		"currencies": {[]tillproof.Booking{good, dollars}, 0, "case.loss.amount"},
		"negative":   {[]tillproof.Booking{negative}, 0, "case.loss.amount"},
		"part":       {[]tillproof.Booking{parted}, 0, "case.loss.part"},
		"rate":       {[]tillproof.Booking{good}, 1_000_001, "case.loss.rate"},
		"rate below": {[]tillproof.Booking{good}, -1, "case.loss.rate"},
		"too much":   {[]tillproof.Booking{huge, good}, 0, tillproof.ErrOverflow.Error()},
		"given up":   {[]tillproof.Booking{backAll, goneAll}, 0, tillproof.ErrOverflow.Error()},
		"interest":   {[]tillproof.Booking{huge}, 1_000_000, tillproof.ErrOverflow.Error()},
	} {
		if _, err := Reckon(c.lines, c.rate, day(t, "2028-03-01")); codeOf(err) != c.want {
			t.Errorf("%s: %v, not %q", name, err, c.want)
		}
	}
}
