package match

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
)

// settle joins groups with bank lines: the waterfall, the states, and a break where they do not agree or the
// money came late. What a person has ruled out stays as it is.
func (e *engine) settle(m tillproof.Method, groups, lines []int32) {
	if e.partedDeposit(groups, lines) {
		return
	}
	bank := &e.views[tillproof.Bank]
	status := tillproof.Matched
	w := e.waterfall(m, groups, lines, status)
	for _, g := range groups {
		e.groups[g].done = true
	}
	for _, rank := range lines {
		e.entries[rank].used = true
		for _, g := range groups {
			if m := e.groups[g].merchant; !slices.Contains(e.entries[rank].pays, m) {
				e.entries[rank].pays = append(e.entries[rank].pays, m)
			}
		}
		if who := bank.rec(rank).Counterparty; who != "" && w.Residual.IsZero() {
			e.learned[who] = true
		}
	}
	if m == netDay && w.Net.Minor() < 0 {
		e.debits++
	}
	kind := tillproof.BreakKind("")
	switch {
	case w.Residual.Minor() > 0:
		kind = tillproof.DepositShort
	case w.Residual.Minor() < 0:
		kind = tillproof.DepositOver
	case w.Arrived > w.Expected && w.Paid.Minor() > 0 && !e.assumed:
		kind = tillproof.Late
	}
	if w.Paid.Minor() < 0 && w.Residual.IsZero() && e.onlyFees(groups) {
		e.feesApart = true
	}
	if kind == tillproof.DepositShort || kind == tillproof.DepositOver {
		status = tillproof.Exception
		w.Status = status
	}
	e.stateRows(groups, lines, status, kind)
	if kind != "" {
		e.breakDeposit(kind, w, groups, lines)
	}
}

func (e *engine) stateRows(groups, lines []int32, status tillproof.Status, kind tillproof.BreakKind) {
	st := tillproof.RowState{Status: status, Expected: tillproof.NoDate}
	if status == tillproof.Exception {
		st.Reason = "break." + string(kind)
	}
	for _, g := range groups {
		for _, row := range e.groupRows(g) {
			e.raise(e.ledger, row, st)
		}
	}
	for _, rank := range lines {
		e.raise(tillproof.Bank, rank, st)
	}
}

// waterfall shows how the rows of the groups make the lines. The pointer holds until the next one.
func (e *engine) waterfall(
	m tillproof.Method, groups, lines []int32, status tillproof.Status,
) *tillproof.Waterfall {
	ledger, bank := &e.views[e.ledger], &e.views[tillproof.Bank]
	last := &e.groups[groups[len(groups)-1]]
	w := tillproof.Waterfall{
		Leg: e.leg, Method: m, Merchant: last.merchant, From: last.from, To: last.to,
		Expected: last.expected, Arrived: tillproof.NoDate, Status: status,
	}
	var net, paid int64
	rows := 0
	for _, g := range groups {
		rows += int(e.groups[g].n)
	}
	w.Rows = make([]tillproof.RowRef, 0, rows)
	for _, g := range groups {
		at := &e.groups[g]
		net += at.net
		w.From, w.To = min(w.From, at.from), max(w.To, at.to)
		if at.merchant != w.Merchant {
			w.Merchant = ""
		}
		for _, row := range e.groupRows(g) {
			w.Rows = append(w.Rows, ledger.ref(row))
		}
	}
	for _, rank := range lines {
		paid += bank.lines[rank].amount
		w.Deposit = append(w.Deposit, bank.ref(rank))
		arrived := bank.lines[rank].day
		if e.on(rank, w.Expected) {
			arrived = w.Expected
		}
		w.Arrived = max(w.Arrived, arrived)
	}
	w.Steps = e.steps(groups, last.cur)
	w.Net, w.Paid = tillproof.NewMoney(net, last.cur), tillproof.NewMoney(paid, last.cur)
	w.Residual = tillproof.NewMoney(net-paid, last.cur)
	w.Notes = e.notes(&w, groups)
	e.run.Waterfalls = append(e.run.Waterfalls, w)
	return &e.run.Waterfalls[len(e.run.Waterfalls)-1]
}

