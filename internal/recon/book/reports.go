package book

import (
	"slices"

	"github.com/tillproof/tillproof"
)

// reportsOf gives the days that each merchant's reports cover, and the first of its files, where merchants
// have reports of their own; nil where all share theirs. Files that have a merchant in common are one series;
// a file without a row, or with rows that name no merchant, may be anybody's.
func (bk *Book) reportsOf() (
	days map[tillproof.MerchantID]Cover, file map[tillproof.MerchantID]int32,
) {
	run := bk.Run
	if bk.Beyond != nil {
		return coversOfFiles(run, bk.Beyond.Reports)
	}
	files := map[tillproof.MerchantID][]int32{}
	last := tillproof.Origin{Source: Alone}
	name := tillproof.MerchantID("")
	for i := range run.Records[tillproof.Acquirer] {
		r := &run.Records[tillproof.Acquirer][i]
		m, src := r.Refs.Merchant, r.Origin.Source
		if m == "" {
			return nil, nil
		}
		if m == name && src == last.Source {
			continue
		}
		name, last = m, r.Origin
		if !slices.Contains(files[m], src) {
			files[m] = append(files[m], src)
		}
	}
	return coversOfFiles(run, files)
}

// coversOfFiles is reportsOf for the files that show each merchant.
func coversOfFiles(run *tillproof.Run, files map[tillproof.MerchantID][]int32) (
	map[tillproof.MerchantID]Cover, map[tillproof.MerchantID]int32,
) {
	series := map[int32]int32{} // file → the first file of its series, through others
	first := map[tillproof.MerchantID]int32{}
	for m, sources := range files {
		for _, src := range sources {
			if _, seen := series[src]; !seen {
				series[src] = src
			}
			joinSeries(series, sources[0], src)
		}
		first[m] = sources[0]
	}
	if oneSeries(series) {
		return nil, nil
	}
	out := make(map[tillproof.MerchantID]Cover, len(first))
	of := map[int32]Cover{}
	for m, src := range first {
		top := seriesOf(series, src)
		if _, done := of[top]; !done {
			of[top] = coverOfSources(run, tillproof.Acquirer, func(s int32) bool {
				_, rows := series[s]
				return !rows || seriesOf(series, s) == top
			})
		}
		out[m] = of[top]
		first[m] = top
	}
	return out, first
}

func seriesOf(series map[int32]int32, s int32) int32 {
	for series[s] != s {
		s = series[s]
	}
	return s
}

func joinSeries(series map[int32]int32, a, b int32) {
	a, b = seriesOf(series, a), seriesOf(series, b)
	series[max(a, b)] = min(a, b)
}

func oneSeries(series map[int32]int32) bool {
	tops := 0
	for s, up := range series {
		if s == up {
			tops++
		}
	}
	return tops < 2
}
