package tariff

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tillproof/tillproof"
)

const mid = tillproof.MerchantID("104310058120001")

var day0 = mustDay("2026-04-01")

func mustDay(s string) tillproof.Date {
	d, err := tillproof.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// row is a row of the report by hand: day after day0, amount, fee kept.
type row struct {
	day        int
	gross, fee int64
}

func runOf(kind tillproof.CardKind, rows ...row) *tillproof.Run {
	run := &tillproof.Run{Policy: tillproof.Policy{Currency: tillproof.CNY}}
	for i, r := range rows {
		rec := tillproof.NewRecord(tillproof.Sale)
		if r.gross < 0 {
			rec.Kind = tillproof.Refund
		}
		rec.ID[0], rec.ID[1], rec.ID[2] = byte(i>>16), byte(i>>8), byte(i)
		rec.Refs.Merchant, rec.Card.Kind = mid, kind
		rec.SettleDate = day0 + tillproof.Date(r.day)
		rec.Time = rec.SettleDate.At(9, i/60%15, i%60)
		rec.Amount = tillproof.NewMoney(r.gross, tillproof.CNY)
		rec.Fee = tillproof.NewMoney(-r.fee, tillproof.CNY)
		run.Records[tillproof.Acquirer] = append(run.Records[tillproof.Acquirer], rec)
	}
	return run
}

func fitOf(t *testing.T, run *tillproof.Run) tillproof.FeeFit {
	t.Helper()
	if err := Fit(run); err != nil {
		t.Fatal(err)
	}
	if len(run.Fees) != 1 {
		t.Fatalf("%d fits, not one", len(run.Fees))
	}
	return run.Fees[0]
}

// half is what the test reckons with instead of line.fee: half up, from the definition.
func half(gross, ppm int64) int64 {
	whole, rest := gross*ppm/1_000_000, gross*ppm%1_000_000
	if 2*rest >= 1_000_000 {
		whole++
	}
	return whole
}

// The fixture of the fee drift: 30,580.00 at 0.63 % is 192.65; charged 914.34 (2.99 %) and 3.00; 724.69.
func TestDrift(t *testing.T) {
	run := runOf(tillproof.CardCredit, row{0, 3_058_000, 91_734})
	run.Policy.Tariff = []tillproof.TariffLine{{Kind: tillproof.CardCredit, RatePPM: 6_300}}
	f := fitOf(t, run)
	if over, rows := f.Excess(); over != 72_469 || rows != 1 {
		t.Errorf("excess %d in %d rows, not 724.69 in one", over, rows)
	}
	if c := f.Spans[0].Certainty; c != tillproof.FeeFew {
		t.Errorf("one row determines no tariff, yet it is called %s", c)
	}
}

// The drift spread over a month: until 12 May 0.63 %, from the 13th 2.99 % + 3.00. The amounts are round, so
// that each fee can be checked by eye.
func TestDriftIsDated(t *testing.T) {
	run := runOf(
		tillproof.CardCredit,
		row{38, 100_000, 630}, row{39, 250_000, 1_575}, row{40, 43_000, 271}, row{41, 80_000, 504},
		row{41, 10_000, 63}, row{41, 61_200, 386},
		row{42, 100_000, 3_290}, row{43, 200_000, 6_280}, row{44, 10_000, 599}, row{45, 50_000, 1_795},
	)
	run.Policy.Tariff = []tillproof.TariffLine{{Kind: tillproof.CardCredit, RatePPM: 6_300}}
	f := fitOf(t, run)
	if len(f.Spans) != 2 {
		t.Fatalf("spans: %+v", f.Spans)
	}
	s := f.Spans[1]
	want := tillproof.TariffLine{Kind: tillproof.CardCredit, RatePPM: 29_900, Fixed: 300}
	if s.Tariff != want || s.From != mustDay("2026-05-13") || s.Certainty != tillproof.FeeFitted {
		t.Errorf("from %s: %+v, %s", s.From, s.Tariff, s.Certainty)
	}
	// (32.90−6.30) + (62.80−12.60) + (5.99−0.63) + (17.95−3.15)
	if s.Over != 2_660+5_020+536+1_480 || len(s.OverRows) != 4 || f.Spans[0].Over != 0 {
		t.Errorf("over %d in %d rows", s.Over, len(s.OverRows))
	}
	if s.Note.Code != "tariff.change.agreed" || s.Note.Params["new"] != "29900;fixed=3.00 CNY" {
		t.Errorf("sentence %+v", s.Note)
	}
}

// Without a policy the same rows tell the same day, and the excess is against what was charged before.
func TestDriftWithoutAgreement(t *testing.T) {
	run := runOf(
		tillproof.CardCredit,
		row{0, 100_000, 630}, row{1, 250_000, 1_575}, row{2, 43_000, 271}, row{3, 80_000, 504},
		row{4, 100_000, 3_290}, row{5, 200_000, 6_280}, row{6, 10_000, 599}, row{7, 50_000, 1_795},
	)
	f := fitOf(t, run)
	if len(f.Spans) != 2 || f.Spans[1].Against != tillproof.AgainstFirst || f.Spans[1].Over != 9_696 {
		t.Fatalf("spans: %+v", f.Spans)
	}
	if f.Spans[1].Note.Code != "tariff.change.first" {
		t.Errorf("sentence %+v", f.Spans[1].Note)
	}
}

// A tariff that holds for a week only, and then the old one again.
func TestTemporary(t *testing.T) {
	var rows []row
	for d := range 30 {
		for i := range 3 {
			g := int64(12_345 + 777*d + 5_431*i)
			fee := half(g, 3_800)
			if d >= 10 && d < 17 {
				fee = half(g, 6_000)
			}
			rows = append(rows, row{d, g, fee})
		}
	}
	f := fitOf(t, runOf(tillproof.Wallet, rows...))
	if len(f.Spans) != 3 || f.Spans[1].From != day0+10 || f.Spans[2].From != day0+17 {
		t.Fatalf("spans: %+v", f.Spans)
	}
	if f.Spans[0].Tariff.RatePPM != 3_800 || f.Spans[1].Tariff.RatePPM != 6_000 ||
		f.Spans[2].Tariff.RatePPM != 3_800 || f.Spans[1].Note.Code != "tariff.while.first" {
		t.Errorf("spans: %+v", f.Spans)
	}
}

// One price tells that the fee changed, and when; it tells neither rate nor fixed part.
func TestOnePriceIsOpen(t *testing.T) {
	var rows []row
	for d := range 20 {
		fee := int64(6)
		if d >= 9 {
			fee = 60
		}
		rows = append(rows, row{d, 1_000, fee})
	}
	f := fitOf(t, runOf(tillproof.CardDebit, rows...))
	if len(f.Spans) != 2 || f.Spans[1].From != day0+9 {
		t.Fatalf("spans: %+v", f.Spans)
	}
	for _, s := range f.Spans {
		if s.Certainty != tillproof.FeeOpen || s.RateLeast == s.RateMost {
			t.Errorf("one price is called %s, rate %d to %d", s.Certainty, s.RateLeast, s.RateMost)
		}
	}
	if f.Spans[1].Against != tillproof.AgainstNothing {
		t.Error("an excess is measured against a tariff that is not known")
	}
}

// Fees that follow no tariff are not called one.
func TestNoTariff(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 4))
	var rows []row
	for d := range 100 {
		rows = append(rows, row{d / 4, 1_000 + rnd.Int64N(100_000), rnd.Int64N(2_000)})
	}
	for _, s := range fitOf(t, runOf(tillproof.CardDebit, rows...)).Spans {
		if s.Certainty == tillproof.FeeFitted || s.Certainty == tillproof.FeeOpen || s.Note.Code != "" {
			t.Errorf("random fees are called a tariff: %+v", s)
		}
	}
}

