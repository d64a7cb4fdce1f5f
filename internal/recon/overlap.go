package recon

import (
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
)

// dropOverlaps keeps each line once where two files of a side overlap: the same line of two exports has one
// id. The first file keeps it; a warning names the other and counts the lines.
func dropOverlaps(run *tillproof.Run) {
	if sourcesOf(run, tillproof.Bank) > 1 {
		dropRebalanced(run)
	}
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

// twin is what two formats show of one line: enough to tell lines of one day apart, and nothing that only one
// of the formats has.
type twin struct {
	day      tillproof.Date
	kind     tillproof.RecordKind
	amount   tillproof.Money
	terminal tillproof.TerminalID
}

func twinOf(r *tillproof.Record) twin { return twin{r.Day(), r.Kind, r.Amount, r.Refs.Terminal} }

const (
	accountTail = 4
	// fewTwins is how many lines it takes to call two files one: a single amount of a day may well be on
	// both.
	fewTwins = 3
)

// sameLines is the share, in tenths, of a file's lines in the days of another from which on the two are the
// same lines in two formats. Different accounts or terminals share single amounts, not nine of ten.
const sameLines = 9

// dropTwins keeps each line once where one side is given in two formats, which have no ids in common: the
// statement as camt and as MT940, the log in Chinese and in English. The first file keeps them; a warning
// names the other.
func dropTwins(run *tillproof.Run) {
	for _, side := range tillproof.Sides {
		for later := range run.Sources {
			for first := range run.Sources[:later] {
				a, b := &run.Sources[first], &run.Sources[later]
				if a.Side == side && b.Side == side && (a.Format != b.Format || a.Dialect != b.Dialect) {
					dropTwinsOf(run, side, int32(first), int32(later))
				}
			}
		}
	}
}

func dropTwinsOf(run *tillproof.Run, side tillproof.Side, first, later int32) {
	a := &run.Sources[first]
	have := map[twin]int{}
	if otherAccount(run.Records[side], first, later) {
		return
	}
	shared, same := 0, map[tillproof.RecordID]bool{}
	for i := range run.Records[side] {
		if r := &run.Records[side][i]; r.Origin.Source == first {
			have[twinOf(r)]++
		}
	}
	for i := range run.Records[side] {
		r := &run.Records[side][i]
		if r.Origin.Source != later || r.Day() < a.From || r.Day() > a.To {
			continue
		}
		shared++
		if k := twinOf(r); have[k] > 0 {
			have[k]--
			same[r.ID] = true
		}
	}
	if len(same)*10 < shared*sameLines || len(same) < fewTwins {
		return
	}
	run.Records[side] = slices.DeleteFunc(run.Records[side], func(r tillproof.Record) bool {
		return r.Origin.Source == later && same[r.ID]
	})
	params := tillproof.Params{
		"n": strconv.Itoa(len(same)), "file": run.Sources[later].File, "other": a.File,
	}
	run.Warnings = append(run.Warnings, tillproof.Note{Code: "recon.twins", Params: params})
}

// otherAccount reports whether both files name accounts and share none. The last digits decide: formats write
// an account with and without country and bank.
func otherAccount(records []tillproof.Record, first, later int32) bool {
	named := map[int32]map[string]bool{first: {}, later: {}}
	for i := range records {
		if of := named[records[i].Origin.Source]; of != nil && records[i].Refs.Account != "" {
			account := records[i].Refs.Account
			of[account[max(0, len(account)-accountTail):]] = true
		}
	}
	for tail := range named[first] {
		if named[later][tail] {
			return false
		}
	}
	return len(named[first]) > 0 && len(named[later]) > 0
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
