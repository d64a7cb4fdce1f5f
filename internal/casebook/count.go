package casebook

import (
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/pack"
)

// lastSecond is the end of a day that no cut-off ends: 23:59:59 is in time, 24:00 is the next day.
const lastSecond = 24*60*60 - 1

// dayOf is the day that a moment has in a zone.
func dayOf(t time.Time, zone *time.Location) tillproof.Date {
	return tillproof.LocalTimeOf(t.In(zone)).Date()
}

// at is the moment of a day at a second after midnight, in a zone.
func at(day tillproof.Date, second int, zone *time.Location) time.Time {
	y, m, d := day.Time().Date()
	return time.Date(y, m, d, 0, 0, second, 0, zone).UTC()
}

// endOf is the second of the day at which a clock's last day ends.
func endOf(c pack.Clock) int {
	t, err := time.Parse("15:04", c.CutOff)
	if c.CutOff == "" || err != nil {
		return lastSecond
	}
	return (t.Hour()*60 + t.Minute()) * 60
}

// due is the last moment that is in time by a clock that started, with days added for the time it stood
// still. The day of the start is not counted, whatever its hour: a start after the cut-off is not moved to
// the next day, because that would only make the date later than it may be.
func due(c pack.Clock, start time.Time, still int, cal tillproof.Calendar) (time.Time, tillproof.Date) {
	zone := zoneOf(c.Zone)
	if c.Unit == pack.Hours {
		end := start.Add(time.Duration(c.Length+still) * time.Hour).UTC()
		return end, dayOf(end, zone)
	}
	day := dayOf(start, zone)
	switch c.Unit {
	case pack.BankingDays:
		day = cal.AddBanking(day, c.Length+still)
	case pack.Months:
		day = addMonths(day, c.Length)
	case pack.Years:
		day = addMonths(day, 12*c.Length)
	default:
		day += tillproof.Date(c.Length + still)
	}
	return at(day, endOf(c), zone), day
}

// addMonths is the day of the same number n months later, the last day of the month where it has no such day.
func addMonths(d tillproof.Date, n int) tillproof.Date {
	y, m, day := d.Time().Date()
	first := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	for ; day > 28; day-- {
		if e, ok := tillproof.NewDate(first.Year(), first.Month(), day); ok {
			return e
		}
	}
	e, _ := tillproof.NewDate(first.Year(), first.Month(), day)
	return e
}

// stood is what a clock of the unit did not count between two moments: days of its calendar, or hours.
func stood(c pack.Clock, from, to time.Time, cal tillproof.Calendar) int {
	if c.Unit == pack.Hours {
		return max(0, hoursBetween(from, to))
	}
	zone, n := zoneOf(c.Zone), 0
	for d := dayOf(from, zone) + 1; d <= dayOf(to, zone); d++ {
		if c.Unit != pack.BankingDays || cal.IsBanking(d) {
			n++
		}
	}
	return n
}

// workEnds is when a working day is over for a desk, in seconds after midnight: what is sent later is read on
// the next one.
const workEnds = 18 * 60 * 60

// longestRest bounds the search for a working day: no calendar closes for longer.
const longestRest = 40

// lastSafe is the last working day that ends before a moment. Days whose holidays are not known yet are not
// safe; only where the calendar ends long before, its weekends have to do.
func lastSafe(t time.Time, zone *time.Location, cal tillproof.Calendar) tillproof.Date {
	last := dayOf(t, zone)
	if at(last, workEnds, zone).After(t) {
		last--
	}
	back := func(works func(tillproof.Date) bool) (tillproof.Date, bool) {
		for d := last; d > last-longestRest; d-- {
			if works(d) {
				return d, true
			}
		}
		return last, false
	}
	known := func(d tillproof.Date) bool { return cal.IsBanking(d) && cal.Covers(d) }
	if d, ok := back(known); ok {
		return d
	}
	d, _ := back(cal.IsBanking)
	return d
}

// zoneOf is a zone by its name, UTC where nobody knows the name: the names of packs are tested, those of the
// user are refused before (Docket.check).
func zoneOf(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}
