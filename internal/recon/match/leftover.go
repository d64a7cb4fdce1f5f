package match

import (
	"strconv"

	"github.com/tillproof/tillproof"
)

// keepMatches writes the matches of leg 1 in the order of the terminal rows.
func (e *engine) keepMatches() {
	term, acq := &e.views[tillproof.Terminal], &e.views[tillproof.Acquirer]
	count := 0
	for _, m := range term.mate {
		if m != alone {
			count++
		}
	}
	e.run.Matches = make([]tillproof.Match, 0, count)
	known := tillproof.Note{Code: "match.note.outcome_known"}
	for rank, m := range term.mate {
		if m == alone {
			continue
		}
		left, right := term.ref(int32(rank)), acq.ref(m)
		e.run.Matches = append(e.run.Matches, tillproof.Match{
			Method: methods[e.method[m]], Left: left, Right: right,
		})
		e.matched(tillproof.Terminal, int32(rank))
		e.matched(tillproof.Acquirer, m)
		e.keepParts(int32(rank))
		if term.rec(int32(rank)).Status == tillproof.UnknownOutcome {
			known.Rows = append(known.Rows, left)
			e.run.States[left.Side][left.N].Reason = known.Code
		}
	}
	if len(known.Rows) > 0 {
		known.Params = tillproof.Params{"n": strconv.Itoa(len(known.Rows))}
		e.run.Warnings = append(e.run.Warnings, known)
	}
}

// keepParts writes the matches of a sale's other slips.
func (e *engine) keepParts(sale int32) {
	parts := e.slips[sale]
	for _, row := range parts[min(1, len(parts)):] {
		e.run.Matches = append(e.run.Matches, tillproof.Match{
			Method: methods[e.method[row]], Left: e.views[tillproof.Terminal].ref(sale),
			Right: e.views[tillproof.Acquirer].ref(row),
		})
		e.matched(tillproof.Acquirer, row)
	}
}

// breakAmounts reports matched pairs with two amounts.
func (e *engine) breakAmounts() {
	term, acq := &e.views[tillproof.Terminal], &e.views[tillproof.Acquirer]
	var above []int32
	defer func() { e.noteTips(above) }()
	for rank, m := range term.mate {
		if m == alone || term.lines[rank].amount == acq.lines[m].amount ||
			term.rec(int32(rank)).Kind == tillproof.PreAuth || e.slips[int32(rank)] != nil {
			continue
		}
		left := int32(rank)
		if e.allowedAbove(left, m) {
			above = append(above, left)
			continue
		}
		a, b := term.money(left), acq.money(m)
		p := term.describe(left)
		p["acquirer_amount"] = b.Param()
		p["settle_day"] = dateParam(acq.lines[m].day)
		e.except(tillproof.Terminal, left, tillproof.AmountMismatch)
		e.except(tillproof.Acquirer, m, tillproof.AmountMismatch)
		residual, code := a.Minor()-b.Minor(), "match.amount_mismatch"
		if partly(term.rec(left), a, b) {
			residual, code = 0, "match.amount_mismatch.partial"
		}
		e.report(tillproof.Break{
			Kind: tillproof.AmountMismatch, Leg: tillproof.TerminalAcquirer, Side: tillproof.Acquirer,
			Amount:   a,
			Residual: tillproof.NewMoney(residual, a.Currency()),
			Records:  []tillproof.RowRef{term.ref(left), acq.ref(m)},
			Reason:   tillproof.Note{Code: code, Params: p},
			Candidates: []tillproof.Candidate{{Row: acq.ref(m), Why: tillproof.Note{
				Code: "match.why.same_reference." + string(methods[e.method[m]]), Params: acq.describe(m),
			}}},
		}, at{tillproof.Terminal, left})
	}
}

// partialApproval is the response to a sale of which the issuer approved a part only (ISO 8583, data element
// 39): the terminal may log what was asked for, the acquirer settles what was approved.
const partialApproval = "10"

func partly(r *tillproof.Record, asked, settled tillproof.Money) bool {
	return r.Response == partialApproval && settled.Minor() > 0 && settled.Minor() < asked.Minor()
}

// maxTied bounds the equally good partners that are shown with one break; all of them are among its records.
const maxTied = 16

