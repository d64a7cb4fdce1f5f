package workspace

import (
	"slices"

	"github.com/tillproof/tillproof"
)

// cut leaves of a run what is about the days of its period: the files around them were read so that what
// belongs to those days is found, and not to be told of. What each side's rows came to stays whole.
func (m *made) cut() error {
	if !m.period.Known() {
		return nil
	}
	run := m.run
	run.Breaks = slices.DeleteFunc(run.Breaks, func(b tillproof.Break) bool {
		return !m.period.Has(firstDay(run, b.Records))
	})
	run.Findings = slices.DeleteFunc(run.Findings, func(f tillproof.Finding) bool {
		if f.About != nil {
			return !slices.ContainsFunc(run.Breaks, func(b tillproof.Break) bool { return b.ID == *f.About })
		}
		return !m.period.Has(firstDay(run, f.Records))
	})
	open := slices.DeleteFunc(tillproof.OpenItems(run), func(o tillproof.OpenItem) bool {
		return !m.period.Has(run.Record(o.Row).Day())
	})
	run.Waterfalls = slices.DeleteFunc(run.Waterfalls, func(w tillproof.Waterfall) bool {
		return !m.period.Has(w.To)
	})
	var err error
	run.Losses, run.LossLines, err = tillproof.SumLoss(run.Breaks, run.Findings, open)
	for _, w := range waitingOf(m) {
		if !run.Basis.Passes {
			break // its open items are in the sum
		}
		if err == nil {
			err = addTiming(run, w.Amount)
		}
	}
	run.Warnings = append(run.Warnings, tillproof.Note{
		Code: "workspace.warning.period", Params: tillproof.Params{
			"from": m.period.From.String(), "to": m.period.To.String(),
		},
	})
	return err
}

// firstDay is the first day of some records; NoDate where none has one.
func firstDay(run *tillproof.Run, refs []tillproof.RowRef) tillproof.Date {
	day := tillproof.NoDate
	for _, ref := range refs {
		d := run.Record(ref).Day()
		if d.Known() && (!day.Known() || d < day) {
			day = d
		}
	}
	return day
}

// addTiming adds an item under way that a run in passes lists without its row.
func addTiming(run *tillproof.Run, amount tillproof.Money) error {
	at := slices.IndexFunc(run.Losses, func(l tillproof.Loss) bool { return l.Currency == amount.Currency() })
	if at < 0 {
		at = len(run.Losses)
		run.Losses = append(run.Losses, tillproof.Loss{Currency: amount.Currency()})
	}
	var err error
	run.Losses[at].Timing, err = tillproof.AddMinor(run.Losses[at].Timing, amount.Minor())
	return err
}
