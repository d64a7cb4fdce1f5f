package stream

import "github.com/tillproof/tillproof"

// Seen is what is remembered of a row. What rules look at first stands first, within 64 bytes.
type Seen struct {
	Ref    int64
	At     tillproof.LocalTime
	Amount int64

	Kind     tillproof.RecordKind
	Status   tillproof.RecordStatus
	Entry    tillproof.EntryMode
	Class    tillproof.CardKind
	Timed    bool
	Undone   bool // it was undone before it came, or by a row since
	Response [2]byte
	Currency tillproof.Currency
	STAN     int32

	Merchant, Terminal, Card, RRN, Auth, Order, Original Key
}

func seenOf(t *Txn) Seen {
	return Seen{
		Ref: t.Ref, At: t.At, Amount: t.Amount, Card: t.Card, Terminal: t.Terminal, Merchant: t.Merchant,
		RRN: t.RRN, Auth: t.Auth, Order: t.Order, Original: t.Original, STAN: t.STAN, Currency: t.Currency,
		Kind: t.Kind, Status: t.Status, Entry: t.Entry, Class: t.Class, Response: t.Response,
		Timed: t.Timed, Undone: t.Undone,
	}
}

// IsSale reports a line that takes money from a card.
func (s *Seen) IsSale() bool { return s.Kind == tillproof.Sale || s.Kind == tillproof.Completion }

// Stands reports a sale that was approved and, as far as is known, not undone.
func (s *Seen) Stands() bool {
	return s.IsSale() && s.Status == tillproof.Posted && s.Amount > 0 && !s.Undone
}

// GoesBy reports whether the row is known under a number: its own references, and its count at a terminal.
func (s *Seen) GoesBy(number, terminal Key) bool {
	return number != 0 && (number == s.RRN || number == s.Order ||
		number == STANKey(s.STAN) && terminal == s.Terminal)
}
