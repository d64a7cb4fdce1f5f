package iso8583

import (
	"strconv"
	"time"

	"github.com/tillproof/tillproof"
)

// clock gives dates without a year their year. ISO 8583:1987 writes none; what may tell it are the day before
// a message in a log, the chip's own date, and the user. A date takes the year in which it lies nearest to
// the last day that was told.
type clock struct {
	anchor tillproof.Date
}

// newClock is a clock that knows the year which the user states, or nothing.
func newClock(year int) *clock {
	mid, ok := tillproof.NewDate(year, time.July, 1)
	if !ok {
		mid = tillproof.NoDate
	}
	return &clock{anchor: mid}
}

// see takes a day YYYYMMDD that a log or a chip wrote.
func (c *clock) see(stamp string) {
	if d := fullDay(stamp); d.Known() {
		c.anchor = d
	}
}

// date is the day of MMDD; NoDate where nothing tells the year, or there is no such day.
func (c *clock) date(mmdd string) tillproof.Date {
	if !c.anchor.Known() || len(mmdd) != 4 {
		return tillproof.NoDate
	}
	best := tillproof.NoDate
	year := c.anchor.Time().Year()
	for y := year - 1; y <= year+1; y++ {
		d := fullDay(strconv.Itoa(y) + mmdd)
		if d.Known() && (!best.Known() || gap(d, c.anchor) < gap(best, c.anchor)) {
			best = d
		}
	}
	return best
}

func gap(a, b tillproof.Date) int32 {
	if a > b {
		a, b = b, a
	}
	return int32(b - a)
}

// fullDay is a day of eight digits.
func fullDay(s string) tillproof.Date {
	if len(s) != 8 {
		return tillproof.NoDate
	}
	y, err1 := strconv.Atoi(s[:4])
	m, err2 := strconv.Atoi(s[4:6])
	d, err3 := strconv.Atoi(s[6:])
	if err1 != nil || err2 != nil || err3 != nil {
		return tillproof.NoDate
	}
	day, ok := tillproof.NewDate(y, time.Month(m), d)
	if !ok {
		return tillproof.NoDate
	}
	return day
}

// momentOf is the local time of a day and hhmmss; NoTime where one is not known or does not exist.
func momentOf(day tillproof.Date, hhmmss string) tillproof.LocalTime {
	if !day.Known() || len(hhmmss) != 6 {
		return tillproof.NoTime
	}
	h, err1 := strconv.Atoi(hhmmss[:2])
	m, err2 := strconv.Atoi(hhmmss[2:4])
	s, err3 := strconv.Atoi(hhmmss[4:])
	if err1 != nil || err2 != nil || err3 != nil || h > 23 || m > 59 || s > 59 || h < 0 || m < 0 || s < 0 {
		return tillproof.NoTime
	}
	return day.At(h, m, s)
}

// times are what a transaction's dates say.
type times struct {
	at     tillproof.LocalTime
	settle tillproof.Date
	noYear bool // there is a date, and nothing tells its year
	utc    bool // only the transmission time was there, which is UTC, and no zone is known
}

// of reads the dates of a transaction: local time and date (12, 13), else the time of transmission (7), and
// the settlement day (15).
func (c *clock) of(x *exchange, zone *time.Location) times {
	t := times{at: tillproof.NoTime, settle: tillproof.NoDate}
	c.see(x.stamp())
	day, clockTime, utc := x.when()
	if len(day) == 6 { // YYMMDD, of the 1993 edition
		c.see("20" + day)
		day = day[2:]
	}
	if len(day) == 4 {
		d := c.date(day)
		t.noYear = !d.Known() && !c.anchor.Known()
		t.at = momentOf(d, clockTime)
		if d.Known() {
			c.anchor = d
		}
	}
	if utc && t.at.Known() {
		t.at, t.utc = local(t.at, zone), zone == nil
	}
	if s := x.value(15); len(s) == 4 {
		t.settle = c.date(s)
	} else if len(s) == 6 {
		t.settle = fullDay("20" + s)
	}
	return t
}

// local turns UTC into the merchant's clock; where the zone is not known the time stays as it is written.
func local(at tillproof.LocalTime, zone *time.Location) tillproof.LocalTime {
	if zone == nil {
		return at
	}
	return tillproof.LocalTimeOf(time.Unix(int64(at), 0).In(zone))
}
