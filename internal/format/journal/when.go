package journal

import (
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

var (
	// three is a date of three numbers; where the first has four digits, it is the year.
	three = regexp.MustCompile(`^(\d{1,4})[-/.年](\d{1,2})[-/.月](\d{1,4})日?$`)
	// A month by its English name: 25NOV26, 25-Nov-2026, Nov 25, 2026.
	dayFirst   = regexp.MustCompile(`^(\d{1,2})[ -]?([A-Za-z]{3})[ ,-]*(\d{4}|\d{2})$`)
	monthFirst = regexp.MustCompile(`^([A-Za-z]{3}) (\d{1,2}),? (\d{4}|\d{2})$`)
	clock      = regexp.MustCompile(`^(\d{1,2})[:：](\d\d)(?:[:：](\d\d))?(?: ?([APap])[Mm])?$`)
)

// errOrder is a date that reads two ways.
var errOrder = errors.New("day or month")

var errDate = errors.New("no date")

// dateOf reads a date. One that reads two ways is refused where the order is not known.
func dateOf(s string, order format.DateOrder) (tillproof.Date, error) {
	if m := dayFirst.FindStringSubmatch(s); m != nil {
		return named(m[3], m[2], m[1])
	}
	if m := monthFirst.FindStringSubmatch(s); m != nil {
		return named(m[3], m[1], m[2])
	}
	m := three.FindStringSubmatch(s)
	if m == nil {
		return tillproof.NoDate, errDate
	}
	a, b, c := m[1], m[2], m[3]
	switch {
	case len(a) == 4 || len(c) < 4 && order == format.YearFirst && len(a) == 2:
		return day(a, b, c)
	case len(c) != 4 && len(c) != 2 || len(a) > 2:
		return tillproof.NoDate, errDate
	case order == format.DayFirst:
		return day(c, b, a)
	case order == format.MonthFirst:
		return day(c, a, b)
	}
	// A day beyond twelve, or one that is the month too, reads one way only.
	d, okDay := day(c, b, a)
	e, okMonth := day(c, a, b)
	switch {
	case okDay == nil && okMonth == nil && d != e:
		return tillproof.NoDate, errOrder
	case okDay == nil:
		return d, nil
	case okMonth == nil:
		return e, nil
	}
	return tillproof.NoDate, errDate
}

func day(year, month, dayOfMonth string) (tillproof.Date, error) {
	y, m, d := number(year), number(month), number(dayOfMonth)
	if len(year) == 2 {
		y += 2000 // terminals of the last century are silent
	}
	out, ok := tillproof.NewDate(y, time.Month(m), d)
	if !ok || m < 1 || m > 12 {
		return tillproof.NoDate, errDate
	}
	return out, nil
}

func named(year, month, dayOfMonth string) (tillproof.Date, error) {
	t, err := time.Parse("Jan", strings.ToUpper(month[:1])+strings.ToLower(month[1:]))
	if err != nil {
		return tillproof.NoDate, errDate
	}
	return day(year, strconv.Itoa(int(t.Month())), dayOfMonth)
}

func number(s string) int {
	n, _ := strconv.Atoi(s) // digits by the patterns
	return n
}

// clockOf is a time of day in seconds after midnight.
func clockOf(s string) (int, bool) {
	m := clock.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	h, minutes, sec := number(m[1]), number(m[2]), number(m[3])
	switch half := strings.ToUpper(m[4]); {
	case half != "" && (h < 1 || h > 12):
		return 0, false
	case half == "P" && h < 12:
		h += 12
	case half == "A" && h == 12:
		h = 0
	}
	return h*3600 + minutes*60 + sec, h <= 23 && minutes <= 59 && sec <= 59
}

// evidence is what the dates of a whole file show of their order.
type evidence struct {
	day, month proof
}

// proof is the dates that read one way only.
type proof struct {
	n, line int
	value   string // the first of them
}

func (p *proof) add(line int, value string) {
	if p.n++; p.n == 1 {
		p.line, p.value = line, value
	}
}

// order is the one that the dates show; AnyOrder where they show none, or both.
func (e evidence) order() format.DateOrder {
	switch {
	case e.day.n > 0 && e.month.n == 0:
		return format.DayFirst
	case e.month.n > 0 && e.day.n == 0:
		return format.MonthFirst
	}
	return format.AnyOrder
}

// look walks the whole file for dates that read one way only.
func (p *profile) look(lines *format.Lines) (evidence, error) {
	var e evidence
	for {
		line, n, err := lines.Next()
		if errors.Is(err, io.EOF) {
			return e, nil
		}
		if err != nil {
			return e, err
		}
		p.each(lineOf(string(line)), func(group, value string, _, _ int) {
			m := three.FindStringSubmatch(value)
			if group != "date" || m == nil || len(m[1]) > 2 {
				return
			}
			switch a, b := number(m[1]), number(m[2]); {
			case a > 12 && a <= 31 && b <= 12:
				e.day.add(n, value)
			case b > 12 && b <= 31 && a <= 12:
				e.month.add(n, value)
			}
		})
	}
}

// each gives the fields of a line: the group, its value, its column, and the pattern it was found by.
func (p *profile) each(l line, found func(group, value string, column, pattern int)) {
	line := l.text
	for i, re := range p.fields {
		if !re.maybe(l.capitals) {
			continue
		}
		at := re.FindStringSubmatchIndex(line)
		if at == nil {
			continue
		}
		for g, group := range re.SubexpNames() {
			if from := at[2*g]; group != "" && from >= 0 {
				found(group, strings.TrimSpace(line[from:at[2*g+1]]), from+1, i)
			}
		}
	}
}
