package tillproof

import (
	"errors"
	"strings"
)

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

// MarshalText writes the name.
func (k CardKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the name.
func (k *CardKind) UnmarshalText(b []byte) error {
	i, err := named(cardKindNames[:], b)
	*k = CardKind(i)
	return err
}

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

// UnmarshalText reads the masked form; the token and the kind are not in it.
func (c *Card) UnmarshalText(b []byte) error {
	*c = Card{}
	if len(b) == 0 {
		return nil
	}
	first, last, found := strings.Cut(string(b), "******")
	digits := strings.Trim(first+last, "0123456789") == ""
	if !found || !digits || len(first) > len(c.First) || len(last) > len(c.Last) {
		return errors.New("a masked card is up to six digits, six stars and up to four digits")
	}
	copy(c.First[:], first)
	copy(c.Last[len(c.Last)-len(last):], last)
	return nil
}

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
