package cell

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/tillproof/tillproof"
)

// Causes of a date or time that cannot be read.
var (
	ErrNotDate  = errors.New("not a date")
	ErrNoDay    = errors.New("no such day")
	ErrDayMonth = errors.New("day, month and year can be exchanged")
	ErrNoYear   = errors.New("no year")
	ErrNotTime  = errors.New("not a time")
)

var months = [...]string{
	"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
}

// Date is what a date cell shows before the order of its parts is known.
type Date struct {
	Part   [3]int
	Digits [3]int
	Parts  int    // 3, or 2 where the year is missing
	Named  bool   // the month was a word: Part[1] is the month, whatever the order
	sep    byte   // a point never stands behind the month first
	han    bool   // the parts name themselves: 年, 月, 日
	Rest   string // what follows: a time of day
}

// SplitDate cuts the leading date off a cell.
func SplitDate(s string) (Date, error) {
	var d Date
	i := 0
	for i < len(s) && d.Parts < 3 {
		start := i
		for i < len(s) && IsDigit(s[i]) {
			i++
		}
		switch {
		case i > start:
			v, err := strconv.Atoi(s[start:min(i, start+14)])
			if err != nil {
				return d, ErrNotDate
			}
			d.Part[d.Parts], d.Digits[d.Parts] = v, i-start
		default:
			month, width := monthName(s[i:])
			if width == 0 || d.Named {
				return d, ErrNotDate
			}
			d.Part[d.Parts], d.Digits[d.Parts], d.Named = month, 2, true
			i += width
		}
		d.Parts++
		if d.Parts == 1 && d.Digits[0] >= 8 {
			break // 20240131, 20240131101112
		}
		next, sep := skipSeparator(s, i, d.Parts)
		if next == i {
			break
		}
		if d.sep == 0 {
			d.sep, d.han = sep, strings.HasPrefix(s[i:], "年")
		}
		i = next
	}
	if d.Parts == 3 && d.sep == '.' && i < len(s) && s[i] == '.' {
		i++ // Hungarian days end with a point
	}
	d.Rest = strings.TrimLeft(s[i:], " T\t")
	return d, nil
}

// skipSeparator passes the mark between two parts of a date: one of - / . blank, or 年 月 日.
func skipSeparator(s string, i, parts int) (int, byte) {
	for _, han := range []string{"年", "月", "日"} {
		if strings.HasPrefix(s[i:], han) {
			return i + len(han), '-'
		}
	}
	if i < len(s) && parts < 3 && strings.IndexByte("-/. ", s[i]) >= 0 {
		for j := i + 1; j < len(s); j++ {
			if s[j] != ' ' {
				return j, s[i]
			}
		}
	}
	return i, 0
}

func monthName(s string) (month, width int) {
	for width < len(s) && (s[width]|0x20 >= 'a' && s[width]|0x20 <= 'z') {
		width++
	}
	if width < 3 {
		return 0, 0
	}
	for i, m := range months {
		if strings.EqualFold(s[:3], m) {
			return i + 1, width
		}
	}
	return 0, 0
}

// Day is the day under the orders that the file leaves possible. The year stands in for one that the cell
// lacks, 0 where none is known.
func (d Date) Day(o Order, year int) (tillproof.Date, error) {
	y, m, day := 0, 0, 0
	p := d.Part
	switch {
	case d.Parts == 1 && d.Digits[0] == 8:
		y, m, day = p[0]/10000, p[0]/100%100, p[0]%100
	case d.Parts == 1 && d.Digits[0] == 14:
		v := p[0] / 1000000
		y, m, day = v/10000, v/100%100, v%100
	case d.Parts == 2 && d.Rest != "":
		return tillproof.NoDate, ErrNotDate
	case d.Parts == 2 && year == 0:
		return tillproof.NoDate, ErrNoYear
	case d.Parts == 2:
		y, m, day = year, p[0], p[1]
	case d.Parts != 3:
		return tillproof.NoDate, ErrNotDate
	case d.Digits[0] == 4 && !d.Named:
		y, m, day = p[0], p[1], p[2]
	case d.Named && d.Digits[0] != 4:
		y, m, day = fullYear(p[2], d.Digits[2]), p[1], p[0]
	default:
		return d.openDate(o)
	}
	return calendarDay(y, m, day)
}

