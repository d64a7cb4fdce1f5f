package sales

import (
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/recon/book"
	"github.com/tillproof/tillproof/internal/recon/choose"
)

// keepMatches writes the matches of leg 1 in the order of the terminal rows.
func (e *engine) keepMatches() {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	count := 0
	for _, m := range term.Mate {
		if m != book.Alone {
			count++
		}
	}
	e.Run.Matches = make([]tillproof.Match, 0, count)
	known := tillproof.Note{Code: "match.note.outcome_known"}
	for rank, m := range term.Mate {
		if m == book.Alone {
			continue
		}
		left, right := term.Ref(int32(rank)), acq.Ref(m)
		e.Run.Matches = append(e.Run.Matches, tillproof.Match{
			Method: methods[e.method[m]], Left: left, Right: right,
		})
		e.Matched(tillproof.Terminal, int32(rank))
		e.Matched(tillproof.Acquirer, m)
		e.keepParts(int32(rank))
		if term.Rec(int32(rank)).Status == tillproof.UnknownOutcome {
			known.Rows = append(known.Rows, left)
			e.Run.States[left.Side][left.N].Reason = known.Code
		}
	}
	if len(known.Rows) > 0 {
		known.Params = tillproof.Params{"n": strconv.Itoa(len(known.Rows))}
		e.Run.Warnings = append(e.Run.Warnings, known)
	}
}

// keepParts writes the matches of a sale's other slips.
func (e *engine) keepParts(sale int32) {
	parts := e.slips[sale]
	for _, row := range parts[min(1, len(parts)):] {
		e.Run.Matches = append(e.Run.Matches, tillproof.Match{
			Method: methods[e.method[row]], Left: e.Views[tillproof.Terminal].Ref(sale),
			Right: e.Views[tillproof.Acquirer].Ref(row),
		})
		e.Matched(tillproof.Acquirer, row)
	}
}

