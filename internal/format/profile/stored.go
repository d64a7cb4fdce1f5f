package profile

import (
	"math"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// StoredNumber writes a number cell of a workbook as the shortest decimal that gives the same binary number
// again: 9.3 for the 9.3000000000000007 that some programs store. False for what is no number.
func StoredNumber(v float64) (string, bool) {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return "", false
	}
	if v == 0 {
		return "0", true // not -0
	}
	return strconv.FormatFloat(v, 'f', -1, 64), true
}

// Serial days of ECMA-376 part 1, 18.17.4, and of MS-XLS alike: the 1900 system counts a 29 February 1900
// that never was (day 60), so days before it are one off; the 1904 system starts at 0.
const (
	epoch1900    = -25569 // 1899-12-30 in days since 1970-01-01, for day 61 and later
	epoch1904    = -24107 // 1904-01-01
	phantomDay   = 60
	lastSerial   = 2958465 // 9999-12-31 in the 1900 system
	secondsADay  = 86400
	fractionSize = 12 // digits of the fraction that are read: far finer than a second
)

// Serial turns the serial day of a workbook into a date and a second, by whole numbers only, rounding to the
// nearest second. Day 0 is a time of day without a date.
func Serial(number string, date904 bool) (tillproof.Date, int, bool) {
	whole, fraction, _ := strings.Cut(number, ".")
	day, err := strconv.Atoi(whole)
	if err != nil || day < 0 || day > lastSerial || whole != "" && whole[0] == '-' {
		return tillproof.NoDate, 0, false
	}
	second, ok := secondOf(fraction)
	if !ok {
		return tillproof.NoDate, 0, false
	}
	if second == secondsADay {
		day, second = day+1, 0
	}
	switch {
	case date904:
		return tillproof.Date(day + epoch1904), second, true
	case day == 0:
		return tillproof.NoDate, second, true
	case day == phantomDay:
		return tillproof.NoDate, 0, false
	case day < phantomDay:
		return tillproof.Date(day + epoch1900 + 1), second, true
	}
	return tillproof.Date(day + epoch1900), second, true
}

// secondOf is the fraction of a day in seconds, rounded half up.
func secondOf(fraction string) (int, bool) {
	if len(fraction) > fractionSize {
		fraction = fraction[:fractionSize]
	}
	fraction += strings.Repeat("0", fractionSize-len(fraction))
	v, err := strconv.ParseInt(fraction, 10, 64)
	if err != nil || v < 0 {
		return 0, false
	}
	const unit = 1_000_000_000_000
	return int((v*secondsADay + unit/2) / unit), true
}
