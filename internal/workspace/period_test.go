package workspace

import "testing"

func TestParsePeriod(t *testing.T) {
	for in, want := range map[string]string{
		"2026":                   "2026-01-01 2026-12-31",
		"2026-Q1":                "2026-01-01 2026-03-31",
		"2026-Q4":                "2026-10-01 2026-12-31",
		"2028-02":                "2028-02-01 2028-02-29",
		"2026-12":                "2026-12-01 2026-12-31",
		"2026-06-14":             "2026-06-14 2026-06-14",
		"2026-06-14..2026-07-01": "2026-06-14 2026-07-01",
		"2026-06..2026-Q3":       "2026-06-01 2026-09-30",
	} {
		p, err := ParsePeriod(in)
		if got := p.From.String() + " " + p.To.String(); err != nil || got != want {
			t.Errorf("%s is %s, %v; want %s", in, got, err, want)
		}
	}
	for _, bad := range []string{
		"", "26", "2026-", "2026-13", "2026-6", "2026-Q5", "2026-Q", "june", "2026-02-30", "2026-07..2026-06",
		"2026..", "..2026", "2026-06-", "2026-00",
	} {
		if p, err := ParsePeriod(bad); !isCode(err, "workspace.usage.period") {
			t.Errorf("%q is %v, %v; want a refusal", bad, p, err)
		}
	}
}
