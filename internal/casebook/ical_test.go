package casebook

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/tillproof/tillproof"
)

// readICS is a reader of its own: it unfolds, checks each line, and gives the properties in their order.
func readICS(t *testing.T, raw []byte) [][2]string {
	t.Helper()
	text := string(raw)
	if !utf8.ValidString(text) || !strings.HasSuffix(text, "\r\n") {
		t.Fatalf("no UTF-8, or the last line has no end: %q", text)
	}
	var lines []string
	for _, l := range strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(l) > 75 || strings.ContainsAny(l, "\r\n\x00\t") || !utf8.ValidString(l) {
			t.Errorf("line of %d octets, or with a control character: %q", len(l), l)
		}
		if strings.HasPrefix(l, " ") && len(lines) > 0 {
			lines[len(lines)-1] += l[1:]
			continue
		}
		lines = append(lines, l)
	}
	unescape := strings.NewReplacer(`\\`, `\`, `\;`, `;`, `\,`, `,`, `\n`, "\n")
	var props [][2]string
	var nest []string
	for _, l := range lines {
		name, value, ok := strings.Cut(l, ":")
		if !ok {
			t.Errorf("no property: %q", l)
		}
		switch name {
		case "BEGIN":
			nest = append(nest, value)
		case "END":
			if len(nest) == 0 || nest[len(nest)-1] != value {
				t.Fatalf("%s ends and was not open: %v", value, nest)
			}
			nest = nest[:len(nest)-1]
		}
		props = append(props, [2]string{name, unescape.Replace(value)})
	}
	if len(nest) != 0 {
		t.Errorf("not closed: %v", nest)
	}
	return props
}

func TestCalendarFile(t *testing.T) {
	l := tillproof.Deadline{
		ID: "answer.4", State: tillproof.Running,
		Due: moment(t, "2026-10-12 23:00"), Ours: moment(t, "2026-10-10 23:00"),
	}
	title := "调单答复；金额1,280.00元" + strings.Repeat("，请尽快提交签购单", 9)
	text := "a;b,c\\d\nsecond line\r\nthird\tcell"
	e, ok := EntryOf(tillproof.CaseID{1}, l, title, text)
	if !ok {
		t.Fatal("a deadline that runs has an entry")
	}
	plain := CalendarEntry{UID: "promise.2@x", At: moment(t, "2026-03-06 23:59:59"), Title: "x"}
	props := readICS(t, Calendar([]CalendarEntry{e, plain}, moment(t, "2026-10-01 08:00")))
	var got []string
	for _, p := range props {
		got = append(got, p[0]+"="+p[1])
	}
	want := []string{
		"BEGIN=VCALENDAR", "VERSION=2.0", "PRODID=-//tillproof//deadlines//EN", "CALSCALE=GREGORIAN",
		"BEGIN=VEVENT", "UID=answer.4." + tillproof.CaseID{1}.String() + "@tillproof",
		"DTSTAMP=20261001T000000Z", "DTSTART=20261012T150000Z", "SUMMARY=" + title,
		"DESCRIPTION=a;b,c\\d\nsecond line\nthird cell", "TRANSP=TRANSPARENT",
		"BEGIN=VALARM", "ACTION=DISPLAY", "TRIGGER;VALUE=DATE-TIME=20261010T150000Z", "DESCRIPTION=" + title,
		"END=VALARM", "END=VEVENT",
		"BEGIN=VEVENT", "UID=promise.2@x", "DTSTAMP=20261001T000000Z", "DTSTART=20260306T155959Z",
		"SUMMARY=x", "DESCRIPTION=", "TRANSP=TRANSPARENT", "END=VEVENT", "END=VCALENDAR",
	}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("%q\nnot\n%q", got, want)
	}
}

func TestNoEntryForWhatDoesNotRun(t *testing.T) {
	for _, l := range []tillproof.Deadline{
		{State: tillproof.Paused},
		{State: tillproof.Running},
		{State: tillproof.Met, Due: time.Unix(1, 0)},
		{State: tillproof.Stopped, Due: time.Unix(1, 0)},
	} {
		if _, ok := EntryOf(tillproof.CaseID{1}, l, "", ""); ok {
			t.Errorf("%+v has an entry", l)
		}
	}
}

// Each length and each way of cutting characters of one to four octets comes back whole.
func FuzzCalendar(f *testing.F) {
	f.Add("调单", "a\\;,\n")
	f.Add(strings.Repeat("é", 200), strings.Repeat("𝔸", 99))
	f.Add(strings.Repeat("x", 67), strings.Repeat("汉", 21)+"ab")
	f.Fuzz(func(t *testing.T, title, text string) {
		e := CalendarEntry{UID: "u", At: time.Unix(0, 0), Alarm: time.Unix(0, 0), Title: title, Text: text}
		readICS(t, Calendar([]CalendarEntry{e}, time.Unix(0, 0)))
	})
}
