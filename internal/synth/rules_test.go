package synth

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
)

// thresholds looks at the terminal log with rules written for this test, a quarter wider than those of the
// product: what they see must be planted.
func (c *checker) thresholds() {
	c.Helper()
	byCard := map[string][]*readRow{}
	listed := map[string]bool{}
	for _, t := range c.f.Policy.Terminals {
		listed[string(t)] = true
	}
	for i := range c.b.terminal {
		r := &c.b.terminal[i]
		isSale := r.deed == c.w.deeds[sale]
		byCard[r.merchant+r.card] = append(byCard[r.merchant+r.card], r)
		if isSale && r.response == "00" && !c.f.Policy.IsOpen(r.at) &&
			c.factOn(OddNight, TerminalName, r.line) == nil {
			c.bad("line %d is out of hours", r.line)
		}
		if !listed[r.terminal] && c.factOn(UnknownTerminal, TerminalName, r.line) == nil {
			c.bad("line %d is on terminal %s", r.line, r.terminal)
		}
		if strings.Contains("68 91 96 98", r.response) != (c.factOn(Timeout, TerminalName, r.line) != nil) {
			c.bad("line %d answers %s", r.line, r.response)
		}
	}
	for _, rows := range byCard {
		c.cardStory(rows)
	}
	c.refundsHaveSales(byCard)
	c.plantedRulesHit()
}

// cardStory is one card at one merchant in the order of time.
func (c *checker) cardStory(rows []*readRow) {
	c.Helper()
	var sales, declines []*readRow
	for _, r := range rows {
		switch {
		case r.deed == c.w.deeds[sale] && r.response == "00":
			sales = append(sales, r)
		case r.deed == c.w.deeds[sale]:
			declines = append(declines, r)
		}
	}
	if n := within(sales, 75*60); n >= 3 {
		c.bad("card %s buys %d times within 75 minutes", rows[0].card, n)
	}
	if n := within(sales, 24*3600); n >= 4 {
		c.bad("card %s buys %d times within a day", rows[0].card, n)
	}
	round := 0
	for _, s := range sales {
		if s.amount%50_000 == 0 {
			round++
		}
	}
	if round >= 3 {
		c.bad("card %s has %d round sums", rows[0].card, round)
	}
	if n := within(declines, 20*60); n >= 2 &&
		c.factOn(DeclinesApproval, TerminalName, declines[0].line) == nil {
		c.bad("card %s is declined %d times", rows[0].card, n)
	}
	for i, a := range sales {
		for _, b := range sales[i+1:] {
			if a.amount == b.amount && (a.auth == b.auth || a.rrn == b.rrn) {
				c.bad("lines %d and %d are captured twice", a.line, b.line)
			}
			if near := b.at-a.at < 3600; near && c.factOn(IdenticalPair, TerminalName, a.line) == nil {
				c.bad("lines %d and %d: one card within the hour", a.line, b.line)
			}
		}
	}
}

// within is the most rows that lie in one span of seconds.
func within(rows []*readRow, span tillproof.LocalTime) int {
	best := 0
	for i := range rows {
		n := 0
		for _, r := range rows[i:] {
			if r.at-rows[i].at <= span {
				n++
			}
		}
		best = max(best, n)
	}
	return best
}

func (c *checker) refundsHaveSales(byCard map[string][]*readRow) {
	c.Helper()
	for _, rows := range byCard {
		for _, r := range rows {
			if r.deed != c.w.deeds[refund] {
				continue
			}
			i := slices.IndexFunc(rows,
				func(s *readRow) bool { return s.deed == c.w.deeds[sale] && s.rrn == r.original })
			planted := c.factOn(RefundNoSale, TerminalName, r.line) != nil
			elsewhere := c.factOn(RefundElsewhere, TerminalName, r.line) != nil
			switch {
			case elsewhere:
				if len(rows) != 1 {
					c.bad("line %d: the card has other business", r.line)
				}
			case i < 0 && !planted:
				c.bad("line %d refunds nothing", r.line)
			case i >= 0 && (planted || rows[i].amount < r.amount || rows[i].at.Date() >= r.at.Date()):
				c.bad("line %d refunds %+v", r.line, rows[i])
			case planted && len(rows) != 1:
				c.bad("line %d: the card has other business", r.line)
			}
		}
	}
}

