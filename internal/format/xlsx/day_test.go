package xlsx_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/profile"
	"github.com/tillproof/tillproof/internal/format/xlsx"
)

// TestNumbersInDateColumns: a number is a serial day of the workbook where that is a day of our time, a month
// and a day where it has three or four digits, and else no date. 46281 is 2026-09-16: 25569 days to 1970, and
// 20712 days of 56 years with 14 leap days, 8 months and 15 days.
func TestNumbersInDateColumns(t *testing.T) {
	head := []any{"Date", "Time", "Merchant No", "RRN", "Type", "Amount", "Response"}
	for _, c := range []struct {
		number any
		year   int
		want   string // the day, or the code of the issue
	}{
		{46281, 0, "2026-09-16"},
		{930, 2026, "2026-09-30"},
		{1231, 2026, "2026-12-31"},
		{"0930", 2026, "2026-09-30"},
		{930, 0, "format.table.date_year"},
		{1340, 2026, "format.table.date"},
		{229, 2026, "format.table.date_no_day"},
		{31, 2026, "format.table.date"},
		{12345, 2026, "format.table.date"},  // 1933-10-18
		{260916, 2026, "format.table.date"}, // 2614-05-12
		{20260916, 2026, "2026-09-16"},
	} {
		file := book(t, map[string][][]any{"Data": {
			head, {c.number, "100000", "M1", "000000000001", "SALE", "1.00", "00"},
		}}, "A1")
		in, err := format.NewInput("x.xlsx", bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		formats := []format.Format{xlsx.Format(profile.Builtin())}
		src, err := format.Load(in, formats, format.Options{Year: c.year},
			func(r tillproof.Record) error {
				got = append(got, r.Time.Date().String())
				return nil
			})
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range src.Issues {
			got = append(got, i.Code)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%v in %d: %v, want %s", c.number, c.year, got, c.want)
		}
	}
}
