package workspace

import (
	"testing"

	"github.com/tillproof/tillproof"
)

func source(t *testing.T, side tillproof.Side, name, from, to string) tillproof.KeptSource {
	t.Helper()
	day := func(s string) tillproof.Date {
		d, err := tillproof.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	k := tillproof.KeptSource{Senders: []string{"shop"}}
	k.Source = tillproof.Source{File: name, Side: side, From: day(from), To: day(to)}
	return k
}

func TestMissingFiles(t *testing.T) {
	months := []tillproof.KeptSource{
		source(t, tillproof.Bank, "bank-04.csv", "2026-04-01", "2026-04-30"),
		source(t, tillproof.Bank, "bank-05.csv", "2026-05-01", "2026-05-31"),
		source(t, tillproof.Bank, "bank-07.csv", "2026-07-01", "2026-07-31"),
		source(t, tillproof.Acquirer, "report-05.csv", "2026-05-01", "2026-05-31"),
		source(t, tillproof.Acquirer, "report-06.csv", "2026-06-01", "2026-06-30"),
	}
	day, _ := tillproof.ParseDate("2026-08-05")
	// The report of July has 31 days and three to come: due on the 3rd of August (30 June + 31 + 3). The
	// statement of August is due on the 3rd of September (31 July + 31 + 3).
	want := []struct {
		side     tillproof.Side
		from, to string
	}{{tillproof.Acquirer, "2026-07-01", ""}, {tillproof.Bank, "2026-06-01", "2026-06-30"}}
	got := missingFiles(months, day)
	if len(got) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i, w := range want {
		if g := got[i]; g.Side != w.side || g.From.String() != w.from || g.To.String() != w.to {
			t.Errorf("got %+v, want %+v", g, w)
		}
	}
	if got := missingFiles(months, day-2); len(got) != 1 {
		t.Errorf("on the 3rd of August the report may still come: %+v", got)
	}
}

func TestSameName(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"in/icbc_2026-05.csv", "icbc_2026-06.csv", true},
		{`C:\in\对账单20260501.xlsx`, "对账单20260601.xlsx", true},
		{"icbc.csv", "abc.csv", false},
		{"pos1.csv", "pos.xlsx", false},
	} {
		if sameName(c.a, c.b) != c.same {
			t.Errorf("%s and %s", c.a, c.b)
		}
	}
}
