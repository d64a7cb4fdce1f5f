package tariff

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tillproof/tillproof"
)

// truth is a tariff that the test charges by. Its fee is reckoned apart from line.fee.
type truth struct{ rate, fixed, least, most int64 }

func (t truth) fee(gross int64) int64 {
	fee := half(gross, t.rate) + t.fixed
	if fee < t.least {
		fee = t.least
	}
	if t.most > 0 && fee > t.most {
		fee = t.most
	}
	return fee
}

func randomTruth(r *rand.Rand) truth {
	t := truth{rate: 100 * r.Int64N(301)}
	if r.IntN(2) == 0 {
		t.fixed = r.Int64N(301)
	}
	if r.IntN(3) == 0 {
		t.most = t.fixed + 200 + r.Int64N(3_000)
	}
	if r.IntN(4) == 0 {
		t.least = t.fixed + 1 + r.Int64N(100)
	}
	return t
}

// determined is the judge: it tries every rate and every fixed part that any row allows, with and without the
// cap and minimum that the rows show, and says whether the truth is the only simplest one that explains all.
func determined(t truth, rows []row) bool {
	straight, capped, raised := map[int64]bool{}, map[int64]bool{}, map[int64]bool{}
	for _, r := range rows {
		switch bare := (truth{rate: t.rate, fixed: t.fixed}).fee(r.gross); {
		case bare == r.fee:
			straight[r.gross] = true
		case bare > r.fee:
			capped[r.gross] = true
		default:
			raised[r.gross] = true
		}
	}
	if len(straight) < 3 || len(capped) == 1 || len(raised) == 1 {
		return false
	}
	most, least := int64(0), int64(0)
	if len(capped) > 0 {
		most = t.most
	}
	if len(raised) > 0 {
		least = t.least
	}
	for _, with := range [...]truth{{}, {most: most}, {least: least}, {most: most, least: least}} {
		full := with.most == most && with.least == least
		if ways(with, rows, t) > 0 && !full {
			return false // a simpler tariff explains all of it
		}
	}
	return ways(truth{most: most, least: least}, rows, t) == 1
}

// ways counts the rates and fixed parts that explain all rows with the given cap and minimum.
func ways(with truth, rows []row, t truth) int {
	n := 0
	for with.rate = 0; with.rate <= 100_000; with.rate += 100 {
		tried := map[int64]bool{}
		for _, r := range rows[:min(len(rows), 40)] {
			with.fixed = r.fee - half(r.gross, with.rate)
			if with.fixed < 0 || tried[with.fixed] {
				continue
			}
			tried[with.fixed] = true
			if !slices.ContainsFunc(rows, func(r row) bool { return with.fee(r.gross) != r.fee }) {
				n++
			}
		}
	}
	return n
}

func randomRows(r *rand.Rand, t truth, n, from, days int) []row {
	rows := make([]row, n)
	for i := range rows {
		gross := 100 + r.Int64N(200_000)
		if r.IntN(3) == 0 {
			gross = 100 * (1 + r.Int64N(300))
		}
		rows[i] = row{from + i*days/n, gross, t.fee(gross)}
	}
	return rows
}

// Whenever the rows determine a tariff, the fit is that tariff.
func TestFitIsTruth(t *testing.T) {
	r := rand.New(rand.NewPCG(20261125, 1))
	judged := 0
	for i := range 160 {
		truth := randomTruth(r)
		rows := randomRows(r, truth, 4+r.IntN(60), 0, 30)
		if !determined(truth, rows) {
			continue
		}
		judged++
		f := fitOf(t, runOf(tillproof.CardCredit, rows...))
		s := f.Spans[0]
		want := tillproof.TariffLine{Kind: tillproof.CardCredit, RatePPM: truth.rate, Fixed: truth.fixed}
		for _, row := range rows { // a cap or minimum that no row shows cannot be found
			if bare := half(row.gross, truth.rate) + truth.fixed; bare > row.fee {
				want.Cap = truth.most
			} else if bare < row.fee {
				want.Min = truth.least
			}
		}
		if len(f.Spans) != 1 || s.Tariff != want || s.Certainty != tillproof.FeeFitted ||
			s.Explained != len(rows) {
			t.Errorf("%d: %+v\nwant %+v, %d rows", i, f.Spans, want, len(rows))
		}
	}
	if judged < 80 {
		t.Errorf("only %d tariffs were determined: this test proves little", judged)
	}
}

// A silent change is found on the day of the first row that the old tariff does not explain, and the excess
// over the agreed tariff is the sum over all rows.
func TestChangeIsFoundOnItsDay(t *testing.T) {
	r := rand.New(rand.NewPCG(20261125, 2))
	judged := 0
	for i := range 100 {
		before, after := randomTruth(r), randomTruth(r)
		change := 5 + r.IntN(50)
		old := randomRows(r, before, 30+r.IntN(60), 0, change)
		fresh := randomRows(r, after, 30+r.IntN(60), change, 60-change)
		if !determined(before, old) || !determined(after, fresh) {
			continue
		}
		var first *row
		odd := 0
		for j := range fresh {
			if before.fee(fresh[j].gross) != fresh[j].fee {
				odd++
				if first == nil {
					first = &fresh[j]
				}
			}
		}
		if odd < 8 || ways(truth{}, append(slices.Clone(old), fresh...), before) > 0 {
			continue // too few rows show it
		}
		judged++
		run := runOf(tillproof.CardDebit, append(old, fresh...)...)
		run.Policy.Tariff = []tillproof.TariffLine{{
			RatePPM: before.rate, Fixed: before.fixed, Min: before.least, Cap: before.most,
		}}
		f := fitOf(t, run)
		var over int64
		for _, row := range fresh {
			over += max(0, row.fee-before.fee(row.gross))
		}
		got, _ := f.Excess()
		if len(f.Spans) != 2 || f.Spans[1].From != day0+tillproof.Date(first.day) || got != over {
			t.Errorf("%d: %+v → %+v on day %d: %d spans, excess %d, want %d",
				i, before, after, first.day, len(f.Spans), got, over)
			for _, s := range f.Spans {
				t.Logf("   from %d: %+v %d of %d %s", s.From-day0, s.Tariff, s.Explained, s.Rows, s.Certainty)
			}
		}
	}
	if judged < 50 {
		t.Errorf("only %d changes were judged: this test proves little", judged)
	}
}

// The order in which the rows stand changes nothing.
func TestOrderChangesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(20261125, 3))
	rows := append(randomRows(r, truth{rate: 3_800}, 60, 0, 20),
		randomRows(r, truth{rate: 6_000, fixed: 10}, 60, 20, 20)...)
	run := runOf(tillproof.CardDebit, rows...)
	want := fitOf(t, run)
	for range 5 {
		records := run.Records[tillproof.Acquirer]
		r.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		got := fitOf(t, run)
		if len(got.Spans) != len(want.Spans) {
			t.Fatalf("%d spans, then %d", len(want.Spans), len(got.Spans))
		}
		for i := range got.Spans {
			g, w := got.Spans[i], want.Spans[i]
			if g.From != w.From || g.Tariff != w.Tariff || g.Explained != w.Explained || g.Over != w.Over {
				t.Errorf("span %d: %+v, then %+v", i, w, g)
			}
		}
	}
}
