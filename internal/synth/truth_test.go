package synth

import (
	"fmt"
	"strconv"
	"strings"

	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
)

// usualSales are the sales of a day from which on a fee that creeps up has some rows to show.
const usualSales = 10

// checkRun reads a run back and holds every word of its key against the files.
func checkRun(t rapid.TB, o Options, f Files) {
	t.Helper()
	b := read(t, f, o.Lang)
	c := &checker{TB: t, o: o, f: f, k: &f.Key, b: b, w: &chinese}
	if o.Lang == English {
		c.w = &english
	}
	c.totals()
	c.pairs()
	c.everyRowExplained()
	c.fees()
	c.depositsPayGroups()
	c.otherTraffic()
	c.factsStandApart()
	c.loss()
	c.thresholds()
	c.references()
}

type checker struct {
	rapid.TB
	o Options
	f Files
	k *Key
	b *readBack
	w *words
}

func (c *checker) bad(format string, args ...any) {
	c.Helper()
	c.Errorf("seed %d, %d merchants, %d days: "+format,
		append([]any{c.o.Seed, c.o.Merchants, c.o.Days}, args...)...)
}

func (c *checker) totals() {
	c.Helper()
	var gross, fee, net int64
	for _, r := range c.b.acquirer {
		gross, fee, net = gross+r.amount, fee+r.fee, net+r.net
		if r.net != r.amount-r.fee {
			c.bad("report line %d: %d - %d is not %d", r.line, r.amount, r.fee, r.net)
		}
	}
	want := [4]string{strconv.Itoa(len(c.b.acquirer)), yuan(gross), yuan(fee), yuan(net)}
	if c.b.footer != want {
		c.bad("footer %v, rows make %v", c.b.footer, want)
	}
	got := c.k.Totals
	if got.Terminal != len(c.b.terminal) || got.Acquirer != len(c.b.acquirer) || got.Bank != len(c.b.bank) ||
		got.Gross != Fen(gross) || got.Fee != Fen(fee) || got.Net != Fen(net) {
		c.bad("totals %+v, files have %d %d %d, %d %d %d", got, len(c.b.terminal), len(c.b.acquirer),
			len(c.b.bank),
			gross, fee, net)
	}
}

// pairs must agree in card, kind, terminal and amount; by reference, or by a clock that is at most 120 s off
// and then without any second answer.
func (c *checker) pairs() {
	c.Helper()
	blind := 0
	for _, p := range c.k.Matches {
		t, a := c.b.terminalAt[int(p[0])], c.b.acquirerAt[int(p[1])]
		if t == nil || a == nil {
			c.bad("pair %v points nowhere", p)
			continue
		}
		sign := int64(1)
		if t.deed == c.w.deeds[refund] {
			sign = -1
		}
		if t.card != a.card || t.kind != a.kind || t.deed != a.deed || t.terminal != a.terminal ||
			t.response != "00" ||
			(sign*t.amount != a.amount && c.factOn(AmountMismatch, TerminalName, t.line) == nil) {
			c.bad("pair %v: %+v and %+v", p, t, a)
		}
		off := max(a.at-t.at, t.at-a.at)
		if a.rrn == "" {
			blind++
			c.onlyAnswer(t, a)
		} else if a.rrn != t.rrn || a.stan != t.stan || a.batch != t.batch || off > 2 {
			c.bad("pair %v: references differ or clock is %d s off", p, off)
		}
		if off > 120 {
			c.bad("pair %v: clock is %d s off", p, off)
		}
	}
	if n := len(c.k.Matches); n > 1000 && c.o.Merchants == 1 && (blind*1000 < n*3 || blind*1000 > n*6) {
		c.bad("%d of %d pairs without references", blind, n)
	}
}

