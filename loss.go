package tillproof

import "cmp"

// Loss is what a run says the merchant lost, in one currency and minor units. Each figure is defined in
// docs/loss.md and is the sum of the break residuals, finding amounts and open items that it names: derived,
// never stored alone.
type Loss struct {
	Currency  Currency
	Confirmed LossParts
	AtRisk    LossParts
	Timing    int64 // expected by a date that has not passed; may be negative (refunds under way)
	Owed      int64 // what the merchant must give back
	Recovered int64
}

// LossParts keeps the merchant's own money and the acquirer's fees apart.
type LossParts struct {
	Principal int64
	Fees      int64
}

// LossLine is one row of the statement of loss: which thing puts how much into which bucket.
type LossLine struct {
	Bucket  Bucket
	Part    LossPart
	Amount  Money // positive, but for Timing
	Break   int   // index of the break, −1 where a finding or open item is meant
	Finding int   // index of the finding, −1 otherwise
	Row     RowRef
}

// Bucket is a column of the statement of loss.
type Bucket string

// The buckets.
const (
	BucketConfirmed Bucket = "confirmed"
	BucketAtRisk    Bucket = "at_risk"
	BucketTiming    Bucket = "timing"
	BucketOwed      Bucket = "owed"
	BucketNone      Bucket = "none"
)

// LossPart tells principal from fees.
type LossPart string

// The parts.
const (
	PartPrincipal LossPart = "principal"
	PartFees      LossPart = "fees"
)

// lossRow is a row of the table in docs/loss.md: where a break's residual goes when the merchant is short of
// money and when it has too much.
type lossRow struct {
	short, over Bucket
	part        LossPart
}

var lossTable = map[BreakKind]lossRow{
	NotSettled:       {BucketConfirmed, BucketOwed, PartPrincipal},
	NotOnTerminal:    {BucketAtRisk, BucketOwed, PartPrincipal},
	SettledTwice:     {BucketConfirmed, BucketOwed, PartPrincipal},
	AmountMismatch:   {BucketConfirmed, BucketOwed, PartPrincipal},
	FeeMismatch:      {BucketConfirmed, BucketNone, PartFees},
	NotDeposited:     {BucketConfirmed, BucketOwed, PartPrincipal},
	DepositShort:     {BucketConfirmed, BucketOwed, PartPrincipal},
	DepositOver:      {BucketConfirmed, BucketOwed, PartPrincipal},
	Late:             {BucketNone, BucketNone, PartPrincipal},
	UnexpectedDebit:  {BucketAtRisk, BucketNone, PartPrincipal},
	UnexpectedCredit: {BucketNone, BucketOwed, PartPrincipal},
	Ambiguous:        {BucketNone, BucketNone, PartPrincipal},
	OutcomeUnknown:   {BucketNone, BucketNone, PartPrincipal},
}

// LossOfBreak says which bucket a break's residual goes to. The amount is positive; BucketNone has no amount.
func LossOfBreak(b Break) (Bucket, LossPart, Money) {
	row := lossTable[b.Kind]
	bucket, amount := row.short, b.Residual
	if amount.Minor() < 0 {
		bucket, amount = row.over, amount.Neg()
	}
	if b.Doubt.Code != "" {
		bucket = doubted(bucket)
	}
	if amount.IsZero() || bucket == "" {
		bucket = BucketNone
	}
	if bucket == BucketNone {
		return BucketNone, row.part, Money{}
	}
	return bucket, row.part, amount
}

// doubted is the bucket of what the records do not prove: money that may be missing is at risk, money that
// may be too much is not claimed to be owed.
func doubted(b Bucket) Bucket {
	if b == BucketConfirmed || b == BucketAtRisk {
		return BucketAtRisk
	}
	return BucketNone
}

// OpenItem is a record that is not here yet and whose day has not come.
type OpenItem struct {
	Row      RowRef
	Amount   Money
	Expected Date
}

// OpenItems lists what waits for a day that has not come: terminal rows that are in no report yet with their
// gross amount, as the till last adjusted it, and deposits that are not due yet with their net. A wrong fee
// makes a row an exception, and its deposit is still under way: so deposits count as a whole.
func OpenItems(run *Run) []OpenItem {
	var open []OpenItem
	for i, state := range run.States[Terminal] {
		if state.Status == Timing {
			ref := RowRef{Side: Terminal, N: int32(i)}
			amount := cmp.Or(state.Adjusted, run.Record(ref).Amount)
			open = append(open, OpenItem{Row: ref, Amount: amount, Expected: state.Expected})
		}
	}
	for _, w := range run.Waterfalls {
		if w.Status == Timing && w.Leg == AcquirerBank {
			open = append(open, OpenItem{Row: w.Rows[0], Amount: w.Net, Expected: w.Expected})
		}
	}
	return open
}

// SumLoss sums breaks, findings and open items into one Loss per currency, ordered by currency code, and
// lists the lines it summed. A row that already counts through a break, or through a finding before, is not
// counted again through a finding: finding amounts come with such rows left out. It answers ErrOverflow
// where a sum leaves the range of an amount.
func SumLoss(breaks []Break, findings []Finding, open []OpenItem) ([]Loss, []LossLine, error) {
	var s lossSum
	for i, b := range breaks {
		bucket, part, amount := LossOfBreak(b)
		s.add(LossLine{Bucket: bucket, Part: part, Amount: amount, Break: i, Finding: -1})
	}
	for i, f := range findings {
		if f.AtRisk {
			s.add(LossLine{
				Bucket: BucketAtRisk, Part: cmp.Or(f.Part, PartPrincipal), Amount: f.Amount,
				Break: -1, Finding: i,
			})
		}
	}
	for _, o := range open {
		s.add(LossLine{
			Bucket: BucketTiming, Part: PartPrincipal, Amount: o.Amount,
			Break: -1, Finding: -1, Row: o.Row,
		})
	}
	return s.losses(), s.lines, s.err
}
