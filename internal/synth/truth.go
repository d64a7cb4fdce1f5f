package synth

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/tillproof/tillproof"
)

// answer writes one merchant's part of the key once every line is known.
func (r *run) answer(m *month) {
	k := r.key
	before := len(k.Facts)
	for _, s := range m.swipes {
		r.pair(s)
	}
	for i := range m.deposits {
		r.deposit(m, i)
	}
	for _, e := range m.entries {
		if e.prior {
			k.Edges.PriorDeposits = append(k.Edges.PriorDeposits, e.line)
		}
	}
	for _, p := range m.planted {
		if p.kind == FeeCreep && !m.overcharged() {
			m.lacksRoom(FeeCreep)
			continue
		}
		r.fact(m, p)
	}
	slices.SortStableFunc(k.Facts[before:], func(a, b Fact) int {
		return cmp.Compare(slices.Index(FactKinds[:], a.Kind), slices.Index(FactKinds[:], b.Kind))
	})
}

// pair notes a true pair, and the records that have their other half outside the files. A sale that was
// voided has no true partner: a row that settles it all the same is a fact of its own.
func (r *run) pair(s *swipe) {
	k := r.key
	switch {
	case s.undone:
	case s.row != nil && s.line != 0:
		k.Matches = append(k.Matches, Pair{int32(s.line), int32(s.row.line)})
	case s.row != nil && s.at.Date() < r.o.Start:
		k.Edges.AcquirerBefore = append(k.Edges.AcquirerBefore, s.row.line)
	case s.settled && s.settle() > r.end():
		k.Edges.TerminalAfter = append(k.Edges.TerminalAfter, s.line)
		r.loss().Timing += Fen(s.amount)
	}
}

func (r *run) loss() *LossTruth { return r.key.Loss[tillproof.CNY.String()] }

func (r *run) deposit(m *month, i int) {
	d := &m.deposits[i]
	if d.rows == 0 {
		return
	}
	out := Deposit{
		Merchant: m.id, Acquirer: [2]int{d.first, d.last}, Rows: d.rows,
		Settled:  [2]tillproof.Date{d.from, d.to},
		Expected: d.pay, Arrived: d.arrived, Net: Fen(d.net), Paid: Fen(d.paid), Line: m.bankLine(i),
	}
	r.key.Deposits = append(r.key.Deposits, out)
	switch {
	case !r.due(d.group):
		r.loss().Timing += Fen(d.net)
	case d.holiday && d.arrived == d.pay:
		r.add(Fact{
			Kind: HolidayLate, Expect: ExpectNothing, Code: "match.note.holiday", Merchant: m.id,
			Amount: Fen(d.paid), Records: []Line{{r.key.Files.Bank, out.Line}},
			Note: "banks were closed: due and paid " + d.pay.String(),
		})
	}
}

func (m *month) bankLine(deposit int) int {
	for _, e := range m.entries {
		if e.deposit == deposit {
			return e.line
		}
	}
	return 0
}

func (r *run) add(f Fact) { r.key.Facts = append(r.key.Facts, f) }

func (r *run) onTerminal(swipes ...*swipe) []Line {
	out := make([]Line, len(swipes))
	for i, s := range swipes {
		out[i] = Line{r.key.Files.Terminal, s.line}
	}
	return out
}

func (r *run) onReport(rows ...*row) []Line {
	out := make([]Line, len(rows))
	for i, w := range rows {
		out[i] = Line{r.key.Files.Acquirer, w.line}
	}
	return out
}

// fact answers one planted fact and puts its money where the loss has it. The arithmetic is synth's own: it
// is what docs/loss.md says, written a second time.
func (r *run) fact(m *month, p planted) {
	f := Fact{Kind: p.kind, Expect: ExpectBreak, Code: string(p.kind), Merchant: m.id}
	switch p.kind {
	case OddNight, UnknownTerminal, DeclinesApproval, RefundNoSale, CardTesting, StolenCard,
		RefundElsewhere, CashOut:
		r.finding(&f, p)
	case FeeCreep:
		r.feeCreep(&f, m)
	case DepositShort, DepositOver, DepositMissing, DepositLate:
		r.depositFact(&f, m, p)
	case BatchNotClosed:
		r.batch(&f, p)
	default:
		r.single(&f, p)
	}
	r.add(f)
}

// finding is money at risk: the sales may be disputed, the refund may be theft.
func (r *run) finding(f *Fact, p planted) {
	f.Expect = ExpectFinding
	f.Records = r.onTerminal(p.swipes...)
	for _, s := range p.swipes {
		if s.approved() {
			f.Amount += Fen(s.amount)
		}
	}
	switch p.kind {
	case RefundElsewhere:
		f.Amount = Fen(p.swipes[1].amount)
		f.Note = "the sale was paid with another card"
	case CardTesting:
		f.Note = strconv.Itoa(len(p.swipes)) + " cards are tried, two work"
	case StolenCard:
		f.Note = "answered " + p.swipes[0].response + ", approved later"
	case CashOut:
		f.Note = "three large round sums of one credit card"
	case OddNight:
		f.Code, f.Note = "out_of_hours", strconv.Itoa(len(p.swipes))+" sales between two and four at night"
	case UnknownTerminal:
		f.Note = "sales on a terminal that the policy does not list"
	case DeclinesApproval:
		f.Note = strconv.Itoa(len(p.swipes)-1) + " declines of one card, then an approval"
	case RefundNoSale:
		f.Note = "the original is not in the files and the card bought nothing"
	}
	if p.kind != CashOut { // the money came, and nobody disputes it yet
		r.loss().AtRisk.Principal += f.Amount
	}
}

