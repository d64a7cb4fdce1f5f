package recon

import (
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
)

// dropOverlaps keeps each line once where two files of a side overlap: the same line of two exports has one
// id. The first file keeps it; a warning names the other and counts the lines.
func dropOverlaps(run *tillproof.Run) {
	for _, side := range tillproof.Sides {
		if sourcesOf(run, side) < 2 {
			continue
		}
		dropped := map[int32]int{}
		first := make(map[tillproof.RecordID]int32, len(run.Records[side]))
		run.Records[side] = slices.DeleteFunc(run.Records[side], func(r tillproof.Record) bool {
			source, seen := first[r.ID]
			if seen && source != r.Origin.Source {
				dropped[r.Origin.Source]++
				return true
			}
			first[r.ID] = r.Origin.Source
			return false
		})
		for i, src := range run.Sources {
			if n := dropped[int32(i)]; n > 0 {
				params := tillproof.Params{"n": strconv.Itoa(n), "file": src.File}
				run.Warnings = append(run.Warnings, tillproof.Note{Code: "recon.overlap", Params: params})
			}
		}
	}
}

func sourcesOf(run *tillproof.Run, side tillproof.Side) int {
	n := 0
	for _, s := range run.Sources {
		if s.Side == side {
			n++
		}
	}
	return n
}
