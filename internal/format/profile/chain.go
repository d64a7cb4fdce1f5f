package profile

import (
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format"
)

// chain verifies the running balances of a bank's table: each balance is the one before it plus the entry.
// It does not know whether the oldest entry stands first; it counts both readings and takes the one that
// holds more often.
type chain struct {
	accounts []*account
	seen     bool
	watch    *balanceSigns  // sees each entry
	missed   map[string]int // rows of each account that gave no record
}

// maxAccounts bounds how many accounts of one table are followed; later ones are not checked.
const maxAccounts = 64

// account is the chain of one account and currency.
type account struct {
	name     string
	currency tillproof.Currency
	open     bool // a balance was seen and no entry was lost since
	balance  tillproof.Exact
	own      tillproof.Exact // amount of the entry that showed the balance
	between  tillproof.Exact // entries after it that showed none
	checks   int
	old, new way // oldest first, newest first

	first, last  tillproof.Exact // balances at both ends of the table
	firstOwn     tillproof.Exact
	lastOwn      tillproof.Exact
	in, out      tillproof.Exact
	entries      int
	missed       int  // rows that gave no record
	whole        bool // every entry was read, so the sums are those of the account
	leading      bool // the first entry showed its balance
	tailComplete bool // the last entry showed its balance
}

// way is how often one order of the entries fails, and where first.
type way struct {
	fails, line int
	want, got   tillproof.Exact
}

func (w *way) miss(line int, want, got tillproof.Exact) {
	if w.fails++; w.fails == 1 {
		w.line, w.want, w.got = line, want, got
	}
}

// miss counts a row that gave no record, and what it moves where that is known.
func (c *chain) miss(name string, bad *format.LineError) {
	c.lost()
	if bad != nil && bad.Amount != nil {
		if a := c.of(strings.Clone(name), bad.Currency); a != nil {
			a.missed, a.whole = a.missed+1, false
			if isMoney(bad) {
				a.sum(*bad.Amount)
			}
			return
		}
	}
	if c.missed == nil {
		c.missed = map[string]int{}
	}
	if _, known := c.missed[name]; !known && len(c.missed) == maxAccounts {
		name = ""
	}
	c.missed[strings.Clone(name)]++
}

// unread counts the rows that gave no record.
func (c *chain) unread() int {
	n := 0
	for _, m := range c.missed {
		n += m
	}
	for _, a := range c.accounts {
		n += a.missed
	}
	return n
}

// missedOf counts them for one account: all of a table of one account; where there are more, those that name
// this one.
func (c *chain) missedOf(a *account) int {
	if len(c.accounts) == 1 {
		return c.unread()
	}
	for _, b := range c.accounts {
		if b != a && b.name == a.name {
			return a.missed // of several currencies, the other rows do not say which
		}
	}
	return a.missed + c.missed[a.name]
}

// isMoney reports an amount that its currency can have; only such count in the totals of the file.
func isMoney(bad *format.LineError) bool {
	_, err := bad.Amount.Money(bad.Currency)
	return err == nil
}

// sum adds what an entry moves.
func (a *account) sum(x tillproof.Exact) {
	if x.Unscaled == 0 {
		return
	}
	side := &a.in
	if x.Unscaled < 0 {
		side, x = &a.out, x.Neg()
	}
	*side, _ = exactAdd(*side, x)
}

// lost breaks the chains: an entry could not be read.
func (c *chain) lost() {
	for _, a := range c.accounts {
		a.open, a.whole = false, false
	}
	if c.watch != nil {
		c.watch.shown = false
	}
}

func (c *chain) of(name string, cur tillproof.Currency) *account {
	for _, a := range c.accounts {
		if a.name == name && a.currency == cur {
			return a
		}
	}
	if len(c.accounts) == maxAccounts {
		return nil
	}
	a := &account{name: name, currency: cur, whole: len(c.missed) == 0}
	c.accounts = append(c.accounts, a)
	return a
}