func (c *checker) onlyAnswer(t, a *readRow) {
	c.Helper()
	same := 0
	for i := range c.b.terminal {
		if r := &c.b.terminal[i]; r.merchant == a.merchant && r.card == a.card {
			same++
		}
	}
	for i := range c.b.acquirer {
		if r := &c.b.acquirer[i]; r.merchant == a.merchant && r.card == a.card {
			same++
		}
	}
	if same != 2 {
		c.bad("lines %d and %d have no references and their card stands on %d lines", t.line, a.line, same)
	}
}

func (c *checker) factOn(k FactKind, file string, line int) *Fact {
	for i := range c.k.Facts {
		f := &c.k.Facts[i]
		for _, r := range f.Records {
			if f.Kind == k && (r == Line{file, line}) {
				return f
			}
		}
	}
	return nil
}

// everyRowExplained: each approved row of the log is paired, undone, after the end, or planted; each row of
// the report is paired, from the evening before, or planted.
func (c *checker) everyRowExplained() {
	c.Helper()
	log, report := map[int]bool{}, map[int]bool{}
	for _, p := range c.k.Matches {
		if log[int(p[0])] || report[int(p[1])] {
			c.bad("pair %v uses a line twice", p)
		}
		log[int(p[0])], report[int(p[1])] = true, true
	}
	for _, l := range c.k.Edges.TerminalAfter {
		r := c.b.terminalAt[l]
		if log[l] || r.at < c.k.To.At(23, 0, 0) {
			c.bad("line %d is not after the end", l)
		}
		log[l] = true
	}
	for _, l := range c.k.Edges.AcquirerBefore {
		if r := c.b.acquirerAt[l]; report[l] || r.at >= c.k.From.At(0, 0, 0) || r.settle != c.k.From {
			c.bad("report line %d is not from before", l)
		}
		report[l] = true
	}
	for _, f := range c.k.Facts {
		for _, r := range f.Records {
			switch r.File {
			case TerminalName:
				log[r.Line] = true
			case c.k.Files.Acquirer:
				if f.Code == "not_on_terminal" && report[r.Line] {
					c.bad("report line %d is paired and %s", r.Line, f.Kind)
				}
				report[r.Line] = true
			}
		}
	}
	undone := map[string]bool{}
	for _, r := range c.b.terminal {
		if r.deed == c.w.deeds[void] || r.deed == c.w.deeds[reversal] {
			undone[r.merchant+r.original] = true
		}
	}
	for _, r := range c.b.terminal {
		cancels := r.deed == c.w.deeds[void] || r.deed == c.w.deeds[reversal]
		if !log[r.line] && r.response == "00" && !cancels && !undone[r.merchant+r.rrn] {
			c.bad("terminal line %d is unexplained: %+v", r.line, r)
		}
	}
	for _, r := range c.b.acquirer {
		if !report[r.line] {
			c.bad("report line %d is unexplained: %+v", r.line, r)
		}
		if r.settle < c.k.From || r.settle > c.k.To {
			c.bad("report line %d settles outside the period", r.line)
		}
	}
}

// fees are held against the policy's tariff in the root's arithmetic, which synth does not use.
func (c *checker) fees() {
	c.Helper()
	over := map[string]int64{}
	lines := map[int]bool{}
	for _, r := range c.b.acquirer {
		kind := tillproof.CardDebit
		if r.kind == c.w.kinds[1] {
			kind = tillproof.CardCredit
		}
		line, _ := c.f.Policy.TariffFor(kind)
		agreed, err := line.Fee(r.amount)
		if err != nil {
			c.Fatal(err)
		}
		if r.fee != agreed {
			lines[r.line] = true
			over[r.merchant] += r.fee - agreed
			if r.fee < agreed || kind != tillproof.CardCredit {
				c.bad("report line %d: fee %d, agreed %d", r.line, r.fee, agreed)
			}
		}
	}
	for _, f := range c.k.Facts {
		if f.Kind != FeeCreep {
			continue
		}
		few := 5
		if n := c.o.SalesPerDay; n > 0 && n < usualSales {
			few = 1 // a stall may charge five credit cards in a month, or one
		}
		if int64(f.Residual) != over[string(f.Merchant)] || len(f.Records) < few {
			c.bad("fee creep says %d, rows say %d", f.Residual, over[string(f.Merchant)])
		}
		for _, r := range f.Records {
			delete(lines, r.Line)
		}
	}
	if len(lines) > 0 {
		c.bad("%d rows with a fee that no fact explains", len(lines))
	}
}

