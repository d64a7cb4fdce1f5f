package profile

import "github.com/tillproof/tillproof/internal/format"

// Field is what a column means.
type Field uint8

// The fields of a table. Ordinal is the row's own number in the export; Ignored is a column that is known and
// kept out of the record. The names in fieldNames are what data files and issues use.
const (
	NoField Field = iota
	Merchant
	Terminal
	Batch
	STAN
	RRN
	Auth
	Card
	CardKind
	Day
	Clock
	Type
	EntryMode
	Amount
	Debit
	Credit
	Flag
	Fee
	Net
	Response
	Status
	Original
	SettleDay
	BookingDay
	ValueDay
	CurrencyCode
	Counterparty
	Narrative
	Balance
	Account
	BankRef
	Order
	Payout
	GrossDebit
	GrossCredit
	GrossCurrency
	Ordinal
	Ignored
	Total       // what a report's own totals sum, where that is neither amount nor net
	Tender      // how it was paid
	Zone        // of the times of the row
	Opening     // the balance before the first entry, in a row of its own
	Closing     // the one after the last
	FeePart     // one of several columns that make the fee
	Refunded    // what a sale's own row says of its refunds
	RefundOrder // the merchant's own number of a refund: the order is then that of the sale
	RefundRef   // the provider's number of a refund
	PeriodFrom  // above the table only
	PeriodTo
	RefundClock // of a refund: when it was made, where its row shows the time of the sale too
	Payee       // whom money that goes out is paid to
	Customer    // the file's own name of the payer
	Category    // what the merchant sells
	numFields
)

var fieldNames = [numFields]string{
	"", "merchant", "terminal", "batch", "stan", "rrn", "auth", "card", "card_kind", "day", "clock", "type",
	"entry_mode", "amount", "debit", "credit", "flag", "fee", "net", "response", "status", "original",
	"settle_day", "booking_day", "value_day", "currency", "counterparty", "narrative", "balance", "account",
	"bank_ref", "order", "payout", "gross_debit", "gross_credit", "gross_currency", "ordinal", "ignored",
	"total", "tender", "zone", "opening", "closing", "fee_part",
	"refunded", "refund_order", "refund_ref", "period_from", "period_to", "refund_clock", "payee",
	"customer", "category",
}

// String is the stable English name.
func (f Field) String() string { return fieldNames[f] }

func parseField(s string) (Field, bool) {
	for i, n := range fieldNames {
		if n == s && s != "" {
			return Field(i), true
		}
	}
	return NoField, false
}

// mask takes card numbers out of a cell, by the rule of its field, and counts them.
func (f Field) mask(cell string) (string, int) {
	if f.isLong() {
		return format.MaskRef(cell)
	}
	return format.MaskText(cell)
}

// isLong are the references that may be as long as a card number.
func (f Field) isLong() bool {
	switch f {
	case Merchant, Original, BankRef, Order, Payout, RefundOrder, RefundRef:
		return true
	}
	return false
}

// isAmount are the fields that a footer sums.
func (f Field) isAmount() bool {
	switch f {
	case Amount, Debit, Credit, Fee, Net, GrossDebit, GrossCredit, Total, Refunded, FeePart:
		return true
	}
	return false
}