// link adds an entry and, where it shows one, its balance.
func (c *chain) link(line int, r *tillproof.Record, balance *tillproof.Exact) {
	if c.watch != nil {
		c.watch.add(line, r, balance)
	}
	a := c.of(r.Refs.Account, r.Amount.Currency())
	if a == nil {
		return
	}
	x := r.Amount.Exact()
	a.sum(x)
	a.entries++
	a.tailComplete = balance != nil
	if balance == nil {
		a.between, _ = exactAdd(a.between, x)
		return
	}
	c.seen = true
	if a.open {
		a.compare(line, *balance, x)
	}
	if a.entries == 1 {
		a.leading = true
		a.first, a.firstOwn = *balance, x
	}
	a.open, a.balance, a.own, a.between = true, *balance, x, tillproof.Exact{}
	a.last, a.lastOwn = *balance, x
}

// compare tests both orders: oldest first, this balance is the last one plus what came since; newest first,
// the last balance is this one plus what stood from there down to here.
func (a *account) compare(line int, balance, x tillproof.Exact) {
	a.checks++
	since, e1 := exactAdd(a.between, x)
	want, e2 := exactAdd(a.balance, since)
	if e1 != nil || e2 != nil || !want.Same(balance) {
		a.old.miss(line, want, balance)
	}
	down, e1 := exactAdd(a.own, a.between)
	want, e2 = exactAdd(a.balance, down.Neg())
	if e1 != nil || e2 != nil || !want.Same(balance) {
		a.new.miss(line, want, balance)
	}
}

// better is the order that fails less often; newest tells which.
func (a *account) better() (w way, newest bool) {
	if a.new.fails < a.old.fails {
		return a.new, true
	}
	return a.old, false
}

// holds reports whether every balance follows from the one before it.
func (c *chain) holds() bool {
	checks := 0
	for _, a := range c.accounts {
		w, _ := a.better()
		if w.fails > 0 {
			return false
		}
		checks += a.checks
	}
	return checks > 0
}

func (c *chain) issues(t *table) []tillproof.Issue {
	var out []tillproof.Issue
	for _, a := range c.accounts {
		w, _ := a.better()
		if w.fails == 0 {
			continue
		}
		place := tillproof.Place{Line: w.line, Field: t.heading(Balance)}
		if at := t.lay.at[Balance]; len(at) > 0 {
			place.Column = at[0] + 1
		}
		out = append(out, tillproof.Issue{Code: CodeBalanceChain, Place: place, Params: tillproof.Params{
			"n": strconv.Itoa(w.fails), "of": strconv.Itoa(a.checks), "line": strconv.Itoa(w.line),
			"want": w.want.String(), "got": w.got.String(), "column": place.Field,
		}})
	}
	return out
}

// statements are the accounts of the table. Opening and closing follow from the balances at its two ends,
// where the chain between them holds; a broken chain is an issue already, and its ends would only say so
// again.
func (c *chain) statements() []tillproof.Statement {
	if !c.seen {
		return nil
	}
	var out []tillproof.Statement
	for _, a := range c.accounts {
		s := tillproof.Statement{
			Account: a.name, Currency: a.currency, From: tillproof.NoDate, To: tillproof.NoDate,
			Entries: a.entries + c.missedOf(a), SumCredit: a.in, SumDebit: a.out,
		}
		if w, _ := a.better(); a.leading && a.tailComplete && a.whole && a.checks > 0 && w.fails == 0 {
			s.Opening, s.Closing = a.ends()
		}
		out = append(out, s)
	}
	return out
}

func (a *account) ends() (opening, closing *tillproof.Exact) {
	from, own, to := a.first, a.firstOwn, a.last
	if _, newest := a.better(); newest {
		from, own, to = a.last, a.lastOwn, a.first
	}
	start, err := exactAdd(from, own.Neg())
	if err != nil {
		return nil, nil
	}
	return &start, &to
}