// depositsPayGroups recomputes groups with the root's policy and calendar.
func (c *checker) depositsPayGroups() {
	c.Helper()
	type groupKey struct {
		merchant string
		pay      tillproof.Date
	}
	nets, counts := map[groupKey]int64{}, map[groupKey]int{}
	for _, r := range c.b.acquirer {
		k := groupKey{r.merchant, c.f.Policy.PayDay(r.settle)}
		nets[k] += r.net
		counts[k]++
	}
	if len(nets) != len(c.k.Deposits) {
		c.bad("%d groups, %d in the key", len(nets), len(c.k.Deposits))
	}
	seen := map[string]bool{}
	for _, d := range c.k.Deposits {
		k := groupKey{string(d.Merchant), d.Expected}
		if nets[k] != int64(d.Net) || counts[k] != d.Rows || d.Acquirer[1]-d.Acquirer[0]+1 != d.Rows ||
			d.Net <= 0 {
			c.bad("deposit %+v, rows make %d of %d", d, nets[k], counts[k])
		}
		same := string(d.Merchant) + yuan(int64(d.Net))
		if seen[same] {
			c.bad("two groups of one merchant with net %d", d.Net)
		}
		seen[same] = true
		for l := d.Acquirer[0]; l <= d.Acquirer[1]; l++ {
			r := c.b.acquirerAt[l]
			if r.merchant != string(d.Merchant) || r.settle < d.Settled[0] || r.settle > d.Settled[1] {
				c.bad("report line %d is not of deposit %+v", l, d)
			}
		}
		c.depositArrived(d)
	}
}

func (c *checker) depositArrived(d Deposit) {
	c.Helper()
	var fact FactKind
	for _, f := range c.k.Facts {
		for _, r := range f.Records {
			bank := r.File == BankName && r.Line == d.Line && d.Line != 0
			missing := f.Kind == DepositMissing && r.Line == d.Acquirer[0] && f.Merchant == d.Merchant
			if (bank || missing) && f.Kind != HolidayLate {
				fact = f.Kind
			}
		}
	}
	e := c.b.bankAt[d.Line]
	if (e == nil) != (d.Line == 0) || (e == nil) == d.Arrived.Known() {
		c.bad("deposit %+v: entry %+v", d, e)
		return
	}
	if e == nil {
		if (d.Expected <= c.k.To) != (fact == DepositMissing) {
			c.bad("deposit %+v is not on the statement, fact %q", d, fact)
		}
		return
	}
	if e.amount != int64(d.Paid) || e.day != d.Arrived ||
		!strings.Contains(e.narrative, string(d.Merchant)) ||
		e.counterparty != c.f.Policy.Payers[0] {
		c.bad("deposit %+v: entry %+v", d, e)
	}
	good := map[FactKind]bool{
		"": d.Paid == d.Net && e.day == d.Expected, DepositShort: d.Paid < d.Net && e.day == d.Expected,
		DepositOver: d.Paid > d.Net && e.day == d.Expected,
		DepositLate: d.Paid == d.Net && e.day > d.Expected,
	}
	if !good[fact] {
		c.bad("deposit %+v with fact %q", d, fact)
	}
}

