package stream

import "github.com/tillproof/tillproof"

// Key is the 64-bit hash of a name: a card, a terminal, a merchant, a reference. The same name has the same
// key in every file and run, so that what was learned can be kept. Zero means that the file does not say.
type Key uint64

// Txn is what detection sees of one record of a terminal log or an acquirer report.
type Txn struct {
	Ref int64 // the caller's name of the row; it never decides anything but between identical rows
	At  tillproof.LocalTime

	Card     Key // the masked card, or the file's own key of the cardholder
	Terminal Key
	Merchant Key
	Category Key // of the merchant: its code (ISO 18245) or the file's own word

	Amount   int64 // minor units, never negative
	Currency tillproof.Currency

	Kind   tillproof.RecordKind
	Status tillproof.RecordStatus
	Entry  tillproof.EntryMode
	Class  tillproof.CardKind
	Timed  bool // the row has a time of day; else At is the start of its day, its end where money goes back
	Undone bool // the caller knows that it was voided or reversed
	Aside  bool // another side shows it: refunds may belong to it, no rule asks about it
	Token  bool // Card comes from the token of a full number, which two rows of one card share
	Mask   Mask // the digits that are shown

	Response [2]byte // ISO 8583 data element 39, zero bytes where the file shows none
	STAN     int32   // the terminal's own count, -1 where it does not show

	Batch, RRN, Auth, Order, Original Key
}

// Mask is the first six and the last four digits of a card, zero bytes where they are not shown.
type Mask [10]byte

// Last are the last four digits.
func (m Mask) Last() [4]byte { return [4]byte(m[6:]) }

// IsSale reports a line that takes money from a card.
func (t *Txn) IsSale() bool { return t.Kind == tillproof.Sale || t.Kind == tillproof.Completion }

// Stands reports a sale that was approved and, as far as is known, not undone.
func (t *Txn) Stands() bool {
	return t.IsSale() && t.Status == tillproof.Posted && t.Amount > 0 && !t.Undone
}

// IsRefund reports a line that gave money back.
func (t *Txn) IsRefund() bool {
	return t.Kind == tillproof.Refund && t.Status == tillproof.Posted && t.Amount > 0
}

// Label is a verdict about a transaction that has been seen. It counts from Known on, and is filed under the
// time of its transaction.
type Label struct {
	Txn   Txn
	Known tillproof.LocalTime
	Fraud bool // else it was confirmed as genuine
}
