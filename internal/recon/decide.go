package recon

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
)

// maxIDs is how many ids one sentence lists: enough to choose from.
const maxIDs = 3

// maxLineIDs is how many ids are written back where decisions name lines.
const maxLineIDs = 20

// takeDecisions finds the records that the decisions name. One whose records are not all there is not obeyed,
// and says which is missing.
func takeDecisions(run *tillproof.Run, decisions []tillproof.Decision) {
	if len(decisions) == 0 {
		return
	}
	run.Decisions = slices.Clone(decisions)
	var named []string
	for i := range run.Decisions {
		named = append(named, run.Decisions[i].Named...)
	}
	found := find(run, named)
	var ids []string
	byLine := 0
	for i := range run.Decisions {
		d := &run.Decisions[i]
		d.Records, d.Misfit = recordsOf(found[:len(d.Named)])
		for n, f := range found[:len(d.Named)] {
			if f.byLine && d.Records != nil {
				byLine++
				ids = append(ids, d.Named[n]+" = "+run.Record(f.ref).ID.String())
			}
		}
		found = found[len(d.Named):]
	}
	if byLine > 0 {
		p := tillproof.Params{
			"n": strconv.Itoa(byLine), "ids": strings.Join(ids[:min(len(ids), maxLineIDs)], ", "),
		}
		run.Warnings = append(run.Warnings, tillproof.Note{Code: "decide.by_line", Params: p})
	}
}

// recordsOf are the records of one decision; none, where one of its names is not found. A line that is named
// beside its group counts once.
func recordsOf(found []sought) ([]tillproof.RowRef, tillproof.Note) {
	grouped := map[tillproof.RowRef]bool{}
	for _, f := range found {
		if f.why.Code != "" {
			return nil, f.why
		}
		for _, ref := range f.rows {
			grouped[ref] = true
		}
	}
	var out []tillproof.RowRef
	for _, f := range found {
		if f.rows == nil && !grouped[f.ref] {
			out = append(out, f.ref)
		}
		for _, ref := range f.rows {
			if grouped[ref] {
				grouped[ref] = false // once, also where two names mean it
				out = append(out, ref)
			}
		}
	}
	return out, tillproof.Note{}
}

// warnMisfits says how many decisions were not obeyed: the result is not the one that they were made for.
func warnMisfits(run *tillproof.Run) {
	n := 0
	for i := range run.Decisions {
		if !run.Decisions[i].Obeyed() {
			n++
		}
	}
	if n > 0 {
		p := tillproof.Params{"n": strconv.Itoa(n), "all": strconv.Itoa(len(run.Decisions))}
		run.Warnings = append(run.Warnings, tillproof.Note{Code: "decide.not_obeyed", Params: p})
	}
}
