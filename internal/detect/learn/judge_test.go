package learn

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"github.com/tillproof/tillproof/internal/synth/dice"
)

func TestOddsAreTheLogistic(t *testing.T) {
	for margin := int64(-20 * Unit); margin <= 20*Unit; margin += Unit/7 + 13 {
		x := min(max(float64(margin)/Unit, -oddsEnd), oddsEnd)
		near(t, "chance", float64(chanceOf(margin))/float64(certain), 1/(1+math.Exp(-x)), 3e-6)
	}
	near(t, "margin", float64(marginOf(1, 5))/Unit, -math.Log(4), 3e-5)
}

func TestMulDivRounds(t *testing.T) {
	for _, c := range []struct{ a, b, c, want int64 }{
		{7, 1, 2, 4},
		{-7, 1, 2, -4},
		{6, 1, 4, 2},
		{5, 1, 4, 1},
		{-5, 1, 4, -1},
		{0, 9, 7, 0},
		{1 << 60, 1 << 20, 1 << 30, 1 << 50},
		{math.MaxInt64, math.MaxInt64, 1, math.MaxInt64},
		{math.MinInt64, 2, 1, -math.MaxInt64},
	} {
		if got := mulDiv(c.a, c.b, c.c); got != c.want {
			t.Errorf("%d × %d / %d = %d, want %d", c.a, c.b, c.c, got, c.want)
		}
	}
}

// Five rows from the highest: fraud, genuine, fraud, fraud, genuine. Precision where a fraud stands: 1/1,
// 2/3, 3/4, on average 29/36. Of the six pairs of a fraud and a genuine row four are in order.
func TestRankByHand(t *testing.T) {
	rows := []Judged{{50, 1, true}, {40, 1, false}, {30, 1, true}, {20, 1, true}, {10, 1, false}}
	want := Quality{Precision: 805_555_555, Area: 666_666_666, Frauds: 3, Genuine: 2}
	if q := Rank(rows); !alike(q, want) {
		t.Errorf("%+v, want %+v", q, want)
	}
	// One step of all rows: precision is the share of frauds, and each pair counts half.
	for i := range rows {
		rows[i].Margin = 5
	}
	want.Precision, want.Area = 600_000_000, 500_000_000
	if q := Rank(rows); !alike(q, want) {
		t.Errorf("ties: %+v, want %+v", q, want)
	}
	if q := Rank(rows[:1]); q != (Quality{}) {
		t.Errorf("frauds only: %+v", q)
	}
}

func alike(a, b Quality) bool {
	return a.Frauds == b.Frauds && a.Genuine == b.Genuine &&
		max(a.Precision-b.Precision, b.Precision-a.Precision) < 3 && max(a.Area-b.Area, b.Area-a.Area) < 3
}

// Against a plain count over all pairs and all rows, with weights written out as rows.
func TestRankAgainstCounting(t *testing.T) {
	r := dice.New(11)
	for range 200 {
		var rows, long []Judged
		for range 2 + r.Below(40) {
			j := Judged{int32(r.Below(15)) - 7, int32(1 + r.Below(3)), r.Chance(300)}
			rows = append(rows, j)
			for range j.Weight {
				long = append(long, Judged{j.Margin, 1, j.Fraud})
			}
		}
		frauds, pairs, right, precision := 0.0, 0.0, 0.0, 0.0
		for _, a := range long {
			if !a.Fraud {
				continue
			}
			frauds++
			above, hits := 0.0, 0.0
			for _, b := range long {
				if b.Margin >= a.Margin {
					above++
					if b.Fraud {
						hits++
					}
				}
				if !b.Fraud {
					pairs++
					right += float64(1+cmp.Compare(a.Margin, b.Margin)) / 2
				}
			}
			precision += hits / above
		}
		if frauds == 0 || pairs == 0 {
			continue
		}
		q := Rank(rows)
		near(t, "precision", float64(q.Precision)/1e9, precision/frauds, 1e-8)
		near(t, "area", float64(q.Area)/1e9, right/pairs, 1e-8)
	}
}

// The held-back rows say 1 in 10 at −2, 3 in 10 at 0 and, against the order, 2 in 10 at +1: the last two are
// one pool of 1/4 at 1/2. Each pool is careful by half a fraud of one more row.
func TestCalibratedByHand(t *testing.T) {
	var held []Judged
	add := func(margin int32, frauds, rows int) {
		for i := range rows {
			held = append(held, Judged{margin * Unit, 1, i < frauds})
		}
	}
	add(-2, 10, 100)
	add(0, 30, 100)
	add(1, 20, 100)
	m := (&Model{}).Calibrated(held)
	low, high := 10.5/101, 50.5/201
	for _, c := range []struct {
		name   string
		margin int32
		want   float64
	}{
		{"first pool", -2 * Unit, low},
		{"second pool", Unit / 2, high},
		{"halfway", -3 * Unit / 4, (low + high) / 2},
		{"end of the lower tail", -10 * Unit, low / 64},
		{"beyond", math.MinInt32, low / 64},
		{"end of the upper tail", 17 * Unit / 2, 1 - (1-high)/64},
		{"above", math.MaxInt32, 1 - (1-high)/64},
	} {
		near(t, c.name, float64(m.Chance(c.margin))/1e9, c.want, 1e-8)
	}
	if few := (&Model{}).Calibrated(held[:20]); len(few.curve) != 0 {
		t.Error("ten frauds corrected a model")
	}
}

// On any rows the chance never falls where the margin rises, and there are never more knots than the bound.
func TestChanceRises(t *testing.T) {
	r := dice.New(5)
	for range 50 {
		var held []Judged
		for range 3000 {
			v := r.Below(20 * Unit)
			held = append(held, Judged{int32(v) - 10*Unit, int32(1 + r.Below(9)), r.Below(20*Unit) < v})
		}
		m := (&Model{}).Calibrated(held)
		if n := len(m.curve); n < 3 || n > maxKnots+2 {
			t.Fatalf("%d knots", n)
		}
		slices.SortFunc(held, func(a, b Judged) int { return cmp.Compare(a.Margin, b.Margin) })
		last := int64(0)
		for _, h := range held {
			c := m.Chance(h.Margin)
			if c < last || c <= 0 || c >= billion {
				t.Fatalf("chance %d after %d", c, last)
			}
			last = c
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []int32
		places int
		want   []int32
	}{
		{"each value its own", []int32{1, 1, 1, 1, 1, 1, 3, 8}, 5, []int32{2, 5, math.MaxInt32}},
		{"as many rows each", []int32{0, 2, 4, 6, 8, 10}, 3, []int32{3, 7, math.MaxInt32}},
		{"a heavy value alone", []int32{0, 0, 0, 0, 0, 0, 2, 4, 6, 8}, 3, []int32{1, 5, math.MaxInt32}},
		{"nothing", nil, 3, []int32{math.MaxInt32}},
		{"far apart", []int32{math.MinInt32 + 1, math.MaxInt32}, 3, []int32{0, math.MaxInt32}},
	} {
		if got := cut(c.values, c.places); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	edges := []int32{2, 5, math.MaxInt32}
	for v, want := range map[int32]uint8{Missing: 0, -9: 1, 2: 1, 3: 2, 5: 2, 6: 3, math.MaxInt32: 3} {
		if got := placeOf(edges, v); got != want {
			t.Errorf("%d is in place %d, want %d", v, got, want)
		}
	}
}