// steps sums the rows by stage. What a stated net has beyond amount and fee goes to the last stage, so that
// the stages always make the net.
func (e *engine) steps(groups []int32, cur tillproof.Currency) []tillproof.Step {
	var counts [len(tillproof.Steps)]int
	var sums [len(tillproof.Steps)]int64
	add := func(step int, amount int64) {
		if amount != 0 {
			counts[step]++
			sums[step] += amount
		}
	}
	v := &e.views[e.ledger]
	for _, g := range groups {
		for _, row := range e.groupRows(g) {
			amount := v.lines[row].amount
			add(stepOf(v.rec(row).Kind), amount)
			add(feesStep, e.fee[row])
			add(otherStep, e.due[row]-amount-e.fee[row])
		}
	}
	var out []tillproof.Step
	for i, kind := range tillproof.Steps {
		if counts[i] > 0 {
			out = append(out, tillproof.Step{
				Kind: kind, Count: counts[i], Amount: tillproof.NewMoney(sums[i], cur),
			})
		}
	}
	return out
}

// Places of the stages in tillproof.Steps.
const (
	grossStep = iota
	refundsStep
	feesStep
	chargebacksStep
	reserveStep
	otherStep
)

func stepOf(k tillproof.RecordKind) int {
	switch k {
	case tillproof.Sale, tillproof.Completion:
		return grossStep
	case tillproof.Refund, tillproof.Void, tillproof.Reversal:
		return refundsStep
	case tillproof.Fee:
		return feesStep
	case tillproof.Chargeback, tillproof.ChargebackReversal:
		return chargebacksStep
	case tillproof.Reserve, tillproof.ReserveRelease:
		return reserveStep
	}
	return otherStep
}

// notes tells what explains the day of a deposit: a holiday between, or that it came with others.
func (e *engine) notes(w *tillproof.Waterfall, groups []int32) []tillproof.Note {
	var out []tillproof.Note
	cal := e.policy.Settlement.Calendar
	weekdays := tillproof.Calendar{}.AddBanking(w.From, e.policy.Settlement.Days)
	if name := cal.HolidayBetween(w.From, w.Expected); name != "" && weekdays < w.Expected {
		out = append(out, tillproof.Note{Code: "match.note.holiday", Params: tillproof.Params{
			"holiday": name, "from": dateParam(w.From), "to": dateParam(w.To),
			"without": dateParam(weekdays), "expected": dateParam(w.Expected),
		}})
	}
	if len(groups) > 1 {
		out = append(out, tillproof.Note{Code: "match.note.together", Params: tillproof.Params{
			"n": count(len(groups)), "first": dateParam(e.groups[groups[0]].expected),
			"last": dateParam(w.Expected),
		}})
	}
	if w.Arrived.Known() && w.Arrived < w.Expected {
		out = append(out, tillproof.Note{Code: "match.note.early", Params: tillproof.Params{
			"arrived": dateParam(w.Arrived), "expected": dateParam(w.Expected),
		}})
	}
	if e.assumed && w.Arrived.Known() && w.Arrived > w.Expected {
		out = append(out, tillproof.Note{Code: "match.note.assumed", Params: tillproof.Params{
			"arrived": dateParam(w.Arrived), "expected": dateParam(w.Expected),
		}})
	}
	return out
}

func (e *engine) describeGroup(g int32) tillproof.Params {
	at := &e.groups[g]
	return tillproof.Params{
		"amount": tillproof.NewMoney(at.net, at.cur).Param(), "merchant": orDash(string(at.merchant)),
		"from": dateParam(at.from), "to": dateParam(at.to), "expected": dateParam(at.expected),
		"rows": count(int(at.n)), "payout": orDash(at.payout), "ref": orDash(at.payout),
	}
}

func (e *engine) describeEntry(rank int32) tillproof.Params {
	v := &e.views[tillproof.Bank]
	r := v.rec(rank)
	return tillproof.Params{
		"amount": v.money(rank).Param(), "day": dateParam(v.lines[rank].day),
		"counterparty": orDash(r.Counterparty), "narrative": orDash(r.Narrative),
		"ref": orDash(r.Refs.Bank), "merchant": orDash(string(e.entries[rank].owner)),
	}
}

// depositCodes are the sentences about a deposit that came.
var depositCodes = map[tillproof.BreakKind]string{
	tillproof.DepositShort: "match.deposit_short",
	tillproof.DepositOver:  "match.deposit_over",
	tillproof.Late:         "match.late",
}

