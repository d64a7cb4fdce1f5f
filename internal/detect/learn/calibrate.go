package learn

import (
	"cmp"
	"slices"
)

const (
	// minFrauds on held-back rows are needed to correct a model's own chances: with fewer, luck corrects.
	minFrauds = 30
	// maxKnots of the curve: the rest of a finer one is noise.
	maxKnots = 64
	// tail is how far the curve goes on beyond the rows that it was made from.
	tail = 8 * Unit
	// tailPart is what is left, at the end of a tail, of the distance to certainty.
	tailPart = 64
)

// knot is a point of the curve from margins to chances.
type knot struct {
	margin int32
	ppb    int64
}

// Chance is the chance that a row of this margin is a fraud, in parts per billion. A higher margin never has
// a lower one.
func (m *Model) Chance(margin int32) int64 {
	if len(m.curve) == 0 {
		return mulDiv(chanceOf(int64(margin)), billion, certain)
	}
	at, _ := slices.BinarySearchFunc(m.curve, margin, func(k knot, v int32) int {
		return cmp.Compare(k.margin, v)
	})
	switch at {
	case 0:
		return m.curve[0].ppb
	case len(m.curve):
		return m.curve[at-1].ppb
	}
	from, to := m.curve[at-1], m.curve[at]
	part, whole := int64(margin)-int64(from.margin), int64(to.margin)-int64(from.margin)
	return from.ppb + mulDiv(to.ppb-from.ppb, part, whole)
}

// Calibrated is the model with its chances corrected by rows that it was not trained on: the share of frauds
// that they show, made to rise with the margin (isotonic regression; Zadrozny and Elkan 2002), with straight
// lines between, so that rows of different margins keep their order.
func (m *Model) Calibrated(held []Judged) *Model {
	out := *m
	out.curve = nil
	if q := Rank(held); q.Frauds < minFrauds || q.Genuine < minFrauds {
		return &out
	}
	var rows []pool
	for _, r := range byMargin(held) {
		w := int64(r.Weight)
		one := pool{rows: w, margins: w * int64(r.Margin)}
		if r.Fraud {
			one.frauds = w
		}
		if last := len(rows) - 1; last >= 0 && rows[last].margin() == r.Margin {
			rows[last] = rows[last].with(one)
		} else {
			rows = append(rows, one)
		}
	}
	pools := rising(rising(rows, pool.share), pool.careful)
	for len(pools) > maxKnots {
		pools = joinLightest(pools)
	}
	for _, p := range pools {
		out.curve = append(out.curve, knot{p.margin(), p.careful()})
	}
	out.curve = withTails(out.curve)
	return &out
}

// pool is rows that are given one chance.
type pool struct{ rows, frauds, margins int64 }

func (p pool) with(q pool) pool {
	return pool{p.rows + q.rows, p.frauds + q.frauds, p.margins + q.margins}
}

func (p pool) margin() int32 { return int32(p.margins / p.rows) }

// share is the part of frauds.
func (p pool) share() int64 { return mulDiv(p.frauds, billion, p.rows) }

// careful is the share as if one more row had come that was half a fraud: no pool is ever certain.
func (p pool) careful() int64 { return mulDiv(2*p.frauds+1, billion, 2*p.rows+2) }

// rising joins neighbours until the value rises from pool to pool.
func rising(pools []pool, value func(pool) int64) []pool {
	var out []pool
	for _, p := range pools {
		for len(out) > 0 && value(out[len(out)-1]) >= value(p) {
			p = out[len(out)-1].with(p)
			out = out[:len(out)-1]
		}
		out = append(out, p)
	}
	return out
}

// joinLightest joins the two neighbours that have the fewest rows together.
func joinLightest(pools []pool) []pool {
	best := 0
	for i := range len(pools) - 1 {
		if pools[i].rows+pools[i+1].rows < pools[best].rows+pools[best+1].rows {
			best = i
		}
	}
	pools[best] = pools[best].with(pools[best+1])
	return slices.Delete(pools, best+1, best+2)
}

// withTails lets the curve go on towards certainty at both ends.
func withTails(curve []knot) []knot {
	first, last := curve[0], curve[len(curve)-1]
	low := knot{first.margin - tail, first.ppb / tailPart}
	high := knot{last.margin + tail, billion - (billion-last.ppb)/tailPart}
	return append(append([]knot{low}, curve...), high)
}
