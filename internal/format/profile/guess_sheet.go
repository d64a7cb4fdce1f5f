package profile

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/tillproof/tillproof"
)

// GuessSheets proposes a layout for the first sheet of a workbook that shows a table. A workbook stores dates
// as numbers; which columns are dates is part of the guess, and a person sees them as such.
func GuessSheets(sheets []Source, want Want) (Draft, error) {
	var missed error
	sheets, _ = shownSheets(sheets)
	for _, sheet := range sheets {
		rows, err := firstRows(sheet)
		if err != nil {
			return Draft{}, err
		}
		showDays(rows, sheet)
		d, err := Guess(&kept{rows}, want)
		if err == nil {
			return d, nil
		}
		var e *tillproof.Error
		if !errors.As(err, &e) || e.Code != CodeGuess {
			return d, err
		}
		if missed == nil {
			missed = err
		}
	}
	if missed == nil {
		missed = failure(tillproof.KindInvalid, CodeGuess, tillproof.Params{"rows": "0"})
	}
	return Draft{}, missed
}

// firstRows keeps the beginning of a sheet.
func firstRows(sheet Source) ([]Row, error) {
	rows, err := sheet.Open()
	if err != nil {
		return nil, err
	}
	var out []Row
	var row Row
	for len(out) < guessRows {
		err := rows.Next(&row)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		out = append(out, Row{
			Line: row.Line, Fault: row.Fault,
			Cells: slices.Clone(row.Cells), Numbers: slices.Clone(row.Numbers),
		})
	}
	return out, nil
}

// The years of the days that a column of numbers may show: as numbers they are 36,526 to 54,788, and a column
// of amounts hardly ever stays within.
const (
	firstYear = 2000
	lastYear  = 2049
)

// showDays writes the columns whose numbers all are days of our time as dates.
func showDays(rows []Row, sheet Source) {
	if sheet.Serial == nil {
		return
	}
	width := 0
	for _, r := range rows {
		width = max(width, len(r.Cells))
	}
	for c := range width {
		n := 0
		for _, r := range rows {
			if !isNumberAt(r, c) {
				continue
			}
			if _, ok := dayText(r.Cells[c], sheet); !ok {
				n = -1
				break
			}
			n++
		}
		for i := range rows {
			if n > 0 && isNumberAt(rows[i], c) {
				rows[i].Cells[c], _ = dayText(rows[i].Cells[c], sheet)
			}
		}
	}
}

func isNumberAt(r Row, c int) bool { return c < len(r.Cells) && c < len(r.Numbers) && r.Numbers[c] }

// dayText is a serial day, with its time where it has one.
func dayText(cell string, sheet Source) (string, bool) {
	day, second, ok := sheet.Serial(cell)
	if !ok || !day.Known() {
		return "", false
	}
	if y := day.Time().Year(); y < firstYear || y > lastYear {
		return "", false
	}
	if second == 0 {
		return day.String(), true
	}
	return fmt.Sprintf("%s %02d:%02d:%02d", day, second/3600, second/60%60, second%60), true
}

// kept are rows in memory.
type kept struct{ rows []Row }

// Next is the next row.
func (k *kept) Next(row *Row) error {
	if len(k.rows) == 0 {
		return io.EOF
	}
	*row, k.rows = k.rows[0], k.rows[1:]
	return nil
}