func (e *engine) breakDeposit(
	kind tillproof.BreakKind, w *tillproof.Waterfall, groups, lines []int32,
) {
	p := e.describeGroup(groups[0])
	p["amount"] = w.Net.Param()
	p["paid"] = w.Paid.Param()
	p["from"], p["to"] = dateParam(w.From), dateParam(w.To)
	p["expected"], p["arrived"] = dateParam(w.Expected), dateParam(w.Arrived)
	p["rows"] = count(len(w.Rows))
	p["difference"] = unsigned(w.Residual)
	b := tillproof.Break{
		Kind: kind, Leg: e.leg, Side: tillproof.Bank, Amount: w.Net, Residual: w.Residual,
		Records:    slices.Concat(w.Deposit, w.Rows),
		Reason:     spanNote(depositCodes[kind], p),
		ExpectedBy: w.Expected,
	}
	e.hint(&b, groups, lines)
	e.report(b, at{tillproof.Bank, lines[0]})
}

// leftGroups says what became of groups without a deposit.
func (e *engine) leftGroups() {
	cut := e.cutCredits()
	for i := range e.groups {
		if g := &e.groups[i]; !g.done {
			together := e.unpaidTogether(int32(i), cut)
			for _, g := range together {
				e.groups[g].done = true
			}
			e.leaveGroups(together, len(cut[int32(i)]) > 0)
		}
	}
	e.leaveCut(cut)
	e.warnEarly()
	slices.SortStableFunc(e.run.Waterfalls, func(a, b tillproof.Waterfall) int {
		ca, cb := a.Net.Currency(), b.Net.Currency()
		return cmp.Or(
			cmp.Compare(a.Expected, b.Expected), cmp.Compare(a.Merchant, b.Merchant),
			slices.Compare(ca[:], cb[:]), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To),
			cmp.Compare(a.Net.Minor(), b.Net.Minor()),
		)
	})
}

// manyDebits is how many negative nets must have come as debits of their own, on their day and to the cent,
// until it counts as the acquirer's habit: then one that did not come is missing, and not carried on.
const manyDebits = 3

// leaveGroups says what became of groups that ought to have come as one deposit; incomplete are those that a
// credit may pay together with days that no file covers. Money that the merchant owes is not missing before
// the acquirer has had the time to take it off a later deposit.
func (e *engine) leaveGroups(groups []int32, incomplete bool) {
	i := groups[0]
	g := &e.groups[i]
	days := e.bankCover(g.merchant, g.cur)
	expected := g.expected
	if g.net < 0 && days.place(expected) == within && e.debits < manyDebits {
		if last := e.lastDay(expected); days.place(last) == after {
			expected = last
		}
	}
	where := days.place(expected)
	switch {
	case incomplete:
		e.leaveRows(i, excludedCut)
	case where == before || where == between:
		if where == before {
			e.countEarly(g, days[0].from)
		}
		e.leaveRows(i, excludedPlace[where])
	case where == after:
		e.waterfall(noDeposit, groups, nil, tillproof.Timing)
		for _, row := range e.groupRows(i) {
			e.raise(e.ledger, row, tillproof.RowState{
				Status: tillproof.Timing, Reason: "match.timing.deposit", Expected: expected,
			})
		}
	default:
		w := e.waterfall(noDeposit, groups, nil, tillproof.Exception)
		e.stateRows(groups, nil, tillproof.Exception, tillproof.NotDeposited)
		p := e.describeGroup(i)
		p["amount"], p["rows"] = w.Net.Param(), count(len(w.Rows))
		p["merchant"] = orDash(e.merchantsOf(groups))
		p["last_day"] = dateParam(days.last())
		reason := spanNote("match.not_deposited", p)
		if g.rest {
			reason.Code = "match.not_deposited.rest"
		}
		e.report(tillproof.Break{
			Kind: tillproof.NotDeposited, Leg: e.leg, Side: e.ledger, Amount: w.Net, Residual: w.Net,
			Records:    w.Rows,
			Reason:     reason,
			ExpectedBy: g.expected,
		}, at{e.ledger, e.groupRows(i)[0]})
	}
}