// Refunds that return the fee, and that do not.
func TestRefunds(t *testing.T) {
	sales := []row{{0, 10_000, 60}, {0, 25_000, 150}, {1, 33_000, 198}, {2, 81_000, 486}}
	for _, c := range []struct {
		returns bool
		fee     int64
	}{{true, -60}, {false, 0}} {
		f := fitOf(t, runOf(tillproof.CardCredit, append(slices.Clone(sales), row{3, -10_000, c.fee})...))
		s := f.Spans[0]
		if s.Tariff.ReturnsFee != c.returns || s.Refunds != 1 || s.RefundsExplained != 1 {
			t.Errorf("returned %d: %+v", c.fee, s)
		}
	}
}

// Rounding down: 0.55 % of 1.99 is 0.010945, of 9.99 is 0.054945 …; half up would give 0.05 and 0.06.
func TestRoundingIsFound(t *testing.T) {
	var rows []row
	for i := range int64(40) {
		g := 12_397 + 1_911*i
		rows = append(rows, row{int(i), g, g * 55 / 10_000})
	}
	s := fitOf(t, runOf(tillproof.CardDebit, rows...)).Spans[0]
	if s.Rounding != tillproof.RoundDown || s.Tariff.RatePPM != 5_500 || s.Explained != 40 {
		t.Errorf("%+v", s)
	}
}

// Two rows of a hundred with a wrong fee sway nothing, and are counted as not explained.
func TestOddRows(t *testing.T) {
	var rows []row
	for i := range int64(100) {
		g := 2_000 + 997*i
		fee := min(half(g, 5_000), 400)
		if i%50 == 7 {
			fee += 123
		}
		rows = append(rows, row{int(i), g, fee})
	}
	s := fitOf(t, runOf(tillproof.CardDebit, rows...)).Spans[0]
	want := tillproof.TariffLine{Kind: tillproof.CardDebit, RatePPM: 5_000, Cap: 400}
	if s.Tariff != want || s.Explained != 98 || s.Certainty != tillproof.FeeFitted {
		t.Errorf("%+v", s)
	}
}