func calendarDay(y, m, day int) (tillproof.Date, error) {
	v, ok := tillproof.NewDate(y, time.Month(m), day)
	if !ok || y < 1000 || y > 9999 || m < 1 || m > 12 {
		return tillproof.NoDate, ErrNoDay
	}
	return v, nil
}

// fullYear completes a year of two digits: 80 to 99 are 19yy, else 20yy (the pivot of SWIFT's MT940 as banks
// use it).
func fullYear(y, digits int) int {
	switch {
	case digits > 2:
		return y
	case y >= 80:
		return 1900 + y
	}
	return 2000 + y
}

// ParseClock reads a time of day: 10:11:12, 10:11, 101112, 1011, 10：11：12 and 1:02 PM. It answers seconds
// after midnight and what follows (a zone).
func ParseClock(s string) (second int, rest string, err error) {
	var part [3]int
	n, i := 0, 0
	for n < 3 && i < len(s) {
		start := i
		for i < len(s) && IsDigit(s[i]) {
			i++
		}
		if i == start {
			break
		}
		if n == 0 && (i-start == 6 || i-start == 4) {
			v, _ := strconv.Atoi(s[start:i])
			if i-start == 4 {
				v *= 100
			}
			part, n = [3]int{v / 10000, v / 100 % 100, v % 100}, 3
			break
		}
		if i-start > 2 {
			return 0, "", ErrNotTime
		}
		part[n], _ = strconv.Atoi(s[start:i])
		n++
		if n < 3 && i < len(s) && s[i] == ':' {
			i++
			continue
		}
		break
	}
	if n < 2 {
		return 0, "", ErrNotTime
	}
	rest = skipFraction(s[i:])
	rest, part[0], err = halfDay(rest, part[0])
	if err != nil || part[0] > 23 || part[1] > 59 || part[2] > 59 {
		return 0, "", ErrNotTime
	}
	return part[0]*3600 + part[1]*60 + part[2], rest, nil
}

func skipFraction(s string) string {
	if len(s) > 1 && (s[0] == '.' || s[0] == ',') && IsDigit(s[1]) {
		s = strings.TrimLeft(s[1:], "0123456789")
	}
	return strings.TrimSpace(s)
}

func halfDay(s string, hour int) (string, int, error) {
	if len(s) < 2 || s[1]|0x20 != 'm' || s[0]|0x20 != 'a' && s[0]|0x20 != 'p' {
		return s, hour, nil
	}
	if hour < 1 || hour > 12 {
		return s, hour, ErrNotTime
	}
	hour %= 12
	if s[0]|0x20 == 'p' {
		hour += 12
	}
	return strings.TrimSpace(s[2:]), hour, nil
}

// Offset reads a zone that follows a time: Z, UTC, +08:00, +0800, +08. It answers seconds east of Greenwich.
func Offset(s string) (int, bool) {
	if s == "Z" || s == "UTC" || s == "GMT" {
		return 0, true
	}
	if len(s) < 3 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	digits := strings.Replace(s[1:], ":", "", 1)
	v, err := strconv.Atoi(digits)
	if err != nil || len(digits) != 2 && len(digits) != 4 {
		return 0, false
	}
	if len(digits) == 2 {
		v *= 100
	}
	sec := v/100*3600 + v%100*60
	if s[0] == '-' {
		sec = -sec
	}
	return sec, true
}

// IsMoment reports a date followed by something, or one of 8 digits and more.
func (d Date) IsMoment() bool { return d.Parts == 3 || d.Parts == 1 && d.Digits[0] >= 8 }
