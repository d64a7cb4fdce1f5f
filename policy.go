package tillproof

import (
	"errors"
	"math/bits"
	"time"
)

// Policy is what the merchant knows about itself and its contract. Each part is optional: what is not given
// is not checked, and the report says so.
type Policy struct {
	Merchant   string       // name, for reports
	Zone       string       // IANA name of the merchant's clock; offsets in files are converted to it
	Currency   Currency     // of files that name none
	Terminals  []TerminalID // the shop's own terminals
	Hours      []Opening    // when the shop takes cards; none: not checked
	CutOff     int          // end of the acquirer's day in minutes after midnight; 0: midnight
	Settlement Settlement
	Tariff     []TariffLine
	FeeSlack   int64    // minor units a fee may differ by rounding
	Payers     []string // names under which the acquirer's money comes on the statement
	SplitLimit int64    // minor units: the limit below which split sales hide; 0: not checked
	Window     int      // seconds two clocks may differ in the match by card and amount; 0: DefaultWindow
	TipPPM     int64    // the most a tip may add to the amount of the slip, in parts per million; 0: no tips
}

// DefaultWindow is 5 minutes: terminals set their clock at sign-in, and acquirers stamp their own time; more
// than that is rarely drift and soon another sale.
const DefaultWindow = 300

// Opening is one weekday's hours in minutes after midnight; Close may be above 1440 where the shop closes
// after midnight.
type Opening struct {
	Day         time.Weekday
	Open, Close int
}

// Settlement is when sales become deposits: Days banking days after the settlement day, on the calendar.
type Settlement struct {
	Days     int
	Known    bool
	Calendar Calendar
}

// TariffLine is the agreed fee of one card kind (CardUnknown: of any kind without a line of its own):
// round(amount × RatePPM / 1 000 000) + Fixed, at least Min, and at most Cap where Cap is above 0. Rounding
// is half up on the absolute amount. ReturnsFee says that a refund gives the fee of the sale back.
type TariffLine struct {
	Kind       CardKind
	RatePPM    int64
	Fixed      int64
	Min        int64
	Cap        int64
	ReturnsFee bool
}

// ErrRate is a tariff whose numbers cannot be a fee.
var ErrRate = errors.New("rate or amount out of range")

// maxRatePPM is 100 %: a fee is never more than the sale by its rate alone.
const maxRatePPM = 1_000_000

// Fee is the fee agreed for a gross amount of minor units, as a positive number for a positive amount. A
// negative amount (refund) gives minus the rate part when the tariff returns fees, else 0; the fixed part is
// never returned.
func (t TariffLine) Fee(gross int64) (int64, error) {
	if t.RatePPM < 0 || t.RatePPM > maxRatePPM || gross == -1<<63 {
		return 0, ErrRate
	}
	neg := gross < 0
	if neg {
		if !t.ReturnsFee {
			return 0, nil
		}
		gross = -gross
	}
	hi, lo := bits.Mul64(uint64(gross), uint64(t.RatePPM))
	lo, carry := bits.Add64(lo, maxRatePPM/2, 0)
	q, _ := bits.Div64(hi+carry, lo, maxRatePPM)
	fee := int64(q)
	if !neg {
		var err error
		if fee, err = AddMinor(fee, t.Fixed); err != nil {
			return 0, err
		}
		fee = max(fee, t.Min)
	}
	if t.Cap > 0 && fee > t.Cap {
		fee = t.Cap
	}
	if neg {
		fee = -fee
	}
	return fee, nil
}

// TariffFor is the line for a card kind; it answers false where nothing was agreed.
func (p Policy) TariffFor(k CardKind) (TariffLine, bool) {
	var other *TariffLine
	for i, t := range p.Tariff {
		if t.Kind == k {
			return t, true
		}
		if t.Kind == CardUnknown {
			other = &p.Tariff[i]
		}
	}
	if other == nil {
		return TariffLine{}, false
	}
	return *other, true
}

// SettleDay is the acquirer's day of a moment: after the cut-off the next one begins.
func (p Policy) SettleDay(t LocalTime) Date {
	if !t.Known() {
		return NoDate
	}
	if p.CutOff > 0 && t.SecondOfDay() >= p.CutOff*60 {
		return t.Date() + 1
	}
	return t.Date()
}

// PayDay is the day on which the lines of a settlement day should be credited.
func (p Policy) PayDay(settle Date) Date {
	if !settle.Known() {
		return NoDate
	}
	return p.Settlement.Calendar.AddBanking(settle, p.Settlement.Days)
}

// IsOpen reports whether the shop takes cards at the moment; true where no hours are given.
func (p Policy) IsOpen(t LocalTime) bool {
	if len(p.Hours) == 0 || !t.Known() {
		return true
	}
	minute := t.SecondOfDay() / 60
	day := t.Date().Weekday()
	before := (day + 6) % 7
	for _, o := range p.Hours {
		if o.Day == day && minute >= o.Open && minute < o.Close {
			return true
		}
		if o.Day == before && minute+24*60 < o.Close {
			return true
		}
	}
	return false
}
