package kinds

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/bench"
)

// truth writes the key once every line is known. Its arithmetic is this room's own: what docs/loss.md says,
// written a second time.
func (m *month) truth() *bench.Key {
	k := &bench.Key{
		Schema: bench.KeySchema, Set: m.Set(), Kind: m.Kind, Custom: m.Custom, Noise: m.Noise, Seed: m.Seed,
		From: m.start, To: m.end, Currency: m.custom.currency, Lines: map[string]int{},
		Matches: []bench.Match{}, Breaks: []bench.Break{}, Deposits: []bench.Deposit{},
		IDs: m.ids(),
	}
	a := &answer{month: m, key: k}
	for _, e := range m.events {
		a.event(e)
	}
	for _, f := range m.facts {
		a.fact(f)
	}
	a.fees()
	a.alike()
	for _, u := range m.units {
		a.unit(u)
	}
	a.twins()
	k.Loss = bench.Loss{
		Confirmed: a.text(a.confirmed), ConfirmedFees: a.text(a.confirmedFees), Timing: a.text(a.timing),
		Owed: a.text(a.owed), AtRisk: a.text(0), AtRiskFees: a.text(0),
	}
	return k
}

// answer is a key under way with its sums.
type answer struct {
	*month
	key                                    *bench.Key
	confirmed, confirmedFees, timing, owed int64
}

func (a *answer) text(minor int64) string { return a.money(minor) }

// logLines are the lines of the log that stand for an event.
func logLines(e *event) []string {
	var out []string
	for _, l := range e.lines {
		if l.no > 0 {
			out = append(out, l.name())
		}
	}
	return out
}

func (l *line) name() string {
	if l.online {
		return OrdersName + ":" + strconv.Itoa(l.no)
	}
	return TerminalName + ":" + strconv.Itoa(l.no)
}

func (w *row) name() string { return AcquirerName + ":" + strconv.Itoa(w.no) }

func (e *entry) name() string { return BankName + ":" + strconv.Itoa(e.no) }

// event is a true pair, or money whose day in the report has not come.
func (a *answer) event(e *event) {
	lines := logLines(e)
	if !e.settled || len(lines) == 0 || undone(e) {
		return
	}
	if e.row != nil && !a.hidden(e.row) {
		a.key.Matches = append(a.key.Matches, bench.Match{
			Terminal: lines, Acquirer: []string{e.row.name()},
			Unknown: a.unknownRows[e.row] || a.unknownEvents[e],
		})
		return
	}
	if e.settle > a.reportEnd {
		amount := e.lines[0].show.amount
		if adjusted(e) {
			amount = e.amount
		}
		if e.deed == refund {
			amount = -amount
		}
		a.timing += amount
	}
}

func (a *answer) add(b bench.Break, residual int64) {
	b.Residual = a.text(residual)
	a.key.Breaks = append(a.key.Breaks, b)
}

// count puts principal where docs/loss.md has it.
func (a *answer) count(residual int64) {
	if residual > 0 {
		a.confirmed += residual
		return
	}
	a.owed -= residual
}

func (a *answer) fact(f fact) {
	b := bench.Break{Cause: string(f.cause)}
	e := f.of
	var residual int64
	switch f.cause {
	case neverSettled:
		b.Kind, b.Records, residual = "not_settled", logLines(e), e.lines[0].show.amount
	case settledTwice:
		b.Kind, b.Records, residual = "settled_twice", []string{e.extra.name()}, -e.extra.net()
	case notLogged, voidSettled, declineBooked:
		b.Kind, b.Records, residual = "not_on_terminal", []string{e.row.name()}, -e.row.net()
	case otherAmount:
		b.Kind, b.Records = "amount_mismatch", append(logLines(e), e.row.name())
		residual = e.lines[0].show.amount - e.row.amount
	case timedOut:
		b.Kind, b.Records = "unknown_outcome", logLines(e)
	default:
		a.deposit(f)
		return
	}
	b.Unknown = a.unknownEvents[e]
	a.count(residual)
	a.add(b, residual)
}

func (a *answer) deposit(f fact) {
	u := f.unit
	b := bench.Break{Cause: string(f.cause)}
	residual := u.net() - u.paid
	switch f.cause {
	case paidShort:
		b.Kind = "deposit_short"
	case paidOver:
		b.Kind = "deposit_over"
	case paidLate:
		b.Kind = "late"
	case notPaid:
		b.Kind, b.Records = "not_deposited", rowNames(u)
	}
	if u.entry != nil {
		b.Records = []string{u.entry.name()}
	}
	a.count(residual)
	a.add(b, residual)
}

