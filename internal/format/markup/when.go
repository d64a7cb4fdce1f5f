package markup

import (
	"time"

	"github.com/tillproof/tillproof"
)

// Moment is what a date element says.
type Moment struct {
	Day    tillproof.Date
	Time   tillproof.LocalTime // NoTime where only a day is written
	Offset bool                // the file names an offset from UTC
}

// The layouts of xs:date and xs:dateTime, each with and without an offset. Fractions of a second may follow.
var layouts = [...]struct {
	layout        string
	clock, offset bool
}{
	{"2006-01-02", false, false},
	{"2006-01-02Z07:00", false, true},
	{"2006-01-02T15:04:05", true, false},
	{"2006-01-02T15:04:05Z07:00", true, true},
}

// When reads a day or a moment. A moment with an offset is put on the merchant's clock, if that is known;
// midnight is how banks write a day where a moment is asked for, so it stays the day that is written.
func When(s string, zone *time.Location) (Moment, bool) {
	for _, l := range layouts {
		t, err := time.Parse(l.layout, s)
		if err != nil {
			continue
		}
		midnight := t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 && t.Nanosecond() == 0
		if !l.clock || midnight {
			return Moment{Day: tillproof.LocalTimeOf(t).Date(), Time: tillproof.NoTime}, true
		}
		if l.offset && zone != nil {
			t = t.In(zone)
		}
		at := tillproof.LocalTimeOf(t)
		return Moment{Day: at.Date(), Time: at, Offset: l.offset}, true
	}
	return Moment{}, false
}