// plantedRulesHit: what the key calls a finding fulfils the rule of the specification.
func (c *checker) plantedRulesHit() {
	c.Helper()
	for _, f := range c.k.Facts {
		if f.Expect != ExpectFinding {
			continue
		}
		rows := make([]*readRow, len(f.Records))
		for i, r := range f.Records {
			rows[i] = c.b.terminalAt[r.Line]
		}
		span := rows[len(rows)-1].at - rows[0].at
		first, last := rows[0], rows[len(rows)-1]
		ok := true
		switch f.Kind {
		case OddNight:
			ok = len(rows) >= 5 && len(rows) <= 9 && first.at.SecondOfDay() >= 2*3600 &&
				last.at.SecondOfDay() < 4*3600 &&
				first.at.Date() == last.at.Date() && !c.f.Policy.IsOpen(first.at) &&
				!c.f.Policy.IsOpen(last.at)
		case DeclinesApproval:
			ok = len(rows) >= 4 && span <= 15*60 && last.response == "00" && first.card == last.card
		case BatchNotClosed:
			ok = len(rows) >= 2 && c.wholeBatch(rows)
		case CardTesting:
			ok = len(rows) >= 9 && span <= 9*60 && refusals(rows)*2 > len(rows) && distinct(rows) == len(rows)
		case StolenCard:
			ok = strings.Contains("41 43", first.response) && last.response == "00" && first.card == last.card
		case RefundElsewhere:
			ok = last.original == first.rrn && last.card != first.card && last.amount == first.amount
		case CashOut:
			ok = len(rows) == 3 && distinct(rows) == 1 && span < 24*3600
			for _, r := range rows {
				ok = ok && r.amount%10_000 == 0 && r.amount >= 100_000
			}
		}
		if !ok {
			c.bad("%s is not one: %+v %+v", f.Kind, first, last)
		}
	}
}

func refusals(rows []*readRow) int {
	n := 0
	for _, r := range rows {
		if r.response != "00" {
			n++
		}
	}
	return n
}

func distinct(rows []*readRow) int {
	cards := map[string]bool{}
	for _, r := range rows {
		cards[r.card] = true
	}
	return len(cards)
}

func (c *checker) wholeBatch(rows []*readRow) bool {
	n := 0
	for _, r := range c.b.terminal {
		if r.terminal == rows[0].terminal && r.batch == rows[0].batch && r.response == "00" {
			n++
		}
	}
	return n == len(rows)
}

// references: within a merchant no RRN twice, none Luhn-valid; no trace twice in a batch.
func (c *checker) references() {
	c.Helper()
	rrns, traces := map[string]bool{}, map[string]bool{}
	for _, r := range c.b.terminal {
		trace := r.terminal + "/" + r.batch + "/" + r.stan
		if rrns[r.rrn] || traces[trace] || luhnSum(r.rrn)%10 == 0 {
			c.bad("line %d: reference %s or trace %s is used or passes Luhn", r.line, r.rrn, trace)
		}
		rrns[r.rrn], traces[trace] = true, true
	}
	text := string(c.f.Bank)
	for _, r := range c.b.terminal[:min(2000, len(c.b.terminal))] {
		text += "\n" + r.merchant + " " + r.terminal + " " + r.rrn + " " + r.original + " " + r.stan
	}
	for _, run := range digitRuns(text) {
		if n := len(run); n >= 13 && n <= 19 && (luhnSum(run)%10 == 0) != c.o.LuhnIDs {
			c.bad("%s passes Luhn: %v", run, !c.o.LuhnIDs)
		}
	}
}

// luhnSum is the check of ISO/IEC 7812-1 written once more, by its table form.
func luhnSum(digits string) int {
	table := [10]int{0, 2, 4, 6, 8, 1, 3, 5, 7, 9}
	sum := 0
	for i := range len(digits) {
		d := int(digits[i] - '0')
		if (len(digits)-i)%2 == 0 {
			d = table[d]
		}
		sum += d
	}
	return sum
}

