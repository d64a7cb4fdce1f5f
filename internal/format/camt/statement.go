package camt

import (
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// statement is one account's part while it is read.
type statement struct {
	tillproof.Statement
	part    int32
	tally   format.Tally
	opens   string // the code of the balance that Opening came from
	summary *node
}

func newStatement(part int32) *statement {
	s := &statement{part: part}
	s.From, s.To = tillproof.NoDate, tillproof.NoDate
	return s
}

func (r *reader) place(p tillproof.Place) tillproof.Params {
	return tillproof.Params{"line": strconv.Itoa(p.Line), "column": strconv.Itoa(p.Column)}
}

// account reads Acct: an IBAN, or the bank's own number.
func (r *reader) account(n *node) {
	id := first(n.value("Id", "IBAN"), n.value("Id", "Othr", "Id"), n.value("Id", "PrtryAcct", "Id"))
	r.open.Account = r.clean(id)
	if c, err := tillproof.ParseCurrency(n.value("Ccy")); err == nil {
		r.open.Currency = c
	}
}

// balance reads Bal. Opening is the booked opening, else the previous closing (PRCD); Closing is the booked
// closing. Of several (pages of one day) the first opening and the last closing count. Interim, available and
// forward balances are something else and are left out.
func (r *reader) balance(n *node) {
	code := n.value("Tp", "CdOrPrtry", "Cd")
	if code == "" {
		code = n.value("Tp", "Cd") // version 001.01
	}
	if code != "OPBD" && code != "PRCD" && code != "CLBD" {
		return
	}
	amt := n.kid("Amt")
	x, err := exactOf(amt)
	sign := n.value("CdtDbtInd")
	if err != nil || sign != credit && sign != debit {
		r.note("format.camt.balance", n, tillproof.Params{"balance": code, "value": clip(n.value("Amt"))})
		return
	}
	if sign == debit {
		x = x.Neg()
	}
	s := r.open
	if c, err := tillproof.ParseCurrency(amt.currency); err == nil && !s.Currency.Known() {
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
func (r *reader) period(n *node) {
	from := dayOf(first(n.value("FrDtTm"), n.value("FrDt")))
	to := dayOf(first(n.value("ToDtTm"), n.value("ToDt")))
	if !from.Known() || !to.Known() || to < from {
		r.note("format.camt.period", n, nil)
		return
	}
	r.open.From, r.open.To = from, to
	if !r.from.Known() || from < r.from {
		r.from = from
	}
	if !r.to.Known() || to > r.to {
		r.to = to
	}
}

// checkSummary holds TxsSummry against what was read: number of entries, credits, debits.
func (r *reader) checkSummary(s *statement) {
	if s.summary == nil {
		return
	}
	if n := s.summary.at("TtlNtries", "NbOfNtries"); n != nil {
		if stated, err := strconv.Atoi(n.text); err != nil || stated != s.Entries {
			r.note("format.camt.count", n, tillproof.Params{
				"stated": clip(n.text), "n": strconv.Itoa(s.Entries),
			})
		}
	}
	r.checkSum(s, s.summary.at("TtlCdtNtries", "Sum"), s.SumCredit)
	r.checkSum(s, s.summary.at("TtlDbtNtries", "Sum"), s.SumDebit)
}

func (r *reader) checkSum(s *statement, n *node, got tillproof.Exact) {
	if n == nil {
		return
	}
	stated, err := tillproof.ParseExact(n.text)
	if stated.Unscaled < 0 { // one bank writes the debits' sum with its sign
		stated = stated.Neg()
	}
	if err == nil && same(stated, got) {
		return
	}
	r.note("format.camt.total", n, tillproof.Params{"stated": clip(n.text), "sum": got.String()})
}

// same reports whether two decimals are the same number.
func same(a, b tillproof.Exact) bool {
	d, err := a.Add(b.Neg())
	return err == nil && d.Unscaled == 0
}
