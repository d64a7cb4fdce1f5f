package profile

import (
	"strconv"

	"github.com/tillproof/tillproof"
)

// payoutRule says which payouts of a report must make nothing with the rows that they pay.
type payoutRule uint8

const (
	noPayouts payoutRule = iota
	withRow              // those that have a row of their own
	allOfThem            // each: what is not paid out is carried over by a row
)

var payoutRules = map[string]payoutRule{"": noPayouts, "row": withRow, "zero": allOfThem}

// payouts sums the rows of each payout of a report.
type payouts struct {
	order  []*payoutSum
	byName map[payoutName]*payoutSum
	broken bool // a row could not be read, or there are too many payouts
}

type payoutName struct {
	id       string
	currency tillproof.Currency
}

// payoutSum is one payout: the sum of its rows, with the payout itself.
type payoutSum struct {
	payoutName
	line int // of its own row, else of its first
	own  bool
	sum  tillproof.Exact
	paid tillproof.Exact // what its own row says
}

// maxPayouts bounds how many payouts of one table are followed.
const maxPayouts = 1 << 16

// add takes a row into the sum of its payout. The row of the payout may name it only as its own number.
func (p *payouts) add(t *table, r *tillproof.Record, a amounts) {
	if t.lay.rules.payouts == noPayouts || r.Status != tillproof.Posted {
		return
	}
	id := r.Refs.Payout
	if id == "" && r.Kind == tillproof.Payout {
		id = r.Refs.RRN
	}
	if id == "" {
		return
	}
	s, ok := p.byName[payoutName{id, a.currency}]
	if !ok {
		if len(p.order) == maxPayouts {
			p.broken = true
			return
		}
		s = &payoutSum{payoutName: payoutName{id, a.currency}, line: int(r.Origin.Line)}
		if p.byName == nil {
			p.byName = map[payoutName]*payoutSum{}
		}
		p.byName[s.payoutName] = s
		p.order = append(p.order, s)
	}
	x := *t.moves(a)
	var err error
	if s.sum, err = exactAdd(s.sum, x); err != nil {
		p.broken = true
	}
	if r.Kind == tillproof.Payout {
		s.own, s.line = true, int(r.Origin.Line)
		s.paid, _ = exactAdd(s.paid, x.Neg())
	}
}

// issues lists the payouts that their rows do not explain.
func (p *payouts) issues(rule payoutRule) []tillproof.Issue {
	if p.broken {
		return nil
	}
	var out []tillproof.Issue
	for _, s := range p.order {
		if s.sum.Unscaled == 0 || rule == withRow && !s.own {
			continue
		}
		rows, err := s.sum.Add(s.paid)
		if err != nil {
			continue
		}
		out = append(out, tillproof.Issue{
			Code: CodePayoutTotal, Place: tillproof.Place{Line: s.line}, Params: tillproof.Params{
				"payout": shown(s.id), "stated": s.paid.String(), "computed": rows.String(),
				"line": strconv.Itoa(s.line),
			},
		})
	}
	return out
}
