package tariff

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
)

// Fit fills the fees and charges of the run from the report's rows. It answers ErrOverflow where sums leave
// the range of an amount.
func Fit(run *tillproof.Run) error {
	groups, rows := gather(run)
	run.Fees = nil
	for _, g := range groups {
		if len(g.sales) == 0 {
			continue
		}
		f, err := fitGroup(run.Policy, g)
		if err != nil {
			return err
		}
		run.Fees = append(run.Fees, f)
	}
	run.Charges = charges(run, rows)
	return nil
}

func fitGroup(p tillproof.Policy, g *group) (tillproof.FeeFit, error) {
	f := tillproof.FeeFit{Merchant: g.merchant, Currency: g.cur, Kind: g.kind, PerBatch: g.perBatch}
	f.Agreed, f.HasAgreed = p.TariffFor(g.kind)
	f.Agreed.Kind = g.kind
	var agreed *line
	if f.HasAgreed && f.Agreed.RatePPM <= maxRate {
		l := lineOf(f.Agreed)
		agreed = &l
	}
	s := &spanner{fit: &f, group: g, slack: p.FeeSlack, agreed: agreed}
	for _, cut := range divide(g.sales, agreed) {
		s.span(cut)
	}
	if len(f.Spans) == 0 { // nothing explains anything
		s.span(stretch{to: len(g.sales)})
	}
	s.refunds()
	s.measure()
	f.Days = days(g)
	for i := range f.Spans {
		f.Spans[i].Note = sentence(&f, i)
	}
	return f, s.err
}

// days sums the fees by day.
func days(g *group) []tillproof.FeeDay {
	var out []tillproof.FeeDay
	for _, list := range [...][]sale{g.sales, g.refunds} {
		for _, s := range list {
			i, found := slices.BinarySearchFunc(out, s.day, func(d tillproof.FeeDay, day tillproof.Date) int {
				return cmp.Compare(d.Day, day)
			})
			if !found {
				out = slices.Insert(out, i, tillproof.FeeDay{Day: s.day})
			}
			d := &out[i]
			d.Rows += s.rows
			d.Gross += s.gross // no more than the spans' sums, which are checked
			d.Charged += s.fee
			d.Agreed += s.agreed
		}
	}
	return out
}

// spanner makes the spans of a fit.
type spanner struct {
	fit    *tillproof.FeeFit
	group  *group
	slack  int64
	agreed *line
	starts []int // of each span: position of its first sale
	lines  []line
	err    error
}

func (s *spanner) span(cut stretch) {
	rows := s.group.sales[cut.from:cut.to]
	out := tillproof.FeeSpan{
		From: rows[0].day, To: rows[len(rows)-1].day, Rows: len(rows), Explained: cut.hits,
		Certainty: cut.certainty(s.group.sales, s.agreed), Tariff: cut.line.tariff(s.fit.Kind),
		Rounding: cut.line.round,
	}
	out.RateLeast, out.RateMost = cut.line.rate, cut.line.rate
	out.FixedLeast, out.FixedMost = cut.line.fixed, cut.line.fixed
	if out.Certainty == tillproof.FeeOpen {
		for _, l := range cut.ways {
			out.RateLeast, out.RateMost = min(out.RateLeast, l.rate), max(out.RateMost, l.rate)
			out.FixedLeast, out.FixedMost = min(out.FixedLeast, l.fixed), max(out.FixedMost, l.fixed)
		}
	}
	s.fit.Spans = append(s.fit.Spans, out)
	s.starts = append(s.starts, cut.from)
	s.lines = append(s.lines, cut.line)
}

// spanOf is the span of a refund: the last one whose first sale is not after it.
func (s *spanner) spanOf(refund sale) int {
	at := 0
	for i, from := range s.starts {
		if first := s.group.sales[from]; cmp.Or(cmp.Compare(first.day, refund.day),
			cmp.Compare(first.at, refund.at)) <= 0 {
			at = i
		}
	}
	return at
}

// refunds decides for each span whether refunds give the fee back: what most of them show. A refund may be
// that of a sale under an earlier tariff.
func (s *spanner) refunds() {
	type votes struct{ kept, returned int }
	count := make([]votes, len(s.fit.Spans))
	for _, r := range s.group.refunds {
		at := s.spanOf(r)
		s.fit.Spans[at].Refunds++
		if r.fee == 0 {
			count[at].kept++
		}
		for i := at; i >= 0; i-- {
			if l := s.lines[i]; r.fee == -returned(l, -r.gross) {
				count[at].returned++
				break
			}
		}
	}
	for i := range count {
		span := &s.fit.Spans[i]
		span.Tariff.ReturnsFee = count[i].returned > count[i].kept
		span.RefundsExplained = max(count[i].kept, count[i].returned)
	}
}

// returned is what a refund gives back: the part of the rate, not the fixed one.
func returned(l line, gross int64) int64 {
	fee := share(gross, l.rate, l.round)
	if l.cap > 0 {
		fee = min(fee, l.cap)
	}
	return fee
}

func (s *spanner) sum(a, b int64) int64 {
	sum, err := tillproof.AddMinor(a, b)
	if err != nil {
		s.err = err
	}
	return sum
}

// measure sums what each span charged, and what that is above and below its base: the agreed tariff, else the
// first that the rows show, where they determine it.
func (s *spanner) measure() {
	first := &s.fit.Spans[0]
	for i := range s.fit.Spans {
		span := &s.fit.Spans[i]
		switch {
		case s.fit.HasAgreed:
			span.Against, span.Base = tillproof.AgainstAgreed, s.fit.Agreed
		case i > 0 && first.Certainty == tillproof.FeeFitted && !vague(span) &&
			!vague(&s.fit.Spans[i-1]) && !span.Tariff.Same(first.Tariff):
			span.Against, span.Base = tillproof.AgainstFirst, first.Tariff
		}
		end := len(s.group.sales)
		if i+1 < len(s.starts) {
			end = s.starts[i+1]
		}
		for _, row := range s.group.sales[s.starts[i]:end] {
			s.row(span, row)
		}
	}
	for _, row := range s.group.refunds {
		s.row(&s.fit.Spans[s.spanOf(row)], row)
	}
}

func (s *spanner) row(span *tillproof.FeeSpan, row sale) {
	span.Gross, span.Charged = s.sum(span.Gross, row.gross), s.sum(span.Charged, row.fee)
	base, slack := row.agreed, s.slack
	switch span.Against {
	case tillproof.AgainstNothing:
		return
	case tillproof.AgainstFirst:
		if row.gross < 0 {
			return // it may be that of a sale under either tariff
		}
		base = s.lines[0].fee(row.gross)
	case tillproof.AgainstAgreed:
		if s.group.perBatch { // each of its rows may have been rounded by half a unit
			slack += int64(row.rows+1) / 2
		}
	}
	switch diff := row.fee - base; {
	case diff > slack:
		span.Over = s.sum(span.Over, diff)
		span.OverRows = append(span.OverRows, row.ref)
	case -diff > slack:
		span.Under = s.sum(span.Under, -diff)
		span.UnderRows++
	}
}
