package tariff

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tillproof/tillproof"
)

// mixOf is rows of two card kinds that the report does not tell apart: a share of them, in percent, at
// 0.38 %, the others at 0.60 %.
func mixOf(r *rand.Rand, n, from, days, share int) []row {
	rows := make([]row, n)
	for i := range rows {
		gross := 1_000 + r.Int64N(200_000)
		fee := half(gross, 6_000)
		if r.IntN(100) < share {
			fee = half(gross, 3_800)
		}
		rows[i] = row{from + i*days/n, gross, fee}
	}
	return rows
}

// Two kinds in one column show no change, however often one of them stands in a row.
func TestMixTellsNoChange(t *testing.T) {
	r := rand.New(rand.NewPCG(20261125, 7))
	for _, share := range []int{15, 30, 50, 70, 85, 93} {
		for range 4 {
			f := fitOf(t, runOf(tillproof.CardUnknown, mixOf(r, 1_500, 0, 30, share)...))
			if len(f.Spans) != 1 || f.Spans[0].Note.Code != "" || f.Spans[0].Rows != 1_500 {
				t.Errorf("%d %% of one kind: %d spans, the first %+v", share, len(f.Spans), f.Spans[0])
			}
		}
	}
}

// Before and after a mix a tariff that holds for long is found, yet no sentence calls the mix another tariff.
func TestTariffBesideMix(t *testing.T) {
	r := rand.New(rand.NewPCG(20261125, 8))
	rows := mixOf(r, 400, 0, 10, 0)
	for i := range rows {
		rows[i].fee = half(rows[i].gross, 5_000)
	}
	rows = append(rows, mixOf(r, 1_000, 10, 20, 50)...)
	for range 400 {
		gross := 1_000 + r.Int64N(200_000)
		rows = append(rows, row{30 + len(rows)/200, gross, half(gross, 7_800)})
	}
	f := fitOf(t, runOf(tillproof.CardUnknown, rows...))
	want := []tillproof.FeeCertainty{tillproof.FeeFitted, tillproof.FeeMixed, tillproof.FeeFitted}
	if len(f.Spans) != len(want) {
		t.Fatalf("%d spans: %+v", len(f.Spans), f.Spans)
	}
	for i, s := range f.Spans {
		if s.Certainty != want[i] || s.Note.Code != "" || s.Over != 0 {
			t.Errorf("span %d: %+v", i, s)
		}
	}
	if f.Spans[2].Tariff.RatePPM != 7_800 {
		t.Errorf("the last tariff is %+v", f.Spans[2].Tariff)
	}
}

// The thirty rows of a day at another tariff that no other row shows are a change, not a run of luck.
func TestShortChangeStays(t *testing.T) {
	r := rand.New(rand.NewPCG(20261125, 9))
	rows := mixOf(r, 900, 0, 30, 0)
	for i := 450; i < 480; i++ {
		rows[i].fee = half(rows[i].gross, 3_800)
	}
	f := fitOf(t, runOf(tillproof.CardUnknown, rows...))
	if len(f.Spans) != 3 || f.Spans[1].Note.Code != "tariff.while.other" || f.Spans[1].Rows != 30 {
		t.Errorf("%+v", f.Spans)
	}
}

// What is not looked at explains no more rows than what is found: of a mix with odd rows, every rate with
// every fixed part that a row allows, counted plainly.
func TestNoLineExplainsMore(t *testing.T) {
	r := rand.New(rand.NewPCG(20261125, 10))
	for i := range 12 {
		rows := mixOf(r, 40+10*i, 0, 1, 8*i)
		points := make([]point, len(rows))
		for k := range rows {
			rows[k].fee += r.Int64N(8) / 7 * (40 - r.Int64N(60)) // one in eight is odd, some below zero
			points[k] = point{rows[k].gross, rows[k].fee, 1}
		}
		most := 0
		for rate := int64(0); rate <= 100_000; rate += 100 {
			fixed := map[int64]int{}
			for _, row := range rows {
				if f := row.fee - half(row.gross, rate); f >= 0 {
					fixed[f]++
					most = max(most, fixed[f])
				}
			}
		}
		slices.SortFunc(points, func(a, b point) int { return cmp.Compare(a.gross, b.gross) })
		best := solve(points)
		if best.hits < most || countPoints(points, best.ways[0]) != best.hits {
			t.Errorf("%d: %d of %d rows by %+v, a plain count finds %d",
				i, best.hits, len(rows), best.ways[0], most)
		}
	}
}
