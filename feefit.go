package tillproof

import (
	"slices"
	"strconv"
	"strings"
)

// FeeFit is what the rows of the report themselves say about the fee of one card kind at one merchant: which
// tariffs explain them, and from which day on.
type FeeFit struct {
	Merchant  MerchantID
	Currency  Currency
	Kind      CardKind
	PerBatch  bool // one row of the report takes the fee of a whole batch; Rows then counts batches
	HasAgreed bool
	Agreed    TariffLine // of the policy
	Spans     []FeeSpan  // by day; one ends where the next begins
	Days      []FeeDay   // by day, for charts
}

// FeeSpan is a time during which one tariff explains the fees.
type FeeSpan struct {
	From, To   Date // first and last day with a row
	Rows       int  // sales that show a fee
	Explained  int  // of them, those whose fee the tariff gives to the minor unit
	Certainty  FeeCertainty
	Tariff     TariffLine // where Certainty is FeeMixed or FeeFew, only one of several
	Rounding   FeeRounding
	RateLeast  int64 // the least and greatest that explain as many rows, in parts per million
	RateMost   int64
	FixedLeast int64
	FixedMost  int64

	Refunds, RefundsExplained int // refunds that show a fee; Tariff.ReturnsFee explains them

	Gross, Charged int64 // of the sales and refunds
	Against        FeeBase
	Base           TariffLine // what Over and Under are measured against
	Over, Under    int64      // charged above and below it, each row by itself; both positive
	OverRows       []RowRef
	OverUnlisted   int // rows charged above it that OverRows leaves out, in a run that does not hold them
	UnderRows      int
	Note           Note // the sentence; no code: there is nothing to say
}

// FeeDay is the fees of one day.
type FeeDay struct {
	Day     Date
	Rows    int
	Gross   int64
	Charged int64
	Agreed  int64 // what the agreed tariff gives for the same rows
}

// FeeCertainty says how far the rows determine a tariff.
type FeeCertainty string

// The certainties. FeeFitted: one tariff explains at least nine of ten rows, no other as many. FeeOpen:
// several do, because the amounts are too few, too small or too much alike to tell rate and fixed part apart.
// FeeMixed: no tariff explains nine of ten. FeeFew: there are too few rows to say anything.
const (
	FeeFitted FeeCertainty = "fitted"
	FeeOpen   FeeCertainty = "open"
	FeeMixed  FeeCertainty = "mixed"
	FeeFew    FeeCertainty = "few"
)

// FeeBase says what an excess is measured against.
type FeeBase string

// The bases. AgainstFirst is the first tariff that the rows show, where the policy names none: what is
// charged above it is a change, and only the contract says whether it is too much.
const (
	AgainstNothing FeeBase = ""
	AgainstAgreed  FeeBase = "agreed"
	AgainstFirst   FeeBase = "first"
)

// FeeRounding is how a fee is rounded to the minor unit.
type FeeRounding string

// The roundings, each on the amount of one row.
const (
	RoundHalfUp   FeeRounding = "half_up"
	RoundHalfEven FeeRounding = "half_even"
	RoundDown     FeeRounding = "down"
	RoundUp       FeeRounding = "up"
)

// FeeCharge is a charge that stands in the report as rows of its own: rent, traffic, service, per batch.
type FeeCharge struct {
	Merchant    MerchantID
	Currency    Currency
	Label       string // what the report calls it, without its numbers
	Every       FeeEvery
	First, Last Date
	Each        int64 // of one row; 0: they differ
	Total       int64
	Rows        []RowRef
	Unlisted    int  // rows that Rows leaves out, in a run that does not hold them
	New         bool // the report covers four weeks before the first of them, or more
	Note        Note
}

// FeeEvery is the rhythm of a charge.
type FeeEvery string

// The rhythms.
const (
	EveryOnce     FeeEvery = "once"
	EveryBatch    FeeEvery = "batch" // on each day or batch with sales
	EveryMonth    FeeEvery = "month"
	EverySometime FeeEvery = "sometime"
)

// Param is the canonical form of a tariff in catalogue parameters: "29900", then "fixed=3.00 CNY" and so on
// for each part that it has, with semicolons between.
func (t TariffLine) Param(c Currency) string {
	parts := []string{strconv.FormatInt(t.RatePPM, 10)}
	for _, p := range [...]struct {
		name  string
		minor int64
	}{{"fixed", t.Fixed}, {"min", t.Min}, {"cap", t.Cap}} {
		if p.minor != 0 {
			parts = append(parts, p.name+"="+NewMoney(p.minor, c).Param())
		}
	}
	return strings.Join(parts, ";")
}

// Same reports whether two lines give the same fee for each sale.
func (t TariffLine) Same(o TariffLine) bool {
	t.Kind, t.ReturnsFee = o.Kind, o.ReturnsFee
	return t == o
}

// OverCount counts the rows that are charged above the base.
func (s *FeeSpan) OverCount() int { return len(s.OverRows) + s.OverUnlisted }

// Count counts the rows of a charge.
func (c *FeeCharge) Count() int { return len(c.Rows) + c.Unlisted }

// Excess is what a fit found above its base in all spans, and in how many rows.
func (f *FeeFit) Excess() (minor int64, rows int) {
	for i := range f.Spans {
		minor += f.Spans[i].Over // no more than the amounts, whose sums are checked
		rows += f.Spans[i].OverCount()
	}
	return minor, rows
}

// Changes reports whether the tariff changed within the files.
func (f *FeeFit) Changes() bool {
	return slices.ContainsFunc(f.Spans, func(s FeeSpan) bool { return s.From != f.Spans[0].From })
}