func (r *run) single(f *Fact, p planted) {
	s := p.swipes[0]
	f.Amount = Fen(s.amount)
	f.Records = r.onTerminal(s)
	switch p.kind {
	case NeverSettled:
		f.Code, f.Residual, f.Note = "not_settled", f.Amount, "approved, but not in the report"
		r.loss().Confirmed.Principal += f.Residual
	case SettledTwice:
		f.Residual, f.Note = -Fen(s.extra.net()), "settled again a day later and paid twice"
		f.Records = append(r.onReport(s.extra, s.row), f.Records...)
		r.loss().Owed -= f.Residual
	case NoTerminalRecord, VoidSettled:
		f.Code, f.Residual, f.Records = "not_on_terminal", -Fen(s.row.net()), r.onReport(s.row)
		f.Note = "settled, but the terminal has no such sale"
		if p.kind == VoidSettled {
			f.Note = "settled, although voided on line " + strconv.Itoa(s.line)
		}
		r.loss().Owed -= f.Residual
	case AmountMismatch:
		f.Residual, f.Note = Fen(s.amount-s.row.amount), "the report shows "+yuan(s.row.amount)
		f.Records = append(f.Records, r.onReport(s.row)...)
		if f.Residual > 0 {
			r.loss().Confirmed.Principal += f.Residual
		} else {
			r.loss().Owed -= f.Residual
		}
	case Timeout:
		f.Code, f.Note = "unknown_outcome", "answered "+s.response+": ask, do not book a loss"
	case IdenticalPair:
		f.Expect, f.Code, f.Note = ExpectNothing, "", "two genuine sales, each with its own approval"
		f.Records = r.onTerminal(p.swipes...)
	}
}

// overcharged reports whether a row of the report was charged more than agreed: of the few sales of a stall
// none may be by credit card, or large enough for both rates to differ by a fen.
func (m *month) overcharged() bool {
	return slices.ContainsFunc(m.rows, func(w *row) bool { return w.fee != w.agreed })
}

// feeCreep is one break over all rows that were charged more than agreed; rows so small that both rates round
// to the same fee are not among them. Its amount is the overcharge.
func (r *run) feeCreep(f *Fact, m *month) {
	f.Code = "fee_mismatch"
	for _, w := range m.rows {
		if w.fee != w.agreed {
			f.Residual += Fen(w.fee - w.agreed)
			f.Records = append(f.Records, r.onReport(w)...)
		}
	}
	f.Amount = f.Residual
	f.Note = "credit cards from " + m.creep.String() + ": " + strconv.FormatInt(m.creepPPM, 10) +
		" instead of " +
		strconv.Itoa(creditRate) + " per million"
	r.loss().Confirmed.Fees += f.Residual
}

func (r *run) depositFact(f *Fact, m *month, p planted) {
	d := m.deposits[p.group]
	f.Amount, f.Residual = Fen(d.net), Fen(d.net-d.paid)
	f.Records = []Line{{r.key.Files.Bank, m.bankLine(p.group)}}
	f.Note = "expected " + d.pay.String() + " " + yuan(d.net) + ", paid " + yuan(d.paid)
	switch p.kind {
	case DepositMissing:
		f.Code, f.Records = "not_deposited", nil
		for l := d.first; l <= d.last; l++ {
			f.Records = append(f.Records, Line{r.key.Files.Acquirer, l})
		}
	case DepositLate:
		f.Code, f.Note = "late", "expected "+d.pay.String()+", paid "+d.arrived.String()
	}
	if f.Residual > 0 {
		r.loss().Confirmed.Principal += f.Residual
	} else {
		r.loss().Owed -= f.Residual
	}
}

// batch is a finding over the whole batch, and a break of its own for each sale.
func (r *run) batch(f *Fact, p planted) {
	f.Expect, f.Records = ExpectFinding, r.onTerminal(p.swipes...)
	f.Note = "batch " + pad(p.swipes[0].batch, 6) + " was never closed"
	for _, s := range p.swipes {
		f.Amount += Fen(s.amount)
		r.add(Fact{
			Kind: BatchNotClosed, Expect: ExpectBreak, Code: "not_settled", Merchant: f.Merchant,
			Amount:   Fen(s.amount),
			Residual: Fen(s.amount), Records: r.onTerminal(s),
			Note: "one sale of the batch that was never closed",
		})
	}
	r.loss().Confirmed.Principal += f.Amount
}
