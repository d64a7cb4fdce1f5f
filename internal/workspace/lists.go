package workspace

import (
	"bytes"
	"context"
	"slices"

	"github.com/tillproof/tillproof"
)

// Runs lists the kept runs, the newest first.
func (s *Service) Runs(ctx context.Context) ([]tillproof.KeptRun, error) {
	return all(func(p tillproof.Page) ([]tillproof.KeptRun, error) { return s.store.Runs(ctx, p) })
}

// FindRun is the kept run of an id, or of the beginning of one; "" names the newest.
func (s *Service) FindRun(ctx context.Context, name string) (tillproof.KeptRun, error) {
	if name == "" {
		last, err := s.store.LastRun(ctx)
		if isCode(err, "store.not_found") {
			err = fail(tillproof.KindNotFound, "workspace.no_runs", nil)
		}
		return last, err
	}
	list, err := s.Runs(ctx)
	if err != nil {
		return tillproof.KeptRun{}, err
	}
	// A run that was made again from the same has the same id: the newest is meant.
	var seen []tillproof.KeptRun
	for i := range list {
		if !slices.ContainsFunc(seen, func(r tillproof.KeptRun) bool { return r.ID == list[i].ID }) {
			seen = append(seen, list[i])
		}
	}
	return only(seen, name, "workspace.no_run", func(r *tillproof.KeptRun) string { return r.ID.String() })
}

// Before is the run that was kept before another one, nil where that is the first.
func (s *Service) Before(ctx context.Context, run *tillproof.KeptRun) (*tillproof.KeptRun, error) {
	newest, err := s.store.LastRun(ctx)
	if err != nil {
		return nil, err
	}
	after := int(newest.Seq-run.Seq) + 1 // those that are newer, and the run itself
	list, err := s.store.Runs(ctx, tillproof.Page{After: after, Limit: 1})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// Again makes a run over everything, without keeping it: with every record at hand, as no kept run has them.
func (s *Service) Again(ctx context.Context) (*tillproof.Run, error) {
	m, err := s.make(ctx, Everything, nil)
	if err != nil {
		return nil, err
	}
	m.close()
	return m.run, nil
}

// Readings are the newest sources of each name whose reading the user had to say: what the next file of that
// name is read by. They are in the order of their names.
func (s *Service) Readings(ctx context.Context) ([]tillproof.KeptSource, error) {
	kept, err := s.store.Sources(ctx)
	if err != nil {
		return nil, err
	}
	var newest []tillproof.KeptSource
	for i := len(kept) - 1; i >= 0; i-- {
		seen := slices.ContainsFunc(newest, func(k tillproof.KeptSource) bool {
			return sameName(k.Source.File, kept[i].Source.File)
		})
		if !seen {
			newest = append(newest, kept[i])
		}
	}
	told := slices.DeleteFunc(newest, func(k tillproof.KeptSource) bool {
		return k.Reading == tillproof.Reading{}
	})
	slices.SortFunc(told, func(a, b tillproof.KeptSource) int {
		return bytes.Compare([]byte(a.Source.File), []byte(b.Source.File))
	})
	return told, nil
}

// Tally sums the exceptions that stand.
func (s *Service) Tally(ctx context.Context, today tillproof.Date) (tillproof.ExceptionTally, error) {
	return s.store.Tally(ctx, today)
}

// policySet is the entry of the log about a policy.
type policySet struct {
	Policy tillproof.Digest `json:"policy"`
	Before tillproof.Digest `json:"before"`
}

// SetPolicy makes the text the policy of the runs to come; it was looked at by the caller. The text that is
// the policy already changes nothing, and the answer is false.
func (s *Service) SetPolicy(ctx context.Context, text []byte) (bool, error) {
	info, err := s.store.Workspace(ctx)
	if err != nil {
		return false, err
	}
	digest := tillproof.DigestOf(text)
	if info.Policy == digest {
		return false, nil
	}
	object, err := s.put(ctx, bytes.NewReader(text), tillproof.ObjectPolicy, "")
	if err != nil {
		return false, err
	}
	act, err := s.act(s.moment(), tillproof.ActPolicy, policySet{digest, info.Policy}, digest.String())
	if err != nil {
		return false, err
	}
	return true, s.store.SetPolicy(ctx, digest, object, act)
}
