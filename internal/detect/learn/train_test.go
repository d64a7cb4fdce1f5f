package learn

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/synth/dice"
)

// onceParams grow one tree of one question over all rows, without shrinking it.
func onceParams() Params {
	return Params{
		Trees: 1, Depth: 1, Bins: 255, Shrink: 1000, RowShare: 1000, FactPart: 1000, Ridge: 1000, Workers: 1,
	}
}

func units(v int32) float64 { return float64(v) / Unit }

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.Abs(got-want) > within {
		t.Errorf("%s: %.7f, want %.7f", what, got, want)
	}
}

func train(t testing.TB, d Dataset, p Params) *Model {
	t.Helper()
	m, err := Train(d, p)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Two frauds of eight: all start at ln(1/3) with a chance of 1/4, so a genuine row pulls 1/4, a fraud −3/4,
// and each bends 3/16. Three genuine rows at 0: −(3/4) / (9/16+1) = −0.48. Five rows at 10, two of them
// frauds: −(3/4−3/2) / (15/16+1) = 0.3870968. The middle between 0 and 10 is 5.
// The table of chances errs by up to 3 in a million, which near 1/4 is 1.6e-5 of a margin.
func TestOneTreeByHand(t *testing.T) {
	d := Dataset{
		Names: []string{"x"},
		Rows:  [][]int32{{0}, {10}, {0}, {10}, {10}, {0}, {10}, {10}},
		Fraud: []bool{false, true, false, false, false, false, true, false},
	}
	m := train(t, d, onceParams())
	near(t, "left", units(m.Score([]int32{5})), math.Log(1.0/3)-0.48, 2e-5)
	near(t, "right", units(m.Score([]int32{6})), math.Log(1.0/3)+0.75/1.9375, 2e-5)

	// The loss falls by half of G²/(H+1) on each side, less what the whole had: the pulls of all add up to 0.
	near(t, "gain", float64(m.Gains()[0])/1000, (0.5625/1.5625+0.5625/1.9375)/2, 1e-3)

	// A row of weight three is three rows.
	thin := Dataset{
		Names: d.Names, Rows: [][]int32{{0}, {10}, {10}},
		Fraud: []bool{false, true, false}, Weight: []int32{3, 2, 3},
	}
	w := train(t, thin, onceParams())
	for _, v := range []int32{0, 10, Missing} {
		near(t, "weighted", units(w.Score([]int32{v})), units(m.Score([]int32{v})), 1e-4)
	}
}

// Rows without the fact go to the side where they belong: here all frauds are without it, there all genuine.
func TestMissingGoesWhereItBelongs(t *testing.T) {
	for _, fraudMisses := range []bool{true, false} {
		var d Dataset
		d.Names = []string{"x"}
		for i := range 40 {
			v := int32(i % 20) // the frauds are those without the fact, and those above 9
			if i%4 == 0 {
				v = Missing
			}
			d.Rows = append(d.Rows, []int32{v})
			d.Fraud = append(d.Fraud, v != Missing && v > 9 || v == Missing && fraudMisses)
		}
		m := train(t, d, onceParams())
		low, high, miss := m.Score([]int32{3}), m.Score([]int32{15}), m.Score([]int32{Missing})
		want := low
		if fraudMisses {
			want = high
		}
		if low >= high || miss != want {
			t.Errorf("frauds miss %v: low %d, high %d, missing %d", fraudMisses, low, high, miss)
		}
	}
}

// A second tree only corrects what the first left: with all its steps the chance comes to the share of each
// group, here 1/10 and 7/10.
func TestTreesComeToTheShare(t *testing.T) {
	var d Dataset
	d.Names = []string{"group", "noise"}
	for i := range 2000 {
		d.Rows = append(d.Rows, []int32{int32(i % 2), 7})
		d.Fraud = append(d.Fraud, i%2 == 0 && i%20 == 0 || i%2 == 1 && i/2%10 < 7)
	}
	p := onceParams()
	p.Trees = 30
	m := train(t, d, p)
	near(t, "first", float64(m.Chance(m.Score([]int32{0, 7})))/1e9, 0.1, 2e-3)
	near(t, "second", float64(m.Chance(m.Score([]int32{1, 7})))/1e9, 0.7, 2e-3)
	if m.Gains()[1] != 0 {
		t.Error("a fact that is always the same took something off the loss")
	}
}

func TestSameRowsSameBytes(t *testing.T) {
	d := invented(6000, 13)
	p := DefaultParams()
	p.Trees = 20
	first := train(t, d, p).Encode()
	for _, workers := range []int{1, 2, 3, 16} {
		p.Workers = workers
		if !bytes.Equal(first, train(t, d, p).Encode()) {
			t.Errorf("%d workers make another model", workers)
		}
	}
	p.Seed++
	if bytes.Equal(first, train(t, d, p).Encode()) {
		t.Error("another seed draws the same rows")
	}
	p.Seed--
	d.Rows[5999][1] ^= 1
	if m := train(t, d, p); bytes.Equal(m.Encode(), first) {
		t.Error("other rows have the same digest")
	}
}

// What each fact put in adds up to the margin, to the last bit; a fact that no tree asks puts in nothing.
func TestSharesAddUp(t *testing.T) {
	d := invented(4000, 9)
	for i := range d.Rows {
		d.Rows[i][8] = 1
	}
	p := DefaultParams()
	p.Trees = 40
	m := train(t, d, p)
	parts := make([]int32, 9)
	for _, row := range d.Rows {
		sum := m.Share(row, parts)
		for _, v := range parts {
			sum += v
		}
		if sum != m.Score(row) || parts[8] != 0 {
			t.Fatalf("row %v: parts %v add up to %d, margin %d", row, parts, sum, m.Score(row))
		}
	}
}

// Where more of a fact means more fraud, a model that sees little else must say so, and rank unseen rows.
func TestMoreIsMore(t *testing.T) {
	r := dice.New(3)
	var d Dataset
	d.Names = []string{"more", "noise"}
	for range 20_000 {
		v := r.Below(100)
		d.Rows = append(d.Rows, []int32{int32(v), int32(r.Below(1000))})
		d.Fraud = append(d.Fraud, r.Below(400) < v)
	}
	p := DefaultParams()
	p.Depth = 2
	m := train(t, d, p)
	last := math.Inf(-1)
	for v := 5; v < 100; v += 10 { // over ranges, since single places carry luck
		sum := 0.0
		for w := v - 5; w < v+5; w++ {
			for noise := range int32(20) {
				sum += units(m.Score([]int32{int32(w), noise * 50}))
			}
		}
		if sum <= last {
			t.Errorf("around %d the margin falls", v)
		}
		last = sum
	}
}

func TestTrainRefuses(t *testing.T) {
	whole := func() Dataset { return invented(100, 4) }
	for _, c := range []struct {
		name, code string
		change     func(*Dataset, *Params)
	}{
		{"no rows", codeOneSided, func(d *Dataset, _ *Params) { d.Rows, d.Fraud = nil, nil }},
		{"no fraud", codeOneSided, func(d *Dataset, _ *Params) { clear(d.Fraud) }},
		{"short row", codeShape, func(d *Dataset, _ *Params) { d.Rows[50] = d.Rows[50][:3] }},
		{"few verdicts", codeShape, func(d *Dataset, _ *Params) { d.Fraud = d.Fraud[1:] }},
		{"no weight", codeShape, func(d *Dataset, _ *Params) { d.Weight = make([]int32, 100) }},
		{"no name", codeShape, func(d *Dataset, _ *Params) { d.Names[2] = "" }},
		{"deep", codeShape, func(_ *Dataset, p *Params) { p.Depth = 7 }},
		{"no ridge", codeShape, func(_ *Dataset, p *Params) { p.Ridge = 0 }},
	} {
		d, p := whole(), DefaultParams()
		c.change(&d, &p)
		_, err := Train(d, p)
		var coded *tillproof.Error
		if !errors.As(err, &coded) || coded.Code != c.code {
			t.Errorf("%s: %v, want %s", c.name, err, c.code)
		}
	}
}