// otherTraffic names neither acquirer nor merchant number, and no credit equals a group.
func (c *checker) otherTraffic() {
	c.Helper()
	// Each merchant has a statement of its own, in the order of the merchants: sums of another do not count.
	type sum struct {
		account int
		net     int64
	}
	known, nets, accounts := map[int]bool{}, map[sum]bool{}, map[tillproof.MerchantID]int{}
	for _, d := range c.k.Deposits {
		account, ok := accounts[d.Merchant]
		if !ok {
			account = len(accounts)
			accounts[d.Merchant] = account
		}
		if e := c.b.bankAt[d.Line]; e != nil && e.account != account {
			c.bad("deposit %+v stands in statement %d", d, e.account)
		}
		known[d.Line] = true
		nets[sum{account, int64(d.Net)}] = true
	}
	isNet := func(e *readEntry) bool { return nets[sum{e.account, e.amount}] }
	for _, l := range c.k.Edges.PriorDeposits {
		known[l] = true
		if e := c.b.bankAt[l]; e.day != c.f.Policy.PayDay(c.k.From-1) || isNet(e) {
			c.bad("prior deposit %+v", e)
		}
	}
	others := 0
	for _, e := range c.b.bank {
		if known[e.line] {
			continue
		}
		others++
		for _, d := range c.k.Deposits {
			if strings.Contains(e.narrative+e.counterparty, string(d.Merchant)) {
				c.bad("other traffic names a merchant: %+v", e)
			}
		}
		if e.counterparty == c.f.Policy.Payers[0] || isNet(&e) || e.day < c.k.From || e.day > c.k.To {
			c.bad("other traffic looks like a deposit: %+v", e)
		}
	}
	if c.o.Days >= 30 && others == 0 {
		c.bad("no other traffic in a month")
	}
}

// factsStandApart: no record belongs to two facts. A batch has one finding and a break for each of its sales;
// the fee creep runs through the deposits of its time, which is not a clash: fees and principal are apart.
func (c *checker) factsStandApart() {
	c.Helper()
	owner := map[Line]FactKind{}
	for _, f := range c.k.Facts {
		if f.Kind == FeeCreep || (f.Kind == BatchNotClosed && f.Expect == ExpectBreak) {
			continue
		}
		for _, r := range f.Records {
			if other, taken := owner[r]; taken {
				c.bad("%v is of %s and of %s", r, other, f.Kind)
			}
			owner[r] = f.Kind
		}
	}
	for _, f := range c.k.Facts {
		for _, r := range f.Records {
			if other, taken := owner[r]; f.Kind == FeeCreep && taken && other != DepositMissing {
				c.bad("%v is of %s and of %s", r, other, f.Kind)
			}
		}
	}
}

// loss is summed again from facts, deposits and edges by the table of the root, which synth does not use.
func (c *checker) loss() {
	c.Helper()
	var got LossTruth
	for _, f := range c.k.Facts {
		switch f.Expect {
		case ExpectFinding:
			if f.Kind != BatchNotClosed && f.Kind != CashOut {
				got.AtRisk.Principal += f.Amount
			}
		case ExpectBreak:
			bucket, part, amount := tillproof.LossOfBreak(tillproof.Break{
				Kind:     tillproof.BreakKind(f.Code),
				Residual: tillproof.NewMoney(int64(f.Residual), tillproof.CNY),
			})
			switch fmt.Sprint(bucket, "/", part) {
			case "confirmed/principal":
				got.Confirmed.Principal += Fen(amount.Minor())
			case "confirmed/fees":
				got.Confirmed.Fees += Fen(amount.Minor())
			case "owed/principal":
				got.Owed += Fen(amount.Minor())
			case "none/principal":
			default:
				c.bad("fact %s falls into %s/%s", f.Kind, bucket, part)
			}
		}
	}
	for _, d := range c.k.Deposits {
		if d.Expected > c.k.To {
			got.Timing += d.Net
		}
	}
	for _, l := range c.k.Edges.TerminalAfter {
		got.Timing += Fen(c.b.terminalAt[l].amount)
	}
	if want := *c.k.Loss["CNY"]; got != want {
		c.bad("loss %+v, recomputed %+v", want, got)
	}
}
