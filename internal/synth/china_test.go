package synth

import "github.com/tillproof/tillproof"

func day(s string) tillproof.Date {
	d, err := tillproof.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// china is the part of the mainland calendar that the tests need: the days that the State Council gave off
// and made working days, 2025 and 2026.
func china() tillproof.Calendar {
	c := tillproof.Calendar{
		Name: "CN", Holidays: map[tillproof.Date]string{}, Workdays: map[tillproof.Date]bool{},
		From: day("2025-01-01"), To: day("2026-12-31"),
	}
	for _, h := range [][3]string{
		{"元旦", "2025-01-01", "2025-01-01"},
		{"春节", "2025-01-28", "2025-02-04"},
		{"清明节", "2025-04-04", "2025-04-06"},
		{"劳动节", "2025-05-01", "2025-05-05"},
		{"端午节", "2025-05-31", "2025-06-02"},
		{"国庆节、中秋节", "2025-10-01", "2025-10-08"},
		{"元旦", "2026-01-01", "2026-01-03"},
		{"春节", "2026-02-15", "2026-02-23"},
		{"清明节", "2026-04-04", "2026-04-06"},
		{"劳动节", "2026-05-01", "2026-05-05"},
		{"端午节", "2026-06-19", "2026-06-21"},
		{"中秋节", "2026-09-25", "2026-09-27"},
		{"国庆节", "2026-10-01", "2026-10-07"},
	} {
		for d := day(h[1]); d <= day(h[2]); d++ {
			c.Holidays[d] = h[0]
		}
	}
	for _, d := range []string{
		"2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11", "2026-01-04", "2026-02-14",
		"2026-02-28",
		"2026-05-09", "2026-09-20", "2026-10-10",
	} {
		c.Workdays[day(d)] = true
	}
	return c
}