// leaveRows leaves out the rows of a group.
func (e *engine) leaveRows(g int32, reason string) {
	e.waterfall(noDeposit, []int32{g}, nil, tillproof.Excluded)
	for _, row := range e.groupRows(g) {
		e.exclude(e.ledger, row, reason)
	}
}

// leftEntries says what became of the acquirer's bank lines that no group explains. Lines of others are left
// out by close.
func (e *engine) leftEntries() {
	v := &e.views[tillproof.Bank]
	days := e.payDaysCovered()
	for rank := range v.lines {
		row := int32(rank)
		if e.entries[rank].used || !e.fromAcquirer(row) {
			continue
		}
		reason := e.otherPeriod(row, days)
		if v.lines[rank].amount == 0 {
			reason = "match.excluded.other_traffic"
		}
		if reason != "" {
			e.exclude(tillproof.Bank, row, reason)
			continue
		}
		e.breakEntry(row)
	}
}

// otherPeriod says why a credit may pay settlement days that no file covers, "" where none can be meant.
func (e *engine) otherPeriod(row int32, days map[tillproof.MerchantID]span) string {
	l := &e.views[tillproof.Bank].lines[row]
	owner := e.entries[row].owner
	pays, ok := days[owner]
	if !ok {
		owner, pays = "", days[""]
	}
	switch {
	case l.amount <= 0:
		return ""
	case e.unreported(e.entries[row].owner):
		return "match.excluded.not_covered"
	case l.day <= pays.from:
		return "match.excluded.prior_period"
	case pays.to.Known() && l.day > pays.to:
		return "match.excluded.next_period"
	case e.paysGap(owner, l.day):
		return "match.excluded.not_covered"
	}
	return ""
}

// payDaysCovered are the first pay day on the statement and the last pay day of the files, of each merchant
// and ("") of all.
func (e *engine) payDaysCovered() map[tillproof.MerchantID]span {
	none := span{tillproof.NoDate, tillproof.NoDate}
	all := none
	all.to = e.payDay(e.views[e.ledger].cover.last())
	out := map[tillproof.MerchantID]span{"": all}
	for i := range e.groups {
		g := &e.groups[i]
		onStatement := e.bankCover(g.merchant, g.cur).place(g.expected) != before
		for _, m := range [...]tillproof.MerchantID{"", g.merchant} {
			s, ok := out[m]
			if !ok {
				s = none
				s.to = e.payDay(e.ledgerCover(m).last())
			}
			s.to = max(s.to, g.expected)
			if onStatement && (!s.from.Known() || g.expected < s.from) {
				s.from = g.expected
			}
			out[m] = s
		}
	}
	for m, s := range out {
		if !s.from.Known() {
			s.from = out[""].from
			out[m] = s
		}
	}
	return out
}

// paysGap reports whether the day may pay settlement days that no file of the ledger covers.
func (e *engine) paysGap(m tillproof.MerchantID, day tillproof.Date) bool {
	spans := e.ledgerCover(m)
	for i := 1; i < len(spans); i++ {
		if day >= e.payDay(spans[i-1].to+1) && day <= e.payDay(spans[i].from-1) {
			return true
		}
	}
	return false
}

func (e *engine) breakEntry(row int32) {
	v := &e.views[tillproof.Bank]
	kind, code := tillproof.UnexpectedCredit, "match.unexpected_credit"
	if v.lines[row].amount < 0 {
		kind, code = tillproof.UnexpectedDebit, "match.unexpected_debit"
	}
	p := e.describeEntry(row)
	p["amount"] = unsigned(v.money(row))
	e.except(tillproof.Bank, row, kind)
	e.report(tillproof.Break{
		Kind: kind, Leg: e.leg, Side: tillproof.Bank, Amount: v.money(row), Residual: v.money(row).Neg(),
		Records: []tillproof.RowRef{v.ref(row)},
		Reason:  tillproof.Note{Code: code, Params: p},
	}, at{tillproof.Bank, row})
}

// leaveSummaries gives a reason to payout rows that only sum up others.
func (e *engine) leaveSummaries() {
	v := &e.views[e.ledger]
	for rank := range v.lines {
		if row := int32(rank); v.rec(row).Kind == tillproof.Payout && e.open(e.ledger, row) {
			e.exclude(e.ledger, row, "match.excluded.summary")
		}
	}
}
