package casebook

import (
	"math/big"
	"slices"

	"github.com/tillproof/tillproof"
)

// Loss is what a case is about on a day, in minor units of one currency: it grows by the clock where interest
// runs, and shrinks by what came back or was given up.
type Loss struct {
	Currency  tillproof.Currency
	Principal LossPart
	Fees      LossPart
	Interest  LossPart
}

// LossPart is one part of a loss. Open is what is still missing; Over is what came back too much, which is
// owed by the merchant: one of the two is zero.
type LossPart struct {
	Lost, Recovered, Waived int64
	Open, Over              int64
}

// Rate is interest in parts per million a year, simple, for each day after the loss up to the day it is
// reckoned for, over 365 days a year. It is what the user claims or the contract says; 0: none.
type Rate int64

// maxRate is 100 % a year: more is a slip of the pen.
const maxRate = 1_000_000

// yearDays are the days of a year of interest.
const yearDays = 365

// Reckon is the loss of the bookings on a day; later ones do not count yet.
func Reckon(bookings []tillproof.Booking, rate Rate, day tillproof.Date) (Loss, error) {
	if rate < 0 || rate > maxRate {
		return Loss{}, &tillproof.Error{Op: "loss", Kind: tillproof.KindInvalid, Code: "case.loss.rate"}
	}
	sorted := slices.Clone(bookings)
	slices.SortStableFunc(sorted, func(a, b tillproof.Booking) int {
		if a.Day != b.Day {
			return int(a.Day - b.Day)
		}
		return a.Seq - b.Seq
	})
	var l Loss
	grown, last := new(big.Int), day // minor units × days × parts per million
	for _, b := range sorted {
		if b.Day > day {
			break
		}
		l.grow(grown, rate, last, b.Day)
		last = b.Day
		if err := l.book(b); err != nil {
			return Loss{}, err
		}
	}
	l.grow(grown, rate, last, day)
	interest, err := rounded(grown)
	if err == nil {
		l.Interest.Lost, err = tillproof.AddMinor(l.Interest.Lost, interest)
	}
	for _, p := range []*LossPart{&l.Principal, &l.Fees, &l.Interest} {
		p.close()
	}
	return l, err
}

// grow adds the interest of the days between two bookings on the principal that was missing then.
func (l *Loss) grow(grown *big.Int, rate Rate, from, to tillproof.Date) {
	missing := l.Principal.Lost - l.Principal.Recovered - l.Principal.Waived
	if missing <= 0 || to <= from {
		return
	}
	n := new(big.Int).Mul(big.NewInt(missing), big.NewInt(int64(to-from)))
	grown.Add(grown, n.Mul(n, big.NewInt(int64(rate))))
}

// rounded is the interest in minor units, half up, rounded once for the whole time.
func rounded(grown *big.Int) (int64, error) {
	year := big.NewInt(yearDays * 1_000_000)
	n := new(big.Int).Add(grown, new(big.Int).Rsh(year, 1))
	n.Quo(n, year)
	if !n.IsInt64() {
		return 0, tillproof.ErrOverflow
	}
	return n.Int64(), nil
}

func (l *Loss) book(b tillproof.Booking) error {
	c := b.Amount.Currency()
	if b.Amount.Minor() <= 0 || !c.Known() || l.Currency.Known() && c != l.Currency {
		return &tillproof.Error{
			Op: "loss", Kind: tillproof.KindInvalid, Code: "case.loss.amount",
			Params: tillproof.Params{"amount": b.Amount.Param()},
		}
	}
	l.Currency = c
	parts := map[tillproof.LossPart]*LossPart{
		tillproof.PartPrincipal: &l.Principal,
		tillproof.PartFees:      &l.Fees,
		tillproof.PartInterest:  &l.Interest,
	}
	part, ok := parts[b.Part]
	if !ok {
		return &tillproof.Error{
			Op: "loss", Kind: tillproof.KindInvalid, Code: "case.loss.part",
			Params: tillproof.Params{"part": string(b.Part)},
		}
	}
	sum := &part.Lost
	switch b.Kind {
	case tillproof.Recovered:
		sum = &part.Recovered
	case tillproof.Waived:
		sum = &part.Waived
	}
	var err error
	if *sum, err = tillproof.AddMinor(*sum, b.Amount.Minor()); err != nil {
		return err
	}
	_, err = tillproof.AddMinor(part.Recovered, part.Waived) // so that no difference overflows
	return err
}

func (p *LossPart) close() {
	left := p.Lost - p.Recovered - p.Waived
	p.Open, p.Over = max(left, 0), max(-left, 0)
}

// Whole reports whether nothing is missing any more, and nothing was given up.
func (l Loss) Whole() bool {
	missing := l.Principal.Open + l.Fees.Open + l.Interest.Open
	return missing == 0 && l.Principal.Waived+l.Fees.Waived+l.Interest.Waived == 0
}
