package table_test

import (
	"errors"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// ocbc is a table in a layout that writes the day first.
const ocbc = "Account details for:,123\nTransaction History\n" +
	"Transaction date,Value date,Description,Withdrawals (SGD),Deposits (SGD)\n"

// TestToldOrder: the user's word for an order that the file refutes ends the reading, with the proof.
func TestToldOrder(t *testing.T) {
	const row = "03/04/2026,03/04/2026,FAST,1.00,\n"
	for _, c := range []struct {
		name, in   string
		told       format.DateOrder
		code, cell string
		line       int
		day        string // of the first record, where the file is read
	}{
		{
			name: "a date that fits no such order",
			in:   "Date,Text,Amount\n02/04/2026,a,1.50\n13/04/2026,b,2.00\n",
			told: format.MonthFirst, code: "format.table.dates_told", cell: "13/04/2026", line: 3,
		},
		{
			name: "two orders are left, and not this one",
			in:   "Date,Text,Amount\n02/04/08,a,1.50\n13/04/08,b,2.00\n",
			told: format.MonthFirst, code: "format.table.dates_told", cell: "13/04/08", line: 3,
		},
		{
			name: "days that scatter", told: format.DayFirst, line: 2,
			in:   "Date,Text,Amount\n09-09-16,a,1.50\n09-09-17,b,1.50\n09-09-18,c,1.50\n",
			code: "format.table.dates_told_near", cell: "09-09-16",
		},
		{
			name: "the layout says another", in: ocbc + row, told: format.MonthFirst,
			code: "format.table.dates_told_layout", cell: "03/04/2026", line: 4,
		},
		{
			name: "layout and dates say another", in: ocbc + row + "13/04/2026,13/04/2026,FAST,1.00,\n",
			told: format.MonthFirst, code: "format.table.dates_told", cell: "13/04/2026", line: 5,
		},
		{
			name: "the dates refute the layout", in: ocbc + row + "04/13/2026,04/13/2026,FAST,1.00,\n",
			told: format.MonthFirst, day: "2026-03-04",
		},
		{name: "the layout says the same", in: ocbc + row, told: format.DayFirst, day: "2026-04-03"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, records, err := load(t, []byte(c.in), format.Options{Dates: c.told})
			if c.code == "" {
				if err != nil || len(records) == 0 || records[0].BookingDate.String() != c.day {
					t.Errorf("%v, %v; want %s", records, err, c.day)
				}
				return
			}
			var e *tillproof.Error
			if !errors.As(err, &e) || e.Code != c.code || e.Place.Line != c.line ||
				e.Params["value"] != c.cell || e.Params["told"] != c.told.String() {
				t.Errorf("got %v %+v", err, e)
			}
		})
	}
}