// breakTies reports the rows that were refused because several answers were equally good.
func (e *engine) breakTies() {
	term, acq := &e.views[tillproof.Terminal], &e.views[tillproof.Acquirer]
	for _, t := range merged(e.ties.list) {
		lefts, rights := t.remaining(term, acq)
		if len(lefts) == 0 || len(rights) == 0 {
			continue
		}
		b := tillproof.Break{
			Kind: tillproof.Ambiguous, Leg: tillproof.TerminalAcquirer, Side: tillproof.Terminal,
			Amount: term.money(lefts[0]), Residual: tillproof.NewMoney(0, term.lines[lefts[0]].cur),
		}
		for _, l := range lefts {
			b.Records = append(b.Records, term.ref(l))
			e.except(tillproof.Terminal, l, tillproof.Ambiguous)
			term.lines[l].class = noClass
		}
		for _, r := range rights {
			b.Records = append(b.Records, acq.ref(r))
			e.except(tillproof.Acquirer, r, tillproof.Ambiguous)
			acq.lines[r].class = noClass
			if len(b.Candidates) == maxTied {
				continue
			}
			b.Candidates = append(b.Candidates, tillproof.Candidate{
				Row: acq.ref(r), Why: tillproof.Note{Code: "match.why.equal", Params: acq.describe(r)},
			})
		}
		p := term.describe(lefts[0])
		p["n"] = strconv.Itoa(len(lefts))
		p["candidates"] = strconv.Itoa(len(rights))
		b.Reason = tillproof.Note{Code: "match.ambiguous", Params: p}
		e.report(b, at{tillproof.Terminal, lefts[0]})
	}
}

// leftTerminal says what became of terminal rows that the report does not show.
func (e *engine) leftTerminal() {
	term, acq := &e.views[tillproof.Terminal], &e.views[tillproof.Acquirer]
	near := e.nearMisses()
	doubled := e.loggedTwice()
	for rank := range term.lines {
		row := int32(rank)
		if !term.free(row) {
			continue
		}
		if doubled[row] {
			e.exclude(tillproof.Terminal, row, "match.excluded.logged_twice")
			continue
		}
		day := term.lines[row].day
		where := acq.cover.place(day)
		switch {
		case where == before || where == between:
			e.exclude(tillproof.Terminal, row, excludedPlace[where])
		case term.lines[row].amount == 0:
			e.exclude(tillproof.Terminal, row, excludedZero)
		case term.rec(row).Status == tillproof.UnknownOutcome:
			e.breakUnknown(row)
		case where == after:
			e.raise(tillproof.Terminal, row, tillproof.RowState{
				Status: tillproof.Timing, Reason: "match.timing.report", Expected: day,
			})
		case e.mayBeNextDay(row):
			e.raise(tillproof.Terminal, row, tillproof.RowState{
				Status: tillproof.Timing, Reason: "match.timing.report", Expected: day + 1,
			})
		default:
			e.breakNotSettled(row, near[row])
		}
	}
}

func (e *engine) breakNotSettled(row int32, near []tillproof.Candidate) {
	term := &e.views[tillproof.Terminal]
	p := term.describe(row)
	code := "match.not_settled"
	if term.lines[row].class != saleClass {
		code = "match.not_settled.refund"
		p["amount"] = unsigned(term.money(row))
	}
	doubt := e.doubtPortion(row)
	if term.rec(row).Response == partialApproval {
		doubt = tillproof.Note{Code: "match.doubt.partial"}
	}
	e.except(tillproof.Terminal, row, tillproof.NotSettled)
	e.report(tillproof.Break{
		Kind: tillproof.NotSettled, Leg: tillproof.TerminalAcquirer, Side: tillproof.Terminal,
		Amount: term.money(row), Residual: term.money(row),
		Records:    []tillproof.RowRef{term.ref(row)},
		Reason:     tillproof.Note{Code: code, Params: p},
		ExpectedBy: term.lines[row].day, Candidates: near, Doubt: doubt,
	}, at{tillproof.Terminal, row})
}

