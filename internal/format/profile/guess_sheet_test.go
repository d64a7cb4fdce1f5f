package profile

import (
	"errors"
	"strings"
	"testing"

	"github.com/tillproof/tillproof"
)

// sheetOf is a sheet of cells; those that begin with # are stored as numbers.
func sheetOf(rows ...string) Source {
	return Source{
		Open: func() (Rows, error) {
			var out []Row
			for i, line := range rows {
				r := Row{Line: i + 1}
				for _, c := range strings.Split(line, "|") {
					number, isNumber := strings.CutPrefix(c, "#")
					r.Cells, r.Numbers = append(r.Cells, number), append(r.Numbers, isNumber)
				}
				out = append(out, r)
			}
			return &kept{out}, nil
		},
		Serial: func(n string) (tillproof.Date, int, bool) { return Serial(n, false) },
	}
}

// TestGuessSheets: 46278 is 13 September 2026 (46023 is 1 January 2026, and September 13 is the 256th day).
func TestGuessSheets(t *testing.T) {
	prose := sheetOf("About this file", "It has two sheets")
	trade := sheetOf("Wann|Wofür|Wieviel|Stand", "#46278|Miete|#-1.5|#40000", "#46279.5|Lohn|#2.5|#40002.5")
	d, err := GuessSheets([]Source{prose, trade}, Want{Side: tillproof.Bank})
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		field   Field
		samples string
	}{
		{BookingDay, "2026-09-13 2026-09-14 12:00:00"}, {Narrative, "Miete Lohn"}, {Amount, "-1.5 2.5"},
	}
	for i, w := range want {
		c := d.Columns[i]
		if c.Field != w.field || strings.Join(c.Samples, " ") != w.samples {
			t.Errorf("column %d is %s %q, want %s %q", i+1, c.Field, c.Samples, w.field, w.samples)
		}
	}
	if d.Shape != "sign" || d.Header != 1 {
		t.Errorf("shape %s, header in line %d", d.Shape, d.Header)
	}
	// A column of amounts that leaves the range of days anywhere is none of days.
	money := sheetOf("Day|Text|Sum", "2026-09-13|x|#40000", "2026-09-14|y|#12.5")
	if d, err = GuessSheets([]Source{money}, Want{}); err != nil || d.Columns[2].Samples[0] != "40000" {
		t.Errorf("%+v, %v", d.Columns, err)
	}
	var e *tillproof.Error
	for _, sheets := range [][]Source{nil, {prose}} {
		if _, err := GuessSheets(sheets, Want{}); !errors.As(err, &e) || e.Code != CodeGuess {
			t.Errorf("%v", err)
		}
	}
	track := sheetOf("Day|Card|Sum", "2026-09-13|4111111111111111=28121010000000000000|#1.5")
	if _, err := GuessSheets([]Source{track, trade}, Want{}); !errors.As(err, &e) || e.Code != "card.track" {
		t.Errorf("%v", err)
	}
}
