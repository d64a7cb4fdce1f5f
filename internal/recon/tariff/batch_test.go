package tariff

import (
	"testing"

	"github.com/tillproof/tillproof"
)

// bare is a row of a report whose sales show no fee.
type bare struct {
	day   int
	gross int64 // below zero: a charge
	batch string
	label string
}

func bareRun(rows ...bare) *tillproof.Run {
	run := &tillproof.Run{Policy: tillproof.Policy{Currency: tillproof.CNY}}
	for i, r := range rows {
		rec := tillproof.NewRecord(tillproof.Sale)
		if r.gross < 0 {
			rec.Kind, rec.Narrative = tillproof.Fee, r.label
		} else {
			rec.Card.Kind = tillproof.CardCredit
		}
		rec.ID[0], rec.ID[1] = byte(i>>8), byte(i)
		rec.Refs.Merchant, rec.Refs.Batch = mid, r.batch
		rec.SettleDate = day0 + tillproof.Date(r.day)
		rec.Amount = tillproof.NewMoney(r.gross, tillproof.CNY)
		run.Records[tillproof.Acquirer] = append(run.Records[tillproof.Acquirer], rec)
	}
	return run
}

// One row takes the fee of a batch: 10,000.00 + 8,000.00 + 7,580.00 + 5,000.00 = 30,580.00; 0.63 % of each is
// 63.00 + 50.40 + 47.754 + 31.50, so 192.65 is agreed; 917.34 is charged; 724.69 is too much.
func TestBatchIsPaidByOneRow(t *testing.T) {
	run := bareRun(bare{0, 1_000_000, "9", ""}, bare{0, 800_000, "9", ""}, bare{0, 758_000, "9", ""},
		bare{0, 500_000, "9", ""}, bare{0, -91_734, "9", "MDR"})
	run.Policy.Tariff = []tillproof.TariffLine{{Kind: tillproof.CardCredit, RatePPM: 6_300}}
	f := fitOf(t, run)
	s := f.Spans[0]
	if !f.PerBatch || s.Rows != 1 || s.Gross != 3_058_000 || s.Over != 72_469 || len(run.Charges) != 0 {
		t.Errorf("%+v, charges %+v", f, run.Charges)
	}
}

// The tariff of batches is fitted as that of rows is, rounded once for each batch; the rent that stands
// beside the fees stays a charge.
func TestTariffOfBatches(t *testing.T) {
	var rows []bare
	for d := range 12 {
		batch := string(rune('a' + d))
		g := int64(123_456 + 31_111*d)
		rows = append(rows, bare{d, g, batch, ""}, bare{d, 50_000, batch, ""},
			bare{d, -(half(g+50_000, 7_800) + 200), batch, "MDR 20260401"})
	}
	rows = append(rows, bare{3, -5_000, "d", "terminal rent"})
	run := bareRun(rows...)
	f := fitOf(t, run)
	want := tillproof.TariffLine{Kind: tillproof.CardCredit, RatePPM: 7_800, Fixed: 200}
	s := f.Spans[0]
	if len(f.Spans) != 1 || s.Tariff != want || s.Rows != 12 || s.Certainty != tillproof.FeeFitted {
		t.Errorf("%+v", f.Spans)
	}
	if len(run.Charges) != 1 || run.Charges[0].Label != "terminal rent" || run.Charges[0].New {
		t.Errorf("%+v", run.Charges)
	}
}

// A SIM charge that begins in the second month is new and monthly; a service charge on each day with sales is
// one of batches; the rent of the first day is not new.
func TestCharges(t *testing.T) {
	run := runOf(tillproof.CardCredit)
	var rows []bare
	for d := range 100 {
		rows = append(rows, bare{d, 10_000, "", ""})
	}
	for _, d := range []int{35, 65, 96} {
		rows = append(rows, bare{d, -500, "", "SIM 2026"})
	}
	for d := 10; d < 20; d++ {
		rows = append(rows, bare{d, -100, "", "service"})
	}
	rows = append(rows, bare{0, -3_000, "", "rent"}, bare{50, -2_000, "", "rent"})
	run.Records = bareRun(rows...).Records
	for i := range run.Records[tillproof.Acquirer][:100] {
		run.Records[tillproof.Acquirer][i].Fee = tillproof.NewMoney(-60, tillproof.CNY)
	}
	if err := Fit(run); err != nil {
		t.Fatal(err)
	}
	type short struct {
		label string
		every tillproof.FeeEvery
		each  int64
		total int64
		isNew bool
	}
	want := []short{
		{"rent", tillproof.EverySometime, 0, 5_000, false},
		{"service", tillproof.EveryBatch, 100, 1_000, false},
		{"SIM", tillproof.EveryMonth, 500, 1_500, true},
	}
	if len(run.Charges) != len(want) {
		t.Fatalf("%+v", run.Charges)
	}
	for i, c := range run.Charges {
		if got := (short{c.Label, c.Every, c.Each, c.Total, c.New}); got != want[i] {
			t.Errorf("%+v, not %+v", got, want[i])
		}
	}
}

// A net that is less than the amount tells the fee where no column does; a void and what the report takes
// back tell none.
func TestRowsThatCount(t *testing.T) {
	run := runOf(tillproof.CardDebit, row{0, 10_000, 0}, row{0, 20_000, 100}, row{0, 30_000, 150})
	rows := run.Records[tillproof.Acquirer]
	rows[0].Fee, rows[0].Net = tillproof.Money{}, tillproof.NewMoney(9_950, tillproof.CNY)
	rows[1].Kind = tillproof.Void
	run.States[tillproof.Acquirer] = make([]tillproof.RowState, 3)
	run.States[tillproof.Acquirer][2] = tillproof.RowState{
		Status: tillproof.Excluded, Reason: "match.excluded.taken_back",
	}
	f := fitOf(t, run)
	if s := f.Spans[0]; s.Rows != 1 || s.Charged != 50 || s.Gross != 10_000 {
		t.Errorf("%+v", s)
	}
}
