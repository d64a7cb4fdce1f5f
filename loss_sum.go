package tillproof

import "slices"

// lossSum gathers the lines of a statement of loss.
type lossSum struct {
	lines      []LossLine
	byCurrency map[Currency]*Loss
	err        error
}

func (s *lossSum) add(l LossLine) {
	if l.Bucket == BucketNone || l.Amount.IsZero() {
		return
	}
	if s.byCurrency == nil {
		s.byCurrency = map[Currency]*Loss{}
	}
	loss := s.byCurrency[l.Amount.Currency()]
	if loss == nil {
		loss = &Loss{Currency: l.Amount.Currency()}
		s.byCurrency[loss.Currency] = loss
	}
	at := loss.place(l.Bucket, l.Part)
	sum, err := AddMinor(*at, l.Amount.Minor())
	if err != nil {
		s.err = err
		return
	}
	*at = sum
	s.lines = append(s.lines, l)
}

func (l *Loss) place(b Bucket, p LossPart) *int64 {
	parts := &l.Confirmed
	switch b {
	case BucketTiming:
		return &l.Timing
	case BucketOwed:
		return &l.Owed
	case BucketAtRisk:
		parts = &l.AtRisk
	}
	if p == PartFees {
		return &parts.Fees
	}
	return &parts.Principal
}

func (s *lossSum) losses() []Loss {
	out := make([]Loss, 0, len(s.byCurrency))
	for _, l := range s.byCurrency {
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b Loss) int { return slices.Compare(a.Currency[:], b.Currency[:]) })
	return out
}
