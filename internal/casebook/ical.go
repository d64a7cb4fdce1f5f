package casebook

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tillproof/tillproof"
)

// CalendarEntry is one line of a calendar file.
type CalendarEntry struct {
	UID   string // the same for the same deadline, so that a second import moves it
	At    time.Time
	Alarm time.Time // zero: none
	Title string
	Text  string
}

// EntryOf is the entry of a deadline with its texts in the reader's language; it answers false for one that
// does not run or has no date. Where we owe, the alarm is at the merchant's own date.
func EntryOf(c tillproof.CaseID, l tillproof.Deadline, title, text string) (CalendarEntry, bool) {
	e := CalendarEntry{
		UID: l.ID + "." + c.String() + "@tillproof", At: l.Due, Alarm: l.Ours, Title: title, Text: text,
	}
	return e, l.State == tillproof.Running && !l.Due.IsZero()
}

// icsLine is the most octets of a line of RFC 5545 without its end.
const icsLine = 75

// Calendar writes entries, in their order, as an iCalendar file (RFC 5545) that was made at a moment.
func Calendar(entries []CalendarEntry, made time.Time) []byte {
	var b strings.Builder
	put := func(name, value string) { fold(&b, name+":"+value) }
	put("BEGIN", "VCALENDAR")
	put("VERSION", "2.0")
	put("PRODID", "-//tillproof//deadlines//EN")
	put("CALSCALE", "GREGORIAN")
	for _, e := range entries {
		put("BEGIN", "VEVENT")
		put("UID", escaped(e.UID))
		put("DTSTAMP", icsTime(made))
		put("DTSTART", icsTime(e.At))
		put("SUMMARY", escaped(e.Title))
		put("DESCRIPTION", escaped(e.Text))
		put("TRANSP", "TRANSPARENT")
		if !e.Alarm.IsZero() {
			put("BEGIN", "VALARM")
			put("ACTION", "DISPLAY")
			put("TRIGGER;VALUE=DATE-TIME", icsTime(e.Alarm))
			put("DESCRIPTION", escaped(e.Title))
			put("END", "VALARM")
		}
		put("END", "VEVENT")
	}
	put("END", "VCALENDAR")
	return []byte(b.String())
}

func icsTime(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

// escaped writes a text as RFC 5545 does. Control characters, which no text may hold, become blanks.
func escaped(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "\uFFFD")
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\\' || r == ';' || r == ',':
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case r < ' ' || r == 0x7f:
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// fold writes a line in pieces of at most 75 octets, each but the first led by a blank, and never cuts a
// character.
func fold(b *strings.Builder, line string) {
	room := icsLine
	for len(line) > room {
		cut := room
		for !utf8.RuneStart(line[cut]) {
			cut--
		}
		b.WriteString(line[:cut] + "\r\n ")
		line, room = line[cut:], icsLine-1
	}
	b.WriteString(line + "\r\n")
}
