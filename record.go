package tillproof

// Record is one normalised line of a source: a sale, a refund, a bank entry. Amounts carry the merchant's
// sign: what comes in is positive. A zero Money without currency means "the file does not say".
type Record struct {
	ID     RecordID
	Origin Origin
	Kind   RecordKind
	Status RecordStatus
	Entry  EntryMode

	Amount   Money // gross
	Fee      Money // negative where the merchant is charged
	Net      Money // Amount + Fee as the file states it
	Original Money // in the payer's currency, where it was converted

	Time        LocalTime // of the transaction
	SettleDate  Date      // the acquirer's settlement day
	BookingDate Date      // the bank's booking day
	ValueDate   Date      // the bank's value day, or the acquirer's announced pay day

	Refs         References
	Card         Card
	Response     string // ISO 8583 data element 39
	Category     string // what the merchant sells: data element 18 (ISO 18245), or the file's own word
	Counterparty string
	Narrative    string
	Balance      Money    // running balance after the line
	Children     []Record // the details of a bank's batch entry
}

// Origin is where a record stands: every figure leads back through it to a line of a file.
type Origin struct {
	Source int32 // ordinal of the source in the run
	Part   int32 // sheet or statement within the source, from 0
	Line   int32 // 1-based line of a text, row of a sheet
	Column int32 // 1-based where the format has one, else 0
}

// References are the keys by which sides name the same transaction (ISO 8583 data elements in brackets).
type References struct {
	Merchant MerchantID // card acceptor [42]
	Terminal TerminalID // [41]
	Batch    string
	STAN     string // trace number [11]
	RRN      string // retrieval reference number [37]
	Auth     string // authorisation code [38]
	Order    string // the till's or wallet's order number
	Payout   string // what the acquirer calls the payout
	Account  string // the bank account, masked where it is a card
	Bank     string // the bank's own reference of the entry
	Original string // the RRN, STAN or order of the transaction that this one undoes
	Customer string // what the file calls the payer, beside a card or in its place
}

// MerchantID is the card acceptor's number (MID). TerminalID is the POS terminal's number (TID).
type (
	MerchantID string
	TerminalID string
)

// RecordKind says what a line is.
type RecordKind uint8

// The kinds of records. Void cancels a sale before settlement, Reversal undoes one automatically (冲正), Refund
// returns money after settlement.
const (
	NoKind RecordKind = iota
	Sale
	Refund
	Void
	Reversal
	PreAuth
	Completion
	Fee
	Chargeback
	ChargebackReversal
	Adjustment
	Reserve        // held back by the acquirer
	ReserveRelease // given free again
	Payout         // what the acquirer announces as paid
	Entry          // a line of a bank account
)

var recordKindNames = [...]string{
	"", "sale", "refund", "void", "reversal", "preauth", "completion", "fee", "chargeback",
	"chargeback_reversal", "adjustment", "reserve", "reserve_release", "payout", "entry",
}

// String is the stable English name.
func (k RecordKind) String() string { return nameOf(recordKindNames[:], int(k)) }

// MarshalText writes the name.
func (k RecordKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the name.
func (r *RecordKind) UnmarshalText(b []byte) error {
	i, err := named(recordKindNames[:], b)
	*r = RecordKind(i)
	return err
}

// ParseRecordKind reads the name that String writes.
func ParseRecordKind(s string) (RecordKind, bool) {
	k, ok := parseName(recordKindNames[:], s)
	return RecordKind(k), ok
}

// RecordStatus says whether a line moves money.
type RecordStatus uint8

// Posted is the zero value: approved by the issuer, or booked by the bank. UnknownOutcome is a sale that
// timed out (responses 68, 91, 96, 98): it needs a status query and is never a verdict.
const (
	Posted RecordStatus = iota
	Declined
	UnknownOutcome
	Cancelled
	Pending
	Neutral // shown by the file, moves nothing (a wallet's 不计收支)
)

var recordStatusNames = [...]string{
	"posted", "declined", "unknown_outcome", "cancelled", "pending", "neutral",
}

// String is the stable English name.
func (s RecordStatus) String() string { return nameOf(recordStatusNames[:], int(s)) }

// MarshalText writes the name.
func (s RecordStatus) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name.
func (r *RecordStatus) UnmarshalText(b []byte) error {
	i, err := named(recordStatusNames[:], b)
	*r = RecordStatus(i)
	return err
}

// EntryMode is how the card was read (ISO 8583 data element 22, first two digits).
type EntryMode uint8

// The entry modes; EntryUnknown where the file does not say.
const (
	EntryUnknown EntryMode = iota
	EntryKeyed
	EntryMagstripe
	EntryChip
	EntryContactless
	EntryQR
	EntryFallback
)

var entryModeNames = [...]string{"", "keyed", "magstripe", "chip", "contactless", "qr", "fallback"}

// String is the stable English name, "" when not known.
func (m EntryMode) String() string { return nameOf(entryModeNames[:], int(m)) }

// MarshalText writes the name.
func (m EntryMode) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads the name.
func (m *EntryMode) UnmarshalText(b []byte) error {
	i, err := named(entryModeNames[:], b)
	*m = EntryMode(i)
	return err
}

// ParseEntryMode reads the name that String writes.
func ParseEntryMode(s string) (EntryMode, bool) {
	m, ok := parseName(entryModeNames[:], s)
	return EntryMode(m), ok
}

// Day is the day a record belongs to on its own side: the settlement day, else the booking day, else the day
// of its time, else the value day.
func (r *Record) Day() Date {
	switch {
	case r.SettleDate.Known():
		return r.SettleDate
	case r.BookingDate.Known():
		return r.BookingDate
	case r.Time.Known():
		return r.Time.Date()
	}
	return r.ValueDate
}

// NewRecord is a record whose dates and time are not known yet.
func NewRecord(k RecordKind) Record {
	return Record{Kind: k, Time: NoTime, SettleDate: NoDate, BookingDate: NoDate, ValueDate: NoDate}
}

// RowRef points to a record of a run: the side, and the position in that side's list.
type RowRef struct {
	Side Side
	N    int32
}

// Due is what the acquirer pays for a line: the stated net, else gross plus fee (fees are negative), else
// gross.
func (r *Record) Due() Money {
	if r.Net.Currency().Known() || !r.Net.IsZero() {
		return r.Net
	}
	if net, err := r.Amount.Add(r.Fee); err == nil {
		return net
	}
	return r.Amount
}

// Kept is what the acquirer keeps of the line: positive where the merchant is charged. A stated net tells
// that better than the column of the fee: it shows deductions without a name, and a fee written with the
// other sign. A net that is the amount itself says nothing: the fee is then taken another time. It answers
// false where the line states neither, or states it in another currency.
func (r *Record) Kept() (int64, bool) {
	if stated := r.Net.currency.Known() || r.Net.minor != 0; stated && sameOrUnknown(r.Net, r.Amount) {
		kept, err := AddMinor(r.Amount.minor, -r.Net.minor)
		if kept != 0 || err != nil {
			return kept, err == nil
		}
	}
	stated := r.Fee.currency.Known() || r.Fee.minor != 0
	return -r.Fee.minor, stated && sameOrUnknown(r.Fee, r.Amount)
}

func sameOrUnknown(a, b Money) bool {
	return a.currency == b.currency || !a.currency.Known() || !b.currency.Known()
}
