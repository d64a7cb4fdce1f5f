package bulk

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/tillproof/tillproof"
)

// errKept is a record that does not read back: a broken temporary file.
var errKept = errors.New("record in the temporary file")

// appendRecord writes a record so that it comes back whole.
func appendRecord(b []byte, r *tillproof.Record) []byte {
	b = append(b, r.ID[:]...)
	for _, n := range [...]int64{
		int64(r.Origin.Source), int64(r.Origin.Part), int64(r.Origin.Line), int64(r.Origin.Column),
		int64(r.Kind), int64(r.Status), int64(r.Entry), int64(r.Time), int64(r.SettleDate),
		int64(r.BookingDate), int64(r.ValueDate), int64(r.Card.Token), int64(r.Card.Kind),
	} {
		b = binary.AppendVarint(b, n)
	}
	for _, m := range [...]tillproof.Money{r.Amount, r.Fee, r.Net, r.Original, r.Balance} {
		c := m.Currency()
		b = binary.AppendVarint(append(b, c[:]...), m.Minor())
	}
	b = append(append(b, r.Card.First[:]...), r.Card.Last[:]...)
	for _, s := range textsOf(r) {
		b = append(binary.AppendUvarint(b, uint64(len(*s))), *s...)
	}
	b = append(binary.AppendUvarint(b, uint64(len(r.Refs.Merchant))), r.Refs.Merchant...)
	b = append(binary.AppendUvarint(b, uint64(len(r.Refs.Terminal))), r.Refs.Terminal...)
	b = binary.AppendUvarint(b, uint64(len(r.Children)))
	for i := range r.Children {
		b = appendRecord(b, &r.Children[i])
	}
	return b
}

func textsOf(r *tillproof.Record) [14]*string {
	return [...]*string{
		&r.Refs.Batch, &r.Refs.STAN, &r.Refs.RRN, &r.Refs.Auth, &r.Refs.Order, &r.Refs.Payout,
		&r.Refs.Account, &r.Refs.Bank, &r.Refs.Original, &r.Refs.Customer, &r.Category, &r.Response,
		&r.Counterparty, &r.Narrative,
	}
}

// kept reads what appendRecord wrote.
type kept struct {
	b    []byte
	text string // of all bytes from the first on, where their records are kept together
	bad  bool
}

func readRecord(b []byte) (tillproof.Record, []byte, error) {
	k := &kept{b: b}
	r := k.record()
	if k.bad {
		return r, nil, fmt.Errorf("read: %w", errKept)
	}
	return r, k.b, nil
}

// appendRecords reads records that stand one after the other. Their texts are parts of one.
func appendRecords(to []tillproof.Record, b []byte) ([]tillproof.Record, error) {
	k := &kept{b: b, text: string(b)}
	for len(k.b) > 0 && !k.bad {
		to = append(to, k.record())
	}
	if k.bad {
		return nil, fmt.Errorf("read: %w", errKept)
	}
	return to, nil
}

func (k *kept) record() (r tillproof.Record) {
	copy(r.ID[:], k.take(len(r.ID)))
	var n [13]int64
	for i := range n {
		n[i] = k.varint()
	}
	r.Origin = tillproof.Origin{
		Source: int32(n[0]), Part: int32(n[1]), Line: int32(n[2]), Column: int32(n[3]),
	}
	r.Kind, r.Status = tillproof.RecordKind(n[4]), tillproof.RecordStatus(n[5])
	r.Entry, r.Time = tillproof.EntryMode(n[6]), tillproof.LocalTime(n[7])
	r.SettleDate, r.BookingDate = tillproof.Date(n[8]), tillproof.Date(n[9])
	r.ValueDate = tillproof.Date(n[10])
	r.Card.Token, r.Card.Kind = uint64(n[11]), tillproof.CardKind(n[12])
	for _, m := range [...]*tillproof.Money{&r.Amount, &r.Fee, &r.Net, &r.Original, &r.Balance} {
		var c tillproof.Currency
		copy(c[:], k.take(len(c)))
		*m = tillproof.NewMoney(k.varint(), c)
	}
	copy(r.Card.First[:], k.take(len(r.Card.First)))
	copy(r.Card.Last[:], k.take(len(r.Card.Last)))
	for _, s := range textsOf(&r) {
		*s = k.word()
	}
	r.Refs.Merchant, r.Refs.Terminal = tillproof.MerchantID(k.word()), tillproof.TerminalID(k.word())
	for n := k.count(); n > 0 && !k.bad; n-- {
		r.Children = append(r.Children, k.record())
	}
	return r
}

func (k *kept) take(n int) []byte {
	if n > len(k.b) {
		k.bad = true
		k.b = nil
		return nil
	}
	out := k.b[:n]
	k.b = k.b[n:]
	return out
}

func (k *kept) varint() int64 {
	v, n := binary.Varint(k.b)
	k.skip(n)
	return v
}

func (k *kept) count() int {
	v, n := binary.Uvarint(k.b)
	k.skip(n)
	if v > uint64(len(k.b)) {
		k.bad = true
		return 0
	}
	return int(v)
}

func (k *kept) skip(n int) {
	if n <= 0 {
		k.bad, n = true, 0
	}
	k.b = k.b[n:]
}

func (k *kept) word() string {
	n := k.count()
	from := len(k.text) - len(k.b)
	if b := k.take(n); k.text == "" || k.bad {
		return string(b)
	}
	return k.text[from : from+n]
}
