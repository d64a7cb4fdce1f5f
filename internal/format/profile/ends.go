package profile

import (
	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// ends are the balances that a table states in columns of their own, before its first and after its last
// entry, and what moved between them.
type ends struct {
	opening, closing *tillproof.Exact
	in, out          tillproof.Exact
	entries          int
	currency         tillproof.Currency
	account          string
	mixed            bool // of several accounts: the balances are not those of all
}

// takeEnds reads a row that holds nothing but such a balance.
func (t *table) takeEnds() bool {
	if !t.lay.has(Opening) && !t.lay.has(Closing) || t.showsAmount() || t.showsDate() {
		return false
	}
	taken := false
	for _, f := range [...]Field{Opening, Closing} {
		cell := t.cell(f)
		if cell == "" {
			continue
		}
		taken = true
		cur, _, _ := t.rowCurrency()
		a, code := t.readAmount(cell, t.isNumber(f), cur)
		if code != "" {
			t.noteOnce(CodeBalanceUnread, f, cell)
			continue
		}
		t.ends.currency = cur
		if f == Opening {
			t.ends.opening = &a.Value
		} else {
			t.ends.closing = &a.Value
		}
	}
	return taken
}

// add counts an entry, and what it moves.
func (e *ends) add(r *tillproof.Record) {
	cur, account := r.Amount.Currency(), r.Refs.Account
	e.mixed = e.mixed || e.entries > 0 && (cur != e.currency || account != e.account)
	e.entries++
	e.currency, e.account = cur, account
	if r.Status != tillproof.Posted {
		return
	}
	e.sum(r.Amount.Exact())
}

// miss sums what a row moves that gave no record.
func (e *ends) miss(bad *format.LineError) {
	if bad.Amount != nil && isMoney(bad) {
		e.sum(*bad.Amount)
	}
}

func (e *ends) sum(x tillproof.Exact) {
	side := &e.in
	if x.Unscaled < 0 {
		x, side = x.Neg(), &e.out
	}
	*side, _ = exactAdd(*side, x)
}

// statements is the account of such a table; none where it states no balance. unread are its rows that gave
// no record.
func (e *ends) statements(unread int) []tillproof.Statement {
	if e.opening == nil && e.closing == nil || e.mixed {
		return nil
	}
	return []tillproof.Statement{{
		Account: e.account, Currency: e.currency, From: tillproof.NoDate, To: tillproof.NoDate,
		Entries: e.entries + unread, SumCredit: e.in, SumDebit: e.out, Opening: e.opening, Closing: e.closing,
	}}
}