// breakUnknown reports a transaction whose outcome no file shows: a status query answers it, it is no loss.
func (e *engine) breakUnknown(row int32) {
	term := &e.views[tillproof.Terminal]
	p := term.describe(row)
	p["response"] = orDash(term.rec(row).Response)
	e.except(tillproof.Terminal, row, tillproof.OutcomeUnknown)
	e.report(tillproof.Break{
		Kind: tillproof.OutcomeUnknown, Leg: tillproof.TerminalAcquirer, Side: tillproof.Terminal,
		Amount: term.money(row), Residual: tillproof.NewMoney(0, term.lines[row].cur),
		Records: []tillproof.RowRef{term.ref(row)},
		Reason:  tillproof.Note{Code: "match.unknown_outcome", Params: p},
	}, at{tillproof.Terminal, row})
}

// leftAcquirer says what became of report rows that the terminal does not show.
func (e *engine) leftAcquirer() {
	term, acq := &e.views[tillproof.Terminal], &e.views[tillproof.Acquirer]
	twins := e.twins()
	takenBack := e.takenBack(twins)
	near := e.unmatchedCandidates()
	for rank := range acq.lines {
		row := int32(rank)
		if !acq.free(row) {
			continue
		}
		if takenBack[row] {
			continue
		}
		if acq.lines[row].amount == 0 && acq.dueOf(row).IsZero() {
			e.exclude(tillproof.Acquirer, row, excludedZero)
			continue
		}
		if twin, ok := twins[row]; ok {
			e.breakTwice(row, twin)
			continue
		}
		day := acq.lines[row].at.Date()
		if !day.Known() {
			day = acq.lines[row].day
		}
		if where := term.cover.place(day); where != within {
			e.exclude(tillproof.Acquirer, row, excludedPlace[where])
			continue
		}
		e.breakNotOnTerminal(row, near[row])
	}
}

// excludedZero is the reason of rows that move no money.
const excludedZero = "match.excluded.zero"

func (e *engine) breakTwice(row, twin int32) {
	term, acq := &e.views[tillproof.Terminal], &e.views[tillproof.Acquirer]
	sale := acq.mate[twin]
	p := acq.describe(row)
	p["first_day"] = dateParam(acq.lines[twin].day)
	p["terminal_time"] = timeParam(&term.lines[sale])
	e.except(tillproof.Acquirer, row, tillproof.SettledTwice)
	e.report(tillproof.Break{
		Kind: tillproof.SettledTwice, Leg: tillproof.TerminalAcquirer, Side: tillproof.Acquirer,
		Amount: acq.money(row), Residual: acq.dueOf(row).Neg(),
		Records: []tillproof.RowRef{acq.ref(row), acq.ref(twin), term.ref(sale)},
		Reason:  tillproof.Note{Code: "match.settled_twice", Params: p},
		Candidates: []tillproof.Candidate{{Row: term.ref(sale), Why: tillproof.Note{
			Code: "match.why.taken", Params: term.describe(sale),
		}}},
	}, at{tillproof.Acquirer, row})
}

func (e *engine) breakNotOnTerminal(row int32, near []tillproof.Candidate) {
	acq := &e.views[tillproof.Acquirer]
	code := "match.not_on_terminal"
	p := acq.describe(row)
	if acq.lines[row].class != saleClass {
		code = "match.not_on_terminal.refund"
		p["amount"] = unsigned(acq.money(row))
	}
	if sale, ok := e.voidedBy[row]; ok {
		code = "match.not_on_terminal.voided"
		term := &e.views[tillproof.Terminal]
		near = append([]tillproof.Candidate{{Row: term.ref(sale), Why: tillproof.Note{
			Code: "match.why.voided", Params: term.describe(sale),
		}}}, near...)
	}
	e.except(tillproof.Acquirer, row, tillproof.NotOnTerminal)
	e.report(tillproof.Break{
		Kind: tillproof.NotOnTerminal, Leg: tillproof.TerminalAcquirer, Side: tillproof.Acquirer,
		Amount: acq.money(row), Residual: acq.dueOf(row).Neg(),
		Records:    []tillproof.RowRef{acq.ref(row)},
		Reason:     tillproof.Note{Code: code, Params: p},
		Candidates: near,
	}, at{tillproof.Acquirer, row})
}
