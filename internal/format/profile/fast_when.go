package profile

import (
	"encoding/binary"
	"time"

	"github.com/tillproof/tillproof"
)

// dayOf is a day that came lately: "2026-03-" and "01".
type dayOf struct {
	head uint64
	tail uint16
	day  tillproof.Date
}

// readMoment reads "2026-03-01", "20260301", each with a time of day behind it or without.
func (l *Lane) readMoment(out *moment, text []byte) (ok bool) {
	out.second = -1
	var rest []byte
	switch {
	case len(text) >= 10 && (text[4] == '-' || text[4] == '/') && text[7] == text[4]:
		head, tail := binary.LittleEndian.Uint64(text), binary.LittleEndian.Uint16(text[8:])
		known := &l.days[tail>>8&31]
		if known.head != head || known.tail != tail {
			day, ok := dayAt(text)
			if !ok {
				return false
			}
			*known = dayOf{head, tail, day}
		}
		out.day, rest = known.day, text[10:]
		if len(rest) > 0 {
			if rest[0] != ' ' && rest[0] != 'T' || len(rest) == 1 {
				return false
			}
			rest = rest[1:]
		}
	case (len(text) == 8 || len(text) == 14) && isDigits(text):
		if out.day, ok = dayOfNumber(eightDigits(binary.LittleEndian.Uint64(text))); !ok {
			return false
		}
		rest = text[8:]
	default:
		return false
	}
	if len(rest) > 0 {
		out.second, ok = clockOf(rest)
		return ok
	}
	return true
}

// dayAt reads "2026-03-01", whatever the marks.
func dayAt(text []byte) (tillproof.Date, bool) {
	century, a := twoDigits(text[0], text[1])
	year, b := twoDigits(text[2], text[3])
	month, c := twoDigits(text[5], text[6])
	day, d := twoDigits(text[8], text[9])
	if !(a && b && c && d) {
		return tillproof.NoDate, false
	}
	return dayOfNumber(int64(century*1000000 + year*10000 + month*100 + day))
}

// dayOfNumber is the day of 20260301; years of fewer than four digits are none.
func dayOfNumber(n int64) (tillproof.Date, bool) {
	if n < 10000000 {
		return tillproof.NoDate, false
	}
	return tillproof.NewDate(int(n/10000), time.Month(n/100%100), int(n%100))
}

func twoDigits(a, b byte) (int, bool) {
	x, y := a-'0', b-'0'
	return int(x)*10 + int(y), x <= 9 && y <= 9
}

// clockOf reads "10:11:12", "10:11" and "101112" as seconds after midnight.
func clockOf(text []byte) (int, bool) {
	var h, m, s int
	var a, b, c bool
	switch {
	case len(text) == 8 && text[2] == ':' && text[5] == ':':
		h, a = twoDigits(text[0], text[1])
		m, b = twoDigits(text[3], text[4])
		s, c = twoDigits(text[6], text[7])
	case len(text) == 6:
		h, a = twoDigits(text[0], text[1])
		m, b = twoDigits(text[2], text[3])
		s, c = twoDigits(text[4], text[5])
	case len(text) == 5 && text[2] == ':':
		h, a = twoDigits(text[0], text[1])
		m, b = twoDigits(text[3], text[4])
		c = true
	}
	return h*3600 + m*60 + s, a && b && c && h <= 23 && m <= 59 && s <= 59
}
