package xlsx_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/tillproof/tillproof"
)

// months is a workbook of two months, a hidden copy and a sheet of remarks. July's third line has no amount.
func months(t *testing.T, hide ...string) []byte {
	t.Helper()
	f := excelize.NewFile()
	must(t, f.SetSheetName("Sheet1", "June"))
	for _, name := range []string{"July", "Copy", "Notes"} {
		_, err := f.NewSheet(name)
		must(t, err)
	}
	head := []any{"Date", "Description", "Amount"}
	for _, s := range []struct {
		name string
		rows [][]any
	}{
		{"June", [][]any{head, {"2026-06-29", "a", 1.5}, {"2026-06-30", "b", 2}}},
		{"July", [][]any{head, {"2026-07-01", "c", 4}, {"2026-07-02", "d", "?"}}},
		{"Copy", [][]any{head, {"2026-06-29", "a", 1.5}}},
		{"Notes", [][]any{{"checked by the owner"}}},
	} {
		for i := range s.rows {
			at, err := excelize.CoordinatesToCellName(1, i+1)
			must(t, err)
			must(t, f.SetSheetRow(s.name, at, &s.rows[i]))
		}
	}
	for _, name := range hide {
		must(t, f.SetSheetVisible(name, false))
	}
	var out bytes.Buffer
	must(t, f.Write(&out))
	return out.Bytes()
}

// TestSheets: a hidden sheet is named and not read; of several that are read, each is told by its name.
func TestSheets(t *testing.T) {
	src, records, err := load(t, months(t, "Copy"))
	must(t, err)
	if len(records) != 3 || src.Totals.SumCredit.String() != "7.50" || src.Totals.Entries != 4 {
		t.Errorf("%d records, %+v", len(records), src.Totals)
	}
	want := []tillproof.Sheet{{Part: 0, Name: "June"}, {Part: 1, Name: "July"}}
	if diff := cmp.Diff(want, src.Sheets); diff != "" {
		t.Error(diff)
	}
	type told struct {
		code, of, in string
		skipped      bool
	}
	var got []told
	for _, i := range src.Issues {
		got = append(got, told{i.Code, i.Params["sheet"], i.Place.Sheet, i.Skipped})
	}
	if diff := cmp.Diff([]told{
		{"format.table.amount", "", "July", true},
		{"format.table.sheet_hidden", "Copy", "", false},
		{"format.table.sheet_skipped", "Notes", "", true},
	}, got, cmp.AllowUnexported(told{})); diff != "" {
		t.Error(diff)
	}
}
