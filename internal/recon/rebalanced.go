package recon

import (
	"strconv"

	"github.com/tillproof/tillproof"
)

// content is what a line of a statement says, but for the balance that it leaves.
type content struct {
	status               tillproof.RecordStatus
	amount               tillproof.Money
	time                 tillproof.LocalTime
	booked, value        tillproof.Date
	refs                 tillproof.References
	counterparty, saying string
}

func contentOf(r *tillproof.Record) content {
	return content{
		r.Status, r.Amount, r.Time, r.BookingDate, r.ValueDate, r.Refs, r.Counterparty, r.Narrative,
	}
}

// rebalanced are the lines of a later statement that an earlier one of the same bank shows with other
// balances: the bank has booked an entry between them late, and written the balances behind it anew. Their
// ids differ, because a balance is part of what a line without a number says. Where the two files share a
// line with its balance, they are of one account, and what both cover can only be the same lines; else nearly
// all must be.
func rebalanced(run *tillproof.Run) map[tillproof.RowRef]bool {
	out := map[tillproof.RowRef]bool{}
	shows := showBalances(run)
	for later := range run.Sources {
		for first := range run.Sources[:later] {
			a, b := &run.Sources[first], &run.Sources[later]
			if a.Format == b.Format && a.Dialect == b.Dialect && shows[int32(first)] && shows[int32(later)] &&
				a.From <= b.To && b.From <= a.To {
				rebalancedIn(run, int32(first), int32(later), out)
			}
		}
	}
	return out
}

// showBalances are the statements that show the balance behind a line.
func showBalances(run *tillproof.Run) map[int32]bool {
	out := map[int32]bool{}
	for i := range run.Records[tillproof.Bank] {
		if r := &run.Records[tillproof.Bank][i]; r.Balance != (tillproof.Money{}) {
			out[r.Origin.Source] = true
		}
	}
	return out
}

func rebalancedIn(run *tillproof.Run, first, later int32, out map[tillproof.RowRef]bool) {
	records := run.Records[tillproof.Bank]
	ids := [2]map[tillproof.RecordID]bool{{}, {}}
	for i := range records {
		switch r := &records[i]; r.Origin.Source {
		case first:
			ids[0][r.ID] = true
		case later:
			ids[1][r.ID] = true
		}
	}
	common, have := 0, map[content]int{}
	for i := range records {
		if r := &records[i]; r.Origin.Source == first && ids[1][r.ID] {
			common++
		} else if r.Origin.Source == first {
			have[contentOf(r)]++
		}
	}
	a, open := &run.Sources[first], 0
	var same []tillproof.RowRef
	for i := range records {
		r := &records[i]
		if r.Origin.Source != later || ids[0][r.ID] || r.Day() < a.From || r.Day() > a.To {
			continue
		}
		open++
		if c := contentOf(r); have[c] > 0 {
			have[c]--
			same = append(same, tillproof.RowRef{Side: tillproof.Bank, N: int32(i)})
		}
	}
	if common == 0 && (len(same) < fewTwins || len(same)*10 < open*sameLines) || len(same) == 0 {
		return
	}
	for _, row := range same {
		out[row] = true
	}
	run.Warnings = append(run.Warnings, tillproof.Note{Code: "recon.rebalanced", Params: tillproof.Params{
		"n": strconv.Itoa(len(same)), "file": run.Sources[later].File, "other": a.File,
	}})
}

// dropRebalanced keeps each such line once, with the earlier statement.
func dropRebalanced(run *tillproof.Run) {
	again := rebalanced(run)
	if len(again) == 0 {
		return
	}
	var kept []tillproof.Record
	for i, r := range run.Records[tillproof.Bank] {
		if !again[tillproof.RowRef{Side: tillproof.Bank, N: int32(i)}] {
			kept = append(kept, r)
		}
	}
	run.Records[tillproof.Bank] = kept
}
