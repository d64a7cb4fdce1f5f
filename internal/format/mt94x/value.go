package mt94x

import (
	"errors"
	"strings"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

var (
	errAmount = errors.New("no amount with a decimal comma")
	errDate   = errors.New("no date")
)

// amountOf reads an amount: digits, one decimal comma, digits or none ("0,"); leading zeros pad it.
func amountOf(s string) (tillproof.Exact, error) {
	whole, decimals, found := strings.Cut(s, ",")
	if !found || whole == "" || !allDigits(whole) || !allDigits(decimals) {
		return tillproof.Exact{}, errAmount
	}
	if format.HasCard(s) {
		return tillproof.Exact{}, errAmount // a card number in the wrong place, and no sum of money
	}
	return tillproof.ParseExact(whole + "." + decimals)
}

// amountPrefix is the part of s that can be an amount.
func amountPrefix(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < '0' || c > '9') && c != ',' && c != '.' {
			return s[:i]
		}
	}
	return s
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// pivot is the first two-digit year of the last century.
const pivot = 80

// dateOf reads YYMMDD. A day that its month does not have (30 February, which banks use for the month's end)
// becomes the month's last day, and the answer says so.
func dateOf(s string) (d tillproof.Date, clamped bool, err error) {
	if len(s) != 6 || !allDigits(s) {
		return tillproof.NoDate, false, errDate
	}
	year := 2000 + two(s)
	if two(s) >= pivot {
		year -= 100
	}
	return clamp(year, two(s[2:]), two(s[4:]))
}

func two(s string) int { return int(s[0]-'0')*10 + int(s[1]-'0') }

func clamp(year, month, day int) (tillproof.Date, bool, error) {
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return tillproof.NoDate, false, errDate
	}
	for last := day; last > 27; last-- {
		if d, ok := tillproof.NewDate(year, time.Month(month), last); ok {
			return d, last != day, nil
		}
	}
	d, _ := tillproof.NewDate(year, time.Month(month), day)
	return d, false, nil
}

// entryDate reads MMDD beside a value date: it lies in the year that brings the two nearest to each other.
func entryDate(s string, value tillproof.Date) (tillproof.Date, bool, error) {
	year := value.Time().Year()
	best, bestClamped := tillproof.NoDate, false
	for _, y := range [...]int{year, year - 1, year + 1} {
		d, clamped, err := clamp(y, two(s), two(s[2:]))
		if err != nil {
			return tillproof.NoDate, false, err
		}
		if !best.Known() || distance(d, value) < distance(best, value) {
			best, bestClamped = d, clamped
		}
	}
	return best, bestClamped, nil
}

func distance(a, b tillproof.Date) tillproof.Date {
	if a > b {
		return a - b
	}
	return b - a
}
