package workspace

import (
	"strconv"
	"strings"
	"time"

	"github.com/tillproof/tillproof"
)

// Period is the days that a question is about; both NoDate: all of them.
type Period struct {
	From, To tillproof.Date
}

// Everything is the period without bounds.
var Everything = Period{tillproof.NoDate, tillproof.NoDate}

// Known reports a period with bounds.
func (p Period) Known() bool { return p.From.Known() }

// Has reports whether the day lies in the period; a day that is not known does.
func (p Period) Has(d tillproof.Date) bool {
	return !p.Known() || !d.Known() || d >= p.From && d <= p.To
}

// within reports whether the other period has all days of this one.
func (p Period) within(o Period) bool {
	return !o.Known() || p.Known() && p.From >= o.From && p.To <= o.To
}

// ParsePeriod reads 2026, 2026-Q2, 2026-06, 2026-06-14 and 2026-06-14..2026-07-01.
func ParsePeriod(s string) (Period, error) {
	from, to, isRange := strings.Cut(s, "..")
	first, err := onePeriod(from)
	if err != nil || !isRange {
		return first, err
	}
	last, err := onePeriod(to)
	if err == nil && last.To < first.From {
		err = badPeriod(s)
	}
	return Period{first.From, last.To}, err
}

func badPeriod(s string) error {
	return fail(tillproof.KindInvalid, "workspace.usage.period", tillproof.Params{"value": s})
}

// onePeriod reads a year, a quarter, a month or a day.
func onePeriod(s string) (Period, error) {
	if day, err := tillproof.ParseDate(s); err == nil {
		return Period{day, day}, nil
	}
	year, rest, _ := strings.Cut(s, "-")
	y, err := strconv.Atoi(year)
	if err != nil || len(year) != 4 {
		return Everything, badPeriod(s)
	}
	switch {
	case rest == "" && !strings.Contains(s, "-"):
		return months(y, 1, 12), nil
	case len(rest) == 2 && rest[0] == 'Q' && rest[1] >= '1' && rest[1] <= '4':
		return months(y, 3*int(rest[1]-'1')+1, 3), nil
	}
	m, err := strconv.Atoi(rest)
	if err != nil || len(rest) != 2 || m < 1 || m > 12 {
		return Everything, badPeriod(s)
	}
	return months(y, m, 1), nil
}

// months are n whole months.
func months(year, first, n int) Period {
	day := func(y, m int) tillproof.Date {
		return tillproof.Date(time.Date(y, time.Month(m), 1, 0, 0, 0, 0, time.UTC).Unix() / 86400)
	}
	return Period{day(year, first), day(year, first+n) - 1}
}
