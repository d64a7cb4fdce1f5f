package recon

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect"
	"github.com/tillproof/tillproof/internal/recon/bulk"
)

// watcher asks the stream rules, and what is asked beside the book, about the log of a run in passes.
func watcher(opt Options) bulk.Watcher {
	var w *detect.Watch
	book := detect.Default()
	return bulk.Watcher{
		Most: detect.MostWatched,
		Begin: func(rows int64) (err error) {
			w, err = detect.NewWatch(book, opt.Detect, opt.Policy, rows)
			return err
		},
		Add:  func(ref int64, r *tillproof.Record, undone, aside bool) { w.Add(ref, r, undone, aside) },
		Look: func() ([]int64, error) { return w.Look() },
		Tell: func(
			run *tillproof.Run, rows map[int64]tillproof.RowRef, booked map[tillproof.RowRef]bool,
		) error {
			place := func(ref int64) tillproof.RowRef { return rows[ref] }
			record := func(ref int64) *tillproof.Record { return run.Record(rows[ref]) }
			answer, err := w.Tell(place, record, run.Record, booked)
			run.Findings = answer.Findings
			run.Warnings = append(run.Warnings, detect.Unchecked(&tillproof.Run{Policy: opt.Policy}, book)...)
			run.Warnings = append(run.Warnings, answer.Notes...)
			return err
		},
	}
}
