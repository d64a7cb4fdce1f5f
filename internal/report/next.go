package report

import (
	"slices"

	"github.com/tillproof/tillproof"
)

// step is advice and what calls for it.
type step struct {
	code   string
	breaks []tillproof.BreakKind
	rules  []tillproof.RuleID
}

// steps is the advice in the order of urgency: first whom to talk to, then what loses money by waiting, then
// what brings money back, then what only has to be kept in order.
var steps = [...]step{
	{"report.next.debit", []tillproof.BreakKind{tillproof.UnexpectedDebit}, nil},
	{"report.next.odd_sales", nil, []tillproof.RuleID{"out_of_hours", "declines_then_approval"}},
	{"report.next.terminal", nil, []tillproof.RuleID{"unknown_terminal"}},
	{"report.next.refunds", nil, []tillproof.RuleID{"refund_without_sale"}},
	{"report.next.query", []tillproof.BreakKind{tillproof.OutcomeUnknown}, nil},
	{"report.next.deposit", []tillproof.BreakKind{tillproof.NotDeposited, tillproof.DepositShort}, nil},
	{"report.next.batch", nil, []tillproof.RuleID{"batch_not_closed"}},
	{"report.next.claim", []tillproof.BreakKind{tillproof.NotSettled, tillproof.AmountMismatch}, nil},
	{"report.next.fee", []tillproof.BreakKind{tillproof.FeeMismatch}, []tillproof.RuleID{
		"fee_raised", "new_charge",
	}},
	{"report.next.records", []tillproof.BreakKind{tillproof.NotOnTerminal}, nil},
	{"report.next.return", []tillproof.BreakKind{
		tillproof.SettledTwice, tillproof.DepositOver, tillproof.UnexpectedCredit,
	}, nil},
	{"report.next.duplicate", nil, []tillproof.RuleID{"duplicate_capture"}},
	{"report.next.pattern", nil, []tillproof.RuleID{"card_repeats", "split_under_limit", "round_sums"}},
	{"report.next.ambiguous", []tillproof.BreakKind{tillproof.Ambiguous}, nil},
}

// next is what to do now: the run's own advice, else what its exceptions call for. A run with exceptions
// always begins with the safe way to reach the acquirer and ends with keeping the proofs.
func (v *view) next() []tillproof.Note {
	if len(v.run.Next) > 0 {
		return v.run.Next
	}
	var out []tillproof.Note
	add := func(code string) { out = append(out, tillproof.Note{Code: code}) }
	kinds, rules := v.present()
	if len(kinds)+len(rules) > 0 {
		add("report.next.contact")
	}
	for _, s := range steps {
		hit := slices.ContainsFunc(s.breaks, func(k tillproof.BreakKind) bool { return kinds[k] }) ||
			slices.ContainsFunc(s.rules, func(r tillproof.RuleID) bool { return rules[r] })
		if hit {
			add(s.code)
		}
	}
	if len(v.waits()) > 0 || v.underWay() {
		add("report.next.timing")
	}
	if len(kinds)+len(rules) > 0 {
		add(v.keep())
	}
	return out
}

// keep is the advice on proofs; a run in passes leaves its lists through --out.
func (v *view) keep() string {
	if v.run.Basis.Passes {
		return "report.next.keep_passes"
	}
	return "report.next.keep"
}

// underWay reports whether the counts show rows that wait for their day; a run in passes has no more of them.
func (v *view) underWay() bool {
	return v.run.Basis.Passes && slices.ContainsFunc(v.run.Completeness,
		func(c tillproof.Completeness) bool { return c.Counts[tillproof.Timing] > 0 })
}

func (v *view) present() (map[tillproof.BreakKind]bool, map[tillproof.RuleID]bool) {
	kinds, rules := map[tillproof.BreakKind]bool{}, map[tillproof.RuleID]bool{}
	for i := range v.run.Breaks {
		kinds[v.run.Breaks[i].Kind] = true
	}
	for i := range v.run.Findings {
		rules[v.run.Findings[i].Rule] = true
	}
	return kinds, rules
}
