package tillproof_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
)

func date(t testing.TB, s string) tillproof.Date {
	t.Helper()
	d, err := tillproof.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDate(t *testing.T) {
	for _, c := range []struct {
		text    string
		days    int32
		weekday time.Weekday
	}{
		{"1970-01-01", 0, time.Thursday},
		{"1969-12-31", -1, time.Wednesday},
		{"2000-02-29", 11016, time.Tuesday},
		{"2026-09-20", 20716, time.Sunday},
		{"2026-11-23", 20780, time.Monday},
	} {
		d := date(t, c.text)
		if int32(d) != c.days || d.Weekday() != c.weekday || d.String() != c.text || !d.Known() {
			t.Errorf("%s: %d days, %s, %s", c.text, d, d.Weekday(), d)
		}
	}
	for _, bad := range []string{
		"", "2026-02-29", "2026-13-01", "26-01-01", "2026/01/01", "20260101", "2026-1-1",
	} {
		if d, err := tillproof.ParseDate(bad); err == nil {
			t.Errorf("%q became %s", bad, d)
		}
	}
}

func TestNewDate(t *testing.T) {
	if d, ok := tillproof.NewDate(2024, time.February, 29); !ok || d.String() != "2024-02-29" {
		t.Errorf("%s, %v", d, ok)
	}
	for _, c := range [][3]int{
		{2026, 2, 29},
		{2026, 4, 31},
		{2026, 0, 1},
		{2026, 13, 1},
		{2026, 1, 0},
		{0, 1, 1},
		{10_000_000, 1, 1},
	} {
		if d, ok := tillproof.NewDate(c[0], time.Month(c[1]), c[2]); ok || d.Known() {
			t.Errorf("%v became %s", c, d)
		}
	}
}

func TestDateText(t *testing.T) {
	var d tillproof.Date
	if err := d.UnmarshalText([]byte("2026-09-16")); err != nil || d != date(t, "2026-09-16") {
		t.Errorf("%s, %v", d, err)
	}
	if err := d.UnmarshalText(nil); err != nil || d.Known() || d.String() != "" {
		t.Errorf("no date is %q, %v", d, err)
	}
	if err := d.UnmarshalText([]byte("tomorrow")); err == nil {
		t.Error("tomorrow was read")
	}
}

func TestLocalTime(t *testing.T) {
	d := date(t, "2026-09-16")
	at := d.At(23, 59, 59)
	if at.String() != "2026-09-16 23:59:59" || at.Date() != d || at.SecondOfDay() != 86_399 {
		t.Errorf("%s, %s, %d", at, at.Date(), at.SecondOfDay())
	}
	if next := at + 1; next.Date() != d+1 || next.SecondOfDay() != 0 {
		t.Errorf("a second later: %s", next)
	}
	if text, _ := at.MarshalText(); string(text) != "2026-09-16T23:59:59" {
		t.Errorf("text %s", text)
	}
	before := date(t, "1969-12-31").At(23, 0, 0) // a clock that was never set
	if before.Date().String() != "1969-12-31" || before.SecondOfDay() != 23*3600 {
		t.Errorf("%s, %d", before, before.SecondOfDay())
	}
	none := tillproof.NoTime
	if text, _ := none.MarshalText(); none.Known() || none.Date().Known() || none.String() != "" ||
		text != nil {
		t.Errorf("no time is %q on %q", none, none.Date())
	}
}

// The wall clock of an instant is that of its place, whatever the place of this machine.
func TestLocalTimeOf(t *testing.T) {
	shanghai := time.FixedZone("CST", 8*3600)
	instant := time.Date(2026, time.September, 16, 23, 30, 0, 999, time.UTC)
	if got := tillproof.LocalTimeOf(instant.In(shanghai)); got.String() != "2026-09-17 07:30:00" {
		t.Errorf("in Shanghai %s", got)
	}
	if got := tillproof.LocalTimeOf(instant); got.String() != "2026-09-16 23:30:00" {
		t.Errorf("in London %s", got)
	}
}

func TestDateRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := tillproof.Date(rapid.Int32Range(-719_162, 2_932_896).Draw(t, "days")) // years 1 to 9999
		back, err := tillproof.ParseDate(d.String())
		if err != nil || back != d {
			t.Fatalf("%d is %s is %d, %v", d, d, back, err)
		}
		y, m, n := d.Time().Date()
		if made, ok := tillproof.NewDate(y, m, n); !ok || made != d {
			t.Fatalf("%s made again is %s", d, made)
		}
		if at := d.At(0, 0, 0); at.Date() != d || (at-1).Date() != d-1 {
			t.Fatalf("midnight of %s lies on %s", d, at.Date())
		}
	})
}
