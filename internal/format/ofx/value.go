package ofx

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

var errAmount = errors.New("no amount")

// grouped is an amount with separators of thousands, which the specification forbids and some banks write. It
// counts only with a decimal mark of the other kind: 1,234 alone is one and 234 thousandths.
var grouped = regexp.MustCompile(`^[+-]?\d{1,3}(?:(?:,\d{3})+\.\d*|(?:\.\d{3})+,\d*)$`)

// exactOf reads an amount: a sign or none, digits, and a decimal point or comma (OFX 2.2, section 3.2.9.1).
func exactOf(s string) (tillproof.Exact, error) {
	mark := strings.LastIndexAny(s, ".,")
	units := s // decimals may look like a card number: one bank writes sixteen of them
	if mark >= 0 {
		units = s[:mark]
	}
	if format.HasCard(units) {
		return tillproof.Exact{}, errAmount // a card number in the wrong place, and no sum of money
	}
	if grouped.MatchString(s) {
		whole := strings.NewReplacer(",", "", ".", "").Replace(s[:mark])
		return tillproof.ParseExact(whole + "." + s[mark+1:])
	}
	if strings.Count(s, ",") == 1 && !strings.Contains(s, ".") {
		s = strings.Replace(s, ",", ".", 1)
	}
	return tillproof.ParseExact(s)
}

// moment is what a date says.
type moment struct {
	day    tillproof.Date
	clock  time.Duration // since midnight; only where timed
	timed  bool          // a time is written that is no stand-in for a day
	zone   *time.Location
	offset bool // the file names an offset from UTC
}

// stamp is YYYYMMDD, perhaps HHMM or HHMMSS with a fraction, perhaps [offset:name] (OFX 2.2, section
// 3.2.8.2). The offset is in hours, with a fraction in some zones.
var stamp = regexp.MustCompile(
	`^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(?:(\d{2})(?:[.,]\d{0,9})?)?)?` +
		`\s*(?:\[([+-]?\d{1,2}(?:\.\d{1,2})?)(?::[^\]]*)?\])?$`)

// momentOf reads a date. A day or time that does not exist is none.
func momentOf(s string) (moment, bool) {
	m := stamp.FindStringSubmatch(s)
	if m == nil {
		return moment{}, false
	}
	n := func(i int) int {
		v, _ := strconv.Atoi(m[i]) // digits by the pattern; "" is 0
		return v
	}
	day, ok := tillproof.NewDate(n(1), time.Month(n(2)), n(3))
	h, min, sec := n(4), n(5), n(6)
	if !ok || h > 23 || min > 59 || sec > 60 {
		return moment{}, false
	}
	clock := time.Duration(h*3600+min*60+sec) * time.Second
	at := moment{day: day, clock: clock}
	// Midnight and noon are how banks write a day where a moment is asked for.
	at.timed = m[4] != "" && clock != 0 && clock != 12*time.Hour
	if m[7] != "" {
		at.offset, at.zone = true, zoneOf(m[7])
	}
	return at, at.zone != nil || !at.offset
}

// zoneOf is the zone of an offset in hours: "-5", "+5.30" (hours and minutes), "-3.5" (hours and tenths);
// nil for an offset that no place has.
func zoneOf(s string) *time.Location {
	whole, part, _ := strings.Cut(s, ".")
	hours, err := strconv.Atoi(whole)
	if err != nil || hours < -12 || hours > 14 {
		return nil
	}
	minutes := 0
	switch part {
	case "", "0", "00":
	case "5", "50", "30", "3":
		minutes = 30
	case "75", "45":
		minutes = 45
	case "25", "15":
		minutes = 15
	default:
		return nil
	}
	if strings.HasPrefix(whole, "-") {
		minutes = -minutes
	}
	return time.FixedZone(s, hours*3600+minutes*60)
}

// local is the moment as a time of the merchant's clock where both zones are known, else as it is written.
func (m moment) local(to *time.Location) tillproof.LocalTime {
	if !m.timed {
		return tillproof.NoTime
	}
	written := m.day.At(0, 0, int(m.clock/time.Second))
	if !m.offset || to == nil {
		return written
	}
	d := m.day.Time()
	t := time.Date(d.Year(), d.Month(), d.Day(), 0, 0, int(m.clock/time.Second), 0, m.zone)
	return tillproof.LocalTimeOf(t.In(to))
}

// dayOf is the day that is written, NoDate where none can be read.
func dayOf(s string) tillproof.Date {
	if m, ok := momentOf(s); ok {
		return m.day
	}
	return tillproof.NoDate
}
