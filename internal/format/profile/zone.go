package profile

import (
	"strings"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/cell"
)

// toZone turns the time of a row into the merchant's own clock, where the time itself, a column of zones or
// the header of the time names a zone. A zone that is not known, or a merchant whose zone is not, leaves the
// time as it is written, and the file gets a note.
func (t *table) toZone(r *tillproof.Record, written string) {
	if east, ok := cell.Offset(written); ok {
		t.toMerchantClock(r, east)
		return
	}
	name := t.cell(Zone)
	if name == "" && t.headsUTC() {
		name = "UTC"
	}
	if name == "" {
		return
	}
	if east, ok := cell.Offset(name); ok {
		t.toMerchantClock(r, east)
		return
	}
	from := t.location(name)
	switch {
	case from == nil:
		t.noteOnce(CodeZoneUnknown, Zone, name)
	case t.opt.Zone == nil:
		t.noteOnce(CodeZone, Zone, name)
	default:
		w := time.Unix(int64(r.Time), 0).UTC()
		at := time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), 0, from)
		r.Time = tillproof.LocalTimeOf(at.In(t.opt.Zone))
	}
}

// headsUTC reports that the header above the row's time says UTC: "Created (UTC)", "created_utc".
func (t *table) headsUTC() bool {
	f := Day
	if t.cell(Clock) != "" {
		f = Clock
	} else if t.cell(Day) == "" {
		f = BookingDay
	}
	name := normal(t.heading(f))
	return strings.HasSuffix(name, "(utc)") || strings.HasSuffix(name, "_utc")
}

// location is the zone that a word names: one of the layout's words, or a name of the zone database. nil: it
// is not known.
func (t *table) location(name string) *time.Location {
	if l, ok := t.zones[name]; ok {
		return l
	}
	place, ok := t.lay.words.zones[normal(name)]
	if !ok && strings.Contains(name, "/") {
		place = name
	}
	var l *time.Location
	if place != "" {
		if found, err := time.LoadLocation(place); err == nil {
			l = found
		}
	}
	if t.zones == nil {
		t.zones = map[string]*time.Location{}
	}
	if len(t.zones) < maxZones {
		t.zones[name] = l
	}
	return l
}

// maxZones bounds how many zones of one table are remembered.
const maxZones = 64
