package detect

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
)

// payoutRules look at where the acquirer's money goes, and whether it still comes.
func payoutRules() []Rule {
	return []Rule{
		{
			ID: SettlementFrozen, Version: 1, Severity: tillproof.High, Score: scoreHigh,
			Needs: []Need{NeedReport}, test: settlementFrozen,
			Params:  []Param{{"days", 3, "days"}},
			Reasons: []string{"detect.settlement_frozen", "detect.settlement_frozen.never"},
		},
		{
			ID: AccountChanged, Version: 1, Severity: tillproof.High, Score: scoreHigh, AtRisk: true,
			Needs: []Need{NeedReport}, test: accountChanged,
			Params:  []Param{{"days", 3, "days"}},
			Reasons: []string{"detect.account_changed"},
		},
	}
}

// settlementFrozen finds merchants whose money stopped coming: several payouts never came, and none has
// since the first of them. The money is already counted by the breaks of the payouts.
func settlementFrozen(v *view, r *Rule) []hit {
	type stop struct {
		rows []tillproof.RowRef
		days []tillproof.Date
		sum  int64
	}
	at := map[account]int{}
	var all []stop
	for i := range v.run.Breaks {
		b := &v.run.Breaks[i]
		if b.Kind != tillproof.NotDeposited || b.Side != tillproof.Acquirer || len(b.Records) == 0 {
			continue
		}
		who := accountOf(v.run.Record(b.Records[0]))
		n, ok := at[who]
		if !ok {
			n = len(all)
			at[who] = n
			all = append(all, stop{})
		}
		s := &all[n]
		s.rows = append(s.rows, b.Records...)
		s.days = append(s.days, v.run.Record(b.Records[0]).Day())
		s.sum += b.Residual.Minor() // only for the sentence and the amount; the loss counts the breaks
	}
	var hits []hit
	for _, s := range all {
		slices.Sort(s.days)
		if days := slices.Compact(s.days); int64(len(days)) >= r.value("days") {
			if h, frozen := v.frozen(s.rows, days, s.sum); frozen {
				hits = append(hits, h)
			}
		}
	}
	return hits
}

// frozen is the hit of payouts that never came, unless a later one did.
func (v *view) frozen(rows []tillproof.RowRef, days []tillproof.Date, sum int64) (hit, bool) {
	who := accountOf(v.run.Record(rows[0]))
	lastPaid := tillproof.NoDate
	for n, s := range v.run.States[tillproof.Acquirer] {
		row := &v.run.Records[tillproof.Acquirer][n]
		if s.Status != tillproof.Matched || accountOf(row) != who || !row.Day().Known() {
			continue
		}
		if row.Day() > days[0] {
			return hit{}, false
		}
		lastPaid = max(lastPaid, row.Day())
	}
	slices.SortFunc(rows, func(a, b tillproof.RowRef) int { return cmp.Compare(a.N, b.N) })
	h := hit{rows: rows, parts: make([]int64, len(rows)), cur: who.currency}
	h.parts[0] = max(0, sum)
	h.reason = tillproof.Note{Code: "detect.settlement_frozen", Params: tillproof.Params{
		"merchant": orDash(string(who.merchant)), "n": strconv.Itoa(len(days)),
		"from": days[0].String(), "to": days[len(days)-1].String(), "last": lastPaid.String(),
		"amount": tillproof.NewMoney(sum, who.currency).Param(),
	}}
	if !lastPaid.Known() {
		h.reason.Code = "detect.settlement_frozen.never"
	}
	return h, true
}

// payee is a bank account that the report pays a merchant's money to.
type payee struct {
	name string
	days int // on which it was paid
	last tillproof.Date
	rows []int32 // paid to it since another account was the usual one
}

// accountChanged finds payouts that the report sends to an account that is neither the one that it paid
// before nor one of the statements at hand: a new account that nobody ordered is theft.
func accountChanged(v *view, r *Rule) []hit {
	known := v.ownAccounts()
	report := v.run.Records[tillproof.Acquirer]
	payees := map[account][]*payee{} // of each merchant: the usual one first, once there is one
	var changed []*payee
	for _, n := range v.payoutOrder() {
		row := &report[n]
		who := accountOf(row)
		list := payees[who]
		i := slices.IndexFunc(list, func(p *payee) bool { return p.name == row.Refs.Account })
		if i < 0 {
			i = len(list)
			list = append(list, &payee{name: row.Refs.Account, last: tillproof.NoDate})
			payees[who] = list
		}
		p := list[i]
		if p.last != row.Day() {
			p.days, p.last = p.days+1, row.Day()
		}
		isNew := i > 0 && int64(list[0].days) >= r.value("days") && (p.days == 1 || len(p.rows) > 0)
		if !isNew || known[lastDigits(p.name)] || v.arrived(n) {
			continue
		}
		if len(p.rows) == 0 {
			changed = append(changed, p)
		}
		p.rows = append(p.rows, n)
	}
	hits := make([]hit, len(changed))
	for i, p := range changed {
		hits[i] = v.toNewAccount(p, payees[accountOf(&report[p.rows[0]])][0])
	}
	return hits
}

// payoutOrder lists the rows of the report that name an account, by day and then by content.
func (v *view) payoutOrder() []int32 {
	var order []int32
	rows := v.run.Records[tillproof.Acquirer]
	for n := range rows {
		if rows[n].Refs.Account != "" && rows[n].Day().Known() {
			order = append(order, int32(n))
		}
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(rows[a].Day(), rows[b].Day()), compareRows(&rows[a], &rows[b]))
	})
	return order
}

// ownAccounts are the ends of the accounts whose statements were read: reports show no more of a number.
func (v *view) ownAccounts() map[string]bool {
	own := map[string]bool{}
	for i := range v.run.Records[tillproof.Bank] {
		if a := v.run.Records[tillproof.Bank][i].Refs.Account; a != "" {
			own[lastDigits(a)] = true
		}
	}
	return own
}

// shownDigits is how much of an account number a report shows at least.
const shownDigits = 4

func lastDigits(a string) string { return a[max(0, len(a)-shownDigits):] }

// arrived reports a row whose money the statement shows.
func (v *view) arrived(n int32) bool {
	states := v.run.States[tillproof.Acquirer]
	return len(v.run.Records[tillproof.Bank]) > 0 && int(n) < len(states) &&
		states[n].Status == tillproof.Matched
}

func (v *view) toNewAccount(p, usual *payee) hit {
	report := v.run.Records[tillproof.Acquirer]
	first := &report[p.rows[0]]
	h := hit{cur: first.Amount.Currency()}
	var sum int64
	for _, n := range p.rows {
		due := max(0, report[n].Due().Minor())
		h.rows = append(h.rows, tillproof.RowRef{Side: tillproof.Acquirer, N: n})
		h.parts = append(h.parts, due)
		sum += due // only for the sentence; finding checks the sum
	}
	h.reason = tillproof.Note{Code: "detect.account_changed", Params: tillproof.Params{
		"merchant": orDash(string(first.Refs.Merchant)), "n": strconv.Itoa(len(p.rows)),
		"day": first.Day().String(), "account": p.name, "usual": usual.name,
		"amount": tillproof.NewMoney(sum, h.cur).Param(),
	}}
	return h
}
