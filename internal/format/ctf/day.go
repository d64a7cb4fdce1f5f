package ctf

import (
	"errors"
	"io"
	"strconv"
	"time"

	"github.com/tillproof/tillproof"
)

// dayOf is a day as headers and trailers write it: two digits of the year, three of the day of the year.
func dayOf(s string) tillproof.Date {
	if len(s) != 5 || !isDigits(s) {
		return tillproof.NoDate
	}
	n, _ := strconv.Atoi(s)
	year, day := 2000+n/1000, n%1000
	t := time.Date(year, time.January, day, 0, 0, 0, 0, time.UTC)
	if day == 0 || t.Year() != year {
		return tillproof.NoDate
	}
	return tillproof.LocalTimeOf(t).Date()
}

// statedDay is the day of a file: that of its header; where it begins without one, the latest of its batch
// trailers.
func statedDay(src *records) (tillproof.Date, error) {
	latest := tillproof.NoDate
	for first := true; ; first = false {
		rec, err := src.next()
		switch {
		case errors.Is(err, io.EOF):
			return latest, nil
		case err != nil:
			return latest, err
		case rec.code() == fileHeader && first:
			if day := dayOf(rec.at(9, 13)); day.Known() {
				return day, nil
			}
		case rec.code() == batchTrailer:
			latest = max(latest, dayOf(rec.at(11, 15)))
		}
	}
}

// purchaseDay is MMDD in the year that puts it at most a year before the day of the file, else in the year
// that the user states. Without either it is not known; ok is false for a day that no year has.
func purchaseDay(s string, file tillproof.Date, stated int) (day tillproof.Date, ok bool) {
	if len(s) != 4 || !isDigits(s) {
		return tillproof.NoDate, false
	}
	n, _ := strconv.Atoi(s)
	month, dom := time.Month(n/100), n%100
	if _, leap := tillproof.NewDate(2000, month, dom); !leap {
		return tillproof.NoDate, false
	}
	year := stated
	if file.Known() {
		year = file.Time().Year()
		if d, exists := tillproof.NewDate(year, month, dom); !exists || d > file {
			year--
		}
	}
	if year == 0 {
		return tillproof.NoDate, true
	}
	return tillproof.NewDate(year, month, dom)
}
