package tillproof

// Card is what may be kept of a card number: the first six and last four digits (PCI DSS 3.4.1 and the
// truncation rules of FAQ 1091), and a keyed token that tells whether two rows show the same card. The full
// number is never a field. The zero value means "no card shown".
type Card struct {
	First [6]byte // ASCII digits, zero bytes where the file does not show them
	Last  [4]byte
	Token uint64 // keyed hash of the full number, 0 where the file showed only a masked one
	Kind  CardKind
}

// CardKind is the tariff class of the payment instrument.
type CardKind uint8

// The tariff classes files name.
const (
	CardUnknown CardKind = iota
	CardDebit
	CardCredit
	CardPrepaid
	CardForeign
	Wallet // a QR or app payment without a card
)

var cardKindNames = [...]string{"", "debit", "credit", "prepaid", "foreign", "wallet"}

// String is the kind's stable English name, "" when not known.
func (k CardKind) String() string { return nameOf(cardKindNames[:], int(k)) }

// ParseCardKind reads the name that String writes.
func ParseCardKind(s string) (CardKind, bool) {
	k, ok := parseName(cardKindNames[:], s)
	return CardKind(k), ok
}

// Known reports whether the row shows any digit of a card.
func (c Card) Known() bool { return c.Last != [4]byte{} || c.First != [6]byte{} || c.Token != 0 }

// String is the masked form "621234******1234"; "" when no card is shown.
func (c Card) String() string {
	if c.Last == [4]byte{} && c.First == [6]byte{} {
		return ""
	}
	b := make([]byte, 0, 16)
	for _, d := range c.First {
		if d != 0 {
			b = append(b, d)
		}
	}
	b = append(b, "******"...)
	for _, d := range c.Last {
		if d != 0 {
			b = append(b, d)
		}
	}
	return string(b)
}

// MarshalText writes the masked form.
func (c Card) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// SameCard reports whether two rows can show the same card: tokens decide where both have one, else every
// digit that both show must agree and the last four must be among them.
func SameCard(a, b Card) bool {
	if a.Token != 0 && b.Token != 0 {
		return a.Token == b.Token
	}
	if a.Last == [4]byte{} || a.Last != b.Last {
		return false
	}
	for i := range a.First {
		if a.First[i] != 0 && b.First[i] != 0 && a.First[i] != b.First[i] {
			return false
		}
	}
	return true
}
