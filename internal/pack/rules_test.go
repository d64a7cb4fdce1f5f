package pack

import (
	"testing"
	"time"

	"github.com/tillproof/tillproof"
)

// easter is Easter Sunday of a year by the anonymous rule of the Gregorian calendar (Nature, 20 April 1876).
func easter(year int) tillproof.Date {
	a, b, c := year%19, year/100, year%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return on(year, time.Month(n/31), n%31+1)
}

func on(year int, month time.Month, day int) tillproof.Date {
	return tillproof.Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// nth is the n-th weekday of a month; the last one for n = -1.
func nth(year int, month time.Month, w time.Weekday, n int) tillproof.Date {
	if n < 0 {
		d := on(year, month+1, 1) - 1
		for d.Weekday() != w {
			d--
		}
		return d
	}
	d := on(year, month, 1)
	for d.Weekday() != w {
		d++
	}
	return d + tillproof.Date(7*(n-1))
}

// TestRulesOfHolidays works the holidays of the calendars that follow rules out of the rules, for every day
// of the years that the files give. China has no rule: its days are those of the notices.
func TestRulesOfHolidays(t *testing.T) {
	for name, holidays := range map[string]func(year int) []tillproof.Date{
		"TARGET2": target2, "UK": englandAndWales, "US": federalReserve,
	} {
		cal := calendar(t, name)
		for year := 2024; year <= 2027; year++ {
			off := map[tillproof.Date]bool{}
			for _, d := range holidays(year) {
				off[d] = true
			}
			for d := on(year, time.January, 1); d <= on(year, time.December, 31); d++ {
				weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
				if open := !weekend && !off[d]; !cal.Covers(d) || cal.IsBanking(d) != open {
					t.Errorf("%s: %v: banking day %v, by the rule %v", name, d, cal.IsBanking(d), open)
				}
			}
		}
	}
}

// target2: New Year, Good Friday, Easter Monday, 1 May, 25 and 26 December; nothing moves.
func target2(year int) []tillproof.Date {
	return []tillproof.Date{
		on(year, time.January, 1), easter(year) - 2, easter(year) + 1, on(year, time.May, 1),
		on(year, time.December, 25), on(year, time.December, 26),
	}
}

// englandAndWales: fixed days that fall on a weekend are kept on the next working day that is none yet.
func englandAndWales(year int) []tillproof.Date {
	out := []tillproof.Date{
		easter(year) - 2, easter(year) + 1, nth(year, time.May, time.Monday, 1),
		nth(year, time.May, time.Monday, -1), nth(year, time.August, time.Monday, -1),
	}
	taken := map[tillproof.Date]bool{}
	for _, d := range []tillproof.Date{
		on(year, time.January, 1), on(year, time.December, 25), on(year, time.December, 26),
	} {
		for taken[d] || d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
			d++
		}
		taken[d] = true
		out = append(out, d)
	}
	return out
}

// federalReserve: a fixed day on a Sunday is kept on the Monday, one on a Saturday is not kept.
func federalReserve(year int) []tillproof.Date {
	out := []tillproof.Date{
		nth(year, time.January, time.Monday, 3), nth(year, time.February, time.Monday, 3),
		nth(year, time.May, time.Monday, -1), nth(year, time.September, time.Monday, 1),
		nth(year, time.October, time.Monday, 2), nth(year, time.November, time.Thursday, 4),
	}
	for _, d := range []tillproof.Date{
		on(year, time.January, 1), on(year, time.June, 19), on(year, time.July, 4),
		on(year, time.November, 11), on(year, time.December, 25),
	} {
		if d.Weekday() == time.Sunday {
			d++
		}
		out = append(out, d)
	}
	return out
}
