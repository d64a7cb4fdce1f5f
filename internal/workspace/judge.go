package workspace

import (
	"context"
	"slices"

	"github.com/tillproof/tillproof"
)

// Exceptions lists what stands, the most urgent first as the store orders them.
func (s *Service) Exceptions(
	ctx context.Context, want tillproof.WantedExceptions,
) ([]tillproof.KeptException, error) {
	return all(func(p tillproof.Page) ([]tillproof.KeptException, error) {
		return s.store.Exceptions(ctx, want, p)
	})
}

// Shown is an exception with all that is known of it.
type Shown struct {
	Exception  tillproof.KeptException
	Versions   []tillproof.ExceptionVersion // oldest first
	Judgements []tillproof.Judgement        // oldest first
}

// Exception finds an exception by its id, or by the beginning of it.
func (s *Service) Exception(ctx context.Context, name string) (Shown, error) {
	var out Shown
	id, err := s.exceptionID(ctx, name)
	if err != nil {
		return out, err
	}
	if out.Exception, out.Versions, err = s.store.Exception(ctx, id); err != nil {
		return out, err
	}
	out.Judgements, err = s.store.Judgements(ctx, id)
	return out, err
}

func (s *Service) exceptionID(ctx context.Context, name string) (tillproof.ExceptionID, error) {
	if id, err := tillproof.ParseExceptionID(name); err == nil {
		return id, nil
	}
	params := tillproof.Params{"id": name}
	if len(name) < leastName {
		return "", fail(tillproof.KindInvalid, "workspace.usage.short", params)
	}
	found, err := s.store.FindExceptions(ctx, name)
	switch {
	case err != nil:
		return "", err
	case len(found) == 0:
		return "", fail(tillproof.KindNotFound, "workspace.no_exception", params)
	case len(found) > 1:
		return "", fail(tillproof.KindInvalid, "workspace.usage.many", params)
	}
	return found[0], nil
}

// judged is the entry of the log about a verdict.
type judged struct {
	From   tillproof.ExceptionState `json:"from"`
	To     tillproof.ExceptionState `json:"to"`
	Until  tillproof.Date           `json:"until"`
	Reason string                   `json:"reason"`
}

// Judge says what an exception is: confirmed, dismissed, snoozed until a day, or new again. A dismissal and a
// snooze need a reason; a confirmation may have one.
func (s *Service) Judge(
	ctx context.Context, name string, to tillproof.ExceptionState, until tillproof.Date, reason string,
) (tillproof.KeptException, error) {
	var none tillproof.KeptException
	id, err := s.exceptionID(ctx, name)
	if err != nil {
		return none, err
	}
	needs := []tillproof.ExceptionState{tillproof.ExceptionDismissed, tillproof.ExceptionSnoozed}
	if slices.Contains(needs, to) || reason != "" {
		if reason, err = reasonOf(reason); err != nil {
			return none, err
		}
	}
	now := s.moment()
	today := dayOf(now)
	if to == tillproof.ExceptionSnoozed && (!until.Known() || until <= today) {
		return none, fail(tillproof.KindInvalid, "workspace.usage.until", nil)
	}
	e, _, err := s.store.Exception(ctx, id)
	if err != nil {
		return none, err
	}
	if last := e.Judged; last != nil && e.State == to && e.Until == until && last.Reason == reason {
		return e, nil // said already: whoever lost the answer and asks again says it once
	}
	j := tillproof.Judgement{Time: now, By: s.opt.Who.By, State: to, Until: until, Reason: reason}
	act, err := s.act(now, tillproof.ActJudge, judged{e.State, to, until, reason}, string(id))
	if err != nil {
		return none, err
	}
	if err := s.store.Judge(ctx, id, e.State, j, act); err != nil {
		return none, err
	}
	e.State, e.Until, e.Judged = to, until, &j
	return e, nil
}
