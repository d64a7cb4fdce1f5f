package tillproof

// Leg is one of the two comparisons of the chain.
type Leg uint8

// The legs. TerminalBank stands in for both where there is no acquirer report.
const (
	NoLeg Leg = iota
	TerminalAcquirer
	AcquirerBank
	TerminalBank
)

var legNames = [...]string{"", "terminal_acquirer", "acquirer_bank", "terminal_bank"}

// String is the stable English name.
func (l Leg) String() string { return nameOf(legNames[:], int(l)) }

// MarshalText writes the name.
func (l Leg) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads the name.
func (l *Leg) UnmarshalText(b []byte) error {
	i, err := named(legNames[:], b)
	*l = Leg(i)
	return err
}

// Method names the step that joined records; its text is in the catalogue under "method." + Method.
type Method string

// Match joins one terminal record and one acquirer record.
type Match struct {
	Method Method
	Left   RowRef // terminal
	Right  RowRef // acquirer
}

// Status is what became of a record. Each record ends in exactly one; with two legs the worst counts
// (exception > timing > matched). Excluded is decided before matching.
type Status uint8

// The statuses, from best to worst. Open exists only while a run is under way.
const (
	Open Status = iota
	Excluded
	Matched
	Timing
	Exception
)

var statusNames = [...]string{"open", "excluded", "matched", "timing", "exception"}

// String is the stable English name.
func (s Status) String() string { return nameOf(statusNames[:], int(s)) }

// MarshalText writes the name.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name.
func (s *Status) UnmarshalText(b []byte) error {
	i, err := named(statusNames[:], b)
	*s = Status(i)
	return err
}

// RowState is what a run says about one record.
type RowState struct {
	Status   Status
	Reason   string // catalogue code: why excluded, or what it waits for
	Expected Date   // for Timing: the day by which it should have arrived
	Adjusted Money  // for Timing: the amount to which the till itself adjusted the sale; none: its own
}

// Waterfall shows how acquirer lines make one deposit: gross − refunds − fees − chargebacks − reserve = net,
// against what the bank shows.
type Waterfall struct {
	Leg      Leg
	Method   Method
	Merchant MerchantID
	From, To Date // settlement days of the lines
	Expected Date // the day the deposit was due
	Arrived  Date // the bank's day, NoDate where nothing came
	Deposit  []RowRef
	Rows     []RowRef
	Steps    []Step
	Net      Money // what the lines make
	Paid     Money // what the bank shows
	Residual Money // Net − Paid: positive is missing
	Status   Status
	Notes    []Note
}

// NoteShared is the note of rows whose other part no file shows: its rows are the credits that may hold both.
const NoteShared = "match.note.shared"

// Step is one stage of a waterfall.
type Step struct {
	Kind   StepKind
	Count  int
	Amount Money // with the merchant's sign
}

// StepKind names a stage.
type StepKind string

// The stages in the order they are shown.
const (
	StepGross       StepKind = "gross"
	StepRefunds     StepKind = "refunds"
	StepFees        StepKind = "fees"
	StepChargebacks StepKind = "chargebacks"
	StepReserve     StepKind = "reserve"
	StepOther       StepKind = "other"
)

// Steps lists the stages in the order they are shown.
var Steps = [...]StepKind{StepGross, StepRefunds, StepFees, StepChargebacks, StepReserve, StepOther}

// BreakKind is what does not agree. The list is additive; code, JSON, lists and screens share it.
type BreakKind string

// The kinds of breaks.
const (
	NotSettled       BreakKind = "not_settled"       // approved on the terminal, not in the report
	NotOnTerminal    BreakKind = "not_on_terminal"   // in the report, not on the terminal
	SettledTwice     BreakKind = "settled_twice"     // one sale, two lines of the report
	AmountMismatch   BreakKind = "amount_mismatch"   // the two sides show different amounts
	FeeMismatch      BreakKind = "fee_mismatch"      // the fee is not the agreed one
	NotDeposited     BreakKind = "not_deposited"     // announced, never credited
	DepositShort     BreakKind = "deposit_short"     // credited with less
	DepositOver      BreakKind = "deposit_over"      // credited with more
	Late             BreakKind = "late"              // came, but after its expected day
	UnexpectedDebit  BreakKind = "unexpected_debit"  // the bank took money nobody announced
	UnexpectedCredit BreakKind = "unexpected_credit" // the bank shows card money nobody announced
	Ambiguous        BreakKind = "ambiguous"         // several equally good answers: refused
	OutcomeUnknown   BreakKind = "unknown_outcome"   // timed out: query it, never a loss
)

// BreakKinds lists the kinds in the order reports show them.
var BreakKinds = [...]BreakKind{
	NotSettled, SettledTwice, NotOnTerminal, AmountMismatch, FeeMismatch, NotDeposited, DepositShort,
	DepositOver, Late, UnexpectedDebit, UnexpectedCredit, Ambiguous, OutcomeUnknown,
}

// Break is one thing that does not agree, with the records that show it.
type Break struct {
	ID         BreakID
	Kind       BreakKind
	Leg        Leg
	Side       Side  // where the records stand that have no partner, or the wrong figure
	Amount     Money // the money the break is about, with the merchant's sign
	Residual   Money // what the merchant is short of: positive missing, negative too much
	Records    []RowRef
	Reason     Note // the sentence: which rule, which field, both values
	ExpectedBy Date
	Candidates []Candidate // the next best partners, and why they were not taken
	Doubt      Note        // why the records do not prove it; no code: they do
}

// Candidate is a record that came close.
type Candidate struct {
	Row RowRef
	Set int // candidates of one set are meant together; the sets count from 1, 0 is a record alone
	Why Note
}
