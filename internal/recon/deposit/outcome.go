package deposit

import (
	"cmp"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
)

// settle joins groups with bank lines: the waterfall, the states, and a break where they do not agree or the
// money came late. What a person has ruled out stays as it is.
func (e *engine) settle(m tillproof.Method, groups, lines []int32) {
	if e.partedDeposit(groups, lines) {
		return
	}
	bank := &e.Views[tillproof.Bank]
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
		if who := bank.Rec(rank).Counterparty; who != "" && w.Residual.IsZero() {
			e.learned[who] = true
		}
	}
	e.learnOwing(m, w, groups)
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
			e.Raise(e.ledger, row, st)
		}
	}
	for _, rank := range lines {
		e.Raise(tillproof.Bank, rank, st)
	}
}

func (e *engine) describeGroup(g int32) tillproof.Params {
	at := &e.groups[g]
	return tillproof.Params{
		"amount": tillproof.NewMoney(at.net, at.cur).Param(), "merchant": book.OrDash(string(at.merchant)),
		"from": book.DateParam(at.from), "to": book.DateParam(at.to), "expected": book.DateParam(at.expected),
		"rows": book.Count(int(at.n)), "payout": book.OrDash(at.payout), "ref": book.OrDash(at.payout),
	}
}

func (e *engine) describeEntry(rank int32) tillproof.Params {
	v := &e.Views[tillproof.Bank]
	r := v.Rec(rank)
	return tillproof.Params{
		"amount": v.Money(rank).Param(), "day": book.DateParam(v.Lines[rank].Day),
		"counterparty": book.OrDash(r.Counterparty), "narrative": book.OrDash(r.Narrative),
		"ref": book.OrDash(r.Refs.Bank), "merchant": book.OrDash(string(e.entries[rank].owner)),
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
	p["from"], p["to"] = book.DateParam(w.From), book.DateParam(w.To)
	p["expected"], p["arrived"] = book.DateParam(w.Expected), book.DateParam(w.Arrived)
	p["rows"] = book.Count(len(w.Rows))
	p["difference"] = book.Unsigned(w.Residual)
	b := tillproof.Break{
		Kind: kind, Leg: e.Leg, Side: tillproof.Bank, Amount: w.Net, Residual: w.Residual,
		Records:    slices.Concat(w.Deposit, w.Rows),
		Reason:     book.SpanNote(depositCodes[kind], p),
		ExpectedBy: w.Expected,
	}
	if kind == tillproof.DepositShort {
		b.Doubt = e.doubtHidden(groups, w)
	}
	e.hint(&b, groups, lines)
	e.Report(b, book.At{Side: tillproof.Bank, Rank: lines[0]})
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
			e.leaveGroups(together, cut[int32(i)])
		}
	}
	e.leaveCut(cut)
	e.warnEarly()
	slices.SortStableFunc(e.Run.Waterfalls, func(a, b tillproof.Waterfall) int {
		ca, cb := a.Net.Currency(), b.Net.Currency()
		return cmp.Or(
			cmp.Compare(a.Expected, b.Expected), cmp.Compare(a.Merchant, b.Merchant),
			slices.Compare(ca[:], cb[:]), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To),
			cmp.Compare(a.Net.Minor(), b.Net.Minor()),
		)
	})
}

// leaveGroups says what became of groups that ought to have come as one deposit; shared are the credits that
// may pay them together with days that no file covers. Money that the merchant owes is not missing before
// the acquirer has had the time to take it off a later deposit.
func (e *engine) leaveGroups(groups, shared []int32) {
	i := groups[0]
	g := &e.groups[i]
	days := e.bankCover(g.merchant, g.cur)
	expected := g.expected
	if g.net < 0 && days.Place(expected) == book.Within {
		if last := e.lastDay(expected); days.Place(last) == book.After && !e.debited(i) {
			expected = last
		}
	}
	where := days.Place(expected)
	switch {
	case len(shared) > 0:
		e.leaveRows(i, excludedCut)
		w := &e.Run.Waterfalls[len(e.Run.Waterfalls)-1]
		w.Notes = append(w.Notes, e.sharedNote(shared))
	case where == book.Before || where == book.Between:
		if where == book.Before {
			e.countEarly(g, days[0].From)
		}
		e.leaveRows(i, book.ExcludedPlace[where])
	case where == book.After:
		e.waterfall(noDeposit, groups, nil, tillproof.Timing)
		for _, row := range e.groupRows(i) {
			e.Raise(e.ledger, row, tillproof.RowState{
				Status: tillproof.Timing, Reason: "match.timing.deposit", Expected: expected,
			})
		}
	default:
		w := e.waterfall(noDeposit, groups, nil, tillproof.Exception)
		e.stateRows(groups, nil, tillproof.Exception, tillproof.NotDeposited)
		p := e.describeGroup(i)
		p["amount"], p["rows"] = w.Net.Param(), book.Count(len(w.Rows))
		p["merchant"] = book.OrDash(e.merchantsOf(groups))
		p["last_day"] = book.DateParam(days.Last())
		reason := book.SpanNote("match.not_deposited", p)
		switch {
		case g.rest:
			reason.Code = "match.not_deposited.rest"
		case w.Net.Minor() < 0:
			reason.Code = "match.not_deposited.debit"
			p["amount"] = book.Unsigned(w.Net)
		}
		e.Report(tillproof.Break{
			Kind: tillproof.NotDeposited, Leg: e.Leg, Side: e.ledger, Amount: w.Net, Residual: w.Net,
			Records:    w.Rows,
			Reason:     reason,
			ExpectedBy: g.expected,
		}, book.At{Side: e.ledger, Rank: e.groupRows(i)[0]})
	}
}

