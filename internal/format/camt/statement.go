package camt

import (
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
	"github.com/tillproof/tillproof/internal/format/markup"
)

// statement is one account's part while it is read.
type statement struct {
	tillproof.Statement
	part    int32
	tally   format.Tally
	opens   string // the code of the balance that Opening came from
	summary *markup.Node
}

func newStatement(part int32) *statement {
	s := &statement{part: part}
	s.From, s.To = tillproof.NoDate, tillproof.NoDate
	return s
}

// account reads Acct: an IBAN, or the bank's own number.
func (r *reader) account(n *markup.Node) {
	id := markup.First(n.Value("Id", "IBAN"), n.Value("Id", "Othr", "Id"), n.Value("Id", "PrtryAcct", "Id"))
	r.open.Account = r.text(id)
	if c, err := tillproof.ParseCurrency(n.Value("Ccy")); err == nil {
		r.open.Currency = c
	}
}

// balance reads Bal. Opening is the booked opening, else the previous closing (PRCD); Closing is the booked
// closing. Of several (pages of one day) the first opening and the last closing count. Interim, available and
// forward balances are something else and are left out.
func (r *reader) balance(n *markup.Node) {
	code := n.Value("Tp", "CdOrPrtry", "Cd")
	if code == "" {
		code = n.Value("Tp", "Cd") // version 001.01
	}
	if code != "OPBD" && code != "PRCD" && code != "CLBD" {
		return
	}
	amt := n.Kid("Amt")
	x, err := exactOf(amt)
	sign := n.Value("CdtDbtInd")
	if err != nil || sign != credit && sign != debit {
		r.note("format.camt.balance", n, tillproof.Params{
			"balance": code, "value": format.Shown(n.Value("Amt")),
		})
		return
	}
	if sign == debit {
		x = x.Neg()
	}
	s := r.open
	if c, err := tillproof.ParseCurrency(amt.Attr("Ccy")); err == nil && !s.Currency.Known() {
		s.Currency = c
	}
	switch {
	case code == "CLBD":
		s.Closing = &x
	case s.Opening == nil, code == "OPBD" && s.opens == "PRCD":
		s.Opening, s.opens = &x, code
	}
}

// period reads FrToDt, each end as the day that is written there: it is the bank's day, not a moment to
// convert.
func (r *reader) period(n *markup.Node) {
	from := dayOf(markup.First(n.Value("FrDtTm"), n.Value("FrDt")))
	to := dayOf(markup.First(n.Value("ToDtTm"), n.Value("ToDt")))
	if !from.Known() || !to.Known() || to < from {
		r.note("format.camt.period", n, nil)
		return
	}
	r.open.From, r.open.To = from, to
	r.from, r.to = format.Earlier(r.from, from), format.Later(r.to, to)
}

// checkSummary holds TxsSummry against what was read: number of entries, credits, debits.
func (r *reader) checkSummary(s *statement) {
	if s.summary == nil {
		return
	}
	if n := s.summary.At("TtlNtries", "NbOfNtries"); n != nil {
		if stated, err := strconv.Atoi(n.Text); err != nil || stated != s.Entries {
			r.note("format.camt.count", n, tillproof.Params{
				"stated": format.Shown(n.Text), "n": strconv.Itoa(s.Entries),
			})
		}
	}
	r.checkSum(s, s.summary.At("TtlCdtNtries", "Sum"), s.SumCredit)
	r.checkSum(s, s.summary.At("TtlDbtNtries", "Sum"), s.SumDebit)
}

func (r *reader) checkSum(s *statement, n *markup.Node, got tillproof.Exact) {
	if n == nil {
		return
	}
	stated, err := tillproof.ParseExact(n.Text)
	if stated.Unscaled < 0 { // one bank writes the debits' sum with its sign
		stated = stated.Neg()
	}
	if err == nil && stated.Same(got) {
		return
	}
	r.note("format.camt.total", n, tillproof.Params{"stated": format.Shown(n.Text), "sum": got.String()})
}
