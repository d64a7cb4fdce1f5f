package learn

import (
	"math"
	"slices"
)

// sampleRows is how many rows the places of a fact are taken from: with 128 places each still has 500 rows.
const sampleRows = 1 << 16

// binned are rows by places: column f of row i is the place of fact f, 0 where it is missing. Place b ≥ 1
// holds the values up to edges[f][b−1].
type binned struct {
	columns [][]uint8
	edges   [][]int32
}

// bin cuts each fact into places by a sample of the rows.
func bin(d *Dataset, places int, crew crew) *binned {
	b := &binned{make([][]uint8, len(d.Names)), make([][]int32, len(d.Names))}
	sample := pickSample(d)
	crew.each(len(d.Names), func(f int) {
		var genuine, frauds []int32
		for _, i := range sample {
			switch v := d.Rows[i][f]; {
			case v == Missing:
			case d.Fraud[i]:
				frauds = append(frauds, v)
			default:
				genuine = append(genuine, v)
			}
		}
		slices.Sort(genuine)
		slices.Sort(frauds)
		edges := cutBoth(genuine, frauds, places)
		column := make([]uint8, len(d.Rows))
		for i, row := range d.Rows {
			column[i] = placeOf(edges, row[f])
		}
		b.columns[f], b.edges[f] = column, edges
	})
	return b
}

// pickSample takes every fraud, since few rows say where it begins, and of the genuine rows every n-th.
func pickSample(d *Dataset) []int {
	step := 1 + len(d.Rows)/sampleRows
	var sample []int
	for i := range d.Rows {
		if d.Fraud[i] || i%step == 0 {
			sample = append(sample, i)
		}
	}
	return sample
}

// cutBoth gives each value its own place where there are places enough. Else half of the edges lie between as
// many genuine rows each and half between as many frauds, one just below the first: among all rows the few
// frauds would fall into one or two places, where nothing could be told apart.
func cutBoth(genuine, frauds []int32, places int) []int32 {
	all := slices.Concat(genuine, frauds)
	slices.Sort(all)
	if len(frauds) == 0 || distinct(all) <= places {
		return cut(all, places)
	}
	edges := append(cut(genuine, places/2), cut(frauds, places/2)...)
	if frauds[0] > Missing+1 {
		edges = append(edges, frauds[0]-1)
	}
	slices.Sort(edges)
	return slices.Compact(edges)
}

// cut gives the upper edges of at most `places` places over sorted values. The last has no upper edge that
// a value could pass. Between two places the edge lies in the middle of the values beside it.
func cut(sorted []int32, places int) []int32 {
	var edges []int32
	left, have, kinds := len(sorted), 0, distinct(sorted)
	for i := 0; i < len(sorted); {
		next := i + 1
		for next < len(sorted) && sorted[next] == sorted[i] {
			next++
		}
		have += next - i
		free := places - len(edges) // this place and those behind it
		kinds--
		if next < len(sorted) && free > 1 && (have*free >= left || kinds < free) {
			low, high := int64(sorted[i]), int64(sorted[next])
			edges = append(edges, int32(low+(high-low)/2))
			left, have = left-have, 0
		}
		i = next
	}
	return append(edges, math.MaxInt32)
}

func distinct(sorted []int32) int {
	n := 0
	for i, v := range sorted {
		if i == 0 || v != sorted[i-1] {
			n++
		}
	}
	return n
}

func placeOf(edges []int32, v int32) uint8 {
	if v == Missing {
		return 0
	}
	low, high := 0, len(edges)-1
	for low < high {
		if mid := int(uint(low+high) >> 1); edges[mid] < v {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return uint8(low + 1)
}
