package tillproof

import (
	"fmt"
	"time"
)

// Date is a business day without a zone: days since 1970-01-01. NoDate means "not known".
type Date int32

// NoDate is the absent date.
const NoDate Date = -1 << 31

// NewDate is a calendar day; it answers false for a day that does not exist (30 February) and for a year that
// is not of four digits.
func NewDate(y int, m time.Month, d int) (Date, bool) {
	if y < 1 || y > 9999 {
		return NoDate, false
	}
	t := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	if t.Day() != d || t.Month() != m || t.Year() != y {
		return NoDate, false
	}
	return Date(t.Unix() / 86400), true
}

// ParseDate reads "2006-01-02".
func ParseDate(s string) (Date, error) {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return NoDate, fmt.Errorf("date %q is not yyyy-mm-dd", s)
	}
	return Date(t.Unix() / 86400), nil
}

// Known reports whether the date is set.
func (d Date) Known() bool { return d != NoDate }

// Time is midnight UTC of the day, for formatting and arithmetic only.
func (d Date) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.Time().Weekday() }

// String is "2006-01-02", or "" when not known.
func (d Date) String() string {
	if !d.Known() {
		return ""
	}
	return d.Time().Format("2006-01-02")
}

// MarshalText writes yyyy-mm-dd, empty when not known.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads yyyy-mm-dd; an empty text is NoDate.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = NoDate
		return nil
	}
	v, err := ParseDate(string(b))
	*d = v
	return err
}

// LocalTime is a wall-clock moment at the merchant, in seconds since 1970-01-01T00:00:00 of that clock. Files
// rarely name a zone; those that do are converted to the merchant's zone when read. NoTime means "not known".
type LocalTime int64

// NoTime is the absent moment.
const NoTime LocalTime = -1 << 63

// LocalTimeOf is the wall clock that t shows in its own location.
func LocalTimeOf(t time.Time) LocalTime {
	y, m, d := t.Date()
	return LocalTime(time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), 0, time.UTC).Unix())
}

// Known reports whether the moment is set.
func (t LocalTime) Known() bool { return t != NoTime }

// Date is the calendar day of the moment.
func (t LocalTime) Date() Date {
	if !t.Known() {
		return NoDate
	}
	d := int64(t) / 86400
	if int64(t)%86400 < 0 {
		d--
	}
	return Date(d)
}

// SecondOfDay is seconds after local midnight, 0 to 86399.
func (t LocalTime) SecondOfDay() int {
	s := int64(t) % 86400
	if s < 0 {
		s += 86400
	}
	return int(s)
}

// At is a moment on this day.
func (d Date) At(h, m, s int) LocalTime {
	return LocalTime(int64(d)*86400 + int64(h*3600+m*60+s))
}

// String is "2006-01-02 15:04:05", or "" when not known.
func (t LocalTime) String() string {
	if !t.Known() {
		return ""
	}
	return time.Unix(int64(t), 0).UTC().Format("2006-01-02 15:04:05")
}

// MarshalText writes "2006-01-02T15:04:05" (a local time of ISO 8601, no zone), empty when not known.
func (t LocalTime) MarshalText() ([]byte, error) {
	if !t.Known() {
		return nil, nil
	}
	return []byte(time.Unix(int64(t), 0).UTC().Format("2006-01-02T15:04:05")), nil
}

// UnmarshalText reads what MarshalText writes; an empty text is NoTime.
func (t *LocalTime) UnmarshalText(b []byte) error {
	*t = NoTime
	if len(b) == 0 {
		return nil
	}
	v, err := time.Parse("2006-01-02T15:04:05", string(b))
	if err != nil {
		return fmt.Errorf("time %q is not yyyy-mm-ddThh:mm:ss", b)
	}
	*t = LocalTime(v.Unix())
	return nil
}
