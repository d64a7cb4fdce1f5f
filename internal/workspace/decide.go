package workspace

import (
	"context"
	"strings"

	"github.com/tillproof/tillproof"
)

// decided is the entry of the log about a decision.
type decided struct {
	Ruling  string   `json:"ruling"`
	Records []string `json:"records"`
	Reason  string   `json:"reason"`
}

// maxReason bounds what a person writes as a reason.
const maxReason = 1000

// reasonOf is the reason as it is kept; nobody decides without one.
func reasonOf(s string) (string, error) {
	s = strings.TrimSpace(s)
	switch {
	case s == "":
		return "", fail(tillproof.KindInvalid, "workspace.usage.reason", nil)
	case len(s) > maxReason:
		return "", fail(tillproof.KindInvalid, "workspace.usage.reason_long", nil)
	}
	return s, nil
}

// Decide rules on records by hand and reconciles under it at once. A decision that the run cannot obey is
// not kept, and the error says why.
func (s *Service) Decide(
	ctx context.Context, ruling tillproof.Ruling, records []string, reason string,
) (tillproof.KeptDecision, *Outcome, error) {
	var none tillproof.KeptDecision
	reason, err := reasonOf(reason)
	if err != nil {
		return none, nil, err
	}
	id, err := tillproof.NewRulingID(s.opt.Chance)
	if err != nil {
		return none, nil, err
	}
	d := tillproof.KeptDecision{
		ID: id, Time: s.moment(), By: s.opt.Who.By, Ruling: ruling, Records: records, Reason: reason,
	}
	m, err := s.try(ctx, &d)
	if err != nil {
		return none, nil, err
	}
	defer m.close()
	made := &m.run.Decisions[len(m.run.Decisions)-1]
	if !made.Obeyed() {
		return none, nil, &tillproof.Error{
			Op: "decide", Kind: tillproof.KindInvalid, Code: made.Misfit.Code, Params: made.Misfit.Params,
		}
	}
	d.Records = writtenOut(m.run, made)
	m.decisions[len(m.decisions)-1] = d
	act, err := s.act(d.Time, tillproof.ActDecide, decided{ruling.String(), d.Records, reason}, id.String())
	if err != nil {
		return none, nil, err
	}
	if err := s.store.AddDecision(ctx, d, act); err != nil {
		return none, nil, err
	}
	// The ids as they are written out are another basis than their beginnings: the run is made once more
	// where the two differ, so that it has the id that it will have the next time.
	if !sameNames(records, d.Records) {
		out, err := s.Reconcile(ctx, m.period)
		return d, out, err
	}
	out, err := s.save(ctx, m)
	if isCode(err, "store.conflict") { // somebody else decided meanwhile: both count
		out, err = s.Reconcile(ctx, m.period)
	}
	return d, out, err
}

// try makes the run under one more decision: of the days that the newest run was about, and of all days where
// its records are not among those.
func (s *Service) try(ctx context.Context, d *tillproof.KeptDecision) (*made, error) {
	period := s.lastPeriod(ctx)
	m, err := s.make(ctx, period, d)
	if err != nil || !period.Known() || m.run.Decisions[len(m.run.Decisions)-1].Obeyed() {
		return m, err
	}
	m.close()
	return s.make(ctx, Everything, d)
}

func sameNames(a, b []string) bool { return strings.Join(a, "\n") == strings.Join(b, "\n") }

// writtenOut names the records of a decision by their whole ids; groups keep their name, which holds for the
// lines that they will have.
func writtenOut(run *tillproof.Run, d *tillproof.Decision) []string {
	for _, name := range d.Named {
		if strings.HasPrefix(name, "payout:") || strings.HasPrefix(name, "batch:") {
			return d.Named
		}
	}
	out := make([]string, len(d.Records))
	for i, ref := range d.Records {
		out[i] = run.Record(ref).ID.String()
	}
	return out
}

// lastPeriod is what the newest run was about: a decision is seen where the person was looking.
func (s *Service) lastPeriod(ctx context.Context) Period {
	last, err := s.store.LastRun(ctx)
	if err != nil {
		return Everything
	}
	return Period{last.From, last.To}
}

// Decisions lists the decisions, those that were taken back too where undone is asked for.
func (s *Service) Decisions(ctx context.Context, undone bool) ([]tillproof.KeptDecision, error) {
	return s.store.Decisions(ctx, undone)
}

// UndoDecision takes a decision back and reconciles without it.
func (s *Service) UndoDecision(
	ctx context.Context, name, reason string,
) (tillproof.KeptDecision, *Outcome, error) {
	var none tillproof.KeptDecision
	reason, err := reasonOf(reason)
	if err != nil {
		return none, nil, err
	}
	list, err := s.store.Decisions(ctx, false)
	if err != nil {
		return none, nil, err
	}
	d, err := only(list, name, "workspace.no_decision", func(d *tillproof.KeptDecision) string {
		return d.ID.String()
	})
	if err != nil {
		return none, nil, err
	}
	now := s.moment()
	act, err := s.act(now, tillproof.ActUndecide, because{reason}, d.ID.String())
	if err != nil {
		return none, nil, err
	}
	how := s.undone(now, reason)
	if err := s.store.UndoDecision(ctx, d.ID, how, act); err != nil {
		return none, nil, err
	}
	d.Undone = &how
	out, err := s.Reconcile(ctx, s.lastPeriod(ctx))
	if isCode(err, "workspace.no_sources") {
		err = nil
	}
	return d, out, err
}