// leaveRows leaves out the rows of a group.
func (e *engine) leaveRows(g int32, reason string) {
	e.waterfall(noDeposit, []int32{g}, nil, tillproof.Excluded)
	for _, row := range e.groupRows(g) {
		e.Exclude(e.ledger, row, reason)
	}
}

// leftEntries says what became of the acquirer's bank lines that no group explains. Lines of others are left
// out at the end of the run.
func (e *engine) leftEntries() {
	v := &e.Views[tillproof.Bank]
	days := e.payDaysCovered()
	for rank := range v.Lines {
		row := int32(rank)
		if e.entries[rank].used || !e.fromAcquirer(row) {
			continue
		}
		reason := e.otherPeriod(row, days)
		if v.Lines[rank].Amount == 0 {
			reason = "match.excluded.other_traffic"
		}
		if reason != "" {
			e.Exclude(tillproof.Bank, row, reason)
			continue
		}
		e.breakEntry(row)
	}
}

// otherPeriod says why a credit may pay settlement days that no file covers, "" where none can be meant.
func (e *engine) otherPeriod(row int32, days map[tillproof.MerchantID]book.Days) string {
	l := &e.Views[tillproof.Bank].Lines[row]
	owner := e.entries[row].owner
	pays, ok := days[owner]
	if !ok {
		owner, pays = "", days[""]
	}
	switch {
	case l.Amount <= 0:
		return ""
	case e.Absent[e.entries[row].owner]:
		return "match.excluded.not_covered"
	case l.Day <= pays.From:
		return "match.excluded.prior_period"
	case pays.To.Known() && l.Day > pays.To:
		return "match.excluded.next_period"
	case e.paysGap(owner, l.Day):
		return "match.excluded.not_covered"
	}
	return ""
}

// payDaysCovered are the first pay day on the statement and the last pay day of the files, of each merchant
// and ("") of all.
func (e *engine) payDaysCovered() map[tillproof.MerchantID]book.Days {
	none := book.Days{From: tillproof.NoDate, To: tillproof.NoDate}
	all := none
	all.To = e.payDay(e.Views[e.ledger].Cover.Last())
	out := map[tillproof.MerchantID]book.Days{"": all}
	for i := range e.groups {
		g := &e.groups[i]
		onStatement := e.bankCover(g.merchant, g.cur).Place(g.expected) != book.Before
		for _, m := range [...]tillproof.MerchantID{"", g.merchant} {
			s, ok := out[m]
			if !ok {
				s = none
				s.To = e.payDay(e.ledgerCover(m).Last())
			}
			s.To = max(s.To, g.expected)
			if onStatement && (!s.From.Known() || g.expected < s.From) {
				s.From = g.expected
			}
			out[m] = s
		}
	}
	for m, s := range out {
		if !s.From.Known() {
			s.From = out[""].From
			out[m] = s
		}
	}
	return out
}

// paysGap reports whether the day may pay settlement days that no file of the ledger covers.
func (e *engine) paysGap(m tillproof.MerchantID, day tillproof.Date) bool {
	spans := e.ledgerCover(m)
	for i := 1; i < len(spans); i++ {
		if day >= e.payDay(spans[i-1].To+1) && day <= e.payDay(spans[i].From-1) {
			return true
		}
	}
	return false
}

func (e *engine) breakEntry(row int32) {
	v := &e.Views[tillproof.Bank]
	kind, code := tillproof.UnexpectedCredit, "match.unexpected_credit"
	if v.Lines[row].Amount < 0 {
		kind, code = tillproof.UnexpectedDebit, "match.unexpected_debit"
	}
	p := e.describeEntry(row)
	p["amount"] = book.Unsigned(v.Money(row))
	e.Except(tillproof.Bank, row, kind)
	e.Report(tillproof.Break{
		Kind: kind, Leg: e.Leg, Side: tillproof.Bank, Amount: v.Money(row), Residual: v.Money(row).Neg(),
		Records: []tillproof.RowRef{v.Ref(row)},
		Reason:  tillproof.Note{Code: code, Params: p},
	}, book.At{Side: tillproof.Bank, Rank: row})
}

// leaveSummaries gives a reason to payout rows that only sum up others.
func (e *engine) leaveSummaries() {
	v := &e.Views[e.ledger]
	for rank := range v.Lines {
		if row := int32(rank); v.Rec(row).Kind == tillproof.Payout && e.Open(e.ledger, row) {
			e.Exclude(e.ledger, row, "match.excluded.summary")
		}
	}
}