// breakAmounts reports matched pairs with two amounts.
func (e *engine) breakAmounts() {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	var above []int32
	defer func() { e.noteTips(above) }()
	for rank, m := range term.Mate {
		if m == book.Alone || term.Lines[rank].Amount == acq.Lines[m].Amount ||
			term.Rec(int32(rank)).Kind == tillproof.PreAuth || e.bundled(int32(rank), m) {
			continue
		}
		left := int32(rank)
		if e.allowedAbove(left, m) {
			above = append(above, left)
			continue
		}
		a, b := term.Money(left), acq.Money(m)
		p := term.Describe(left)
		p["acquirer_amount"] = b.Param()
		p["settle_day"] = book.DateParam(acq.Lines[m].Day)
		e.Except(tillproof.Terminal, left, tillproof.AmountMismatch)
		e.Except(tillproof.Acquirer, m, tillproof.AmountMismatch)
		residual, code := a.Minor()-b.Minor(), "match.amount_mismatch"
		if partly(term.Rec(left), a, b) {
			residual, code = 0, "match.amount_mismatch.partial"
		}
		e.Report(tillproof.Break{
			Kind: tillproof.AmountMismatch, Leg: tillproof.TerminalAcquirer, Side: tillproof.Acquirer,
			Amount:   a,
			Residual: tillproof.NewMoney(residual, a.Currency()),
			Records:  []tillproof.RowRef{term.Ref(left), acq.Ref(m)},
			Reason:   tillproof.Note{Code: code, Params: p},
			Candidates: []tillproof.Candidate{{Row: acq.Ref(m), Why: tillproof.Note{
				Code: "match.why.same_reference." + string(methods[e.method[m]]), Params: acq.Describe(m),
			}}},
		}, book.At{Side: tillproof.Terminal, Rank: left})
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
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	for _, t := range choose.Merged(e.ties.list) {
		lefts, rights := remaining(t.Tie, term, acq)
		if len(lefts) == 0 || len(rights) == 0 {
			continue
		}
		b := tillproof.Break{
			Kind: tillproof.Ambiguous, Leg: tillproof.TerminalAcquirer, Side: tillproof.Terminal,
			Amount: term.Money(lefts[0]), Residual: tillproof.NewMoney(0, term.Lines[lefts[0]].Cur),
		}
		for _, l := range lefts {
			b.Records = append(b.Records, term.Ref(l))
			e.Except(tillproof.Terminal, l, tillproof.Ambiguous)
			term.Lines[l].Class = book.NoClass
		}
		for _, r := range rights {
			b.Records = append(b.Records, acq.Ref(r))
			e.Except(tillproof.Acquirer, r, tillproof.Ambiguous)
			acq.Lines[r].Class = book.NoClass
			if len(b.Candidates) == maxTied {
				continue
			}
			b.Candidates = append(b.Candidates, tillproof.Candidate{
				Row: acq.Ref(r), Why: tillproof.Note{Code: "match.why.equal", Params: acq.Describe(r)},
			})
		}
		p := term.Describe(lefts[0])
		p["n"] = strconv.Itoa(len(lefts))
		p["candidates"] = strconv.Itoa(len(rights))
		b.Reason = tillproof.Note{Code: "match.ambiguous", Params: p}
		e.Report(b, book.At{Side: tillproof.Terminal, Rank: lefts[0]})
	}
}

// leftTerminal says what became of terminal rows that the report does not show.
func (e *engine) leftTerminal() {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	near := e.nearMisses()
	doubled := e.loggedTwice()
	for rank := range term.Lines {
		row := int32(rank)
		if !term.Free(row) {
			continue
		}
		if doubled[row] {
			e.Exclude(tillproof.Terminal, row, "match.excluded.logged_twice")
			continue
		}
		day := term.Lines[row].Day
		where := acq.Cover.Place(day)
		switch {
		case where == book.Before || where == book.Between:
			e.Exclude(tillproof.Terminal, row, book.ExcludedPlace[where])
		case term.Lines[row].Amount == 0:
			e.Exclude(tillproof.Terminal, row, excludedZero)
		case term.Rec(row).Status == tillproof.UnknownOutcome:
			e.BreakUnknown(row)
		case where == book.After:
			e.await(row, day)
		case e.mayBeNextDay(row):
			e.await(row, day+1)
		default:
			e.breakNotSettled(row, near[row])
		}
	}
}

// await says that the row is expected in the report of a day, with the amount to which the till adjusted it.
func (e *engine) await(row int32, day tillproof.Date) {
	e.Raise(tillproof.Terminal, row, tillproof.RowState{
		Status: tillproof.Timing, Reason: "match.timing.report", Expected: day, Adjusted: e.adjustedTo(row),
	})
}

func (e *engine) breakNotSettled(row int32, near []tillproof.Candidate) {
	term := &e.Views[tillproof.Terminal]
	p := term.Describe(row)
	code := "match.not_settled"
	if term.Lines[row].Class != book.SaleClass {
		code = "match.not_settled.refund"
		p["amount"] = book.Unsigned(term.Money(row))
	}
	doubt := e.doubtPortion(row)
	if term.Rec(row).Response == partialApproval {
		doubt = tillproof.Note{Code: "match.doubt.partial"}
	}
	e.Except(tillproof.Terminal, row, tillproof.NotSettled)
	e.Report(tillproof.Break{
		Kind: tillproof.NotSettled, Leg: tillproof.TerminalAcquirer, Side: tillproof.Terminal,
		Amount: term.Money(row), Residual: term.Money(row),
		Records:    []tillproof.RowRef{term.Ref(row)},
		Reason:     tillproof.Note{Code: code, Params: p},
		ExpectedBy: term.Lines[row].Day, Candidates: near, Doubt: doubt,
	}, book.At{Side: tillproof.Terminal, Rank: row})
}

// leftAcquirer says what became of report rows that the terminal does not show.
func (e *engine) leftAcquirer() {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	twins := e.twins()
	takenBack := e.takenBack(twins)
	near := e.unmatchedCandidates()
	for rank := range acq.Lines {
		row := int32(rank)
		if !acq.Free(row) {
			continue
		}
		if takenBack[row] {
			continue
		}
		if acq.Lines[row].Amount == 0 && acq.DueOf(row).IsZero() {
			e.Exclude(tillproof.Acquirer, row, excludedZero)
			continue
		}
		if twin, ok := twins[row]; ok {
			e.breakTwice(row, twin)
			continue
		}
		day := acq.Lines[row].At.Date()
		if !day.Known() {
			day = acq.Lines[row].Day
		}
		if where := term.Cover.Place(day); where != book.Within {
			e.Exclude(tillproof.Acquirer, row, book.ExcludedPlace[where])
			continue
		}
		e.breakNotOnTerminal(row, near[row])
	}
}

// excludedZero is the reason of rows that move no money.
const excludedZero = "match.excluded.zero"

func (e *engine) breakTwice(row, twin int32) {
	term, acq := &e.Views[tillproof.Terminal], &e.Views[tillproof.Acquirer]
	sale := acq.Mate[twin]
	p := acq.Describe(row)
	p["first_day"] = book.DateParam(acq.Lines[twin].Day)
	p["terminal_time"] = book.TimeParam(&term.Lines[sale])
	e.Except(tillproof.Acquirer, row, tillproof.SettledTwice)
	e.Report(tillproof.Break{
		Kind: tillproof.SettledTwice, Leg: tillproof.TerminalAcquirer, Side: tillproof.Acquirer,
		Amount: acq.Money(row), Residual: acq.DueOf(row).Neg(),
		Records: []tillproof.RowRef{acq.Ref(row), acq.Ref(twin), term.Ref(sale)},
		Reason:  tillproof.Note{Code: "match.settled_twice", Params: p},
		Candidates: []tillproof.Candidate{{Row: term.Ref(sale), Why: tillproof.Note{
			Code: "match.why.taken", Params: term.Describe(sale),
		}}},
	}, book.At{Side: tillproof.Acquirer, Rank: row})
}

func (e *engine) breakNotOnTerminal(row int32, near []tillproof.Candidate) {
	acq := &e.Views[tillproof.Acquirer]
	code := "match.not_on_terminal"
	p := acq.Describe(row)
	if acq.Lines[row].Class != book.SaleClass {
		code = "match.not_on_terminal.refund"
		p["amount"] = book.Unsigned(acq.Money(row))
	}
	if sale, ok := e.voidedBy[row]; ok {
		code = "match.not_on_terminal.voided"
		term := &e.Views[tillproof.Terminal]
		near = append([]tillproof.Candidate{{Row: term.Ref(sale), Why: tillproof.Note{
			Code: "match.why.voided", Params: term.Describe(sale),
		}}}, near...)
	}
	e.Except(tillproof.Acquirer, row, tillproof.NotOnTerminal)
	e.Report(tillproof.Break{
		Kind: tillproof.NotOnTerminal, Leg: tillproof.TerminalAcquirer, Side: tillproof.Acquirer,
		Amount: acq.Money(row), Residual: acq.DueOf(row).Neg(),
		Records:    []tillproof.RowRef{acq.Ref(row)},
		Reason:     tillproof.Note{Code: code, Params: p},
		Candidates: near,
	}, book.At{Side: tillproof.Acquirer, Rank: row})
}
