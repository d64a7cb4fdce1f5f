package profile

import (
	"errors"
	"testing"
)

// orderLast are the orders of files that write the year last.
const orderLast = orderDMY | orderMDY

func TestDates(t *testing.T) {
	for _, c := range []struct {
		in    string
		order order
		year  int
		want  string
		err   error
	}{
		{"2026-09-16", orderYMD, 0, "2026-09-16", nil},
		{"2026/9/6", orderYMD, 0, "2026-09-06", nil},
		{"2026.04.19.", orderYMD, 0, "2026-04-19", nil},
		{"2026 10 11", orderYMD, 0, "2026-10-11", nil},
		{"2026年9月6日", orderYMD, 0, "2026-09-06", nil},
		{"20260916", orderYMD, 0, "2026-09-16", nil},
		{"16.09.2026", orderAny, 0, "2026-09-16", nil}, // a point: day first, in every country that writes it
		{"16.09.26", orderLast, 0, "2026-09-16", nil},
		{"18.09.17", orderDMY, 0, "2017-09-18", nil},
		{"26年9月16日", orderAny, 0, "2026-09-16", nil},
		{"09/09/26", orderDMY | orderMDY, 0, "2026-09-09", nil},
		{"26-09-16", orderYMD, 0, "2026-09-16", nil},
		{"27 Feb 2018", orderLast, 0, "2018-02-27", nil},
		{"23-Jan-15", orderLast, 0, "2015-01-23", nil},
		{"2/24/15", orderLast, 0, "2015-02-24", nil},
		{"24/2/15", orderLast, 0, "2015-02-24", nil},
		{"2/8/15", orderMDY, 0, "2015-02-08", nil},
		{"2/8/15", orderDMY, 0, "2015-08-02", nil},
		{"5/5/2020", orderLast, 0, "2020-05-05", nil},
		{"31/12/99", orderDMY, 0, "1999-12-31", nil},
		{"12/30", orderYMD, 2023, "2023-12-30", nil},
		{"2028-02-29", orderYMD, 0, "2028-02-29", nil},
		{"2/8/15", orderLast, 0, "", errDayMonth},
		{"18.09.17", orderAny, 0, "", errDayMonth},
		{"09/09/26", orderAny, 0, "", errDayMonth},
		{"09/16/2026", orderDMY, 0, "", errNoDay},
		{"31/09/26", orderAny, 0, "", errDayMonth}, // not the 26th of September 2031
		{"12/30", orderYMD, 0, "", errNoYear},
		{"2026-02-30", orderYMD, 0, "", errNoDay},
		{"2027-02-29", orderYMD, 0, "", errNoDay},
		{"13/13/2020", orderDMY, 0, "", errNoDay},
		{"2026-00-10", orderYMD, 0, "", errNoDay},
		{"SEK", orderYMD, 0, "", errNotDate},
		{"", orderYMD, 0, "", errNotDate},
		{"Pending", orderYMD, 0, "", errNotDate},
		{"12345", orderYMD, 0, "", errNotDate},
	} {
		d, err := splitDate(c.in)
		var got string
		if err == nil {
			day, e := d.date(c.order, c.year)
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
		got, zone, err := parseClock(c.in)
		if (err == nil) != c.ok || c.ok && (got != c.want || zone != c.zone) {
			t.Errorf("%q: %d %q %v, want %d %q %v", c.in, got, zone, err, c.want, c.zone, c.ok)
		}
	}
}

func TestOffsets(t *testing.T) {
	for in, want := range map[string]int{
		"Z": 0, "+08:00": 28800, "+0800": 28800, "-0330": -12600, "+02": 7200,
	} {
		if got, ok := offset(in); !ok || got != want {
			t.Errorf("%q: %d %v, want %d", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "CET", "+8", "+080000", "+xx"} {
		if got, ok := offset(in); ok {
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
		d, err := splitDate(s)
		if err != nil {
			return
		}
		for _, o := range []order{orderAny, orderYMD, orderDMY, orderMDY, orderLast} {
			day, err := d.date(o, 2026)
			if err == nil && (day.Time().Year() < 1000 || day.Time().Year() > 9999) {
				t.Errorf("%q is %s", s, day)
			}
		}
		_, _, _ = parseClock(s)
	})
}
