package tillproof_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
)

// autumn is what the notice of the State Council says about September and October 2026.
func autumn(t testing.TB) tillproof.Calendar {
	t.Helper()
	c := tillproof.Calendar{
		Name: "CN", Holidays: map[tillproof.Date]string{}, Workdays: map[tillproof.Date]bool{},
		From: date(t, "2026-09-01"), To: date(t, "2026-10-31"),
	}
	for d := date(t, "2026-09-25"); d <= date(t, "2026-09-27"); d++ {
		c.Holidays[d] = "mid_autumn"
	}
	for d := date(t, "2026-10-01"); d <= date(t, "2026-10-07"); d++ {
		c.Holidays[d] = "national_day"
	}
	c.Workdays[date(t, "2026-09-20")], c.Workdays[date(t, "2026-10-10")] = true, true
	return c
}

func TestAddBanking(t *testing.T) {
	cn, weekends := autumn(t), tillproof.Calendar{}
	for _, c := range []struct {
		cal  tillproof.Calendar
		from string
		n    int
		want string
	}{
		{cn, "2026-09-30", 1, "2026-10-08"},
		{cn, "2026-09-30", 2, "2026-10-09"},
		{cn, "2026-09-30", 3, "2026-10-10"},
		{cn, "2026-09-30", 4, "2026-10-12"},
		{cn, "2026-09-19", 1, "2026-09-20"}, // Saturday to the worked Sunday
		{cn, "2026-09-18", 1, "2026-09-20"},
		{cn, "2026-09-24", 1, "2026-09-28"},
		{cn, "2026-09-20", 0, "2026-09-20"},
		{cn, "2026-10-03", 0, "2026-10-08"},
		{cn, "2026-09-21", 0, "2026-09-21"},
		{cn, "2026-10-03", 1, "2026-10-08"},
		{weekends, "2026-09-30", 1, "2026-10-01"},
		{weekends, "2026-09-18", 1, "2026-09-21"},
		{weekends, "2026-09-19", 0, "2026-09-21"},
		{weekends, "2026-09-19", 1, "2026-09-21"},
	} {
		if got := c.cal.AddBanking(date(t, c.from), c.n); got != date(t, c.want) {
			t.Errorf("%s %s + %d = %s, not %s", c.cal.Name, c.from, c.n, got, c.want)
		}
	}
}

func TestIsBanking(t *testing.T) {
	cn := autumn(t)
	for day, want := range map[string]bool{
		"2026-09-18": true, "2026-09-19": false, "2026-09-20": true, "2026-09-25": false, "2026-09-28": true,
		"2026-10-01": false, "2026-10-07": false, "2026-10-08": true, "2026-10-10": true, "2026-10-11": false,
	} {
		if got := cn.IsBanking(date(t, day)); got != want {
			t.Errorf("%s: %v", day, got)
		}
	}
}

func TestHolidayBetween(t *testing.T) {
	cn := autumn(t)
	for _, c := range []struct{ from, to, want string }{
		{"2026-09-30", "2026-10-08", "national_day"},
		{"2026-09-24", "2026-09-28", "mid_autumn"},
		{"2026-09-24", "2026-10-08", "mid_autumn"},
		{"2026-10-07", "2026-10-08", ""},
		{"2026-09-18", "2026-09-21", ""},
		{"2026-10-01", "2026-10-01", ""},
		{"2026-10-08", "2026-09-30", ""},
	} {
		if got := cn.HolidayBetween(date(t, c.from), date(t, c.to)); got != c.want {
			t.Errorf("between %s and %s: %q, not %q", c.from, c.to, got, c.want)
		}
	}
}

func TestCovers(t *testing.T) {
	cn := autumn(t)
	for day, want := range map[string]bool{
		"2026-08-31": false, "2026-09-01": true, "2026-10-31": true, "2026-11-01": false,
	} {
		if cn.Covers(date(t, day)) != want {
			t.Errorf("%s is covered: %v", day, !want)
		}
	}
	open := tillproof.Calendar{From: tillproof.NoDate, To: tillproof.NoDate}
	if open.Covers(date(t, "2026-09-01")) {
		t.Error("a calendar without data covers a day")
	}
}

// A calendar that is closed for ever must not hang the search.
func TestClosedForEverEnds(t *testing.T) {
	c := tillproof.Calendar{Holidays: map[tillproof.Date]string{}}
	from := date(t, "2026-01-01")
	for d := from; d < from+1000; d++ {
		c.Holidays[d] = "closed"
	}
	if got := c.AddBanking(from, 1); got <= from || got > from+100 {
		t.Errorf("a closed year moves the day to %s", got)
	}
}

// Against a count by hand: n banking days lie after the day, up to and with the answer.
func TestAddBankingCounts(t *testing.T) {
	cn := autumn(t)
	rapid.Check(t, func(t *rapid.T) {
		from := cn.From + tillproof.Date(rapid.IntRange(0, 50).Draw(t, "day"))
		n := rapid.IntRange(1, 10).Draw(t, "n")
		to := cn.AddBanking(from, n)
		count := 0
		for d := from + 1; d <= to; d++ {
			off := cn.Holidays[d] != "" || d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
			if cn.Workdays[d] || !off {
				count++
			}
		}
		if count != n || !cn.IsBanking(to) {
			t.Fatalf("%s + %d = %s, which is %d banking days on", from, n, to, count)
		}
	})
}
