package workspace

import (
	"cmp"
	"context"
	"slices"

	"github.com/tillproof/tillproof"
)

// Status says where the workspace stands.
type Status struct {
	Info    tillproof.WorkspaceInfo
	Sources int
	Rows    int
	Last    *tillproof.KeptRun // nil: nothing was reconciled yet
	Stale   bool               // files or decisions have changed since
	Tally   tillproof.ExceptionTally
	Waiting []WaitingSum
	Missing []MissingFile
	Entries int64 // of the log
}

// WaitingSum sums what is under way in one currency.
type WaitingSum struct {
	Currency                    tillproof.Currency
	Overdue, Soon, Later        int   // items past their day, due within soonDays, and the rest
	OverdueSum, SoonSum, Amount int64 // minor units; Amount is all of it
	First                       tillproof.Date
}

// soonDays is how far ahead "due" looks: over a weekend.
const soonDays = 3

// Status asks the store; nothing is computed anew and no file is opened.
func (s *Service) Status(ctx context.Context, today tillproof.Date) (*Status, error) {
	st := &Status{}
	var err error
	if st.Info, err = s.store.Workspace(ctx); err != nil {
		return nil, err
	}
	sources, err := s.store.Sources(ctx)
	if err != nil {
		return nil, err
	}
	st.Sources, st.Missing = len(sources), missingFiles(sources, today)
	for i := range sources {
		st.Rows += sources[i].Rows
	}
	last, err := s.store.LastRun(ctx)
	switch {
	case err == nil:
		st.Last = &last
	case !isCode(err, "store.not_found"):
		return nil, err
	}
	if st.Stale, err = s.stale(ctx, st.Last, sources); err != nil {
		return nil, err
	}
	if st.Tally, err = s.store.Tally(ctx, today); err != nil {
		return nil, err
	}
	waiting, err := s.store.Waiting(ctx)
	if err != nil {
		return nil, err
	}
	if st.Waiting, err = sumWaiting(waiting, today); err != nil {
		return nil, err
	}
	st.Entries, err = s.store.Size(ctx)
	return st, err
}

// stale reports whether the newest run was made of other files or decisions than count now.
func (s *Service) stale(
	ctx context.Context, last *tillproof.KeptRun, sources []tillproof.KeptSource,
) (bool, error) {
	if last == nil {
		return len(sources) > 0, nil
	}
	decisions, err := s.store.Decisions(ctx, false)
	if err != nil {
		return false, err
	}
	var now []tillproof.RulingID
	for i := range decisions {
		now = append(now, decisions[i].ID)
	}
	have := map[tillproof.SourceID]bool{}
	for _, id := range last.Sources {
		have[id] = true
	}
	period, seen := Period{last.From, last.To}, 0
	for i := range sources {
		k := &sources[i]
		from, to := k.Source.From, k.Source.To
		in := !period.Known() || !from.Known() || to >= period.From-around && from <= period.To+around
		switch {
		case have[k.ID]:
			seen++
		case in:
			return true, nil
		}
	}
	return seen != len(have) || !slices.Equal(now, last.Decisions), nil
}

// sumWaiting sums what is under way, currency by currency. It answers ErrOverflow where a sum leaves the
// range of an amount.
func sumWaiting(waiting []tillproof.Waiting, today tillproof.Date) ([]WaitingSum, error) {
	var out []WaitingSum
	for i := range waiting {
		w := &waiting[i]
		at := slices.IndexFunc(out, func(o WaitingSum) bool { return o.Currency == w.Amount.Currency() })
		if at < 0 {
			at = len(out)
			out = append(out, WaitingSum{Currency: w.Amount.Currency(), First: tillproof.NoDate})
		}
		if err := out[at].add(w, today); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(out, func(a, b WaitingSum) int {
		return cmp.Compare(a.Currency.String(), b.Currency.String())
	})
	return out, nil
}

func (s *WaitingSum) add(w *tillproof.Waiting, today tillproof.Date) (err error) {
	if s.Amount, err = tillproof.AddMinor(s.Amount, w.Amount.Minor()); err != nil {
		return err
	}
	switch {
	case w.Expected.Known() && w.Expected < today:
		s.Overdue++
		s.OverdueSum, err = tillproof.AddMinor(s.OverdueSum, w.Amount.Minor())
	case w.Expected.Known() && w.Expected <= today+soonDays:
		s.Soon++
		s.SoonSum, err = tillproof.AddMinor(s.SoonSum, w.Amount.Minor())
	default:
		s.Later++
	}
	if w.Expected.Known() && (!s.First.Known() || w.Expected < s.First) {
		s.First = w.Expected
	}
	return err
}