func rowNames(u *payUnit) []string {
	var rows bench.Refs
	for _, w := range u.rows {
		if w.no > 0 {
			rows = append(rows, bench.Ref{File: AcquirerName, Line: w.no})
		}
	}
	return rows.Names()
}

// fees is one break for each merchant, sort of card and direction, over the rows whose fee is off by more
// than rounding makes.
func (a *answer) fees() {
	slack := int64(0)
	if a.noise.feesRoundDown {
		slack = 1
	}
	type key struct {
		merchant string
		kind     tillproof.CardKind
		over     bool
	}
	sums := map[key]int64{}
	rows := map[key][]string{}
	var order []key
	for _, w := range a.rows {
		off := w.fee - w.agreed
		if w.of == nil || a.hidden(w) || max(off, -off) <= slack {
			continue
		}
		k := key{a.merchantID(w.of.shop), w.of.kind(), off > 0}
		if rows[k] == nil {
			order = append(order, k)
		}
		sums[k] += off
		rows[k] = append(rows[k], w.name())
	}
	for _, k := range order {
		a.add(bench.Break{Kind: "fee_mismatch", Records: rows[k], Cause: string(feeCreep)}, sums[k])
		if k.over {
			a.confirmedFees += sums[k]
		}
	}
}

// unit is a deposit with its rows, or money whose day at the bank has not come. One of whose rows the report
// does not reach cannot be explained.
func (a *answer) unit(u *payUnit) {
	var shown int64
	missing := false
	for _, w := range u.rows {
		if a.hidden(w) {
			missing = true
			continue
		}
		shown += w.net()
	}
	rows := rowNames(u)
	switch {
	case len(rows) == 0:
	case u.pay > a.end:
		a.timing += shown
	case u.entry != nil:
		a.key.Deposits = append(a.key.Deposits, bench.Deposit{
			Bank: []string{u.entry.name()}, Rows: rows, Unknown: missing,
		})
	}
}

// alike lets rows of the report stand for one another that show the same in every cell: which of them is
// whose, nobody can say, and it does not matter.
func (a *answer) alike() {
	same := map[string][]string{}
	text := map[string]string{}
	for _, w := range a.rows {
		if w.no > 0 {
			text[w.name()] = strings.Join(a.cells(w), "\x00")
			same[text[w.name()]] = append(same[text[w.name()]], w.name())
		}
	}
	for i := range a.key.Matches {
		match := &a.key.Matches[i]
		match.Acquirer = same[text[match.Acquirer[0]]]
	}
}

// twins are deposits of one day and amount whose text is the same: which is which, nobody knows.
func (a *answer) twins() {
	alike := map[string][]int{}
	for _, e := range a.entries {
		name := e.day.String() + e.text + a.text(e.amount)
		alike[name] = append(alike[name], e.no)
	}
	for _, lines := range alike {
		if len(lines) < 2 {
			continue
		}
		for i := range a.key.Deposits {
			d := &a.key.Deposits[i]
			d.Unknown = d.Unknown || slices.ContainsFunc(lines, func(no int) bool {
				return d.Bank[0] == BankName+":"+strconv.Itoa(no)
			})
		}
	}
}

// ids are the numbers by which another tool may name lines: those that one line alone shows.
func (m *month) ids() map[string]map[string]int {
	all := map[string]map[string]int{TerminalName: {}, AcquirerName: {}, BankName: {}}
	add := func(file, id string, no int) {
		if id == "" || no == 0 {
			return
		}
		if all[file][id] != 0 {
			no = -1
		}
		all[file][id] = no
	}
	for _, l := range m.lines {
		if l.online {
			continue
		}
		add(TerminalName, l.show.rrn, l.no)
	}
	for _, w := range m.rows {
		add(AcquirerName, w.show.rrn, w.no)
	}
	for i, e := range m.entries {
		add(BankName, "LJ"+compact(e.day)+pad(i+1, 5), e.no)
	}
	for _, ids := range all {
		for id, no := range ids {
			if no < 0 {
				delete(ids, id)
			}
		}
	}
	return all
}
