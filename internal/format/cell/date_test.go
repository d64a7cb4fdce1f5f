package cell

import (
	"errors"
	"testing"
)

// orderLast are the orders of files that write the year last.
const orderLast = OrderDMY | OrderMDY

func TestDates(t *testing.T) {
	for _, c := range []struct {
		in    string
		order Order
		year  int
		want  string
		err   error
	}{
		{"2026-09-16", OrderYMD, 0, "2026-09-16", nil},
		{"2026/9/6", OrderYMD, 0, "2026-09-06", nil},
		{"2026.04.19.", OrderYMD, 0, "2026-04-19", nil},
		{"2026 10 11", OrderYMD, 0, "2026-10-11", nil},
		{"2026年9月6日", OrderYMD, 0, "2026-09-06", nil},
		{"20260916", OrderYMD, 0, "2026-09-16", nil},
		{"16.09.2026", OrderAny, 0, "2026-09-16", nil}, // a point: day first, in every country that writes it
		{"16.09.26", orderLast, 0, "2026-09-16", nil},
		{"18.09.17", OrderDMY, 0, "2017-09-18", nil},
		{"26年9月16日", OrderAny, 0, "2026-09-16", nil},
		{"09/09/26", OrderDMY | OrderMDY, 0, "2026-09-09", nil},
		{"26-09-16", OrderYMD, 0, "2026-09-16", nil},
		{"27 Feb 2018", orderLast, 0, "2018-02-27", nil},
		{"23-Jan-15", orderLast, 0, "2015-01-23", nil},
		{"2/24/15", orderLast, 0, "2015-02-24", nil},
		{"24/2/15", orderLast, 0, "2015-02-24", nil},
		{"2/8/15", OrderMDY, 0, "2015-02-08", nil},
		{"2/8/15", OrderDMY, 0, "2015-08-02", nil},
		{"5/5/2020", orderLast, 0, "2020-05-05", nil},
		{"31/12/99", OrderDMY, 0, "1999-12-31", nil},
		{"12/30", OrderYMD, 2023, "2023-12-30", nil},
		{"2028-02-29", OrderYMD, 0, "2028-02-29", nil},
		{"2/8/15", orderLast, 0, "", ErrDayMonth},
		{"18.09.17", OrderAny, 0, "", ErrDayMonth},
		{"09/09/26", OrderAny, 0, "", ErrDayMonth},
		{"09/16/2026", OrderDMY, 0, "", ErrNoDay},
		{"31/09/26", OrderAny, 0, "", ErrDayMonth}, // not the 26th of September 2031
		{"12/30", OrderYMD, 0, "", ErrNoYear},
		{"2026-02-30", OrderYMD, 0, "", ErrNoDay},
		{"2027-02-29", OrderYMD, 0, "", ErrNoDay},
		{"13/13/2020", OrderDMY, 0, "", ErrNoDay},
		{"2026-00-10", OrderYMD, 0, "", ErrNoDay},
		{"SEK", OrderYMD, 0, "", ErrNotDate},
		{"", OrderYMD, 0, "", ErrNotDate},
		{"Pending", OrderYMD, 0, "", ErrNotDate},
		{"12345", OrderYMD, 0, "", ErrNotDate},
	} {
		d, err := SplitDate(c.in)
		var got string
		if err == nil {
			day, e := d.Day(c.order, c.year)
			err = e
			if e == nil {
				got = day.String()
			}
		}
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%q under %d: %q %v, want %q %v", c.in, c.order, got, err, c.want, c.err)
		}
	}
}

func TestClocks(t *testing.T) {
	for _, c := range []struct {
		in   string
		want int
		zone string
		ok   bool
	}{
		{"10:11:12", 36672, "", true},
		{"10:11", 36660, "", true},
		{"101112", 36672, "", true},
		{"1011", 36660, "", true},
		{"1:02 PM", 46920, "", true},
		{"12:00 AM", 0, "", true},
		{"12:30 PM", 45000, "", true},
		{"09:08:07.123", 32887, "", true},
		{"09:08:07.5Z", 32887, "Z", true},
		{"12:34:56 +0000", 45296, "+0000", true},
		{"24:00:00", 0, "", false},
		{"10:60", 0, "", false},
		{"13:00 PM", 0, "", false},
		{"ten", 0, "", false},
		{"", 0, "", false},
		{"10", 0, "", false},
	} {
		got, zone, err := ParseClock(c.in)
		if (err == nil) != c.ok || c.ok && (got != c.want || zone != c.zone) {
			t.Errorf("%q: %d %q %v, want %d %q %v", c.in, got, zone, err, c.want, c.zone, c.ok)
		}
	}
}

func TestOffsets(t *testing.T) {
	for in, want := range map[string]int{
		"Z": 0, "+08:00": 28800, "+0800": 28800, "-0330": -12600, "+02": 7200,
	} {
		if got, ok := Offset(in); !ok || got != want {
			t.Errorf("%q: %d %v, want %d", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "CET", "+8", "+080000", "+xx"} {
		if got, ok := Offset(in); ok {
			t.Errorf("%q was read as %d", in, got)
		}
	}
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{
		"2026-09-16 10:11", "1/2/3", "20260916101112", "年", "1年2", "Feb", "99999999999999999",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := SplitDate(s)
		if err != nil {
			return
		}
		for _, o := range []Order{OrderAny, OrderYMD, OrderDMY, OrderMDY, orderLast} {
			day, err := d.Day(o, 2026)
			if err == nil && (day.Time().Year() < 1000 || day.Time().Year() > 9999) {
				t.Errorf("%q is %s", s, day)
			}
		}
		_, _, _ = ParseClock(s)
	})
}
