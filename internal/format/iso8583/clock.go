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
	told   told
	uses   [yearSources]told // what gave dates their year, each with its first evidence
}

// yearSource is what tells a year.
type yearSource byte

const (
	byNothing yearSource = iota
	byUser
	byLog     // the day that a log writes before a message
	byChip    // tag 9A of element 55
	byMessage // element 12, where it has a year
	yearSources
)

// told is what told a year.
type told struct {
	by      yearSource
	day     tillproof.Date
	message int // number of the message that told it
	line    int
	n       int // transactions that took their year from it
}

// newClock is a clock that knows the year which the user states, or nothing.
func newClock(year int) *clock {
	mid, ok := tillproof.NewDate(year, time.July, 1)
	if !ok {
		return &clock{anchor: tillproof.NoDate}
	}
	return &clock{anchor: mid, told: told{by: byUser, day: mid}}
}

// see takes a day YYYYMMDD that a log or a chip wrote.
func (c *clock) see(stamp string, by yearSource, m *message) {
	if d := fullDay(stamp); d.Known() {
		c.anchor = d
		c.told = told{by: by, day: d, message: m.n, line: m.at()}
	}
}

// used counts a transaction that took its year from what was told last.
func (c *clock) used() {
	u := &c.uses[c.told.by]
	if u.n == 0 {
		*u = c.told
	}
	u.n++
}

// decisions are what gave the dates their years.
func (c *clock) decisions() (notes []tillproof.Note) {
	for by, code := range yearCodes {
		u := c.uses[by]
		if u.n == 0 || code == "" {
			continue
		}
		notes = append(notes, tillproof.Note{Code: code, Params: tillproof.Params{
			"n": strconv.Itoa(u.n), "day": u.day.String(), "year": strconv.Itoa(u.day.Time().Year()),
			"message": strconv.Itoa(u.message), "line": strconv.Itoa(u.line),
		}})
	}
	return notes
}

var yearCodes = [yearSources]string{
	byUser: "format.iso8583.year_user", byLog: "format.iso8583.year_log",
	byChip: "format.iso8583.year_chip", byMessage: "format.iso8583.year_message",
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
	if m := x.stamped(); m != nil {
		c.see(m.stamp, m.stampBy, m)
	}
	day, clockTime, utc := x.when()
	if len(day) == 6 { // YYMMDD, of the 1993 edition
		c.see("20"+day, byMessage, x.first())
		day = day[2:]
	}
	if len(day) == 4 {
		d := c.date(day)
		t.noYear = !d.Known() && !c.anchor.Known()
		t.at = momentOf(d, clockTime)
		if d.Known() {
			c.anchor = d
			c.used()
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
