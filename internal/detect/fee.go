package detect

import (
	"slices"

	"github.com/tillproof/tillproof"
)

// feeRules look at what the fees of the report show as a whole. Their sentences are those of the fits.
func feeRules() []Rule {
	return []Rule{
		{
			ID: FeeChanged, Version: 1, Severity: tillproof.Medium, Score: scoreMedium,
			Needs: []Need{NeedReport}, test: feeChanged,
			Reasons: []string{
				"tariff.always.agreed", "tariff.always_open.agreed", "tariff.change.agreed",
				"tariff.change_open.agreed", "tariff.while.agreed", "tariff.while_open.agreed",
			},
		},
		{
			ID: FeeRaised, Version: 1, Severity: tillproof.Medium, Score: scoreMedium, AtRisk: true,
			Part: tillproof.PartFees, Needs: []Need{NeedReport}, test: feeRaised,
			Reasons: []string{
				"tariff.change.first", "tariff.change_open.first", "tariff.while.first",
				"tariff.while_open.first", "tariff.always.agreed", "tariff.always_open.agreed",
				"tariff.change.agreed", "tariff.change_open.agreed", "tariff.while.agreed",
				"tariff.while_open.agreed",
			},
		},
		{
			ID: NewCharge, Version: 1, Severity: tillproof.Low, Score: scoreLow,
			Needs: []Need{NeedReport}, test: newCharge,
			Reasons: []string{"tariff.charge.new", "tariff.charge.unnamed"},
		},
	}
}

// feeChanged explains the breaks about fees: which tariff the rows show instead, and since when. The breaks
// count the money.
func feeChanged(v *view, _ *Rule) []hit {
	var hits []hit
	for f, s := range spans(v.run) {
		if s.Against != tillproof.AgainstAgreed || s.Note.Code == "" || len(s.OverRows) == 0 {
			continue
		}
		for i := range v.run.Breaks {
			b := &v.run.Breaks[i]
			if b.Kind == tillproof.FeeMismatch && b.Residual.Minor() > 0 &&
				slices.Contains(b.Records, s.OverRows[0]) {
				h := v.feeHit(f, s)
				h.about = &b.ID
				hits = append(hits, h)
				break
			}
		}
	}
	return hits
}

// feeRaised speaks of what no break counts: a tariff that rose within the files, where the policy names none,
// so that only the contract can say whether that is too much; and the fees of whole batches.
func feeRaised(v *view, _ *Rule) []hit {
	var hits []hit
	for f, s := range spans(v.run) {
		unbroken := s.Against == tillproof.AgainstFirst || f.PerBatch && s.Against == tillproof.AgainstAgreed
		if unbroken && s.Note.Code != "" && len(s.OverRows) > 0 {
			hits = append(hits, v.feeHit(f, s))
		}
	}
	return hits
}

// spans goes through the spans of all fits.
func spans(run *tillproof.Run) func(yield func(*tillproof.FeeFit, *tillproof.FeeSpan) bool) {
	return func(yield func(*tillproof.FeeFit, *tillproof.FeeSpan) bool) {
		for i := range run.Fees {
			f := &run.Fees[i]
			for j := range f.Spans {
				if !yield(f, &f.Spans[j]) {
					return
				}
			}
		}
	}
}

// feeHit has the rows that were charged more, and the excess as a whole.
func (v *view) feeHit(f *tillproof.FeeFit, s *tillproof.FeeSpan) hit {
	h := hit{rows: s.OverRows, parts: make([]int64, len(s.OverRows)), cur: f.Currency, reason: s.Note}
	h.parts[0] = s.Over
	return h
}

// newCharge speaks of charges that stand in the report as rows of their own and did not do so at first.
func newCharge(v *view, _ *Rule) []hit {
	var hits []hit
	for i := range v.run.Charges {
		c := &v.run.Charges[i]
		if !c.New {
			continue
		}
		h := hit{rows: c.Rows, parts: make([]int64, len(c.Rows)), cur: c.Currency, reason: c.Note}
		h.parts[0] = c.Total
		hits = append(hits, h)
	}
	return hits
}
