package learn

import (
	"cmp"
	"slices"
)

// Judged is a row with its margin, once its verdict is known.
type Judged struct {
	Margin int32
	Weight int32 // rows that it stands for, at least one
	Fraud  bool
}

// Quality says how well margins rank, in parts per billion.
type Quality struct {
	Precision int64 // average precision: over all frauds, the share of frauds among the rows ranked no lower
	Area      int64 // under the curve of frauds over false alarms: how often a fraud outranks a genuine row
	Frauds    int   // rows
	Genuine   int
}

const billion = 1_000_000_000

// Rank measures rows; equal margins count as one step. The zero Quality is the answer where one verdict is
// missing.
func Rank(rows []Judged) Quality {
	sorted := byMargin(rows)
	var q Quality
	var frauds, genuine int64
	for _, r := range sorted {
		if r.Fraud {
			q.Frauds++
			frauds += int64(r.Weight)
		} else {
			q.Genuine++
			genuine += int64(r.Weight)
		}
	}
	if frauds == 0 || genuine == 0 {
		return Quality{}
	}
	var right, wrong int64
	for i := len(sorted) - 1; i >= 0; {
		var r, w int64
		for margin := sorted[i].Margin; i >= 0 && sorted[i].Margin == margin; i-- {
			if sorted[i].Fraud {
				r += int64(sorted[i].Weight)
			} else {
				w += int64(sorted[i].Weight)
			}
		}
		q.Area += w * mulDiv(2*right+r, billion, 2*frauds)
		right, wrong = right+r, wrong+w
		q.Precision += r * mulDiv(right, billion, right+wrong)
	}
	q.Precision /= frauds
	q.Area /= genuine
	return q
}

// byMargin is a sorted copy, the lowest margin first; which of equal rows comes first changes no sum.
func byMargin(rows []Judged) []Judged {
	sorted := slices.Clone(rows)
	slices.SortFunc(sorted, func(a, b Judged) int { return cmp.Compare(a.Margin, b.Margin) })
	return sorted
}
