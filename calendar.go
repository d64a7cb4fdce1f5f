package tillproof

import "time"

// Calendar says which days banks settle. Its days come from dated data (room pack); the zero value knows
// Saturday and Sunday only.
type Calendar struct {
	Name     string          // "CN"
	Holidays map[Date]string // day → name of the holiday
	Workdays map[Date]bool   // weekend days on which banks work (调休)
	From, To Date            // the span the data covers; NoDate at both ends: weekends only
}

// maxBankingGap bounds the search for the next banking day: no known calendar closes for longer than this.
const maxBankingGap = 40

// IsBanking reports whether banks settle on the day.
func (c Calendar) IsBanking(d Date) bool {
	if c.Workdays[d] {
		return true
	}
	if _, off := c.Holidays[d]; off {
		return false
	}
	w := d.Weekday()
	return w != time.Saturday && w != time.Sunday
}

// AddBanking is the n-th banking day after d; n = 0 is d itself or the next banking day.
func (c Calendar) AddBanking(d Date, n int) Date {
	for gap := 0; !c.IsBanking(d) && n == 0 && gap < maxBankingGap; gap++ {
		d++
	}
	for ; n > 0; n-- {
		d++
		for gap := 0; !c.IsBanking(d) && gap < maxBankingGap; gap++ {
			d++
		}
	}
	return d
}

// HolidayBetween names the first holiday after from and up to to, and "" where only weekends lie between.
func (c Calendar) HolidayBetween(from, to Date) string {
	for d := from + 1; d <= to && d-from < maxBankingGap; d++ {
		if n, off := c.Holidays[d]; off && !c.Workdays[d] {
			return n
		}
	}
	return ""
}

// Covers reports whether the calendar's holiday data includes the day.
func (c Calendar) Covers(d Date) bool {
	return c.From.Known() && c.To.Known() && d >= c.From && d <= c.To
}
