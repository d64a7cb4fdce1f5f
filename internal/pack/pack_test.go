package pack

import (
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tillproof/tillproof"
)

func day(t *testing.T, s string) tillproof.Date {
	t.Helper()
	d, err := tillproof.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func calendar(t *testing.T, name string) tillproof.Calendar {
	t.Helper()
	c, ok := Calendar(name)
	if !ok {
		t.Fatalf("no calendar %q", name)
	}
	return c
}

// The next banking day after a day, worked out with the notices in hand.
func TestNextBankingDay(t *testing.T) {
	for _, c := range []struct{ calendar, from, next, why string }{
		{"CN", "2024-02-08", "2024-02-09", "the eve of 2024 was a working day"},
		{"CN", "2024-02-09", "2024-02-18", "spring festival, then a worked Sunday"},
		{"CN", "2024-04-03", "2024-04-07", "qingming, then a worked Sunday"},
		{"CN", "2024-04-30", "2024-05-06", "labour day"},
		{"CN", "2024-09-13", "2024-09-14", "a worked Saturday"},
		{"CN", "2024-09-30", "2024-10-08", "national day"},
		{"CN", "2025-01-27", "2025-02-05", "spring festival"},
		{"CN", "2025-02-07", "2025-02-08", "a worked Saturday"},
		{"CN", "2025-05-30", "2025-06-03", "dragon boat"},
		{"CN", "2025-09-30", "2025-10-09", "national day and mid-autumn"},
		{"CN", "2025-12-31", "2026-01-04", "new year, then a worked Sunday"},
		{"CN", "2026-02-13", "2026-02-14", "a worked Saturday"},
		{"CN", "2026-02-14", "2026-02-24", "spring festival"},
		{"CN", "2026-04-03", "2026-04-07", "qingming"},
		{"CN", "2026-09-19", "2026-09-20", "a worked Sunday"},
		{"CN", "2026-09-24", "2026-09-28", "mid-autumn"},
		{"CN", "2026-09-30", "2026-10-08", "national day"},
		{"CN", "2026-10-09", "2026-10-10", "a worked Saturday"},
		{"CN", "2026-11-20", "2026-11-23", "a plain weekend"},
		{"TARGET2", "2024-03-28", "2024-04-02", "easter"},
		{"TARGET2", "2025-04-17", "2025-04-22", "easter"},
		{"TARGET2", "2026-04-02", "2026-04-07", "easter"},
		{"TARGET2", "2027-03-25", "2027-03-30", "easter"},
		{"eu", "2026-04-30", "2026-05-04", "1 May is a Friday"},
		{"T2", "2025-12-24", "2025-12-29", "christmas and a weekend"},
		{"UK", "2026-12-24", "2026-12-29", "christmas, weekend, substitute day"},
		{"GB", "2027-12-24", "2027-12-29", "weekend, then two substitute days"},
		{"UK", "2026-08-28", "2026-09-01", "summer bank holiday"},
		{"US", "2026-07-02", "2026-07-03", "4 July 2026 is a Saturday: the Friday is open"},
		{"US", "2027-07-02", "2027-07-06", "4 July 2027 is a Sunday: the Monday is closed"},
		{"US", "2026-11-25", "2026-11-27", "thanksgiving"},
		{"US", "2027-12-24", "2027-12-27", "Christmas 2027 is a Saturday"},
	} {
		if got := calendar(t, c.calendar).AddBanking(day(t, c.from), 1); got != day(t, c.next) {
			t.Errorf("%s after %s: %s, not %s (%s)", c.calendar, c.from, got, c.next, c.why)
		}
	}
}

// The number of working days of a year follows from the law, whatever days the notice swaps: 251, 248 and 248
// for China in 2024 to 2026, once the eleven or thirteen statutory days are taken off the weekdays.
func TestBankingDaysOfAYear(t *testing.T) {
	for _, c := range []struct {
		calendar string
		year     int
		want     int
	}{
		// 366 days − 104 weekend days − 11 holidays; then 365 − 104 − 13 twice.
		{"CN", 2024, 251},
		{"CN", 2025, 248},
		{"CN", 2026, 248},
		// 262 weekdays − 6; 261 − 5 (26 December is a Saturday).
		{"TARGET2", 2024, 256},
		{"TARGET2", 2026, 256},
		{"UK", 2025, 253},
		{"UK", 2026, 253}, // 261 weekdays − 8
		{"US", 2025, 250},
		{"US", 2026, 251}, // 261 − 11; 261 − 10 (4 July is a Saturday)
	} {
		cal, n := calendar(t, c.calendar), 0
		first, _ := tillproof.NewDate(c.year, time.January, 1)
		last, _ := tillproof.NewDate(c.year, time.December, 31)
		for d := first; d <= last; d++ {
			if cal.IsBanking(d) {
				n++
			}
		}
		if n != c.want {
			t.Errorf("%s %d: %d banking days, not %d", c.calendar, c.year, n, c.want)
		}
	}
}

func TestCalendarSpan(t *testing.T) {
	cn := calendar(t, "CN")
	for s, want := range map[string]bool{
		"2023-12-31": false, "2024-01-01": true, "2026-12-31": true, "2027-01-01": false,
	} {
		if cn.Covers(day(t, s)) != want {
			t.Errorf("CN covers %s: %v", s, !want)
		}
	}
	if _, ok := Calendar("XX"); ok {
		t.Error("a calendar that no file has")
	}
	if _, ok := Calendar(""); ok {
		t.Error("a calendar without a name")
	}
	if got := strings.Join(Calendars(), " "); got != "CN TARGET2 UK US" {
		t.Errorf("calendars: %s", got)
	}
}

// A caller that changes its copy must not change the next one's.
func TestCalendarIsACopy(t *testing.T) {
	a := calendar(t, "CN")
	clear(a.Holidays)
	clear(a.Workdays)
	if b := calendar(t, "CN"); len(b.Holidays) == 0 || len(b.Workdays) == 0 {
		t.Error("the calendar of the room was changed through a copy")
	}
}

func TestRowsOfCalendars(t *testing.T) {
	for _, f := range calendarFiles() {
		seen := map[tillproof.Date]bool{}
		for _, row := range f.Days {
			where := f.Name + " " + row.Holiday + " " + row.From.String()
			if f.Sources[row.Source] == "" {
				t.Errorf("%s: source %q is not named", where, row.Source)
			}
			if !known(row.Confidence) {
				t.Errorf("%s: confidence %q", where, row.Confidence)
			}
			if row.From > row.To || row.From < f.From || row.To > f.To {
				t.Errorf("%s: outside the span of the file, or backwards", where)
			}
			for d := row.From; d <= row.To; d++ {
				if seen[d] {
					t.Errorf("%s: %s has two rows", where, d)
				}
				seen[d] = true
			}
			for _, d := range row.Work {
				if w := d.Weekday(); w != time.Saturday && w != time.Sunday || seen[d] {
					t.Errorf("%s: %s is no weekend day to be worked", where, d)
				}
			}
			bothNames(t, HolidayText(row.Holiday))
		}
	}
}

func known(c Confidence) bool { return c == Primary || c == Secondary || c == Known }

func TestResponse(t *testing.T) {
	for code, want := range map[string]ResponseClass{
		"00": Approved, "10": Approved, "11": Approved, "Y1": Approved, "Y3": Approved,
		"A2": ApprovedWithDefect, "A4": ApprovedWithDefect,
		"A5": ApprovedWithDefect, "a6": ApprovedWithDefect, "Z1": Declined,
		"51": Declined, "54": Declined, "55": Declined, "61": Declined, "65": Declined, "75": Declined,
		"04": CardAlert, "34": CardAlert, "41": CardAlert, "43": CardAlert, "59": CardAlert,
		"03": Setup, "58": Setup, "97": Setup,
		"68": OutcomeUnknown, "91": OutcomeUnknown, "96": OutcomeUnknown, "98": OutcomeUnknown,
	} {
		if got, ok := Response(code); !ok || got != want {
			t.Errorf("%s: %q %v, not %q", code, got, ok, want)
		}
	}
	for _, code := range []string{"", "0", "000", "ZZ", "QQ"} {
		if got, ok := Response(code); ok {
			t.Errorf("%q: %s, though no row names it", code, got)
		}
	}
}

func TestRowsOfResponses(t *testing.T) {
	f := responseRows()
	if !f.From.Known() {
		t.Error("the file does not say from when it holds")
	}
	classes := map[ResponseClass]bool{
		Approved: true, ApprovedWithDefect: true, Declined: true, CardAlert: true, Setup: true,
		OutcomeUnknown: true,
	}
	seen := map[string]bool{}
	for _, row := range f.Codes {
		if len(row.Code) != 2 || seen[row.Code] || !classes[row.Class] || f.Sources[row.Source] == "" ||
			!known(row.Confidence) {
			t.Errorf("row %+v", row)
		}
		seen[row.Code] = true
		bothNames(t, ResponseText(row.Code))
	}
	if len(seen) != 51 {
		t.Errorf("%d codes, the list has 51", len(seen))
	}
}

// names are the texts of the catalogue of this room by language.
var names = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, lang := range []string{"zh", "en"} {
		texts := map[string]string{}
		raw, err := os.ReadFile("../locale/catalog/pack." + lang + ".json")
		if err == nil {
			err = json.Unmarshal(raw, &texts)
		}
		if err != nil {
			panic(err)
		}
		all[lang] = texts
	}
	return all
})

// bothNames asks that a code has its name in both languages.
func bothNames(t *testing.T, code string) {
	t.Helper()
	for _, lang := range []string{"zh", "en"} {
		if names()[lang][code] == "" {
			t.Errorf("%s has no name in %s", code, lang)
		}
	}
}