func digitRuns(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// TestSeeds is the long proof: thirty seeds in three sizes, every word of every key held against the files.
func TestSeeds(t *testing.T) {
	planted := map[FactKind]int{}
	for seed := range uint64(30) {
		sizes := []Options{Small(seed, china()), Medium(seed, china())}
		if seed%10 == 0 {
			sizes = append(sizes, Large(seed, china()))
		}
		for _, o := range sizes {
			f := must[Files](t)(Month(o))
			checkRun(t, o, f)
			for _, fact := range f.Key.Facts {
				planted[fact.Kind]++
			}
		}
	}
	for _, k := range FactKinds {
		if planted[k] == 0 {
			t.Errorf("thirty seeds never plant %s", k)
		}
	}
	t.Log(planted)
}

func TestAllFactsInAllShops(t *testing.T) {
	for i, tr := range trades {
		o := Options{
			Seed: uint64(i), Shop: tr.shop, Days: 35, Start: day("2026-09-14"), Facts: FactKinds[:],
			Calendar: china(),
			LuhnIDs:  i%2 == 0,
		}
		if i%2 == 1 {
			o.Lang = English
		}
		f := must[Files](t)(Month(o))
		checkRun(t, o, f)
		for _, k := range FactKinds {
			if !slices.ContainsFunc(f.Key.Facts, func(f Fact) bool { return f.Kind == k }) {
				t.Errorf("%s: %s is missing", tr.shop, k)
			}
		}
	}
}

func TestDemoTellsItsTwelve(t *testing.T) {
	o := Demo(china())
	f := must[Files](t)(Month(o))
	checkRun(t, o, f)
	if n := f.Key.Totals.Sales; n < 4100 || n > 4300 {
		t.Errorf("%d sales, about 4,200 wanted", n)
	}
	for _, fact := range f.Key.Facts {
		if !slices.Contains(DemoFacts[:], fact.Kind) {
			t.Errorf("the demo plants %s", fact.Kind)
		}
	}
	for _, k := range DemoFacts {
		if !slices.ContainsFunc(f.Key.Facts, func(f Fact) bool { return f.Kind == k }) {
			t.Errorf("%s is missing", k)
		}
	}
}

// drawnSales keeps the drawn months small: many of them show more than big ones.
const drawnSales = 4000

// TestAnyOptions draws options, from a stall with a sale a day on: what is accepted must hold.
func TestAnyOptions(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		o := Options{
			Seed: rapid.Uint64().Draw(rt, "seed"), Merchants: rapid.IntRange(1, 8).Draw(rt, "merchants"),
			Terminals:   rapid.IntRange(1, 8).Draw(rt, "terminals"),
			SalesPerDay: rapid.IntRange(1, 24).Draw(rt, "sales"), LuhnIDs: rapid.Bool().Draw(rt, "luhn"),
			Start: tillproof.Date(rapid.IntRange(20100, 20700).Draw(rt, "start")), Calendar: china(),
			Facts: drawFacts(rt),
		}
		daily := o.Merchants * o.Terminals * o.SalesPerDay
		o.Days = rapid.IntRange(1, max(3, min(40, drawnSales/daily))).Draw(rt, "days")
		if rapid.Bool().Draw(rt, "english") {
			o.Lang = English
		}
		f := withRoom(rt, &o)
		checkRun(rt, o, f)
		askedAreAnswered(rt, o, f.Key)
	})
}

// drawFacts is nil, for the seed's own facts, or any set of them.
func drawFacts(rt *rapid.T) []FactKind {
	if rapid.Bool().Draw(rt, "own") {
		return nil
	}
	set := rapid.Uint32Range(0, 1<<len(FactKinds)-1).Draw(rt, "facts")
	facts := []FactKind{}
	for i, k := range FactKinds {
		if set>>i&1 == 1 {
			facts = append(facts, k)
		}
	}
	return facts
}

// askedAreAnswered: each fact that was asked for was planted in each block of merchants, or the key says that
// it was not.
func askedAreAnswered(t rapid.TB, o Options, k Key) {
	t.Helper()
	type place struct {
		kind     FactKind
		merchant tillproof.MerchantID
	}
	told := map[place]bool{}
	for _, f := range k.Facts {
		told[place{f.Kind, f.Merchant}] = true
	}
	for _, n := range k.NotPlanted {
		if told[place{n.Kind, n.Merchant}] || !slices.Contains(o.Facts, n.Kind) && o.Facts != nil {
			t.Errorf("%+v is not planted, but is a fact or was not asked for", n)
		}
		told[place{n.Kind, n.Merchant}] = true
	}
	count := map[FactKind]int{}
	for p := range told {
		count[p.kind]++
	}
	for _, kind := range o.Facts {
		if blocks := (o.Merchants + blockOf - 1) / blockOf; count[kind] < blocks {
			t.Errorf("%s is answered for %d times in %d blocks", kind, count[kind], blocks)
		}
	}
}

// withRoom makes the month, without the facts that synth refuses for want of room.
func withRoom(t rapid.TB, o *Options) Files {
	t.Helper()
	for {
		f, err := Month(*o)
		var e *tillproof.Error
		if !errors.As(err, &e) || e.Code != "synth.fact.room" {
			return must[Files](t)(f, err)
		}
		no := FactKind(e.Params["fact"])
		o.Facts = slices.DeleteFunc(o.Facts, func(k FactKind) bool { return k == no })
	}
}
