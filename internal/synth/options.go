package synth

import (
	"strconv"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/synth/dice"
)

// The languages of the files.
const (
	Chinese = "zh"
	English = "en"
)

// Options say what to make. The zero value of each field but Seed means "choose": one merchant with three
// terminals, thirty days, Chinese, and start, shop and facts by the seed.
type Options struct {
	Seed        uint64
	Merchants   int
	Terminals   int // of each merchant
	Days        int
	SalesPerDay int            // of one terminal on an ordinary day
	Start       tillproof.Date // 0 or NoDate: a day of 2025 or 2026 by the seed
	Lang        string
	Shop        Shop
	Facts       []FactKind // nil: by the seed, as many as the period has room for; empty: none
	LuhnIDs     bool       // merchant and order numbers pass the Luhn check; they fail it otherwise
	Calendar    tillproof.Calendar
}

// The limits of the options. They keep ids in their widths and one merchant's month in memory.
const (
	maxMerchants   = 10_000
	maxTerminals   = 8
	maxDays        = 366
	maxSalesPerDay = 400
)

// Demo is the month of the front door: one shop, three terminals, thirty days around the National Day
// holiday, and the twelve facts.
func Demo(cal tillproof.Calendar) Options {
	start, _ := tillproof.NewDate(2026, 9, 16)
	return Options{
		Seed: 20260916, Merchants: 1, Terminals: 3, Days: 30, SalesPerDay: 46, Start: start, Lang: Chinese,
		Shop: Convenience, Facts: DemoFacts[:], Calendar: cal,
	}
}

// Small is a week of one terminal.
func Small(seed uint64, cal tillproof.Calendar) Options {
	return Options{Seed: seed, Merchants: 1, Terminals: 1, Days: 7, Calendar: cal}
}

// Medium is a month of a shop with three terminals.
func Medium(seed uint64, cal tillproof.Calendar) Options {
	return Options{Seed: seed, Merchants: 1, Terminals: 3, Days: 30, Calendar: cal}
}

// Large is a month of five merchants of one chain.
func Large(seed uint64, cal tillproof.Calendar) Options {
	return Options{Seed: seed, Merchants: 5, Terminals: 3, Days: 30, Calendar: cal}
}

// Policy is what the merchant of these options knows about itself. It depends on the options alone.
func Policy(o Options) (tillproof.Policy, error) {
	r, err := newRun(o)
	if err != nil {
		return tillproof.Policy{}, err
	}
	return r.policy(), nil
}

// run is one call of the generator: the options with every choice made, and what follows from them.
type run struct {
	o      Options
	trade  trade
	groups []group
	key    *Key
}

// The streams of random numbers, one for each purpose.
const (
	streamFacts uint64 = iota + 1
	streamChoice
	streamStart
	streamShop
	streamSales
	streamRefunds
	streamPlant
	streamNumbers
	streamWeak
	streamSlots
	streamBank
	streamOpening
	streamLag
	streamFill
)

func newRun(o Options) (*run, error) {
	if err := fill(&o); err != nil {
		return nil, err
	}
	r := &run{o: o}
	shop := o.Shop
	if shop == "" {
		shop = trades[dice.New(o.Seed, streamShop).Below(len(trades))].shop
	}
	var ok bool
	if r.trade, ok = tradeOf(shop); !ok {
		return nil, invalid("synth.shop", "shop", string(shop))
	}
	if r.o.SalesPerDay == 0 {
		r.o.SalesPerDay = r.trade.perDay
	}
	r.start()
	r.groups = r.groupDays()
	if o.Facts == nil {
		r.o.Facts = r.chooseFacts()
		return r, nil
	}
	return r, r.checkFacts()
}

func fill(o *Options) error {
	set := func(v *int, def int) {
		if *v == 0 {
			*v = def
		}
	}
	set(&o.Merchants, 1)
	set(&o.Terminals, 3)
	set(&o.Days, 30)
	for _, c := range []struct {
		name          string
		value, lo, hi int
	}{
		{"merchants", o.Merchants, 1, maxMerchants},
		{"terminals", o.Terminals, 1, maxTerminals},
		{"days", o.Days, 1, maxDays},
		{"sales", o.SalesPerDay, 0, maxSalesPerDay},
	} {
		if c.value < c.lo || c.value > c.hi {
			e := invalid("synth.range", "option", c.name)
			e.Params["value"] = strconv.Itoa(c.value)
			e.Params["max"] = strconv.Itoa(c.hi)
			return e
		}
	}
	if o.Lang == "" {
		o.Lang = Chinese
	}
	if o.Lang != Chinese && o.Lang != English {
		return invalid("synth.lang", "lang", o.Lang)
	}
	return nil
}

func (r *run) checkFacts() error {
	for _, k := range r.o.Facts {
		if !knownFact(k) {
			return invalid("synth.fact.unknown", "fact", string(k))
		}
	}
	for i := range r.o.Facts {
		if !r.fits(r.o.Facts[:i+1]) {
			return invalid("synth.fact.room", "fact", string(r.o.Facts[i]))
		}
	}
	return nil
}

func invalid(code, name, value string) *tillproof.Error {
	return &tillproof.Error{
		Op: "synth", Kind: tillproof.KindInvalid, Code: code, Params: tillproof.Params{name: value},
	}
}

// creditRate and debitRate are within what acquirers of the mainland charge; the debit cap is the usual one.
const (
	debitRate  = 5_000
	debitCap   = 2_000
	creditRate = 6_000
)

// splitLimit is 1000.00, a limit below which shops need no second signature.
const splitLimit = 100_000

// cutOffMinute is 23:00, when the UnionPay clearing day ends.
const cutOffMinute = 23 * 60

func (r *run) policy() tillproof.Policy {
	p := tillproof.Policy{
		Merchant: r.trade.name(r.o.Lang), Zone: "Asia/Shanghai", Currency: tillproof.CNY,
		Hours: r.trade.hours(), CutOff: cutOffMinute,
		Settlement: tillproof.Settlement{Days: settleDays, Known: true, Calendar: r.o.Calendar},
		Tariff: []tillproof.TariffLine{
			{Kind: tillproof.CardDebit, RatePPM: debitRate, Cap: debitCap, ReturnsFee: true},
			{Kind: tillproof.CardCredit, RatePPM: creditRate},
		},
		Payers: []string{r.words().payer}, SplitLimit: splitLimit, Window: tillproof.DefaultWindow,
	}
	for m := range r.o.Merchants {
		for t := range r.o.Terminals {
			p.Terminals = append(p.Terminals, terminalID(m, t+1))
		}
	}
	return p
}

// Hand is the smallest month that still has something of everything: four days of one terminal, a sale that
// is never settled and a deposit that is short. docs/benchmark.md works it out by hand.
func Hand(cal tillproof.Calendar) Options {
	start, _ := tillproof.NewDate(2026, 3, 2)
	return Options{
		Seed: 1, Merchants: 1, Terminals: 1, Days: 4, SalesPerDay: 4, Start: start, Lang: English,
		Shop: Convenience, Facts: []FactKind{NeverSettled, DepositShort}, Calendar: cal,
	}
}
