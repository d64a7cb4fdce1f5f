package camt

import (
	"errors"
	"strings"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/markup"
)

var errAmount = errors.New("not an unsigned decimal")

// exactOf reads an amount: digits and a point, no sign (the direction is its own element).
func exactOf(n *markup.Node) (tillproof.Exact, error) {
	if n == nil || strings.HasPrefix(n.Text, "-") || strings.HasPrefix(n.Text, "+") {
		return tillproof.Exact{}, errAmount
	}
	if _, cards := format.MaskText(n.Text); cards > 0 {
		return tillproof.Exact{}, errAmount // a card number in the wrong place, and no sum of money
	}
	return tillproof.ParseExact(n.Text)
}

// moment is what a date element says.
type moment struct {
	day    tillproof.Date
	time   tillproof.LocalTime // NoTime where only a day is written
	offset bool                // the file names an offset from UTC
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

// when reads a day or a moment. A moment with an offset is put on the merchant's clock, if that is known;
// midnight is how banks write a day where a moment is asked for, so it stays the day that is written.
func (r *reader) when(s string) (moment, bool) {
	for _, l := range layouts {
		t, err := time.Parse(l.layout, s)
		if err != nil {
			continue
		}
		midnight := t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 && t.Nanosecond() == 0
		if !l.clock || midnight {
			return moment{day: tillproof.LocalTimeOf(t).Date(), time: tillproof.NoTime}, true
		}
		if l.offset && r.opt.Zone != nil {
			t = t.In(r.opt.Zone)
		}
		at := tillproof.LocalTimeOf(t)
		return moment{day: at.Date(), time: at, offset: l.offset}, true
	}
	return moment{}, false
}

// dayOf is the day that is written at the beginning of a date or moment.
func dayOf(s string) tillproof.Date {
	if len(s) < len("2006-01-02") {
		return tillproof.NoDate
	}
	d, err := tillproof.ParseDate(s[:len("2006-01-02")])
	if err != nil {
		return tillproof.NoDate
	}
	return d
}

// money is an exact amount as a parameter of the kind money.
func money(x tillproof.Exact, c tillproof.Currency) string {
	return strings.TrimSpace(x.String() + " " + c.String())
}

// shown is how much of a bad value an issue shows.
const shown = 40

// clip bounds and masks a value for an issue.
func clip(s string) string {
	s, _ = format.MaskText(strings.ToValidUTF8(s, "?"))
	if rs := []rune(s); len(rs) > shown {
		return string(rs[:shown]) + "…"
	}
	return s
}
